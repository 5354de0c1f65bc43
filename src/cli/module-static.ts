import type { Manifest } from "#core/contract/manifest.ts";
import type { Bundle } from "#core/contract/module.ts";
import type { BundleOrigin } from "#core/contract/sandbox.ts";
import type { Finding } from "#core/contract/validation.ts";
import { assembleBundle } from "#sandbox/bundle/assemble.ts";
import { type Intake, takeIn } from "#sandbox/bundle/intake.ts";
import type { Reading } from "#sandbox/bundle/reading.ts";
import { checkManifest } from "#sandbox/inspect/check-manifest.ts";
import { createInspector } from "#sandbox/inspect/inspector.ts";
import type { Launcher } from "#sandbox/launch/cell.ts";
import { hasError } from "./module-findings.ts";

/** A module looked at without running it. */
export interface StaticLook {
  readonly intake: Intake;
  readonly findings: readonly Finding[];
  /** What would run; undefined when there is not enough of it. */
  readonly bundle?: Bundle;
}

/** Reads and inspects a module, in a process made for it: the static part of a check. */
export async function lookAt(
  launcher: Launcher,
  reading: Reading,
  origin: BundleOrigin,
  signal: AbortSignal,
): Promise<StaticLook> {
  const intake = takeIn(reading.entries, origin);
  // Of a pack that could not be opened, nothing else is known: least of all that its files are missing.
  const isClosed = reading.findings.length > 0 && reading.entries.size === 0;
  const read = isClosed ? reading.findings : [...reading.findings, ...intake.findings];
  const { manifest } = intake;
  if (manifest === undefined || (intake.sources.size === 0 && intake.wasm === undefined))
    return { intake, findings: read };
  const { sources, wasm } = intake;
  const inspection = await createInspector(launcher).inspect({ sources, manifest, ...(wasm && { wasm }) }, signal);
  const findings = [...read, ...checkManifest(manifest, { installed: [], origin }), ...inspection.findings];
  const distinct = [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
  const bundle = hasError(reading.findings) ? undefined : bundleOf(intake, manifest, inspection.compiled);
  return { intake, findings: distinct, ...(bundle !== undefined && { bundle }) };
}

function bundleOf(intake: Intake, manifest: Manifest, compiled: ReadonlyMap<string, string>): Bundle | undefined {
  const isWhole = intake.sources.keys().every((path) => compiled.has(path));
  return isWhole ? assembleBundle({ ...intake, manifest }, compiled) : undefined;
}
