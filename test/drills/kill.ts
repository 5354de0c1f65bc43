import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import type { TurnId } from "#core/contract/ids.ts";
import { testMessage } from "#test/platforms/test-message.ts";
import { openKillPlatform, type KillPlatform, type Shown } from "./kill-platform.ts";
import { exactly, reportOf, type Report, round } from "#bench/report.ts";
import type { Measurement } from "#bench/run.ts";
import { openDiscordChat } from "./discord-chat.ts";
import { runKillChat, withoutGates } from "./kill-chat.ts";
import { createKilledService, type KilledService } from "./killed-service.ts";
import { openSlackChat } from "./slack-chat.ts";
import { seededRandom, type SeededRandom } from "./seeded-random.ts";

/** Kills the service with SIGKILL again and again while a platform repeats its events, and counts what people see. */
export const killDrill: Measurement = {
  name: "kill",
  options:
    "[--door test|slack|discord] [--messages 1000] [--kills 20] [--conversations 20] [--deliveries 1-5] [--seed 1] [--seconds 240]",
  purpose: "kill -9 in the middle of turns: no message lost, doubled or out of order, no effect had twice",
  run(args) {
    const options = readOptions(args);
    const chat = CHATS[options.door];
    return chat === undefined ? runKillDrill(options) : runKillChat(options.door, chat, options);
  },
};

/** The chat platforms the drill can be played on; `test` is its own, over a socket. */
const CHATS = { test: undefined, slack: openSlackChat, discord: openDiscordChat };

const count = z.coerce.number().int().positive();
const Options = z.object({
  door: z.enum(["test", "slack", "discord"]),
  messages: count,
  kills: z.coerce.number().int().nonnegative(),
  conversations: count,
  deliveries: z
    .string()
    .regex(/^\d+-\d+$/)
    .transform((range) => {
      const [fewest = 1, most = fewest] = range.split("-").map(Number);
      return { fewest, most };
    }),
  seed: z.coerce.number().int(),
  seconds: count,
});
type Options = z.infer<typeof Options>;

function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      door: { type: "string", default: "test" },
      messages: { type: "string", default: "1000" },
      kills: { type: "string", default: "20" },
      conversations: { type: "string", default: "20" },
      deliveries: { type: "string", default: "1-5" },
      seed: { type: "string", default: "1" },
      seconds: { type: "string", default: "240" },
    },
  });
  return Options.parse(values);
}

async function runKillDrill(options: Options): Promise<Report> {
  const dir = mkdtempSync(join(tmpdir(), "nexus-kill-"));
  const random = seededRandom(options.seed);
  const socketPath = join(dir, "platform.sock");
  using platform = await openKillPlatform(socketPath, () => service.onCall());
  const service = createKilledService({
    kills: options.kills,
    // Each message makes about two calls: the effect and the reply.
    calls: Math.floor(options.messages * 1.8),
    random,
    arguments: () => [join(dir, "data"), socketPath, String(platform.port)],
    environment: { NEXUS_CONFIG: withoutGates(dir) },
  });
  const started = performance.now();
  try {
    const running = service.run();
    const timeout = AbortSignal.any([AbortSignal.timeout(options.seconds * 1_000), service.broken]);
    const sent = await sendAll(platform, random, options, timeout);
    await race(platform.allAnswered([...sent.values()].flat()), timeout);
    await service.stop();
    await running;
    return judge(platform, sent, service, options, (performance.now() - started) / 1_000);
  } finally {
    await service.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The turns of each conversation, in the order its messages were sent. */
type Sent = ReadonlyMap<string, readonly TurnId[]>;

async function sendAll(
  platform: KillPlatform,
  random: SeededRandom,
  options: Options,
  timeout: AbortSignal,
): Promise<Sent> {
  const { fewest, most } = options.deliveries;
  const channels = Array.from({ length: options.conversations }, (_, index) => String(index));
  const sent = new Map(channels.map((channel) => [channel, [] as TurnId[]] as const));
  async function sendTo(channel: string, turns: TurnId[], messages: number): Promise<void> {
    for (let index = 0; index < messages && !timeout.aborted; index += 1) {
      const id = `${channel}/${index}`;
      const text = `perform drill effect ${effectOf(channel, index)}`;
      const inbound = testMessage({ id, channel, person: channel, text, sentAtMs: Date.now() });
      const copies = Array.from({ length: random.between(fewest, most) }, () => platform.deliver(inbound));
      let turn = (await race(Promise.all(copies), timeout))?.find((each) => each !== undefined);
      // A platform repeats what was not acknowledged until it is.
      while (turn === undefined && !timeout.aborted) turn = await race(platform.deliver(inbound), timeout);
      if (turn !== undefined) turns.push(turn);
    }
  }
  const share = Math.floor(options.messages / options.conversations);
  const rest = options.messages % options.conversations;
  await Promise.all([...sent].map(([channel, turns], index) => sendTo(channel, turns, share + (index < rest ? 1 : 0))));
  return sent;
}

/** The value, or undefined when the time is up first. */
async function race<T>(promise: Promise<T>, timeout: AbortSignal): Promise<T | undefined> {
  if (timeout.aborted) return undefined;
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const onAbort = (): void => resolve(undefined);
  timeout.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, late]);
  } finally {
    timeout.removeEventListener("abort", onAbort);
  }
}

/** The name of the effect that a message asks for. */
function effectOf(channel: string, index: number): string {
  return `act-${channel}-${index}`;
}

function judge(platform: KillPlatform, sent: Sent, service: KilledService, options: Options, seconds: number): Report {
  const { shown, effects } = platform;
  const turns = new Set([...sent.values()].flat());
  const answered = new Set(shown.map((reply) => reply.turnId));
  const of = (kind: Shown["kind"]): Shown[] => shown.filter((reply) => reply.kind === kind);
  const had = (reply: Shown): boolean => effects.has(/act-\d+-\d+/.exec(reply.summary)?.[0] ?? "");
  const figures = {
    messages: options.messages,
    conversations: options.conversations,
    kills: service.kills,
    starts: service.starts,
    seconds: round(seconds, 1),
    "turns/s": round(answered.size / seconds, 1),
    answers: of("answer").length,
    "said to be uncertain": of("uncertain").length,
  };
  return reportOf("kill", figures, [
    exactly("kills", service.kills, options.kills),
    exactly("ended by itself", service.failures, 0),
    exactly("lost", options.messages - [...turns].filter((turn) => answered.has(turn)).length, 0),
    exactly("doubled", shown.length - answered.size, 0),
    exactly("out of order", countOutOfOrder(shown, sent), 0),
    exactly("effects had twice", [...effects.values()].filter((times) => times > 1).length, 0),
    exactly("answers without their effect", of("answer").filter((reply) => !had(reply)).length, 0),
    exactly("file changes lost or doubled", countMiscounted(of("answer")), 0),
    exactly("other replies", of("other").length, 0),
  ]);
}

/** Answers whose number, kept in the module's own file, is not one more than that of the answer before. */
function countMiscounted(answers: readonly Shown[]): number {
  const last = new Map<string, number>();
  let wrong = 0;
  for (const { channel, summary } of answers) {
    const number = Number(/number (\d+)$/.exec(summary)?.[1]);
    if (number !== (last.get(channel) ?? 0) + 1) wrong += 1;
    last.set(channel, number);
  }
  return wrong;
}

/** Replies that appeared before the reply to an earlier message of their conversation. */
function countOutOfOrder(shown: readonly Shown[], sent: Sent): number {
  let wrong = 0;
  for (const [channel, turns] of sent) {
    const positions = shown.filter((reply) => reply.channel === channel).map((reply) => turns.indexOf(reply.turnId));
    wrong += positions.filter((position, index) => position < Math.max(-1, ...positions.slice(0, index))).length;
  }
  return wrong;
}
