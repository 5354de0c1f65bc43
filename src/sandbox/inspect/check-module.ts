import type { AnyNode } from "acorn";
import type { Manifest } from "#core/contract/manifest.ts";
import type { CodeFile } from "./code-file.ts";
import { exportsOf, followExport, resolveOwn } from "./exports.ts";
import type { Findings } from "./findings.ts";
import { placeOf } from "./look.ts";
import { quoted } from "./show.ts";

const ENTRY = "module.ts";

/** The module as a whole: what the entry exports, and which files are of it. */
export function checkModule(files: ReadonlyMap<string, CodeFile>, manifest: Manifest, findings: Findings): void {
  const entry = files.get(ENTRY);
  if (entry !== undefined) checkEntry(entry, files, manifest, findings);
  for (const [path, file] of files) {
    const then = exportsOf(file).find(({ name }) => name === "then");
    if (then) findings.add("module.export-then", placeOf(path, then.at), "It exports a `then`.");
  }
  for (const path of findUnused(files)) {
    findings.add("import.unused-file", { file: path }, "Nothing imports the file.");
  }
}

function checkEntry(
  entry: CodeFile,
  files: ReadonlyMap<string, CodeFile>,
  manifest: Manifest,
  findings: Findings,
): void {
  const capabilities = new Set<string>(manifest.capabilities.map(({ name }) => name));
  const exported = exportsOf(entry);
  for (const one of exported) {
    const at = placeOf(ENTRY, one.at);
    if (one.name === "then") continue;
    if (one.name === "default") {
      findings.add("module.export-default", at, "It has a default export.");
    } else if (!capabilities.has(one.name) && one.name !== "run") {
      findings.add(
        "module.extra-export",
        at,
        `It exports ${quoted(one.name)}, which is no capability of the manifest.`,
      );
    } else {
      const target = one.what.kind === "elsewhere" ? followExport(ENTRY, one.name, files) : one;
      if (target?.what.kind === "elsewhere" || !isPlainFunction(target)) {
        findings.add("module.run-shape", at, `${quoted(one.name)} is not a plain function.`);
      }
    }
  }
  const names = new Set(exported.map(({ name }) => name));
  for (const capability of capabilities) {
    if (names.has(capability) || names.has("run")) continue;
    const own = findDeclared(entry, capability);
    const at = own === undefined ? { file: ENTRY } : placeOf(ENTRY, own);
    const hint = own === undefined ? undefined : "Write `export` in front of it.";
    findings.add("module.missing-export", at, `No function is exported for ${quoted(capability)}.`, hint);
  }
}

/** The function of that name that is there, and was perhaps meant. */
function findDeclared(entry: CodeFile, name: string): AnyNode | undefined {
  return entry.tree.root.body.find((node) => node.type === "FunctionDeclaration" && node.id.name === name);
}

function isPlainFunction(target: ReturnType<typeof followExport>): boolean {
  if (target?.what.kind !== "function") return false;
  const { node } = target.what;
  return !("generator" in node && node.generator);
}

/** Files that no way of imports leads to from the entry. */
function findUnused(files: ReadonlyMap<string, CodeFile>): string[] {
  const reached = new Set<string>();
  const waiting = [ENTRY];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const file = files.get(path);
    if (file === undefined || reached.has(path)) continue;
    reached.add(path);
    for (const node of file.tree.root.body) {
      const source = "source" in node && node.source ? node.source.value : undefined;
      const next = typeof source === "string" ? resolveOwn(path, source) : undefined;
      if (next !== undefined) waiting.push(next);
    }
  }
  // A file of types alone has nothing left of it, nor have imports of it.
  return [...files]
    .filter(([path, file]) => !reached.has(path) && file.tree.root.body.length > 0)
    .map(([path]) => path);
}
