import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import type { Report } from "#bench/report.ts";
import type { Measurement } from "#bench/run.ts";
import { proveVersions } from "./install-bundles.ts";
import { killAt, type KillOutcome } from "./install-kills.ts";
import { momentsOf } from "./install-moments.ts";
import { type InstallFindings, installReport } from "./install-report.ts";
import { type InstallScene, prepareScenes } from "./install-scenes.ts";
import { failSome, installedThough, pressAtOnce, timeUndos } from "./install-tricks.ts";
import { type InstallWorld, openInstallWorld } from "./install-world.ts";

/** Kills the service at every step of an installation, an update and an undo, and tries what else can go wrong with them. */
export const installDrill: Measurement = {
  name: "install",
  options:
    "[--kills all|N] [--others all|N] [--timed 8] [--twice 12] [--undos 10] [--share 0.3] [--lanes N] [--seconds 1800]",
  purpose:
    "kill -9, changed bytes, fifty clicks and failing versions: what is installed is what was approved, or as it was",
  run: (args) => runInstallDrill(readOptions(args)),
};

const count = z.coerce.number().int().positive();
const some = z.coerce.number().int().nonnegative();
const Options = z.object({
  /** Writes of each deed to kill before: all there are, or so many of them. */
  kills: z.union([z.literal("all"), count]),
  /** Of the writes before and after the transaction that does the deed. */
  others: z.union([z.literal("all"), some]),
  /** Moments that are a time, and no write. */
  timed: some,
  /** Moments at which the next service dies as well. */
  twice: some,
  undos: count,
  /** Of calls that go wrong. */
  share: z.coerce.number().positive().max(1),
  /** Services that are killed at the same time. What is timed has the machine for itself. */
  lanes: count,
  seconds: z.coerce.number().positive(),
});
type Options = z.infer<typeof Options>;

function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      kills: { type: "string", default: "all" },
      others: { type: "string", default: "all" },
      timed: { type: "string", default: "8" },
      twice: { type: "string", default: "12" },
      undos: { type: "string", default: "10" },
      share: { type: "string", default: "0.3" },
      // A service waits for the disk, for its timers and for its end as well as for a core.
      lanes: { type: "string", default: String(availableParallelism() + 1) },
      seconds: { type: "string", default: "1800" },
    },
  });
  return Options.parse(values);
}

async function runInstallDrill(options: Options): Promise<Report> {
  const began = performance.now();
  const signal = AbortSignal.timeout(options.seconds * 1_000);
  const compiled = mkdtempSync(join(tmpdir(), "nexus-install-compiled-"));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(compiled, { recursive: true, force: true }));
  const world = stack.use(await openInstallWorld(compiled));
  const lanes = [world];
  while (lanes.length < options.lanes) lanes.push(stack.use(await openInstallWorld(compiled)));

  const findings: InstallFindings = { kills: [], complaints: [] };
  try {
    await tryAll(lanes, world, findings, options, signal);
  } catch (error) {
    // What was found until then is told all the same, and that it is not all.
    if (!signal.aborted) throw error;
  }
  findings.complaints.push(...lanes.flatMap(({ complaints }) => complaints));
  for (const line of findings.complaints) console.error(line.slice(0, 500));
  return installReport(findings, options, (performance.now() - began) / 1_000);
}

async function tryAll(
  lanes: readonly InstallWorld[],
  world: InstallWorld,
  findings: InstallFindings,
  options: Options,
  signal: AbortSignal,
): Promise<void> {
  const scenes = await prepareScenes(world, await proveVersions(["1.0.0", "1.1.0"]), signal);
  findings.scenes = scenes;
  const [install, update, undo] = scenes;
  // What is timed comes first, while nothing else runs.
  findings.installedThough = await installedThough(world, install, signal);
  findings.crowd = await pressAtOnce(world, install, signal);
  findings.undosMs = await timeUndos(world, undo, options.undos, signal);
  findings.failing = await failSome(world, update, options.share, signal);
  await killAll(lanes, scenes, findings.kills, options, signal);
}

async function killAll(
  lanes: readonly InstallWorld[],
  scenes: readonly InstallScene[],
  outcomes: KillOutcome[],
  options: Options,
  signal: AbortSignal,
): Promise<void> {
  const waiting = scenes.flatMap((scene) => momentsOf(scene, options).map((moment) => ({ scene, moment })));
  const killNext = async (world: InstallWorld): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const outcome = await killAt(world, next.scene, next.moment, signal);
      // What else a service does comes at another time each time: once more.
      const isMissed = outcome.left === "not killed" && next.moment.step !== undefined;
      outcomes.push(isMissed ? await killAt(world, next.scene, next.moment, signal) : outcome);
    }
  };
  await Promise.all(lanes.map(killNext));
}
