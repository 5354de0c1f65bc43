import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { exactly, reportOf, type Report, round } from "#bench/report.ts";
import { ERRORS } from "#core/contract/errors.ts";
import type { DrillChat, DrillChatOptions } from "./drill-chat.ts";
import { openEffectsWorld } from "./effects-world.ts";
import { createKilledService, type KilledService } from "./killed-service.ts";
import { seededRandom, type SeededRandom } from "./seeded-random.ts";

export interface KillChatOptions {
  readonly messages: number;
  readonly kills: number;
  readonly conversations: number;
  readonly deliveries: { readonly fewest: number; readonly most: number };
  readonly seed: number;
  readonly seconds: number;
}

/** A twentieth of what people say they change afterwards, and the connection is replaced ten times. */
const EDITED_SHARE = 20;
const ROTATIONS = 10;
/** How old the late messages are; minutes. Beyond an hour they are declined. */
const LATE_MINUTES = [55, 30, 15, 11] as const;

/**
 * Kills the whole service while people talk to it on a chat platform that repeats events, replaces connections and
 * passes on edits, and counts what they see there.
 */
export async function runKillChat(
  door: string,
  openChat: (options: DrillChatOptions) => Promise<DrillChat>,
  options: KillChatOptions,
): Promise<Report> {
  const dir = mkdtempSync(join(tmpdir(), "nexus-kill-"));
  const random = seededRandom(options.seed);
  const { fewest, most } = options.deliveries;
  await using chat = await openChat({
    ageMs: LATE_MINUTES[0] * 60_000,
    deliveries: () => random.between(fewest, most),
  });
  using world = await openEffectsWorld(() => service.onCall());
  const service = createKilledService({
    kills: options.kills,
    calls: Math.max(1, Math.floor(options.messages * 0.85)),
    random,
    arguments: () => [join(dir, "data"), "none", String(world.port)],
    environment: { ...chat.settings, NEXUS_CONFIG: withoutGates(dir) },
  });
  const started = performance.now();
  const timeout = AbortSignal.any([AbortSignal.timeout(options.seconds * 1_000), service.broken]);
  try {
    const running = service.run();
    while (!chat.isConnected() && !timeout.aborted) await pause(20);
    const late: number[] = [];
    for (const minutes of LATE_MINUTES) {
      chat.age(minutes * 60_000);
      const conversation = chat.open();
      late.push(conversation);
      await chat.say(conversation, `perform drill effect ${effectOf(conversation, 0)}`);
    }
    chat.age(0);
    const said = await talk(chat, random, options, timeout);
    const isAnswered = (): boolean =>
      [...said].every(([conversation, count]) => chat.replies(conversation).length >= count) &&
      late.every((conversation) => chat.replies(conversation).length >= 1);
    while (!isAnswered() && !timeout.aborted) await pause(50);
    const seconds = (performance.now() - started) / 1_000;
    // What would appear twice appears now.
    await pause(2_000);
    await service.stop();
    await running;
    return judge(`kill ${door}`, chat, world.effects, said, late, service, options, seconds);
  } finally {
    await service.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A configuration in which effects ask nobody: the drill is about delivery. @returns its path */
export function withoutGates(dir: string): string {
  const path = join(dir, "nexus.json");
  writeFileSync(path, JSON.stringify({ approvals: { write: { approvals: 0 } } }));
  return path;
}

/** Everybody says their share, one thing after the other. @returns how many things were said in each conversation */
async function talk(
  chat: DrillChat,
  random: SeededRandom,
  options: KillChatOptions,
  timeout: AbortSignal,
): Promise<ReadonlyMap<number, number>> {
  const said = new Map<number, number>();
  let total = 0;
  async function talkIn(conversation: number, messages: number): Promise<void> {
    for (let index = 0; index < messages && !timeout.aborted; index += 1) {
      await chat.say(conversation, `perform drill effect ${effectOf(conversation, index)}`);
      said.set(conversation, index + 1);
      total += 1;
      if (random.between(1, EDITED_SHARE) === 1) await chat.edit(conversation);
      if (total % Math.ceil(options.messages / ROTATIONS) === 0) chat.rotate();
    }
  }
  const share = Math.floor(options.messages / options.conversations);
  const rest = options.messages % options.conversations;
  await Promise.all(
    Array.from({ length: options.conversations }, (_, index) => talkIn(chat.open(), share + (index < rest ? 1 : 0))),
  );
  return said;
}

/** The name of the effect that a message asks for. */
function effectOf(conversation: number, index: number): string {
  return `act-${conversation}-${index}`;
}

function judge(
  name: string,
  chat: DrillChat,
  effects: ReadonlyMap<string, number>,
  said: ReadonlyMap<number, number>,
  late: readonly number[],
  service: KilledService,
  options: KillChatOptions,
  seconds: number,
): Report {
  const inEach = [...said].map(([conversation, count]) => ({ count, replies: chat.replies(conversation) }));
  const all = inEach.flatMap(({ replies }) => replies);
  const answers = all.filter((text) => DONE.test(text));
  const uncertain = all.filter((text) => text.includes(ERRORS.step_uncertain.cause));
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  const lost = sum(inEach.map(({ count, replies }) => Math.max(0, count - replies.length)));
  const surplus = sum(inEach.map(({ count, replies }) => Math.max(0, replies.length - count)));
  const repeated = answers.length - new Set(answers.map(nameIn)).size;
  const unlabelled = late.filter((conversation) => !chat.replies(conversation).every((text) => /delayed/i.test(text)));
  return reportOf(
    name,
    {
      messages: options.messages,
      conversations: options.conversations,
      kills: service.kills,
      starts: service.starts,
      seconds: round(seconds, 1),
      answers: answers.length,
      "said to be uncertain": uncertain.length,
    },
    [
      exactly("kills", service.kills, options.kills),
      exactly("ended by itself", service.failures, 0),
      exactly("lost", lost + options.messages - sum([...said.values()]), 0),
      exactly("doubled", Math.max(surplus, repeated), 0),
      exactly("out of order", sum(inEach.map(({ replies }) => countOutOfOrder(replies))), 0),
      exactly("effects had twice", [...effects.values()].filter((times) => times > 1).length, 0),
      exactly("answers without their effect", answers.filter((text) => !effects.has(nameIn(text))).length, 0),
      exactly("late and unlabelled", unlabelled.length, 0),
      exactly("other replies", all.length - answers.length - uncertain.length, 0),
      exactly("refused by the platform", chat.refusals.length, 0),
    ],
  );
}

const DONE = /done (act-\d+-\d+)/;

function nameIn(text: string): string {
  return DONE.exec(text)?.[1] ?? "";
}

/** Answers that appeared after the answer to a later message of their conversation. */
function countOutOfOrder(replies: readonly string[]): number {
  const order = replies.flatMap((text) => /done act-\d+-(\d+)/.exec(text)?.[1] ?? []).map(Number);
  return order.filter((number, index) => number < Math.max(-1, ...order.slice(0, index))).length;
}
