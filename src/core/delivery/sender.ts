import type { DeliveryProbe, FrontEnd, Outbound } from "#core/contract/door.ts";
import { asNexusError, isAbort, NexusError } from "#core/contract/errors.ts";
import type { GateId, OutboxId } from "#core/contract/ids.ts";
import type { Inbound, MessageRef, Platform } from "#core/contract/message.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Repositories, Sending, Store } from "#core/store/store.ts";
import { delayedMs } from "./age.ts";
import { retryAt } from "./backoff.ts";
import { createPump } from "./pump.ts";

export interface SenderDeps {
  readonly store: Store;
  readonly doors: () => readonly FrontEnd[];
  readonly clock: Clock;
  readonly log: Log;
  /** How many replies may be on their way to one platform at once. */
  readonly concurrency: number;
  /** Called when what was shown leads to a turn. */
  readonly onDue?: () => void;
}

/** The half of delivery that hands replies from the outbox to the doors. */
export interface Sender {
  wake(): void;
  /** Ends replies that waited past their expiry. */
  expire(): Promise<void>;
  /** Sends what is due and resolves when nothing is on its way. */
  finish(): Promise<void>;
  /** Aborts what is on its way, to be probed at the next start. Resolves within `graceMs`. */
  abort(graceMs: number): Promise<void>;
}

interface OnTheWay {
  readonly platform: Platform;
  readonly controller: AbortController;
  ended: Promise<void>;
}

/** Makes the sender. It sends nothing before it is woken. */
export function createSender(deps: SenderDeps): Sender {
  const { store, clock, log } = deps;
  const onTheWay = new Map<OutboxId, OnTheWay>();
  let isShutDown = false;
  /** Ends of sendings that the store could not take down (a full disk). They must not be forgotten, nor sent again. */
  const unsettled: (() => Promise<unknown>)[] = [];
  const pump = createPump(sendMore, log);

  async function sendMore(): Promise<void> {
    for (let settle = unsettled[0]; settle; settle = unsettled[0]) {
      await settle();
      unsettled.shift();
    }
    for (const { platform } of deps.doors()) await sendMoreTo(platform);
  }

  /** Each platform has its own allowance, so that one that hangs does not delay the others. */
  async function sendMoreTo(platform: Platform): Promise<void> {
    const free = deps.concurrency - [...onTheWay.values()].filter((trip) => trip.platform === platform).length;
    if (free <= 0 || isShutDown) return;
    for (const sending of await store.outbox.claim(platform, free, clock())) {
      const trip: OnTheWay = { platform, controller: new AbortController(), ended: Promise.resolve() };
      onTheWay.set(sending.id, trip);
      trip.ended = send(sending, trip.controller);
    }
  }

  async function send(sending: Sending, controller: AbortController): Promise<void> {
    const timer = setTimeout(() => controller.abort(), SENDING_MS);
    const settle = await attempt(sending, controller.signal);
    clearTimeout(timer);
    try {
      await settle();
    } catch (err) {
      log.error({ err, outbox: sending.id }, "the end of a sending could not be recorded yet");
      unsettled.push(settle);
    }
    onTheWay.delete(sending.id);
    pump.wake();
  }

  /** Shows the reply, and answers with what is to be recorded about it. */
  async function attempt(sending: Sending, signal: AbortSignal): Promise<() => Promise<unknown>> {
    const door = deps.doors().find(({ platform }) => platform === sending.message.conversation.platform);
    if (!door) return release(sending, { failed: false, mayHaveArrived: sending.isInterrupted });
    try {
      const ref = await show(door, sending, signal);
      return () => shown(sending, ref);
    } catch (thrown) {
      if (isShutDown) return release(sending, { failed: false, mayHaveArrived: true });
      return afterFailure(sending, thrown);
    }
  }

  /** What was to be read before an approval is decided has been shown, and the turn that says so is as durable as that. */
  async function shown(sending: Sending, ref: MessageRef): Promise<void> {
    const gate = sending.message.reply.attaches;
    if (gate === undefined) return void (await store.outbox.settle(sending, { state: "sent", ref }, clock()));
    await store.transaction(async (inside) => {
      if (!(await inside.outbox.settle(sending, { state: "sent", ref }, clock()))) return;
      await inside.queue.put(sending.org, dueOf(sending, "gate_attached", gate, clock()), clock());
    });
    deps.onDue?.();
  }

  async function show(door: FrontEnd, sending: Sending, signal: AbortSignal): Promise<MessageRef> {
    const { edits } = sending.message;
    const edited = edits && (await store.outbox.refOf(sending.org, edits));
    if (edits !== undefined && edited === undefined) {
      throw new NexusError("expired", "the reply that was to be redrawn was never shown");
    }
    const outbound = toOutbound(sending, edited, clock());
    if (sending.isInterrupted) {
      const probe = await ask(door, outbound, signal);
      if (probe.state === "delivered") return probe.ref;
      // `unknown` is sent again: a reply that appears twice is better than one that never does. This is the one window
      // in which it can, and only where the platform neither knows the id of the outbound nor can be searched for it.
    }
    return door.deliver(outbound, signal);
  }

  /** A door that can never find out knows as much as one that says so; one that cannot now is asked again later. */
  async function ask(door: FrontEnd, outbound: Outbound, signal: AbortSignal): Promise<DeliveryProbe> {
    try {
      return await door.probe(outbound, signal);
    } catch (thrown) {
      const error = asNexusError(thrown);
      if (error.retryable) throw error;
      log.warn({ err: error, outbox: outbound.id }, "a door could not find out whether a reply had arrived");
      return { state: "unknown" };
    }
  }

  function afterFailure(sending: Sending, thrown: unknown): () => Promise<unknown> {
    const error = asNexusError(thrown);
    const isUnexpected = error.code === "internal" && !isAbort(thrown);
    const failures = sending.failures + 1;
    if (error.retryable && !(isUnexpected && failures >= UNEXPECTED_FAILURES)) {
      log.warn({ err: error, outbox: sending.id, failures }, "a reply could not be shown yet");
      // A platform that asks for fewer requests has refused this one; after any other failure it may be there.
      const mayHaveArrived = sending.isInterrupted || error.code !== "rate_limited";
      return release(sending, { failed: true, mayHaveArrived });
    }
    const given = { err: error, outbox: sending.id, turn: sending.turnId };
    // What was to be redrawn is gone, or beyond reach by now: that happens, and nobody waits for it.
    if (error.code === "expired") log.info(given, "a reply came too late to be shown");
    else log.error(given, "a reply could not be shown and is given up");
    return () => giveUp(sending, error);
  }

  function release(sending: Sending, retry: { failed: boolean; mayHaveArrived: boolean }): () => Promise<unknown> {
    const at = retry.failed ? retryAt(sending.failures + 1, clock()) : clock();
    return () => store.outbox.release(sending, { at, ...retry });
  }

  async function giveUp(sending: Sending, error: NexusError): Promise<void> {
    await store.transaction(async (inside) => {
      if (!(await inside.outbox.settle(sending, { state: "dead" }, clock()))) return;
      const letter = { turnId: sending.turnId, outboxId: sending.id, code: error.code, detail: error.message };
      await inside.deadLetters.add(sending.org, letter);
      await tellOfLostCard(inside, sending, clock());
      if (error.isPlaceGone) await tellOfLostPlace(inside, sending, clock());
    });
    deps.onDue?.();
  }

  async function ended(): Promise<void> {
    await Promise.all([...onTheWay.values()].map((trip) => trip.ended));
  }

  return {
    wake: () => pump.wake(),
    expire: async () => {
      const expired = await store.transaction(async (inside) => {
        const rows = await inside.outbox.expire(clock());
        for (const row of rows) {
          const letter = {
            turnId: row.turnId,
            outboxId: row.id,
            code: "expired",
            detail: "never shown in time",
          } as const;
          await inside.deadLetters.add(row.org, letter);
          await tellOfLostCard(inside, row, clock());
        }
        return rows;
      });
      for (const { id, turnId } of expired)
        log.error({ outbox: id, turn: turnId }, "a reply expired before it was shown");
      if (expired.length > 0) pump.wake();
    },
    finish: async () => {
      do {
        await ended();
        pump.wake();
        await pump.idle();
      } while (onTheWay.size > 0);
      await pump.stop();
    },
    abort: async (graceMs) => {
      isShutDown = true;
      await pump.stop();
      for (const { controller } of onTheWay.values()) controller.abort();
      const { promise: grace, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, graceMs);
      await Promise.race([ended(), grace]);
      clearTimeout(timer);
    },
  };
}

/** A request that nobody can see must not stay open as if somebody could. */
async function tellOfLostCard(
  inside: Repositories,
  sending: Pick<Sending, "id" | "org" | "message">,
  now: Date,
): Promise<void> {
  const { reply, edits } = sending.message;
  // What one person asked to see for themselves is no request's only copy.
  const ahead = reply.visibility === "everyone" ? reply.attaches : undefined;
  const gate = ahead ?? (reply.card?.state === "open" ? reply.card.gate : undefined);
  if (gate === undefined || edits !== undefined) return;
  await inside.queue.put(sending.org, dueOf(sending, "card_undelivered", gate, now), now);
}

/** What a schedule posts has nowhere to go any more: it must not go on posting into nothing. */
async function tellOfLostPlace(
  inside: Repositories,
  { id, org, message: { actor, conversation, reply } }: Pick<Sending, "id" | "org" | "message">,
  now: Date,
): Promise<void> {
  if (reply.schedule === undefined) return;
  await inside.queue.put(
    org,
    {
      kind: "due",
      what: "schedule_notice",
      id: `${reply.schedule}@place_gone`,
      dedupeKeys: [`schedule-place:${id}`],
      sentAtMs: now.getTime(),
      actor,
      conversation,
    },
    now,
  );
}

function dueOf(
  { id, message: { actor, conversation } }: Pick<Sending, "id" | "message">,
  what: "card_undelivered" | "gate_attached",
  gate: GateId,
  now: Date,
): Inbound {
  const dedupeKeys = [`${what.replace("_", "-")}:${id}`];
  return { kind: "due", what, id: gate, dedupeKeys, sentAtMs: now.getTime(), actor, conversation };
}

/** How long a door may take over one reply; ms. */
const SENDING_MS = 30_000;
/** An error that no door should throw is a defect of ours: trying for an hour would only hold the conversation up. */
const UNEXPECTED_FAILURES = 5;

function toOutbound(sending: Sending, edits: MessageRef | undefined, now: Date): Outbound {
  const { conversation, actor, reply, source, sentAtMs, hasMore } = sending.message;
  const delayed = delayedMs(sentAtMs, now);
  return {
    id: sending.id,
    turnId: sending.turnId,
    conversation,
    actor,
    reply,
    ...(delayed !== undefined && { delayedMs: delayed }),
    ...(hasMore && { hasMore }),
    ...(source && { source }),
    ...(edits && { edits }),
  };
}
