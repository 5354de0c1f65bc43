import { type BundleEntries, digestEntries, MANIFEST_FILE, SCRIPT_ENTRY, WASM_ENTRY } from "#core/contract/bundle.ts";
import type { Sha256 } from "#core/contract/ids.ts";
import type { Manifest } from "#core/contract/manifest.ts";
import type { BundleOrigin } from "#core/contract/sandbox.ts";
import type { Finding, ModuleTest, ValidationReport } from "#core/contract/validation.ts";
import { CAPS } from "./caps.ts";
import { type EntryKind, kindOf } from "./entry-kind.ts";
import { findNameProblem, foldName } from "./entry-name.ts";
import { readManifest } from "./read-manifest.ts";
import { readTests } from "./read-tests.ts";
import { type BundleRule, found } from "./rules.ts";
import { showName } from "./show-name.ts";

/** A bundle taken in: what could be read of it, and everything about it that no bundle may have. */
export interface Intake {
  readonly findings: readonly Finding[];
  /** Over every entry as it came, sound or not. */
  readonly sha256: Sha256;
  readonly manifest?: Manifest;
  /** TypeScript by path. */
  readonly sources: ReadonlyMap<string, string>;
  /** Texts by path below `data/`. */
  readonly data: ReadonlyMap<string, string>;
  readonly tests: readonly ModuleTest[];
  readonly wasm?: Uint8Array;
  readonly hashes: Omit<ValidationReport["hashes"], "compiled">;
}

const MAX_FINDINGS = 200;

/**
 * Reads a bundle that somebody handed in: names, kinds, sizes, texts, manifest and tests. Runs none of it, and throws at
 * nothing: what is wrong is a finding.
 */
export function takeIn(entries: BundleEntries, origin: BundleOrigin = "stranger"): Intake {
  const findings: Finding[] = [];
  const report = (rule: BundleRule, message: string, file?: string): void => {
    findings.push(found(rule, message, file === undefined ? {} : { file }));
  };
  const byPath = new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
  if (entries.size > (origin === "own" ? CAPS.ownFiles : CAPS.files))
    report("bundle.count", `there are ${entries.size} files`);
  const sorted = sortEntries(byPath, report);
  checkNamesApart(byPath, report);
  checkTotals(sorted, report);
  checkEntry(sorted, report);
  const texts = (kind: EntryKind): Map<string, string> => readTexts(sorted[kind], kind, report);
  const sources = texts("source");
  const data = new Map([...texts("data")].map(([path, text]) => [path.slice("data/".length), text]));
  texts("readme");
  const manifestText = texts("manifest").get(MANIFEST_FILE);
  const { manifest, findings: inManifest } = manifestText === undefined ? NOT_READ : readManifest(manifestText);
  const { tests, findings: inTests } = readTests(texts("tests"), manifest);
  findings.push(...inManifest, ...inTests);
  const wasm = sorted.wasm.get(WASM_ENTRY);
  return {
    findings: findings.slice(0, MAX_FINDINGS),
    sha256: digestEntries(entries),
    ...(manifest !== undefined && { manifest }),
    sources,
    data,
    tests,
    ...(wasm !== undefined && wasm.length <= CAPS.wasm && { wasm }),
    hashes: digestParts(entries, sorted),
  };
}

const NOT_READ: ReturnType<typeof readManifest> = { findings: [] };

type Report = (rule: BundleRule, message: string, file?: string) => void;
type SortedEntries = Readonly<Record<EntryKind, Map<string, Uint8Array>>>;

/** The entries of plain name and known kind. */
function sortEntries(entries: BundleEntries, report: Report): SortedEntries {
  const sorted: SortedEntries = {
    manifest: new Map(),
    source: new Map(),
    wasm: new Map(),
    data: new Map(),
    tests: new Map(),
    readme: new Map(),
  };
  for (const [path, bytes] of entries) {
    const shown = showName(path);
    const kind = kindOf(path);
    const problem = findNameProblem(path);
    if (problem !== undefined) report("bundle.name", `the name “${shown}” ${problem}`, shown);
    else if ("refused" in kind) report("bundle.kind", `${shown} ${kind.refused}`, shown);
    else sorted[kind.kind].set(path, bytes);
  }
  return sorted;
}

/** No two entries may be one file on some system, nor one the folder of another. */
function checkNamesApart(entries: BundleEntries, report: Report): void {
  const folded = new Map<string, string>();
  for (const path of entries.keys()) {
    const shown = showName(path);
    const key = foldName(path);
    const other = folded.get(key);
    if (other !== undefined) report("bundle.duplicate", `“${shown}” and “${showName(other)}” are one name`, shown);
    folded.set(key, path);
  }
  for (const [key, path] of folded) {
    for (let slash = key.indexOf("/"); slash > 0; slash = key.indexOf("/", slash + 1)) {
      const folder = folded.get(key.slice(0, slash));
      if (folder === undefined) continue;
      const shown = showName(folder);
      report("bundle.duplicate", `“${shown}” is a file, and the folder of “${showName(path)}”`, shown);
    }
  }
}

const LARGEST: Readonly<Record<EntryKind, number>> = {
  manifest: CAPS.manifest,
  source: CAPS.source,
  wasm: CAPS.wasm,
  data: CAPS.data,
  tests: CAPS.testFile,
  readme: CAPS.readme,
};

function checkTotals(sorted: SortedEntries, report: Report): void {
  for (const kind of ["manifest", "source", "wasm", "data", "tests", "readme"] as const) {
    for (const [path, { length }] of sorted[kind]) {
      if (length > LARGEST[kind])
        report("bundle.size", `it is ${inBytes(length)}, ${inBytes(LARGEST[kind])} at most`, path);
    }
  }
  const together = (files: ReadonlyMap<string, Uint8Array>): number =>
    files.values().reduce((sum, { length }) => sum + length, 0);
  const code = together(sorted.source);
  if (code > CAPS.code) report("bundle.size", `its code is ${inBytes(code)} together, ${inBytes(CAPS.code)} at most`);
  const data = together(sorted.data);
  if (data > CAPS.data && sorted.data.size > 1) {
    report("bundle.size", `its data is ${inBytes(data)} together, ${inBytes(CAPS.data)} at most`);
  }
}

function inBytes(size: number): string {
  return `${size.toLocaleString("en-CA")} bytes`;
}

/** There is a manifest, and one beginning. */
function checkEntry({ manifest, source, wasm }: SortedEntries, report: Report): void {
  if (manifest.size === 0) report("bundle.missing", `there is no ${MANIFEST_FILE}`);
  if (wasm.size > 0 && source.size > 0) {
    report("bundle.entry", `there is ${WASM_ENTRY}, and TypeScript beside it`, source.keys().next().value);
  } else if (wasm.size === 0 && !source.has(SCRIPT_ENTRY)) {
    report("bundle.missing", `there is no ${SCRIPT_ENTRY} and no ${WASM_ENTRY}`);
  }
}

/** The texts among files of one kind that are not too large. */
function readTexts(files: ReadonlyMap<string, Uint8Array>, kind: EntryKind, report: Report): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [path, bytes] of files) {
    if (bytes.length > LARGEST[kind]) continue;
    const text = decodeUtf8(bytes);
    if (text === undefined) report("bundle.text", "it is not UTF-8 text", path);
    else if (text.includes("\0")) report("bundle.text", "it has a NUL in it, as no text has", path);
    else texts.set(path, text);
  }
  return texts;
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function digestParts(entries: BundleEntries, sorted: SortedEntries): Intake["hashes"] {
  const { manifest, source, wasm, data, tests } = sorted;
  const code = new Map([...source, ...wasm]);
  return {
    bundle: digestEntries(entries),
    ...(manifest.size > 0 && { manifest: digestEntries(manifest) }),
    ...(code.size > 0 && { code: digestEntries(code) }),
    ...(data.size > 0 && { data: digestEntries(data) }),
    ...(tests.size > 0 && { tests: digestEntries(tests) }),
  };
}
