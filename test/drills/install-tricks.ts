import { setTimeout as pause } from "node:timers/promises";
import { ASK } from "./install-bundles.ts";
import { tokenOf } from "./install-platform.ts";
import type { InstallScene } from "./install-scenes.ts";
import { countIn, flipBit, stateIn } from "./install-state.ts";
import { DECIDERS, type InstallWorld } from "./install-world.ts";

/** Where one bit is changed between the card and the click. */
const FLIPS = {
  code: { table: "module_bundles", column: "entries", where: "1 = 1", find: /The notes, a/ },
  manifest: { table: "module_bundles", column: "entries", where: "1 = 1", find: /"memoryMib": 3/ },
  lock: { table: "gates", column: "subject_json", where: "kind = 'install'", find: /"lock":\{.*?"sha256":"[0-9a-f]/ },
  report: { table: "module_bundles", column: "report_json", where: "1 = 1", find: /"passed":2/ },
} as const;

/** @returns of what was changed, each that was installed nevertheless */
export async function installedThough(
  world: InstallWorld,
  scene: InstallScene,
  signal: AbortSignal,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [what, at] of Object.entries(FLIPS)) {
    const dataDir = world.folder(scene.dataDir);
    const service = world.start(dataDir);
    await world.platform.ready(signal);
    flipBit(dataDir, at);
    const turn = await scene.act(world.platform, signal);
    const { reply } = await world.platform.appeared(({ turnId }) => turnId === turn, signal);
    await service.end();
    const isRefused = stateIn(dataDir) === scene.before;
    if (!isRefused) wrong.push(what);
    if (!isRefused) console.error(`${what} was changed, and yet: ${reply.summary}`);
  }
  return wrong;
}

/** How many flips there are. */
export const FLIP_COUNT = Object.keys(FLIPS).length;

/** What came of many who press at once. */
export interface CrowdOutcome {
  readonly isInstalledOnce: boolean;
  /** How often the audit says that it was decided. */
  readonly decided: number;
}

/** Has all deciders press at the same moment. */
export async function pressAtOnce(
  world: InstallWorld,
  scene: InstallScene,
  signal: AbortSignal,
): Promise<CrowdOutcome> {
  const dataDir = world.folder(scene.dataDir);
  const service = world.start(dataDir);
  await world.platform.ready(signal);
  const turns = await Promise.all(DECIDERS.map((person) => scene.act(world.platform, signal, person)));
  await Promise.all(turns.map((turn) => world.platform.appeared(({ turnId }) => turnId === turn, signal)));
  await service.end();
  const decided = countIn(dataDir, "audit_entries where act = 'gate.decided'");
  return { isInstalledOnce: stateIn(dataDir) === scene.after, decided };
}

/** How long an undo takes from the press to its answer, again and again; ms. */
export async function timeUndos(
  world: InstallWorld,
  scene: InstallScene,
  times: number,
  signal: AbortSignal,
): Promise<number[]> {
  const service = world.start(world.folder(scene.dataDir));
  await world.platform.ready(signal);
  const [person = ""] = DECIDERS;
  const all: number[] = [];
  for (let count = 0; count < times; count += 1) {
    const turn = await world.platform.say(person, "undo deploy-notes", signal);
    const preview = await world.platform.appeared(({ turnId }) => turnId === turn, signal);
    const started = performance.now();
    const pressed = await world.platform.press(person, tokenOf(preview, "Undo"), signal);
    const { reply } = await world.platform.appeared(({ turnId }) => turnId === pressed, signal);
    if (!reply.summary.startsWith("Done.")) throw new Error(`it was not undone: ${reply.summary}`);
    all.push(performance.now() - started);
  }
  await service.end();
  return all;
}

/** What came of a version of whose calls a share goes wrong. */
export interface FailingOutcome {
  readonly revertedMs: number;
  readonly calls: number;
  /** What people were told. */
  readonly said: string;
  /** How the module answers afterwards. */
  readonly answers: string;
}

/** Has a share of the calls go wrong until the version before is back. */
export async function failSome(
  world: InstallWorld,
  scene: InstallScene,
  share: number,
  signal: AbortSignal,
): Promise<FailingOutcome> {
  const service = world.start(world.folder(scene.leftIn));
  await world.platform.ready(signal);
  const ask = async (person: string): Promise<string> => {
    const turn = await world.platform.say(person, ASK, signal);
    return (await world.platform.appeared(({ turnId }) => turnId === turn, signal)).reply.summary;
  };
  for (let count = 0; count < 10; count += 1) await ask("vic");
  world.garbage = share;
  const started = performance.now();
  let calls = 0;
  const isReverted = () => world.platform.shown.find(({ reply }) => reply.summary.includes("I went back to"));
  while (isReverted() === undefined && !signal.aborted) {
    await ask("vic");
    calls += 1;
    await pause(BETWEEN_CALLS_MS);
  }
  const revertedMs = performance.now() - started;
  const answers = await ask("vic");
  world.garbage = 0;
  await service.end();
  return { revertedMs, calls, said: isReverted()?.reply.summary ?? "nothing", answers };
}

/** As a busy channel asks. */
const BETWEEN_CALLS_MS = 100;
