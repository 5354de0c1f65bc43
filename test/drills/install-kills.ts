import { rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { TurnId } from "#core/contract/ids.ts";
import type { InstallScene } from "./install-scenes.ts";
import { stateIn } from "./install-state.ts";
import type { RunningService } from "./install-running.ts";
import type { InstallWorld } from "./install-world.ts";
import { isAuditWhole } from "./install-audit.ts";
import type { Moment } from "./install-moments.ts";

/** What a service that was killed in the midst of something left behind. */
export interface KillOutcome {
  readonly scene: InstallScene["name"];
  readonly moment: Moment;
  /** As it lay on the disk when the process was dead: as before the deed, as after it, or as neither. */
  readonly left: "old" | "new" | "neither" | "not killed";
  /** The same for the service after it, when that was to die as well. */
  readonly leftAgain?: KillOutcome["left"];
  /** Whether the last service ended what was begun, and says what is live. */
  readonly isFinished: boolean;
  /** Whether the record holds together then, and is what its anchors say. */
  readonly isAuditWhole: boolean;
}

/** Kills a service at a moment of a deed, looks at what it left, and starts another on that. */
export async function killAt(
  world: InstallWorld,
  scene: InstallScene,
  moment: Moment,
  until: AbortSignal,
): Promise<KillOutcome> {
  // One that waits for what never comes is a finding, and must not cost the others their time.
  const signal = AbortSignal.any([until, AbortSignal.timeout(LONGEST_MS)]);
  const dataDir = world.folder(scene.dataDir);
  const running = new Set<RunningService>();
  try {
    return await killIn(world, scene, moment, dataDir, running, signal);
  } catch (error) {
    if (!signal.aborted || until.aborted) throw error;
    console.error(`${scene.name}, ${nameOf(moment)}: nothing came of it in ${LONGEST_MS / 1_000} s`);
    return { scene: scene.name, moment, left: "neither", isFinished: false, isAuditWhole: true };
  } finally {
    await Promise.all([...running].map((service) => service.end()));
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Ten times what the slowest takes on a busy machine. */
const LONGEST_MS = 90_000;

async function killIn(
  world: InstallWorld,
  scene: InstallScene,
  moment: Moment,
  dataDir: string,
  running: Set<RunningService>,
  signal: AbortSignal,
): Promise<KillOutcome> {
  const { platform } = world;
  const { name } = scene;
  const start = (...args: Parameters<InstallWorld["start"]>): RunningService => {
    const service = world.start(...args);
    running.add(service);
    void service.ended.then(() => running.delete(service));
    return service;
  };
  const first = start(dataDir, moment.step === undefined ? undefined : { step: moment.step, countFrom: "asked" });
  await platform.ready(signal);
  await first.arm(signal);
  const acting = scene.act(platform, signal);
  if (moment.afterMs !== undefined) void pause(moment.afterMs).then(() => first.kill());
  if (!(await diesDuring(world, first, acting, signal))) {
    return { scene: name, moment, left: "not killed", isFinished: true, isAuditWhole: true };
  }
  const left = leftIn(dataDir, scene, moment);

  let leftAgain: KillOutcome["left"] | undefined;
  if (moment.again !== undefined) {
    const second = start(dataDir, { step: moment.again, countFrom: "start" });
    leftAgain = (await diesDuring(world, second, acting, signal)) ? leftIn(dataDir, scene, moment) : "not killed";
  }

  const last = start(dataDir);
  const turn = await acting;
  const outcome = await platform.appeared(({ turnId }) => turnId === turn, signal);
  const asking = await platform.say("vic", "versions deploy-notes", signal);
  const { reply } = await platform.appeared(({ turnId }) => turnId === asking, signal);
  await last.end();
  const isSaid = reply.summary.includes(scene.leaves) || JSON.stringify(reply.parts).includes(scene.leaves);
  const isFinished = stateIn(dataDir) === scene.after && isSaid;
  if (!isFinished) {
    console.error(
      `${name}, ${nameOf(moment)}: “${outcome.reply.summary}”, “${reply.summary}” ${stateIn(dataDir)}\n not ${scene.after}`,
    );
  }
  const again = leftAgain !== undefined && { leftAgain };
  return { scene: name, moment, left, ...again, isFinished, isAuditWhole: await isAuditWhole(dataDir, signal) };
}

/** Whether a service is killed before the deed is done and told. Where it is not, it ends with the answer. */
async function diesDuring(
  { platform }: InstallWorld,
  service: RunningService,
  acting: Promise<TurnId>,
  signal: AbortSignal,
): Promise<boolean> {
  const isOver = new AbortController();
  void acting
    .then((turn) => platform.appeared(({ turnId }) => turnId === turn, AbortSignal.any([signal, isOver.signal])))
    .then(() => service.started)
    .then(() => pause(AFTERWARDS_MS, undefined, { signal: isOver.signal }))
    .catch(() => undefined)
    .then(() => (isOver.signal.aborted ? undefined : service.end()));
  const wasKilled = await service.ended;
  isOver.abort();
  signal.throwIfAborted();
  return wasKilled;
}

/** What is written after an answer has appeared: that it has. */
const AFTERWARDS_MS = 1_000;

function leftIn(dataDir: string, scene: InstallScene, moment: Moment): "old" | "new" | "neither" {
  const state = stateIn(dataDir);
  const left = state === scene.before ? "old" : state === scene.after ? "new" : "neither";
  if (left === "neither") console.error(`${scene.name}, ${nameOf(moment)}: ${state}`);
  return left;
}

/** A moment as people read it. */
function nameOf({ step, afterMs, again }: Moment): string {
  const when = step === undefined ? `${afterMs} ms after the press` : `before ${step}`;
  return again === undefined ? when : `${when}, then before ${again}`;
}
