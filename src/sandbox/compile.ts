import type { BundleEntries } from "#core/contract/bundle.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { Bundle } from "#core/contract/module.ts";
import type { Finding } from "#core/contract/validation.ts";
import { assembleBundle } from "#sandbox/bundle/assemble.ts";
import { takeIn } from "#sandbox/bundle/intake.ts";
import { checkManifest } from "#sandbox/inspect/check-manifest.ts";
import { createInspector } from "#sandbox/inspect/inspector.ts";
import type { Launcher } from "#sandbox/launch/cell.ts";
import { isClean } from "./validate/make-report.ts";
import { visible } from "./validate/visible-text.ts";

/** Makes what would run of a stranger's bytes, without running any of it. */
export type Compile = (entries: BundleEntries, signal: AbortSignal) => Promise<Bundle>;

/** Makes the compiler: every bundle is inspected and compiled in a process of its own. */
export function createCompiler(launcher: Launcher): Compile {
  const inspector = createInspector(launcher);
  return async (entries, signal) => {
    signal.throwIfAborted();
    const intake = takeIn(entries);
    const { manifest, sources, wasm, sha256 } = intake;
    if (manifest === undefined) throw refused(intake.findings);
    const inspection = await inspector.inspect({ sources, manifest, ...(wasm !== undefined && { wasm }) }, signal);
    signal.throwIfAborted();
    // What is installed beside it is for the validator and the installer to know.
    const findings = [
      ...intake.findings,
      ...checkManifest(manifest, { installed: [], sha256 }),
      ...inspection.findings,
    ];
    if (!isClean(findings)) throw refused(findings);
    return assembleBundle({ ...intake, manifest }, inspection.compiled);
  };
}

const SHOWN = 3;

function refused(findings: readonly Finding[]): NexusError {
  const errors = findings.filter(({ severity }) => severity === "error");
  const first = errors.slice(0, SHOWN).map(inWords);
  const more = errors.length > SHOWN ? [`and ${errors.length - SHOWN} more`] : [];
  const words = [...first, ...more].join("; ");
  return new NexusError("module_invalid", `the inspection refuses it: ${words}`, {
    say: `This module cannot be used: ${words}`,
  });
}

function inWords({ rule, file, line, message }: Finding): string {
  const where = file === undefined ? "" : ` in ${visible(file, 60)}${line === undefined ? "" : `, line ${line}`}`;
  return `${rule}${where}: ${visible(message, 200)}`;
}
