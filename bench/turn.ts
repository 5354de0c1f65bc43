import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "#config.ts";
import type { DoorCore, FrontEnd, Outbound } from "#core/contract/door.ts";
import { ConversationKey, type TurnId } from "#core/contract/ids.ts";
import type { Inbound } from "#core/contract/message.ts";
import { startNexus } from "#main.ts";
import { atLeast, atMost, percentile, type Report, reportOf, round } from "./report.ts";
import type { Measurement } from "./run.ts";

const CONVERSATIONS = 100;
const SATURATION_TURNS = 3_000;
const SINGLE_TURNS = 400;
const WARM_UP_TURNS = 200;

/**
 * What a turn costs NEXUS itself, from the inbox to the outbox: one at a time for the latency, a hundred conversations
 * at once for the throughput. Beside it, an echo that keeps everything in memory, and what the disk takes to keep one
 * page: a turn waits for that several times before its answer is out.
 */
export const turnBench: Measurement = {
  name: "turn",
  options: "",
  purpose: "what a turn costs NEXUS itself, beside an echo in memory",
  run: measureTurns,
};

async function measureTurns(): Promise<Report> {
  const dataDir = await mkdtemp(join(tmpdir(), "nexus-bench-"));
  const door = createBenchDoor();
  const config = readConfig({ NEXUS_DATA_DIR: dataDir, NEXUS_HTTP_PORT: "off", NEXUS_SAMPLE_DATA: "on" });
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  try {
    await using _nexus = await startNexus(config, { log: silent, doors: [door] });
    const command = await measure(door, "help", /What I can do/);
    // The weather is sample data here, so the same question comes from the cache after the first.
    const cached = await measure(door, "what's the weather in Toronto?", /· cached ·/);
    // The counter is never cached: each turn is a call into the sandbox that reads and writes a file of the module.
    const sandboxed = await measure(door, "count up the demo counter", /Showroom · as of [^·]+ · no model/);
    const echo = await measureEcho();
    const flush = await measureFlush(dataDir);
    return reportOf(
      "turn",
      {
        conversations: CONVERSATIONS,
        "echo turns/s": round(echo.perSecond, 0),
        "flush of a page p50 ms": round(flush.p50),
        "command p50 ms": round(command.p50),
        "command p99 ms": round(command.p99),
        "command turns/s": round(command.perSecond, 0),
        "cached p50 ms": round(cached.p50),
        "cached p99 ms": round(cached.p99),
        "cached turns/s": round(cached.perSecond, 0),
        "sandboxed p50 ms": round(sandboxed.p50),
        "sandboxed p99 ms": round(sandboxed.p99),
        "sandboxed turns/s": round(sandboxed.perSecond, 0),
        "command share of echo": round(command.perSecond / echo.perSecond, 4),
      },
      [
        atMost("reflex turn p50 ms", round(sandboxed.p50), 8),
        atMost("reflex turn p99 ms", round(sandboxed.p99), 40),
        atLeast("turns/s, commands", round(command.perSecond, 0), 500),
        atLeast("turns/s, cached answers", round(cached.perSecond, 0), 500),
        atLeast("turns/s, a sandboxed call each", round(sandboxed.perSecond, 0), 300),
      ],
    );
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

interface Measured {
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
}

type BenchDoor = FrontEnd & { ask(conversation: number, text: string): Promise<Outbound> };

/** A door whose platform takes every message at once: what is left is NEXUS's own time. */
function createBenchDoor(): BenchDoor {
  let core: DoorCore | undefined;
  let serial = 0;
  const answers = new Map<TurnId, PromiseWithResolvers<Outbound>>();
  const answerTo = (turn: TurnId): PromiseWithResolvers<Outbound> => {
    const answer = answers.get(turn) ?? Promise.withResolvers<Outbound>();
    answers.set(turn, answer);
    return answer;
  };
  return {
    platform: "test",
    start(started) {
      core = started;
      return Promise.resolve();
    },
    deliver(outbound) {
      answerTo(outbound.turnId).resolve(outbound);
      const { tenantId, channelId } = outbound.conversation;
      return Promise.resolve({ platform: "test", tenantId, channelId, messageId: outbound.id, ephemeral: false });
    },
    probe: () => Promise.resolve({ state: "unknown" }),
    read: () => Promise.reject(new Error("the bench sends no files")),
    stream: () => ({ text: () => undefined, step: () => undefined, end: () => undefined }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
    async ask(conversation, text) {
      if (core === undefined) throw new Error("the door has not started");
      const received = await core.receive(message(conversation, text, ++serial));
      if (!received.accepted) throw new Error("the bench never says the same thing twice");
      const answer = await answerTo(received.turnId).promise;
      answers.delete(received.turnId);
      return answer;
    },
  };
}

function message(conversation: number, text: string, serial: number): Inbound {
  return {
    kind: "message",
    dedupeKeys: [`bench:${serial}`],
    sentAtMs: Date.now(),
    actor: {
      platform: "test",
      tenantId: "bench",
      id: `p${conversation}`,
      displayName: "Bench",
      affiliation: "member",
      platformRoleIds: [],
    },
    conversation: {
      key: ConversationKey.parse(`test:bench:${conversation}`),
      platform: "test",
      tenantId: "bench",
      channelId: String(conversation),
      kind: "dm",
      audience: "just_me",
    },
    text,
    addressedBy: "dm",
    attachments: [],
  };
}

/** @param expected what every answer must contain: a bench of the wrong answer is worth nothing */
async function measure(door: BenchDoor, words: string, expected: RegExp): Promise<Measured> {
  const ask = async (conversation: number): Promise<void> => {
    const { reply } = await door.ask(conversation, words);
    if (!expected.test(JSON.stringify(reply))) throw new Error(`“${words}” was answered with ${JSON.stringify(reply)}`);
  };
  // Not measured: each conversation's first turn makes its person, and the first call of a kind fills caches.
  for (let index = 0; index < CONVERSATIONS; index++) await door.ask(index, words);
  for (let index = 0; index < WARM_UP_TURNS; index++) await ask(index % CONVERSATIONS);
  const times: number[] = [];
  for (let index = 0; index < SINGLE_TURNS; index++) {
    const startedAt = performance.now();
    await ask(index % CONVERSATIONS);
    times.push(performance.now() - startedAt);
  }
  let next = 0;
  const startedAt = performance.now();
  const talkers = Array.from({ length: CONVERSATIONS }, async (_, conversation) => {
    while (next++ < SATURATION_TURNS) await ask(conversation);
  });
  await Promise.all(talkers);
  const seconds = (performance.now() - startedAt) / 1000;
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99), perSecond: SATURATION_TURNS / seconds };
}

/** The baseline: the same loop of promises with nothing kept and nothing understood. */
async function measureEcho(): Promise<{ perSecond: number }> {
  const turns = 20_000;
  const queues = new Map<number, Promise<string>>();
  const startedAt = performance.now();
  const answers = Array.from({ length: turns }, (_, index) => {
    const conversation = index % CONVERSATIONS;
    const answer = (queues.get(conversation) ?? Promise.resolve("")).then(() =>
      JSON.parse(JSON.stringify(message(conversation, "echo", index))),
    );
    queues.set(conversation, answer);
    return answer;
  });
  await Promise.all(answers);
  return { perSecond: turns / ((performance.now() - startedAt) / 1000) };
}

/** The other baseline: a page written and flushed, as each commit does. */
async function measureFlush(folder: string): Promise<{ p50: number }> {
  const page = Buffer.alloc(4_096, 1);
  await using file = await open(join(folder, "page"), "w");
  const times: number[] = [];
  for (let index = 0; index < SINGLE_TURNS; index++) {
    const startedAt = performance.now();
    await file.write(page);
    await file.datasync();
    times.push(performance.now() - startedAt);
  }
  return { p50: percentile(times, 0.5) };
}
