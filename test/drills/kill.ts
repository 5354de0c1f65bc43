import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import type { TurnId } from "#core/contract/ids.ts";
import { testMessage } from "#test/platforms/test-message.ts";
import { openKillPlatform, type KillPlatform, type Shown } from "./kill-platform.ts";
import { exactly, reportOf, type Report, round } from "#bench/report.ts";
import type { Measurement } from "#bench/run.ts";
import { seededRandom, type SeededRandom } from "./seeded-random.ts";

/** Kills the service with SIGKILL again and again while a platform repeats its events, and counts what people see. */
export const killDrill: Measurement = {
  name: "kill",
  options: "[--messages 1000] [--kills 20] [--conversations 20] [--deliveries 1-5] [--seed 1] [--seconds 240]",
  purpose: "kill -9 in the middle of turns: no message lost, doubled or out of order, no effect had twice",
  run: (args) => runKillDrill(readOptions(args)),
};

const count = z.coerce.number().int().positive();
const Options = z.object({
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
  const service = createService(join(dir, "data"), socketPath, platform.port, random, options);
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

interface Service {
  readonly kills: number;
  readonly starts: number;
  /** How often the service ended by itself. */
  readonly failures: number;
  /** Fires when it has. */
  readonly broken: AbortSignal;
  /** Runs the service, and runs it again whenever it was killed, until it is stopped. */
  run(): Promise<void>;
  /** Told of everything the service does outside; some of these moments are its last. */
  onCall(): void;
  stop(): Promise<void>;
}

function createService(
  dataDir: string,
  socketPath: string,
  port: number,
  random: SeededRandom,
  options: Options,
): Service {
  // Each message makes about two calls, the effect and the reply, so that all kills fall while there is work.
  const moments = Array.from({ length: options.kills }, () => random.between(1, Math.floor(options.messages * 1.8)));
  moments.sort((a, b) => a - b);
  const program = fileURLToPath(new URL("kill-service.ts", import.meta.url));
  let child: ChildProcess | undefined;
  const stopping = new AbortController();
  const broken = new AbortController();
  let failures = 0;
  let calls = 0;
  let kills = 0;
  let starts = 0;

  function kill(): void {
    // One that is dead already was killed by an earlier moment; this one then comes with the next call.
    if (child && !child.killed && child.kill("SIGKILL")) kills += 1;
    else moments.unshift(calls + 1);
  }

  return {
    get kills() {
      return kills;
    },
    get failures() {
      return failures;
    },
    broken: broken.signal,
    get starts() {
      return starts;
    },
    run: async () => {
      while (!stopping.signal.aborted) {
        starts += 1;
        child = spawn(process.execPath, [program, dataDir, socketPath, String(port)], {
          stdio: ["ignore", "ignore", "inherit"],
        });
        await once(child, "exit");
        // Whoever ends without having been asked to has a defect of its own; starting it again and again hides that.
        if (!child.killed) {
          failures += 1;
          broken.abort();
          return;
        }
      }
    },
    onCall: () => {
      calls += 1;
      const moment = moments[0];
      if (moment === undefined || calls < moment) return;
      moments.shift();
      // Half of the kills come before the call is answered, half a little later, in the midst of what follows from it.
      if (random.between(0, 1) === 0) kill();
      else setTimeout(kill, random.between(0, 10));
    },
    stop: async () => {
      if (stopping.signal.aborted) return;
      stopping.abort();
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      const timer = setTimeout(() => child?.kill("SIGKILL"), 10_000);
      await exited;
      clearTimeout(timer);
    },
  };
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

function judge(platform: KillPlatform, sent: Sent, service: Service, options: Options, seconds: number): Report {
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
