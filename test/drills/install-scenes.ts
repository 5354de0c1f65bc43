import type { TurnId } from "#core/contract/ids.ts";
import { ASK, type Proven } from "./install-bundles.ts";
import { type InstallPlatform, tokenOf } from "./install-platform.ts";
import type { Step } from "./install-running.ts";
import { stateIn } from "./install-state.ts";
import { approve, DECIDERS, type InstallWorld } from "./install-world.ts";

/** One deed that a service can be killed in: the data just before it, and what does it. */
export interface InstallScene {
  readonly name: "install" | "update" | "undo";
  readonly dataDir: string;
  /** The press that does it, by whoever is next, or by somebody else. */
  act(platform: InstallPlatform, signal: AbortSignal, person?: string): Promise<TurnId>;
  readonly before: string;
  /** As it is when nothing comes in between. */
  readonly after: string;
  /** What is live then. */
  readonly leaves: string;
  /** Each write to the disk, in its order, when nothing came in between. */
  readonly steps: readonly Step[];
  /** From the press to its answer, then. */
  readonly tookMs: number;
  /** The data after it. */
  readonly leftIn: string;
}

/** Plays the life of a module once, undisturbed, and keeps the data before and after each deed. */
export async function prepareScenes(
  world: InstallWorld,
  proven: ReadonlyMap<string, Proven>,
  signal: AbortSignal,
): Promise<readonly [install: InstallScene, update: InstallScene, undo: InstallScene]> {
  const install = await askedFor(world, world.folder(), proven, "1.0.0", 2, signal);
  const used = await useOnce(world, install.leftIn, signal);
  const update = await askedFor(world, used, proven, "1.1.0", 1, signal);
  const usedAgain = await useOnce(world, update.leftIn, signal);
  return [install, update, await undone(world, usedAgain, signal)];
}

/** A version that waits for its last vote. */
async function askedFor(
  world: InstallWorld,
  dataDir: string,
  proven: ReadonlyMap<string, Proven>,
  version: string,
  votes: number,
  signal: AbortSignal,
): Promise<InstallScene> {
  const bundle = proven.get(version);
  if (bundle === undefined) throw new Error(`${version} was not proven`);
  await world.stage(dataDir, bundle);
  const service = world.start(dataDir);
  const card = await world.card(version, signal);
  await approve(world, card, DECIDERS.slice(0, votes - 1), signal);
  await service.end();
  const [last = ""] = DECIDERS.slice(votes - 1);
  const act = (platform: InstallPlatform, until: AbortSignal, person = last): Promise<TurnId> =>
    platform.press(person, tokenOf(card, "Approve"), until);
  const name = version === "1.0.0" ? "install" : "update";
  return playOut(world, { name, dataDir, leaves: version, act }, signal);
}

/** The last change about to be undone. */
async function undone(world: InstallWorld, dataDir: string, signal: AbortSignal): Promise<InstallScene> {
  const service = world.start(dataDir);
  const [person = ""] = DECIDERS;
  const turn = await world.platform.say(person, "undo deploy-notes", signal);
  const preview = await world.platform.appeared(({ turnId }) => turnId === turn, signal);
  await service.end();
  const act = (platform: InstallPlatform, until: AbortSignal, by = person): Promise<TurnId> =>
    platform.press(by, tokenOf(preview, "Undo"), until);
  return playOut(world, { name: "undo", dataDir, leaves: "1.0.0", act }, signal);
}

async function playOut(
  world: InstallWorld,
  scene: Pick<InstallScene, "name" | "dataDir" | "act" | "leaves">,
  signal: AbortSignal,
): Promise<InstallScene> {
  const leftIn = world.folder(scene.dataDir);
  const service = world.start(leftIn);
  await world.platform.ready(signal);
  await service.arm(signal);
  const started = performance.now();
  const turn = await scene.act(world.platform, signal);
  await world.platform.appeared(({ turnId }) => turnId === turn, signal);
  const tookMs = performance.now() - started;
  await service.end();
  return { ...scene, before: stateIn(scene.dataDir), after: stateIn(leftIn), steps: service.steps, tookMs, leftIn };
}

/** Somebody uses the module, so that it has data. */
async function useOnce(world: InstallWorld, dataDir: string, signal: AbortSignal): Promise<string> {
  const service = world.start(dataDir);
  const turn = await world.platform.say("vic", ASK, signal);
  const { reply } = await world.platform.appeared(({ turnId }) => turnId === turn, signal);
  await service.end();
  if (!reply.summary.startsWith("The notes")) throw new Error(`the module did not answer: ${reply.summary}`);
  return dataDir;
}
