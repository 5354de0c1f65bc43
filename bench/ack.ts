import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type LoopbackDiscord, startDiscord } from "#test/platforms/discord/discord.ts";
import { type LoopbackSlack, startSlack } from "#test/platforms/slack/slack.ts";
import { atMost, exactly, percentile, type Report, reportOf, round } from "./report.ts";
import type { Measurement } from "./run.ts";

/** How many events come while everything behind the door is slow, and how far apart; ms. */
const ON_SLACK = { events: 300, everyMs: 20 } as const;
/**
 * Discord allows a bot 50 requests a second in all, and discord.js keeps to it. A slow turn takes several: the sign and
 * its renewals, the progress, the answer. https://discord.com/developers/docs/topics/rate-limits#global-rate-limit
 */
const ON_DISCORD = { events: 100, everyMs: 150 } as const;
const PEOPLE = 50;
/** Slow, and yet an answer: a source that is given up on is told of at once, which is quick. */
const SLOW_MS = 3_000;
/** How many quiet turns are compared with a bare echo. */
const TURNS = 150;
const POLL_MS = 2;

/**
 * How soon a person sees that the bot has heard, on Slack and Discord, while every source is as slow as it
 * may be and everybody talks at once; and what a reflex turn costs over an echo on the bare library, in the same run.
 */
export const ackBench: Measurement = {
  name: "ack",
  options: "",
  purpose: "event to first visible acknowledgement with everything slow; a reflex turn beside a bare echo",
  run: measureAck,
};

async function measureAck(): Promise<Report> {
  const slack = await measureSlack();
  const discord = await measureDiscord();
  const ratio = (ours: Spread, bare: Spread): number => round(ours.p50 / bare.p50, 2);
  return reportOf(
    "ack",
    {
      "Slack events": ON_SLACK.events,
      "Discord events": ON_DISCORD.events,
      "Slack ack p50 ms": slack.ack.p50,
      "Slack ack p99 ms": slack.ack.p99,
      "Discord ack p50 ms": discord.ack.p50,
      "Discord ack p99 ms": discord.ack.p99,
      "Discord command ack p99 ms": discord.commandAck.p99,
      "Slack turn p50 ms": slack.turn.p50,
      "Slack bare Bolt echo p50 ms": slack.echo.p50,
      "Slack turn over echo": ratio(slack.turn, slack.echo),
      "Discord turn p50 ms": discord.turn.p50,
      "Discord bare discord.js echo p50 ms": discord.echo.p50,
      "Discord turn over echo": ratio(discord.turn, discord.echo),
    },
    [
      atMost("Slack, event to visible acknowledgement p99 ms", slack.ack.p99, 500),
      atMost("Discord, event to visible acknowledgement p99 ms", discord.ack.p99, 500),
      atMost("Discord, command to visible acknowledgement p99 ms", discord.commandAck.p99, 500),
      exactly("Slack deadlines missed", slack.late, 0),
      exactly("Discord deadlines missed", discord.late, 0),
      exactly("refused by the platforms", slack.refused + discord.refused, 0),
    ],
  );
}

interface Spread {
  readonly p50: number;
  readonly p99: number;
}

function spread(times: readonly number[]): Spread {
  return { p50: round(percentile(times, 0.5), 1), p99: round(percentile(times, 0.99), 1) };
}

async function measureSlack() {
  await using slack = await startSlack();
  const people = Array.from({ length: PEOPLE }, (_, index) => {
    const person = { user: `U${index + 1000}BENCH`, channel: `C${index + 1000}BENCH` };
    slack.addPerson({ id: person.user, name: `person ${index}` });
    slack.addChannel({ id: person.channel, name: `c${index}`, kind: "channel", members: [person.user] });
    return person;
  });
  const mention = `<@${slack.botUserId}>`;
  const answered = async (user: string, channel: string, text: string): Promise<number> => {
    const startedAt = performance.now();
    const { ts } = await slack.post({ channel, user, text: `${mention} ${text}` });
    while (!slack.thread(channel, ts).some(({ isOurs }) => isOurs)) await pause(POLL_MS);
    return performance.now() - startedAt;
  };
  const settings = {
    NEXUS_SLACK_BOT_TOKEN: slack.botToken,
    NEXUS_SLACK_APP_TOKEN: slack.appToken,
    NEXUS_SLACK_API_URL: slack.apiUrl,
  };
  const [first] = people;
  if (first === undefined) throw new Error("nobody is there");

  const echo = await withBot(
    "echo-slack.ts",
    [],
    settings,
    () => slack.connections > 0,
    async () => inTurn(TURNS, () => answered(first.user, first.channel, "who are you")),
  );
  const { turn, ack } = await withBot(
    "slow-service.ts",
    [String(SLOW_MS)],
    settings,
    () => slack.connections > 0,
    async () => {
      const quiet = await inTurn(TURNS, () => answered(first.user, first.channel, "who are you"));
      const acks = await atOnce(ON_SLACK, async (index) => {
        const { user, channel } = people[index % PEOPLE] ?? first;
        const startedAt = performance.now();
        const posted = slack.post({ channel, user, text: `${mention} perform drill effect act-1-${index}` });
        const seen = seenOnSlack(slack, channel, startedAt);
        await posted;
        return await seen;
      });
      return { turn: quiet, ack: acks };
    },
  );
  const late = slack.acks.filter((each) => each.late).length;
  return { echo: spread(echo), turn: spread(turn), ack: spread(ack), late, refused: slack.refusals.length };
}

const VISIBLE: ReadonlySet<string> = new Set([
  "agents.sessions.setStatus",
  "assistant.threads.setStatus",
  "reactions.add",
  "chat.postMessage",
]);

/** Resolves with the time until the bot shows anything in the channel that it had not shown before. */
async function seenOnSlack(slack: LoopbackSlack, channel: string, startedAt: number): Promise<number> {
  const from = slack.calls.length;
  for (;;) {
    const isSeen = slack.calls
      .slice(from)
      .some(({ method, body }) => VISIBLE.has(method) && (body["channel"] ?? body["channel_id"]) === channel);
    if (isSeen) return performance.now() - startedAt;
    await pause(POLL_MS);
  }
}

async function measureDiscord() {
  await using discord = await startDiscord();
  const guild = discord.addGuild({ name: "Bench" }).id;
  // A channel for each event: where the bot types already, a person sees nothing new.
  const people = Array.from({ length: ON_DISCORD.events }, (_, index) => {
    const user = discord.addMember({ guild, name: `person ${index}` }).id;
    return { user, channel: discord.addChannel({ guild, name: `c${index}` }).id };
  });
  const [first] = people;
  if (first === undefined) throw new Error("nobody is there");
  const count = (channel: string): number =>
    discord.messages(channel).filter(({ authorId }) => authorId === discord.botUserId).length;
  const answered = async (): Promise<number> => {
    const before = count(first.channel);
    const startedAt = performance.now();
    discord.post({ ...first, text: "who are you", mentionsBot: true });
    while (count(first.channel) === before) await pause(POLL_MS);
    return performance.now() - startedAt;
  };
  const settings = { NEXUS_DISCORD_TOKEN: discord.token, NEXUS_DISCORD_API_URL: discord.restUrl };
  const isConnected = (): boolean => discord.gateway.isConnected;
  const echo = await withBot("echo-discord.ts", [], settings, isConnected, () => inTurn(TURNS, answered));
  const isReady = (): boolean => discord.gateway.isConnected && discord.registrations > 0;
  const measured = await withBot("slow-service.ts", [String(SLOW_MS)], settings, isReady, async () => {
    const turn = await inTurn(TURNS, answered);
    const ack = await atOnce(ON_DISCORD, async (index) => {
      const { user, channel } = people[index] ?? first;
      const before = seenOnDiscord(discord, channel);
      const startedAt = performance.now();
      discord.post({ channel, user, text: `perform drill effect act-1-${index}`, mentionsBot: true });
      while (seenOnDiscord(discord, channel) === before) await pause(POLL_MS);
      return performance.now() - startedAt;
    });
    const commandAck = await atOnce({ events: PEOPLE, everyMs: ON_DISCORD.everyMs }, async (index) => {
      const { user, channel } = people[index] ?? first;
      const text = `perform drill effect act-2-${index}`;
      return (await discord.slash({ channel, user, options: ["ask", { text }] })).ackMs ?? Number.POSITIVE_INFINITY;
    });
    return { turn: spread(turn), ack: spread(ack), commandAck: spread(commandAck) };
  });
  const late = discord.interactions.filter((each) => each.late).length;
  return { echo: spread(echo), ...measured, late, refused: discord.refusals.length };
}

function seenOnDiscord(discord: LoopbackDiscord, channel: string): number {
  return (
    discord.typing(channel).length + discord.messages(channel).filter((m) => m.authorId === discord.botUserId).length
  );
}

async function inTurn(times: number, measured: () => Promise<number>): Promise<number[]> {
  for (let warmUp = 0; warmUp < 10; warmUp += 1) await measured();
  const all: number[] = [];
  for (let index = 0; index < times; index += 1) all.push(await measured());
  return all;
}

/** One event after the other, whether or not those before have been answered. */
async function atOnce(
  { events, everyMs }: { readonly events: number; readonly everyMs: number },
  each: (index: number) => Promise<number>,
): Promise<number[]> {
  const all: Promise<number>[] = [];
  for (let index = 0; index < events; index += 1) {
    all.push(each(index));
    await pause(everyMs);
  }
  return Promise.all(all);
}

/** Runs a bot in a process of its own, as long as `work` takes. */
async function withBot<T>(
  program: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
  isReady: () => boolean,
  work: () => Promise<T>,
): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), "nexus-ack-"));
  const child: ChildProcess = spawn(process.execPath, [fileURLToPath(new URL(program, import.meta.url)), ...args], {
    env: { ...process.env, NEXUS_DATA_DIR: dataDir, NEXUS_HTTP_PORT: "off", ...settings },
    stdio: ["ignore", "ignore", "inherit"],
  });
  try {
    while (!isReady()) {
      if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`);
      await pause(20);
    }
    return await work();
  } finally {
    if (child.exitCode === null) {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    }
    await rm(dataDir, { recursive: true, force: true });
  }
}
