import { parseArgs } from "node:util";
import { z } from "zod";
import { atLeast, atMost, exactly, reportOf, type Report, round } from "#bench/report.ts";
import type { Measurement } from "#bench/run.ts";
import { proveVersions } from "./install-bundles.ts";
import { killAt, type KillOutcome, momentsOf } from "./install-kills.ts";
import { type InstallScene, prepareScenes } from "./install-scenes.ts";
import { failSome, FLIP_COUNT, installedThough, pressAtOnce, timeUndos } from "./install-tricks.ts";
import { type InstallWorld, openInstallWorld } from "./install-world.ts";

/** Kills the service at every step of an installation, an update and an undo, and tries what else can go wrong with them. */
export const installDrill: Measurement = {
  name: "install",
  options: "[--kills all|N] [--others 6] [--undos 10] [--share 0.3] [--seconds 900]",
  purpose:
    "kill -9, changed bytes, fifty clicks and failing versions: what is installed is what was approved, or as it was",
  run: (args) => runInstallDrill(readOptions(args)),
};

const Options = z.object({
  /** Moments to kill at for each deed: all of the transaction that does it, or so many of all there are. */
  kills: z.union([z.literal("all"), z.coerce.number().int().positive()]),
  /** Moments before and after that transaction. */
  others: z.coerce.number().int().nonnegative(),
  undos: z.coerce.number().int().positive(),
  /** Of calls that go wrong. */
  share: z.coerce.number().positive().max(1),
  seconds: z.coerce.number().positive(),
});
type Options = z.infer<typeof Options>;

function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      kills: { type: "string", default: "all" },
      others: { type: "string", default: "6" },
      undos: { type: "string", default: "10" },
      share: { type: "string", default: "0.3" },
      seconds: { type: "string", default: "900" },
    },
  });
  return Options.parse(values);
}

async function runInstallDrill(options: Options): Promise<Report> {
  const started = performance.now();
  const signal = AbortSignal.timeout(options.seconds * 1_000);
  await using world = await openInstallWorld();
  const scenes = await prepareScenes(world, await proveVersions(["1.0.0", "1.1.0"]), signal);
  const [install, update, undo] = scenes;
  if (install === undefined || update === undefined || undo === undefined) throw new Error("a deed is missing");
  const kills = await killAll(world, scenes, options, signal);
  const flipped = await installedThough(world, install, signal);
  const crowd = await pressAtOnce(world, install, signal);
  const undos = await timeUndos(world, undo, options.undos, signal);
  const failing = await failSome(world, update, options.share, signal);
  for (const line of world.complaints) console.error(line.slice(0, 500));
  const left = (what: KillOutcome["left"]): number => kills.filter((kill) => kill.left === what).length;
  const killed = kills.length - left("not killed");
  return reportOf(
    "install",
    {
      "moments tried": kills.length,
      ...Object.fromEntries(scenes.map(({ name, statements }) => [`statements of ${name}`, statements.length])),
      "left as before": left("old"),
      "left as after": left("new"),
      "undo, seconds (median)": round(median(undos) / 1_000, 2),
      "calls until it went back": failing.calls,
      "what people were told": failing.said,
      seconds: round((performance.now() - started) / 1_000, 1),
    },
    [
      exactly("states neither old nor new", left("neither"), 0),
      exactly("deeds not ended after a restart, or said wrongly", kills.filter((kill) => !kill.isFinished).length, 0),
      // The last moments may never come: a service writes a little more or less each time.
      atLeast("kills", killed, Math.floor(kills.length * 0.9)),
      exactly("changed bytes refused (code, manifest, lock, report)", FLIP_COUNT - flipped.length, FLIP_COUNT),
      exactly("decisions of fifty clicks", crowd.decided, 1),
      exactly("installations by fifty clicks", crowd.isInstalledOnce ? 1 : 0, 1),
      atMost("slowest undo, seconds", round(Math.max(...undos) / 1_000, 2), 5),
      atMost(`went back at ${options.share * 100} % errors, seconds`, round(failing.revertedMs / 1_000, 1), 60),
      exactly("answers of the version before afterwards", failing.answers.includes("as 1.0.0 tells them") ? 1 : 0, 1),
      exactly("errors in the log", world.complaints.length, 0),
    ],
  );
}

async function killAll(
  world: InstallWorld,
  scenes: readonly InstallScene[],
  { kills, others }: Options,
  signal: AbortSignal,
): Promise<KillOutcome[]> {
  const outcomes: KillOutcome[] = [];
  for (const scene of scenes) {
    const all = momentsOf(scene, others);
    const step = kills === "all" ? 1 : Math.max(1, all.length / kills);
    const wanted = all.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
    for (const moment of wanted) outcomes.push(await killAt(world, scene, moment, signal));
  }
  return outcomes;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
