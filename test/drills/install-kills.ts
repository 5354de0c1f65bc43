import { setTimeout as pause } from "node:timers/promises";
import type { InstallScene } from "./install-scenes.ts";
import { stateIn } from "./install-state.ts";
import type { InstallWorld } from "./install-world.ts";

/** What a service that was killed in the midst of something left behind. */
export interface KillOutcome {
  readonly scene: string;
  readonly killedBefore: number;
  /** As it lay on the disk when the process was dead. */
  readonly left: "old" | "new" | "neither" | "not killed";
  /** Whether the next service ended what was begun, and says what is live. */
  readonly isFinished: boolean;
}

/**
 * The statements to die before: each of the transaction that moves the pointer, its bounds included, and of those before
 * and after it as many as wanted, evenly spread.
 */
export function momentsOf({ statements }: InstallScene, others: number): number[] {
  const moving = statements.findIndex((line) => line.includes("module_activations"));
  const begin = statements.findLastIndex((line, index) => index < moving && /\d+ begin/i.test(line));
  const commit = statements.findIndex((line, index) => index > moving && /\d+ commit/i.test(line));
  const all = statements.map((_, index) => index + 1);
  const inside = all.slice(begin, commit + 2);
  const outside = all.filter((moment) => !inside.includes(moment));
  const step = Math.max(1, outside.length / Math.max(1, others));
  const some = Array.from(
    { length: Math.min(others, outside.length) },
    (_, index) => outside[Math.floor(index * step)],
  );
  return [...inside, ...some.filter((moment) => moment !== undefined)].toSorted((a, b) => a - b);
}

/** Kills a service just before one of its statements, looks at what it left, and starts another on that. */
export async function killAt(
  world: InstallWorld,
  scene: InstallScene,
  moment: number,
  signal: AbortSignal,
): Promise<KillOutcome> {
  const { platform } = world;
  const dataDir = world.folder(scene.dataDir);
  const first = world.start(dataDir, moment);
  await platform.ready(signal);
  await first.arm();
  const acting = scene.act(signal);
  // A moment that never comes, because less was written this time, ends with the answer.
  void acting
    .then((turn) => platform.appeared(({ turnId }) => turnId === turn, signal))
    .then(() => pause(AFTERWARDS_MS))
    .then(() => first.end())
    .catch(() => undefined);
  const wasKilled = await first.ended;
  if (!wasKilled) return { scene: scene.name, killedBefore: moment, left: "not killed", isFinished: true };
  const state = stateIn(dataDir);
  const left = state === scene.before ? "old" : state === scene.after ? "new" : "neither";
  if (left === "neither") console.error(`${scene.name} before ${moment}: ${state}`);

  const second = world.start(dataDir);
  const turn = await acting;
  const outcome = await platform.appeared(({ turnId }) => turnId === turn, signal);
  const asking = await platform.say("vic", "versions deploy-notes", signal);
  const { reply } = await platform.appeared(({ turnId }) => turnId === asking, signal);
  await second.end();
  const isSaid = reply.summary.includes(scene.leaves) || JSON.stringify(reply.parts).includes(scene.leaves);
  const isFinished = stateIn(dataDir) === scene.after && isSaid;
  if (!isFinished)
    console.error(`${scene.name} before ${moment}: “${outcome.reply.summary}”, “${reply.summary}” ${stateIn(dataDir)}`);
  return { scene: scene.name, killedBefore: moment, left, isFinished };
}

/** What is written after an answer has appeared: that it has. */
const AFTERWARDS_MS = 500;
