import type { Manifest } from "#core/contract/manifest.ts";
import type { Finding } from "#core/contract/validation.ts";
import { checkCoherence } from "./check-coherence.ts";
import { checkImports } from "./check-imports.ts";
import { checkKeys } from "./check-keys.ts";
import { checkLoops } from "./check-loops.ts";
import { checkModule } from "./check-module.ts";
import { checkNames } from "./check-names.ts";
import { checkRegexes } from "./check-regexes.ts";
import { checkSyntax } from "./check-syntax.ts";
import { checkTexts } from "./check-texts.ts";
import { checkTopLevel } from "./check-top-level.ts";
import { type CodeFile, readCodeFile, StripperBrokenError } from "./code-file.ts";
import { followExport, resolveOwn } from "./exports.ts";
import { createFindings, type Findings } from "./findings.ts";
import { type Check, placeOf } from "./look.ts";
import { type Known, UNKNOWN } from "./tree/constant.ts";
import { usesLocaleData } from "./uses-intl.ts";
import { inspectWasm } from "./wasm-binary.ts";

/** What is looked at. */
export interface ModuleSubject {
  readonly sources: ReadonlyMap<string, string>;
  readonly manifest: Manifest;
  readonly wasm?: Uint8Array;
  readonly allowGlobals: readonly string[];
}

/** What was seen. */
export interface Inspected {
  readonly findings: readonly Finding[];
  readonly compiled: ReadonlyMap<string, string>;
  readonly lines: number;
  readonly usesIntl: boolean;
}

const CHECKS: readonly Check[] = [
  checkNames,
  checkKeys,
  checkSyntax,
  checkImports,
  checkTopLevel,
  checkLoops,
  checkRegexes,
  checkTexts,
];

/** Looks through a whole module. May run out of stack, memory or time: it belongs in a process of its own. */
export function inspectModule({ sources, manifest, wasm, allowGlobals }: ModuleSubject): Inspected {
  const findings = createFindings();
  const files = readFiles(sources, findings);
  const extraGlobals = new Set(allowGlobals);
  for (const file of files.values()) {
    const look = {
      file,
      files,
      manifest,
      extraGlobals,
      report: (...[rule, at, message, hint]: Parameters<Parameters<Check>[0]["report"]>) =>
        findings.add(rule, placeOf(file.path, at), message, hint),
    };
    for (const check of CHECKS) check(look);
  }
  // What a file that could not be read exports or fetches is not known: nothing is said about the whole then.
  if (files.size === sources.size && files.size > 0) {
    checkModule(files, manifest, findings);
    checkCoherence(files, manifest, findings);
  }
  const ofWasm = wasm === undefined ? [] : inspectWasm(wasm, manifest);
  return {
    findings: [...findings.list(), ...ofWasm],
    compiled: new Map([...files].map(([path, { code }]) => [path, code])),
    lines: [...sources.values()].reduce((sum, source) => sum + source.split("\n").length, 0),
    usesIntl: [...files.values()].some(usesLocaleData),
  };
}

function readFiles(sources: ReadonlyMap<string, string>, findings: Findings): Map<string, CodeFile> {
  const files = new Map<string, CodeFile>();
  const depth = { now: 0 };
  for (const [path, source] of sources) {
    const imported = (from: string, name: string): Known => constantOf(path, from, name, files, depth);
    try {
      const file = readCodeFile(path, source, imported, findings);
      if (file !== undefined) files.set(path, file);
    } catch (error) {
      if (error instanceof StripperBrokenError) return files;
      throw error;
    }
  }
  return files;
}

/** The value that another file of the module exports under a name. */
function constantOf(
  path: string,
  from: string,
  name: string,
  files: ReadonlyMap<string, CodeFile>,
  depth: { now: number },
): Known {
  const target = resolveOwn(path, from);
  const found = target === undefined || depth.now > 20 ? undefined : followExport(target, name, files);
  if (found?.what.kind !== "value" || found.what.node === undefined) return UNKNOWN;
  const { node } = found.what;
  const owner = [...files.values()].find((file) => file.tree.find(node) !== undefined);
  depth.now += 1;
  const value = owner?.folder.fold(node) ?? UNKNOWN;
  depth.now -= 1;
  return value;
}
