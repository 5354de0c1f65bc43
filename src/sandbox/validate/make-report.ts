import { type BundleEntries, digestEntries } from "#core/contract/bundle.ts";
import {
  type Fence,
  type Finding,
  VALIDATION_REPORT_SCHEMA_ID,
  type ValidationReport,
} from "#core/contract/validation.ts";
import type { Intake } from "#sandbox/bundle/intake.ts";
import type { Inspection } from "#sandbox/inspect/inspector.ts";
import { notCompared } from "./second-opinion.ts";
import type { TryOut } from "./try-out.ts";
import { visible } from "./visible-text.ts";

const MAX_FINDINGS = 500;

/** Everything that was found out, in one report. `tried` is absent when inspection refused the bundle. */
export function makeReport(found: {
  readonly entries: BundleEntries;
  readonly intake: Intake;
  readonly inspection: Inspection | undefined;
  readonly findings: readonly Finding[];
  readonly tried: TryOut | undefined;
  readonly fences: readonly Fence[];
  readonly version: string;
  readonly ms: number;
}): ValidationReport {
  const { entries, intake, inspection, tried } = found;
  const { manifest, wasm } = intake;
  const still = inOrder(found.findings);
  const moved = inOrder(tried?.findings ?? []);
  const compiled = inspection?.compiled ?? new Map<string, string>();
  return {
    schema: VALIDATION_REPORT_SCHEMA_ID,
    ok: tried !== undefined && isClean(still) && isClean(moved),
    ...(manifest === undefined
      ? {}
      : {
          module: {
            name: manifest.name,
            version: manifest.version,
            title: visible(manifest.title, 60),
            entry: wasm === undefined ? "script" : "webassembly",
          },
        }),
    hashes: { ...intake.hashes, ...(compiled.size > 0 ? { compiled: digestEntries(compiled) } : {}) },
    static: {
      ok: isClean(still),
      findings: still.slice(0, MAX_FINDINGS),
      files: entries.size,
      lines: inspection?.lines ?? 0,
      bytes: entries.values().reduce((sum, { length }) => sum + length, 0),
    },
    ...(tried === undefined ? {} : { runtime: { ok: isClean(moved), findings: moved.slice(0, MAX_FINDINGS) } }),
    tests: tried?.tests ?? NONE,
    probes: tried?.probes ?? NONE,
    ...(tried?.mutation === undefined ? {} : { mutation: tried.mutation }),
    egress: tried?.egress ?? { declared: manifest?.hosts ?? [], observed: [], denied: [] },
    peaks: tried?.peaks ?? { runs: 0, cpuMs: 0, wallMs: 0, memoryMib: 0, outputChars: 0, requests: 0 },
    engines: tried?.engines ?? notCompared(wasm === undefined ? "v8" : "webassembly", "nothing of it was run"),
    fences: [...found.fences],
    by: { nexus: found.version, node: process.versions.node, v8: process.versions.v8 },
    ms: Math.round(found.ms),
  };
}

const NONE: ValidationReport["tests"] = { total: 0, passed: 0, results: [] };

/** Whether nothing found refuses the module. */
export function isClean(findings: readonly Finding[]): boolean {
  return !findings.some(({ severity }) => severity === "error");
}

/** What refuses it first, then by place; each once: two rooms may look at the same thing. */
function inOrder(findings: readonly Finding[]): Finding[] {
  const distinct = new Map(findings.map((finding) => [JSON.stringify(finding), finding]));
  const rank = ({ severity, file = "", line = 0, column = 0, rule }: Finding): string =>
    [severity, file, String(line).padStart(9, "0"), String(column).padStart(9, "0"), rule].join("\0");
  return [...distinct.values()].toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
}
