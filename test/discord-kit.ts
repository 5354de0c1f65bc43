import { setTimeout as pause } from "node:timers/promises";
import type { ChartRenderer } from "#bot/chart-png.ts";
import { createDiscordDoor, type DiscordDoor } from "#bot/discord/door.ts";
import type { DoorCore, DoorMemory, Outbound, StreamPort } from "#core/contract/door.ts";
import { asNexusError } from "#core/contract/errors.ts";
import { newId, OutboxId, TurnId } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import { ActionToken, type Inbound, type MessageRef } from "#core/contract/message.ts";
import { Reply } from "#core/contract/reply.ts";
import type { Verb } from "#core/contract/verbs.ts";
import { type DiscordOptions, type LoopbackDiscord, startDiscord } from "#test/platforms/discord/discord.ts";

export type Script = (
  inbound: Inbound,
  turn: { turnId: TurnId; stream(): StreamPort },
) => Reply | undefined | Promise<Reply | undefined>;

/** A Discord door on a loopback Discord, before a core that answers by script and remembers what it was asked. */
export interface ScriptedDiscord extends AsyncDisposable {
  readonly discord: LoopbackDiscord;
  readonly door: DiscordDoor;
  readonly memory: DoorMemory;
  /** Everything accepted, each once. */
  readonly inbounds: Inbound[];
  readonly delivered: MessageRef[];
  readonly left: string[];
  /** Codes of what could not be delivered. */
  readonly failures: string[];
  /** As a person would be answered who said it here. */
  outbound(inbound: Inbound, reply: Reply, more?: Partial<Outbound>): Outbound;
  /** Another process with the same memory, after this one was killed. */
  restart(): Promise<ScriptedDiscord>;
  readonly ids: Town;
}

/** Who and what there is in the town of these tests. */
export const TOWN = {
  guild: "4001",
  ada: "5001",
  bob: "5002",
  general: "6001",
  forum: "6002",
} as const;
type Town = typeof TOWN;

export interface ScriptedOptions {
  readonly discord?: DiscordOptions;
  readonly renderer?: ChartRenderer;
  readonly messageContent?: boolean;
  readonly memory?: DoorMemory;
  readonly town?: LoopbackDiscord;
  readonly token?: string;
  /** How long writing to the inbox takes. */
  readonly slowMs?: number;
  /** How often writing to the inbox fails at first. */
  readonly failing?: number;
  readonly following?: (inbound: string) => boolean;
  readonly complete?: readonly string[];
  readonly seen?: Map<string, TurnId>;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const noPictures: ChartRenderer = {
  render: () => Promise.reject(new Error("no pictures here")),
  checkFonts: () => Promise.resolve(false),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

export async function startScripted(script: Script, options: ScriptedOptions = {}): Promise<ScriptedDiscord> {
  const discord = options.town ?? (await openTown(options.discord));
  const memory = options.memory ?? memoryOf();
  const seen = options.seen ?? new Map<string, TurnId>();
  const inbounds: Inbound[] = [];
  const delivered: MessageRef[] = [];
  const left: string[] = [];
  const failures: string[] = [];
  const unlimited = new AbortController().signal;
  let failing = options.failing ?? 0;

  const door = createDiscordDoor({
    token: options.token ?? discord.token,
    apiUrl: discord.restUrl,
    memory,
    renderer: options.renderer ?? noPictures,
    ...(options.messageContent !== undefined && { messageContent: options.messageContent }),
    clock: options.discord?.clock ?? (() => new Date()),
    log: silent,
  });

  const core: DoorCore = {
    async receive(inbound) {
      if (options.slowMs !== undefined) await pause(options.slowMs);
      if (failing > 0) {
        failing -= 1;
        throw new Error("the disk is full");
      }
      const [key = ""] = inbound.dedupeKeys;
      const known = seen.get(key);
      if (known !== undefined) return { accepted: false, duplicateOf: known };
      const turnId = newId(TurnId);
      seen.set(key, turnId);
      inbounds.push(inbound);
      void answer(inbound, turnId);
      return { accepted: true, turnId };
    },
    stop: () => true,
    status: () => Promise.resolve([]),
    isFollowing: ({ key }) => Promise.resolve(options.following?.(key) ?? false),
    home: () => Promise.resolve(say("Home")),
    complete: (_actor, text, limit) =>
      Promise.resolve((options.complete ?? []).filter((each) => each.startsWith(text)).slice(0, limit)),
    left: (platform, tenantId) => {
      left.push(`${platform}:${tenantId}`);
      return Promise.resolve();
    },
  };

  const outbound = (inbound: Inbound, reply: Reply, more: Partial<Outbound> = {}): Outbound => ({
    id: newId(OutboxId),
    turnId: seen.get(inbound.dedupeKeys[0] ?? "") ?? newId(TurnId),
    conversation: inbound.conversation,
    actor: inbound.actor,
    reply,
    ...(inbound.source && { source: inbound.source }),
    ...more,
  });
  const answer = async (inbound: Inbound, turnId: TurnId) => {
    const { conversation, actor, source } = inbound;
    const stream = () => door.stream({ turnId, conversation, actor, ...(source && { source }), stop: token("stp") });
    const reply = await script(inbound, { turnId, stream });
    if (reply === undefined) return;
    try {
      delivered.push(await door.deliver(outbound(inbound, reply), unlimited));
    } catch (error) {
      failures.push(asNexusError(error).code);
    }
  };
  await door.start(core);

  return {
    discord,
    door,
    memory,
    inbounds,
    delivered,
    left,
    failures,
    outbound,
    ids: TOWN,
    async restart() {
      await door[Symbol.asyncDispose]();
      return startScripted(script, { ...options, town: discord, memory, seen });
    },
    async [Symbol.asyncDispose]() {
      await door[Symbol.asyncDispose]();
      if (options.town === undefined) await discord[Symbol.asyncDispose]();
    },
  };
}

/** A Discord with one server, two members, a channel and a forum. */
export async function openTown(options?: DiscordOptions): Promise<LoopbackDiscord> {
  const discord = await startDiscord(options);
  discord.addGuild({ id: TOWN.guild, name: "Acme" });
  discord.addMember({ guild: TOWN.guild, id: TOWN.ada, name: "Ada", locale: "en-GB" });
  discord.addMember({ guild: TOWN.guild, id: TOWN.bob, name: "Bob" });
  discord.addChannel({ guild: TOWN.guild, id: TOWN.general, name: "general" });
  discord.addChannel({ guild: TOWN.guild, id: TOWN.forum, name: "questions", type: "forum" });
  return discord;
}

export function say(markdown: string, more: Partial<Reply> = {}): Reply {
  return Reply.parse({ summary: markdown, parts: [{ type: "text", markdown }], visibility: "everyone", ...more });
}

/** A token of the right shape; whether it is genuine is core's to say. */
export function token(verb: Verb, id = "0123456789abcdefghijkl"): ActionToken {
  return ActionToken.parse(`n1.${verb}.${id}.abcdefghijklmnop`);
}

export function memoryOf(): DoorMemory {
  const kept = new Map<string, Json>();
  const secrets = new Map<string, string>();
  return {
    get: (key) => Promise.resolve(kept.get(key)),
    set: (key, value) => Promise.resolve(void kept.set(key, value)),
    getSecret: (key) => Promise.resolve(secrets.get(key)),
    setSecret: (key, value) => Promise.resolve(void secrets.set(key, value)),
    delete(key) {
      kept.delete(key);
      secrets.delete(key);
      return Promise.resolve();
    },
    keys: (prefix) => Promise.resolve([...kept.keys(), ...secrets.keys()].filter((key) => key.startsWith(prefix))),
  };
}
