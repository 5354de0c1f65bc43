import type { ChartRenderer } from "#bot/chart-png.ts";
import { createSlackDoor, type SlackConnection, type SlackDoor } from "#bot/slack/door.ts";
import type { DoorCore, Outbound, StreamPort } from "#core/contract/door.ts";
import { asNexusError } from "#core/contract/errors.ts";
import { type ConversationKey, newId, OutboxId, TurnId } from "#core/contract/ids.ts";
import { ActionToken, type Actor, type Conversation, type Inbound, type MessageRef } from "#core/contract/message.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import { Reply } from "#core/contract/reply.ts";
import { type LoopbackSlack, type SlackOptions, startSlack } from "#test/platforms/slack/slack.ts";
import { createMemory } from "#bot/slack/fixtures/memory.ts";

/** What a scripted turn can use. */
export interface ScriptedTurn {
  readonly turnId: TurnId;
  readonly stream: StreamPort;
  readonly signal: AbortSignal;
}

export type Script = (inbound: Inbound, turn: ScriptedTurn) => Reply | undefined | Promise<Reply | undefined>;

export interface ScriptedSlackOptions {
  readonly slack?: LoopbackSlack;
  readonly slackOptions?: SlackOptions;
  readonly connection?: SlackConnection;
  readonly memory?: ReturnType<typeof createMemory>;
  readonly renderer?: ChartRenderer;
  readonly clock?: Clock;
  readonly log?: Log;
  readonly core?: Partial<DoorCore>;
  /** What an earlier run took in, by the names it came under. */
  readonly turns?: Map<string, TurnId>;
}

/** The Slack door, connected to a Slack on loopback, before a core that answers by script. */
export interface ScriptedSlack extends AsyncDisposable {
  readonly slack: LoopbackSlack;
  readonly door: SlackDoor;
  readonly memory: ReturnType<typeof createMemory>;
  /** Everything accepted, each once. */
  readonly inbounds: Inbound[];
  readonly stops: ConversationKey[];
  readonly left: string[];
  /** Every reply that was handed to the door, and what came of it. */
  readonly delivered: { readonly outbound: Outbound; readonly ref?: MessageRef; readonly failure?: string }[];
  outbound(to: Pick<Inbound, "conversation" | "actor" | "source">, reply: Reply, more?: Partial<Outbound>): Outbound;
}

export const PERSON = "U0ANA";
export const OTHER = "U0BEN";
export const CHANNEL = "C0OPS";
export const DIRECT = "D0ANA";

/** Starts both, with one person, a channel and a direct message. */
export async function startScriptedSlack(script: Script, options: ScriptedSlackOptions = {}): Promise<ScriptedSlack> {
  const slack = options.slack ?? (await startSlack(options.slackOptions));
  if (options.slack === undefined) {
    slack.addPerson({ id: PERSON, name: "Ana" });
    slack.addPerson({ id: OTHER, name: "Ben" });
    slack.addChannel({ id: CHANNEL, name: "ops", kind: "channel", members: [PERSON, OTHER] });
    slack.addChannel({ id: DIRECT, name: "ana", kind: "im", members: [PERSON] });
  }
  const memory = options.memory ?? createMemory();
  const { botToken, appToken } = slack;
  const inbounds: Inbound[] = [];
  const stops: ConversationKey[] = [];
  const left: string[] = [];
  const delivered: ScriptedSlack["delivered"] = [];
  const turns = options.turns ?? new Map<string, TurnId>();
  const running = new Set<Promise<void>>();
  const closing = new AbortController();

  const door = createSlackDoor({
    connection: options.connection ?? { mode: "socket", botToken, appToken },
    apiUrl: slack.apiUrl,
    memory,
    renderer: options.renderer ?? noPictures,
    clock: options.clock ?? (() => new Date()),
    log: options.log ?? silent,
  });

  const core: DoorCore = {
    async receive(inbound) {
      const known = inbound.dedupeKeys.map((key) => turns.get(key)).find((turn) => turn !== undefined);
      if (known !== undefined) return { accepted: false, duplicateOf: known };
      const turnId = newId(TurnId);
      for (const key of inbound.dedupeKeys) turns.set(key, turnId);
      inbounds.push(inbound);
      const turn = run(inbound, turnId).finally(() => running.delete(turn));
      running.add(turn);
      return { accepted: true, turnId };
    },
    stop(conversation) {
      stops.push(conversation.key);
      return true;
    },
    status: async () => [],
    isFollowing: async () => false,
    home: async () => textReply("Your page"),
    complete: async () => ["what's the weather in Lisbon?", "help"],
    left: async (_platform, tenantId) => void left.push(tenantId),
    ...options.core,
  };

  async function run(inbound: Inbound, turnId: TurnId): Promise<void> {
    const { actor, conversation, source } = inbound;
    const stop = ActionToken.parse(`n1.stp.${"s".repeat(22)}.${"t".repeat(16)}`);
    const stream = door.stream({ turnId, conversation, actor, stop, ...(source && { source }) });
    const reply = await script(inbound, { turnId, stream, signal: closing.signal });
    stream.end();
    if (reply === undefined) return;
    const sending = outbound(inbound, reply, { turnId });
    try {
      delivered.push({ outbound: sending, ref: await door.deliver(sending, closing.signal) });
    } catch (error) {
      delivered.push({ outbound: sending, failure: asNexusError(error).code });
    }
  }

  function outbound(
    to: { conversation: Conversation; actor: Actor; source?: MessageRef },
    reply: Reply,
    more: Partial<Outbound> = {},
  ): Outbound {
    const { conversation, actor, source } = to;
    const base = { id: newId(OutboxId), turnId: newId(TurnId), conversation, actor, reply };
    return { ...base, ...(source && { source }), ...more };
  }

  await door.start(core);

  return {
    slack,
    door,
    memory,
    inbounds,
    stops,
    left,
    delivered,
    outbound,
    async [Symbol.asyncDispose]() {
      closing.abort();
      await Promise.allSettled(running);
      await door[Symbol.asyncDispose]();
      if (options.slack === undefined) await slack[Symbol.asyncDispose]();
    },
  };
}

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

const noPictures: ChartRenderer = {
  render: () => Promise.reject(new Error("no pictures here")),
  checkFonts: () => Promise.resolve(false),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

/** A reply of one text. */
export function textReply(markdown: string, more: Partial<Reply> = {}): Reply {
  return Reply.parse({ summary: markdown, parts: [{ type: "text", markdown }], visibility: "everyone", ...more });
}

/** A token with a verb that core would mint. */
export function token(verb: string): ActionToken {
  return ActionToken.parse(`n1.${verb}.${"x".repeat(22)}.${"y".repeat(16)}`);
}
