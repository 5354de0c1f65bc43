import type { Sandbox } from "#core/contract/sandbox.ts";
import type { Fence } from "#core/contract/validation.ts";
import { assembleBundle } from "#sandbox/bundle/assemble.ts";
import { takeIn } from "#sandbox/bundle/intake.ts";
import type { Engines } from "#sandbox/engines/engines.ts";
import { checkManifest } from "#sandbox/inspect/check-manifest.ts";
import { createInspector } from "#sandbox/inspect/inspector.ts";
import type { Launcher } from "#sandbox/launch/cell.ts";
import { requireFences } from "#sandbox/launch/minimum.ts";
import type { RunnerPools } from "#sandbox/runner-pools.ts";
import { isClean, makeReport } from "./make-report.ts";
import { tryOut } from "./try-out.ts";

/** Finds out all there is to know of a bundle, in one call. */
export function createValidator(deps: {
  readonly launcher: Launcher;
  readonly engines: Engines;
  readonly pools: RunnerPools;
  /** Fences the operator demands for strangers' code and that are down. */
  readonly missing: () => readonly Fence[];
  /** NEXUS's own version, for the report. */
  readonly version: string | undefined;
}): Pick<Sandbox, "validate"> {
  const inspector = createInspector(deps.launcher);
  return {
    async validate(entries, options, signal) {
      requireFences(deps.missing());
      signal.throwIfAborted();
      const { installed, origin, unread = [] } = options;
      const startedAtMs = performance.now();
      const tell = options.onProgress ?? (() => {});
      tell("reading the bundle");
      const intake = takeIn(entries, origin);
      const { manifest, sources, wasm, sha256 } = intake;
      if (manifest !== undefined) tell("inspecting its code");
      const inspection =
        manifest === undefined
          ? undefined
          : await inspector.inspect({ sources, manifest, ...(wasm === undefined ? {} : { wasm }) }, signal);
      signal.throwIfAborted();
      const findings = [
        ...unread,
        // Of a pack that could not be opened, nothing else is known: least of all that its files are missing.
        ...(unread.length > 0 && entries.size === 0 ? [] : intake.findings),
        ...(manifest === undefined
          ? []
          : checkManifest(manifest, { installed, sha256, ...(origin === undefined ? {} : { origin }) })),
        ...(inspection?.findings ?? []),
      ];
      // What inspection refuses is not run: the sandbox would hold it, and there is nothing left to find out.
      const tried =
        manifest === undefined || inspection === undefined || !isClean(findings)
          ? undefined
          : await tryOut(
              { ...deps, inspector },
              {
                bundle: assembleBundle({ ...intake, manifest }, inspection.compiled),
                tests: intake.tests,
                usesIntl: inspection.usesIntl,
              },
              options,
              signal,
            );
      return makeReport({
        entries,
        intake,
        inspection,
        findings,
        tried,
        fences: deps.launcher.fences(deps.engines.forBundle(wasm === undefined ? {} : { wasm }).program),
        version: deps.version ?? "unknown",
        ms: performance.now() - startedAtMs,
      });
    },
  };
}
