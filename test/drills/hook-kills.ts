import { setTimeout as pause } from "node:timers/promises";
import { type DrillHook, sendUntilTaken, type Statuses } from "./hook-sender.ts";
import type { HookLife, HookWorld } from "./hook-world.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** What was sent, by its title: to which hook, and what the sender was answered. */
export type Sent = Map<string, { readonly hook: number; readonly statuses: Statuses }>;

/** The steps of one delivery: from when it comes until its post is known to have appeared. */
export async function stepsOf(world: HookWorld, hook: DrillHook, sent: Sent, signal: AbortSignal) {
  const life = await world.live(undefined, signal);
  await life.arm();
  sent.set("trace", { hook: 0, statuses: await sendUntilTaken(world.origin, hook, "trace", signal) });
  await isSaid(world, "trace", signal);
  await pause(AFTERWARDS_MS);
  await life.end();
  return life.steps();
}

/**
 * Sends one delivery for each of the steps, each to a service that dies before that step; the next service ends what was
 * begun, while the sender tries again.
 * @returns how many of them were the last moment of a service
 */
export async function killAtEach(
  world: HookWorld,
  hook: DrillHook,
  steps: readonly string[],
  sent: Sent,
  signal: AbortSignal,
): Promise<number> {
  let kills = 0;
  let before: Promise<unknown> = Promise.resolve();
  for (const [index, step] of steps.entries()) {
    const life = await world.live(step, signal);
    await before;
    await life.arm();
    const title = `at-${index}`;
    const sending = sendUntilTaken(world.origin, hook, title, signal).then((statuses) => {
      sent.set(title, { hook: 0, statuses });
      return isSaid(world, title, signal);
    });
    before = sending;
    // A step that never comes, because less was written this time, ends with what was said.
    const quiet = sending.then(() => pause(AFTERWARDS_MS)).then(() => "quiet" as const);
    const how = await Promise.race([life.ended, quiet]);
    if (how === true) kills += 1;
    else await life.end();
  }
  const last = await world.live(undefined, signal);
  await before;
  await last.end();
  return kills;
}

export interface Flood {
  readonly messages: number;
  readonly kills: number;
  readonly random: SeededRandom;
}

/**
 * Sends a great many deliveries to all hooks at once, to a service that is killed again and again: half of the times when a
 * post has appeared and is not acknowledged yet, half a little later.
 * @returns how often it was killed
 */
export async function floodAndKill(
  world: HookWorld,
  hooks: readonly DrillHook[],
  { messages, kills, random }: Flood,
  sent: Sent,
  signal: AbortSignal,
): Promise<number> {
  const moments = Array.from({ length: kills }, () => random.between(1, Math.ceil(messages * 0.8))).toSorted(
    (a, b) => a - b,
  );
  let done = 0;
  let posts = 0;
  const over = new AbortController();
  let life: HookLife | undefined;
  world.onShown = () => {
    posts += 1;
    const [moment] = moments;
    if (moment === undefined || posts < moment || life === undefined) return;
    moments.shift();
    done += 1;
    const dying = life;
    life = undefined;
    if (random.between(0, 1) === 0) dying.kill();
    else setTimeout(() => dying.kill(), random.between(0, 20));
  };
  const living = (async () => {
    while (!over.signal.aborted) {
      const next = await world.live(undefined, signal);
      life = next;
      if (over.signal.aborted) await next.end();
      await next.ended;
    }
  })();
  await Promise.all(
    hooks.map(async (hook, index) => {
      for (let at = index; at < messages; at += hooks.length) {
        const title = `flood-${index}-${at}`;
        // Of some the answer is lost on its way, and they are sent again though they were taken.
        const patienceMs = random.between(1, 4) === 1 ? random.between(1, 30) : undefined;
        const statuses = await sendUntilTaken(world.origin, hook, title, signal, patienceMs);
        sent.set(title, { hook: index, statuses });
      }
    }),
  );
  // What is not said by then is counted as lost.
  for (const title of sent.keys()) await isSaid(world, title, signal).catch(() => undefined);
  over.abort();
  world.onShown = () => undefined;
  await life?.end();
  await living;
  return done;
}

/** What a sender sends again that was never told of its success: each is known. @returns what it was answered */
export async function sendAllAgain(
  world: HookWorld,
  hooks: readonly DrillHook[],
  sent: Sent,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const life = await world.live(undefined, signal);
  const answers: number[] = [];
  for (const [title, { hook }] of sent) {
    const to = hooks[hook];
    if (to !== undefined) answers.push((await sendUntilTaken(world.origin, to, title, signal)).at(-1) ?? 0);
  }
  // What would be said twice is said now.
  await pause(2_000);
  await life.end();
  return answers;
}

async function isSaid({ platform }: HookWorld, title: string, signal: AbortSignal): Promise<void> {
  await platform.appeared(({ reply }) => reply.summary === title, signal);
}

/** What is written after a post has appeared: that it has. */
const AFTERWARDS_MS = 700;
