import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { Measurement } from "#bench/run.ts";
import { atLeast, exactly, reportOf, round } from "#bench/report.ts";
import { readVersion } from "#core/telemetry/version.ts";
import { SANDBOXED_MODULES } from "#modules/modules.ts";
import { SHELF } from "#modules/shelf.ts";
import { readFolder } from "#sandbox/bundle/read-folder.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { SILENT } from "#test/silent-log.ts";

/** Small faults put into each module. */
const MUTANTS = 40;

/** NEXUS's own modules through everything a stranger's has to pass. */
export const modulesEval: Measurement = {
  name: "modules",
  options: "",
  purpose: "validates each module that comes with NEXUS, installed or offered: inspection, tests, probes, mutants",
  async run() {
    await using sandbox = createSandbox({ log: SILENT, runners: 4, spares: 2, version: readVersion() });
    const never = new AbortController().signal;
    const figures: Record<string, number | string> = {};
    const scores: number[] = [];
    let refused = 0;
    const own = SANDBOXED_MODULES.map((folder) => ({ folder, origin: "own" as const }));
    // What is only offered is held to what strangers' modules are held to.
    const offered = SHELF.map(({ folder }) => ({ folder, origin: "stranger" as const }));
    for (const { folder, origin } of [...own, ...offered]) {
      const { entries } = readFolder(fileURLToPath(folder));
      const report = await sandbox.validate(entries, { installed: [], mutants: MUTANTS, origin }, never);
      const { tests, probes, mutation, peaks, ms } = report;
      const score = round(mutation?.score ?? 0);
      scores.push(score);
      if (!report.ok) refused += 1;
      figures[basename(folder.pathname)] =
        `tests ${tests.passed}/${tests.total}, probes ${probes.passed}/${probes.total}, mutants noticed ${score}, ` +
        `${peaks.memoryMib} MiB, ${Math.round(ms / 1_000)} s`;
    }
    return reportOf("modules", figures, [
      exactly("modules refused", refused, 0),
      atLeast("share of mutants noticed, least", Math.min(...scores), 0.7),
    ]);
  },
};
