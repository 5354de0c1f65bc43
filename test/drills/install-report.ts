import { atLeast, atMost, type Bar, exactly, type Report, reportOf, round } from "#bench/report.ts";
import type { KillOutcome } from "./install-kills.ts";
import { decidingSteps, momentsOf, type MomentsWanted } from "./install-moments.ts";
import type { InstallScene } from "./install-scenes.ts";
import { type CrowdOutcome, FLIP_COUNT, type FailingOutcome } from "./install-tricks.ts";

/** What the installation drill found until its end, or until its time ran out. */
export interface InstallFindings {
  scenes?: readonly InstallScene[];
  /** Of what was changed, each that was installed nevertheless. */
  installedThough?: readonly string[];
  crowd?: CrowdOutcome;
  undosMs?: readonly number[];
  failing?: FailingOutcome;
  readonly kills: KillOutcome[];
  /** What services complained of. */
  readonly complaints: string[];
}

/** The report of what was found: bars for what was tried, and one for what was not. */
export function installReport(
  findings: InstallFindings,
  options: MomentsWanted & { readonly share: number; readonly lanes: number },
  seconds: number,
): Report {
  const { scenes = [], undosMs, failing, kills } = findings;
  const wanted = scenes.flatMap((scene) => momentsOf(scene, options));
  const left = (what: KillOutcome["left"]): number =>
    kills.flatMap((kill) => [kill.left, kill.leftAgain]).filter((one) => one === what).length;
  const notReached = (["scenes", "installedThough", "crowd", "undosMs", "failing"] as const).filter(
    (part) => findings[part] === undefined,
  );
  const files = scenes.flatMap(({ steps }) => steps).filter(({ text }) => text.startsWith("fs"));
  return reportOf(
    "install",
    {
      "moments wanted": wanted.length,
      "moments tried": kills.length,
      ...Object.fromEntries(scenes.map(({ name, steps }) => [`writes of ${name}`, steps.length])),
      "writes to files among them": files.length,
      "left as before": left("old"),
      "left as after": left("new"),
      "moments that never came": kills.filter((kill) => kill.left === "not killed").length,
      "died a second time": kills.filter(({ leftAgain }) => leftAgain === "old" || leftAgain === "new").length,
      ...(undosMs && { "undo, seconds (median)": round(median(undosMs) / 1_000, 2) }),
      ...(failing && { "calls until it went back": failing.calls, "what people were told": failing.said }),
      "at the same time": options.lanes,
      seconds: round(seconds, 1),
    },
    [
      exactly("parts and moments the time did not reach", notReached.length + wanted.length - kills.length, 0),
      ...killBars(findings, options, wanted.length, left("neither")),
      ...trickBars(findings, options.share),
      exactly("errors in the log", findings.complaints.length, 0),
    ],
  );
}

function killBars(
  { scenes = [], kills }: InstallFindings,
  options: MomentsWanted,
  wanted: number,
  neither: number,
): Bar[] {
  const killed = kills.filter(({ left }) => left !== "not killed");
  const diedBefore = new Set(killed.map(({ scene, moment }) => `${scene} ${moment.step}`));
  const missed = scenes
    .flatMap((scene) => decidingSteps(scene).map((step) => `${scene.name} ${step}`))
    .filter((step) => !diedBefore.has(step));
  return [
    exactly("states neither old nor new", neither, 0),
    exactly("deeds not ended after a restart, or said wrongly", kills.filter((kill) => !kill.isFinished).length, 0),
    exactly("audits that do not verify afterwards", kills.filter((kill) => !kill.isAuditWhole).length, 0),
    // What a service writes beside the deed comes before it or after it, so a moment of that may never come.
    atLeast("kills", killed.length, Math.floor(wanted * 0.9)),
    ...(options.kills === "all" ? [exactly("deciding steps not died before", missed.length, 0)] : []),
  ];
}

function trickBars({ installedThough, crowd, undosMs, failing }: InstallFindings, share: number): Bar[] {
  const refused = FLIP_COUNT - (installedThough?.length ?? 0);
  const isAsBefore = failing?.answers.includes("as 1.0.0 tells them") ?? false;
  return [
    ...(installedThough ? [exactly("changed bytes refused (code, manifest, lock, report)", refused, FLIP_COUNT)] : []),
    ...(crowd
      ? [
          exactly("decisions of fifty clicks", crowd.decided, 1),
          exactly("installations by fifty clicks", crowd.isInstalledOnce ? 1 : 0, 1),
        ]
      : []),
    ...(undosMs ? [atMost("slowest undo, seconds", round(Math.max(...undosMs) / 1_000, 2), 5)] : []),
    ...(failing
      ? [
          atMost(`went back at ${share * 100} % errors, seconds`, round(failing.revertedMs / 1_000, 1), 60),
          exactly("answers of the version before afterwards", isAsBefore ? 1 : 0, 1),
        ]
      : []),
  ];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
