import { fileURLToPath } from "node:url";
import { readConfig } from "#config.ts";
import type { ValidateOptions } from "#core/contract/sandbox.ts";
import type { ValidationReport } from "#core/contract/validation.ts";
import { createHostModules, SANDBOXED_MODULES } from "#modules/modules.ts";
import { takeIn } from "#sandbox/bundle/intake.ts";
import { readFolder } from "#sandbox/bundle/read-folder.ts";
import type { Reading } from "#sandbox/bundle/reading.ts";
import type { Look } from "./module-layout.ts";
import { createProgress } from "./module-progress.ts";
import { showReport } from "./module-report.ts";
import { openSandbox, openWorkshop } from "./module-sandbox.ts";
import { originOf, readModule } from "./module-source.ts";

/** Finds out all there is to know of a module and says it. @returns 0 when it can be installed */
export async function checkModule(
  wanted: {
    readonly path: string;
    readonly json: boolean;
    readonly mutants: number;
    /** It is one of those installed: not held against itself. */
    readonly isInstalled: boolean;
    readonly look: Look;
  },
  signal: AbortSignal,
): Promise<number> {
  const config = readConfig();
  const reading = await readModule(wanted.path);
  await using sandbox = openSandbox(config, await openWorkshop(config));
  const progress = createProgress(process.stderr);
  const origin = originOf(wanted.path);
  const options: ValidateOptions = {
    installed: installedBeside(reading, wanted.isInstalled || origin === "own"),
    origin,
    unread: reading.findings,
    mutants: wanted.mutants,
    onProgress: progress.tell,
  };
  let report: ValidationReport;
  try {
    report = await sandbox.validate(reading.entries, options, signal);
  } finally {
    progress.end();
  }
  process.stdout.write(wanted.json ? `${JSON.stringify(report)}\n` : showReport(report, wanted.look));
  return report.ok ? 0 : 1;
}

/** The modules of this installation that a module is held against: all but itself. */
function installedBeside({ entries }: Reading, isItself: boolean): ValidateOptions["installed"] {
  const self = isItself ? takeIn(entries).manifest?.name : undefined;
  const sandboxed = SANDBOXED_MODULES.flatMap((url) => {
    const { manifest, sha256 } = takeIn(readFolder(fileURLToPath(url)).entries, "own");
    return manifest === undefined ? [] : [{ name: manifest.name, version: manifest.version, sha256 }];
  });
  const inHost = createHostModules().map(({ manifest: { name, version } }) => ({ name, version }));
  return [...sandboxed, ...inHost].filter(({ name }) => name !== self);
}
