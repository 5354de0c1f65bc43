import type { Outbound } from "#core/contract/door.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { MessageRef } from "#core/contract/message.ts";
import type { Reply } from "#core/contract/reply.ts";
import type { Sent } from "./api.ts";
import { CODES, codeOf, isDenied } from "./failure.ts";
import { isFresh } from "./open-interaction.ts";
import { LIMITS } from "./limits.ts";
import { type Origin, writeOrigin } from "./parse/button-id.ts";
import { drawPieces, type Piece, type Pieces } from "./pieces.ts";
import { keepConfirmations } from "./confirmations.ts";
import { clipText } from "./render/clip.ts";
import { renderForm } from "./render/form.ts";
import { message } from "./render/messages.ts";
import { withOpener } from "./render/reply.ts";
import { createDirect } from "./direct.ts";
import { originOf, placeFor, targetOf } from "./target.ts";
import type { LiveTurn } from "./turns.ts";
import type { ShowDeps } from "./show-deps.ts";
import { asEdit, createSender, isGone, type Way } from "./ways.ts";

/** Shows outbounds on Discord. */
export function createDelivery(deps: ShowDeps): (outbound: Outbound, signal: AbortSignal) => Promise<MessageRef> {
  const { api, turns, acks, typing, problems, clock, log } = deps;
  const sender = createSender(api);
  const direct = createDirect(deps, sender);

  async function deliver(outbound: Outbound, signal: AbortSignal): Promise<MessageRef> {
    const turn = await turns.settled(outbound);
    if (outbound.source !== undefined) typing.stop(outbound.source.messageId);
    if (outbound.edits !== undefined) return redraw(outbound, outbound.edits, turn, signal);
    if (outbound.reply.form !== undefined) {
      const opened = await openForm(outbound, outbound.reply.form, turn, signal);
      if (opened !== undefined) return opened;
    }
    if (turn?.interaction !== undefined) await acks.acknowledge(turn.interaction, signal);
    const thanked = await gesture(outbound, turn, signal);
    if (thanked !== undefined) return thanked;
    return show(outbound, withOpener(outbound.reply), turn, signal);
  }

  /** A form can only be shown to someone who has just done something, and as the first answer to that. */
  async function openForm(
    outbound: Outbound,
    form: NonNullable<Reply["form"]>,
    turn: LiveTurn | undefined,
    signal: AbortSignal,
  ): Promise<MessageRef | undefined> {
    const open = turn?.interaction;
    if (open === undefined || open.ack !== "none") return undefined;
    const modal = renderForm(form);
    const custom_id = writeOrigin(modal.custom_id, originOf(outbound));
    const isOpen = await acks.openForm(open, { ...modal, custom_id }, signal);
    if (!isOpen) return undefined;
    await turns.save(outbound.turnId);
    const { tenantId } = outbound.conversation;
    const messageId = open.messageId ?? outbound.id;
    return { platform: "discord", tenantId, channelId: targetOf(outbound), messageId, ephemeral: true };
  }

  async function gesture(
    outbound: Outbound,
    turn: LiveTurn | undefined,
    signal: AbortSignal,
  ): Promise<MessageRef | undefined> {
    const { source, reply } = outbound;
    if (reply.gesture === undefined || source === undefined || source.ephemeral) return undefined;
    if (turn?.interaction !== undefined) return undefined;
    try {
      await api.react(source.channelId, source.messageId, THANKS, signal);
      return source;
    } catch (error) {
      if (error instanceof NexusError && error.retryable) throw error;
      return undefined; // said in words then
    }
  }

  async function show(
    outbound: Outbound,
    reply: Reply,
    turn: LiveTurn | undefined,
    signal: AbortSignal,
  ): Promise<MessageRef> {
    const { conversation } = outbound;
    const isAlone = reply.visibility === "only_actor" && conversation.audience !== "just_me";
    const way = await wayFor(outbound, reply, turn, isAlone, signal);
    if (way === "direct") {
      const ref = await direct.deliver(outbound, reply, signal);
      await settleProgress(outbound, turn, undefined, signal);
      return ref;
    }
    try {
      const pieces = await draw(outbound, reply, originFor(outbound, way), signal);
      const sent = await sendOrSay(outbound, way, pieces, signal);
      const shown = { channelId: sent.channel_id, messageId: sent.id };
      const ephemeral = way.kind === "alone" || (way.kind === "original" && way.alone);
      if (ephemeral && turn !== undefined) turns.showAlone(turn, outbound.id, shown);
      await turns.save(outbound.turnId);
      await settleProgress(outbound, turn, way, signal);
      problems.clear(sent.channel_id);
      sender.done(outbound.id);
      return { platform: "discord", tenantId: conversation.tenantId, ...shown, ephemeral };
    } catch (error) {
      if (turn !== undefined && way.kind !== "post" && isGone(error)) {
        if (way.kind === "progress") delete turn.progress;
        else if (turn.interaction !== undefined) turn.interaction.isSpent = true;
        sender.done(outbound.id);
        return show(outbound, reply, turn, signal);
      }
      if (error instanceof NexusError && !error.retryable) sender.done(outbound.id);
      throw await tell(error, outbound, turn, way, signal);
    }
  }

  async function wayFor(
    outbound: Outbound,
    reply: Reply,
    turn: LiveTurn | undefined,
    isAlone: boolean,
    signal: AbortSignal,
  ): Promise<Way | "direct"> {
    const open = turn?.interaction;
    if (turn !== undefined && open !== undefined && isFresh(open, clock)) {
      const hasThinking = open.ack === "thinking" || open.ack === "thinking_alone";
      const isFirst = hasThinking && turns.takeFirst(turn, outbound.id);
      const channelId = targetOf(outbound);
      if (open.ack === "thinking_alone" && isForOthers(outbound, reply)) {
        // Whoever asked is not the one who decides.
        if (isFirst)
          await api.editOriginal(open, message("It stands in the channel, for whoever decides."), [], signal);
        return { kind: "post", channelId };
      }
      if (open.ack === "thinking_alone") {
        if (!isFirst) return { kind: "alone", interaction: open, notice: false };
        return { kind: "original", interaction: open, alone: true, channelId };
      }
      if (isAlone) return { kind: "alone", interaction: open, notice: isFirst };
      if (isFirst) return { kind: "original", interaction: open, alone: false, channelId };
    }
    if (isAlone) return "direct";
    const place = await placeFor(outbound, reply, deps, signal);
    const progress = turn?.progress;
    const isHere = progress !== undefined && progress.channelId === place.channelId && reply.card === undefined;
    if (turn !== undefined && isHere && turns.takeFirst(turn, outbound.id)) return { kind: "progress", ...progress };
    return { kind: "post", ...place };
  }

  /** The buttons of what is shown elsewhere than it was made for say so. */
  function originFor(outbound: Outbound, way: Way): Origin | undefined {
    return originOf(outbound, "channelId" in way ? way.channelId : targetOf(outbound));
  }

  async function draw(
    outbound: Outbound,
    reply: Reply,
    origin: Origin | undefined,
    signal: AbortSignal,
  ): Promise<Pieces> {
    const { delayedMs } = outbound;
    const pieces = await drawPieces({ reply, delayedMs, origin }, deps.renderer, log, signal);
    await keepConfirmations(deps.memory, pieces.confirmations, clock);
    return pieces;
  }

  /** What Discord refuses to draw is still said: in plain words, once. What it took before stays. */
  async function sendOrSay(outbound: Outbound, way: Way, pieces: Pieces, signal: AbortSignal): Promise<Sent> {
    const { id, reply } = outbound;
    const plain = new Set<Piece>();
    let all = pieces.all;
    for (;;) {
      try {
        return await sender.send(id, way, all, signal);
      } catch (error) {
        const refused = all[sender.count(id)];
        if (codeOf(error) !== CODES.invalidBody || refused === undefined || plain.has(refused)) throw error;
        log.error({ err: error, outbox: id }, "Discord refused a message as it was drawn; saying it in plain words");
        const said = { body: message(refused.body.content ?? clipText(reply.summary, LIMITS.content)), files: [] };
        plain.add(said);
        all = all.with(sender.count(id), said);
      }
    }
  }

  /** A message that says what is being done must not outlive its answer, wherever that went. */
  async function settleProgress(
    outbound: Outbound,
    turn: LiveTurn | undefined,
    way: Way | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const progress = turn?.progress;
    if (turn === undefined || progress === undefined || turn.firstBy !== undefined) return;
    if (way?.kind === "progress") return;
    turns.takeFirst(turn, outbound.id);
    await turns.save(outbound.turnId);
    await api.remove(progress.channelId, progress.messageId, signal).catch((err: unknown) => {
      log.warn({ err }, "a message about progress could not be taken away");
    });
  }

  async function redraw(
    outbound: Outbound,
    edits: MessageRef,
    turn: LiveTurn | undefined,
    signal: AbortSignal,
  ): Promise<MessageRef> {
    const open = turn?.interaction;
    if (open !== undefined) await acks.acknowledge(open, signal);
    const origin = originOf(outbound, edits.channelId);
    const { all } = await draw(outbound, outbound.reply, origin, signal);
    const [piece] = all;
    if (piece === undefined) throw new Error("a reply was drawn as no message");
    try {
      await change(edits, piece, open, signal);
      return edits;
    } catch (error) {
      if (isGone(error)) throw new NexusError("expired", "a message of ours is gone", { cause: error });
      throw error;
    }
  }

  async function change(
    { channelId, messageId, ephemeral }: MessageRef,
    { body, files }: Piece,
    open: LiveTurn["interaction"],
    signal: AbortSignal,
  ): Promise<void> {
    if (!ephemeral) return void (await api.edit(channelId, messageId, asEdit(body), files, signal));
    // Only whoever pressed on it can have it changed, and only for as long as the press lasts.
    if (open?.messageId !== messageId || !isFresh(open, clock)) {
      throw new NexusError("expired", "a message shown to one person cannot be changed any more");
    }
    await api.editOriginal(open, asEdit(body), files, signal);
  }

  /** Where NEXUS may not write it can still say so to whoever asked, without what they asked for. */
  async function tell(
    denied: unknown,
    outbound: Outbound,
    turn: LiveTurn | undefined,
    way: Way,
    signal: AbortSignal,
  ): Promise<unknown> {
    const channelId = "channelId" in way ? way.channelId : targetOf(outbound);
    const explained = problems.explain(denied, channelId);
    if (!isDenied(denied) || !(explained instanceof NexusError)) return explained;
    try {
      await direct.say(outbound, turn, `${explained.say} ${explained.hint}`, signal);
    } catch (err) {
      log.warn({ err, outbox: outbound.id }, "nobody could be told of a missing permission");
    }
    return explained;
  }

  return deliver;
}

function isForOthers({ conversation }: Outbound, { card, visibility }: Reply): boolean {
  return card !== undefined && visibility === "everyone" && conversation.audience !== "just_me";
}

/** 👍 */
const THANKS = "\u{1F44D}";
