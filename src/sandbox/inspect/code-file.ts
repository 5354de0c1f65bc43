import { type Comment, type Program, parse } from "acorn";
import { transformSync } from "amaro";
import type { Findings } from "./findings.ts";
import { preScan } from "./pre-scan.ts";
import { explainSyntax } from "./explain-syntax.ts";
import { createFolder, type Folder, type ImportedConstant } from "./tree/fold.ts";
import { readScopes, type Scopes } from "./tree/scopes.ts";
import { growTree, type Tree } from "./tree/tree.ts";

/** One file of a module, parsed, with all that the rules ask of it. */
export interface CodeFile {
  readonly path: string;
  /** The JavaScript that runs: the source with its types taken off, letter for letter at the same place. */
  readonly code: string;
  readonly tree: Tree;
  readonly scopes: Scopes;
  readonly folder: Folder;
  readonly comments: readonly Comment[];
}

const MAX_NODES = 60_000;
const MAX_DEPTH = 400;

/** Takes the types off a file and parses it; undefined, with findings, when it cannot be. */
export function readCodeFile(
  path: string,
  source: string,
  imported: ImportedConstant,
  findings: Findings,
): CodeFile | undefined {
  if (!preScan(path, source, findings)) return undefined;
  const code = stripTypes(path, source, findings);
  if (code === undefined) return undefined;
  const comments: Comment[] = [];
  const root = parseModule(path, code, comments, findings);
  if (root === undefined) return undefined;
  const tree = growTree(root);
  if (tree.depth > MAX_DEPTH) {
    findings.add(
      "size.depth",
      { file: path },
      `Expressions and blocks are nested ${tree.depth} deep; ${MAX_DEPTH} are the most.`,
    );
    return undefined;
  }
  if (tree.nodes.length > MAX_NODES) {
    findings.add("size.nodes", { file: path }, `The file has ${tree.nodes.length} parts; ${MAX_NODES} are the most.`);
    return undefined;
  }
  const scopes = readScopes(tree);
  return { path, code, tree, scopes, folder: createFolder(scopes, imported), comments };
}

function stripTypes(file: string, source: string, findings: Findings): string | undefined {
  // The stripper swallows the mark that some editors begin a file with; a blank keeps every letter at its place.
  const mark = source.startsWith("\uFEFF") ? " " : "";
  try {
    return mark + transformSync(source.slice(mark.length), { mode: "strip-only" }).code;
  } catch (error) {
    if (!isExhausted(error)) {
      addSyntaxError(file, error, findings);
      return undefined;
    }
    findings.add("size.depth", { file }, TOO_DEEP);
    // A WebAssembly that has trapped is not to be asked again: whatever follows would fail for no reason of its own.
    throw new StripperBrokenError();
  }
}

/** The stripper trapped on a file, and reads no other. */
export class StripperBrokenError extends Error {}

function parseModule(file: string, code: string, comments: Comment[], findings: Findings): Program | undefined {
  try {
    return parse(code, {
      ecmaVersion: "latest",
      sourceType: "module",
      locations: true,
      ranges: true,
      allowHashBang: false,
      onComment: comments,
    });
  } catch (error) {
    const message = firstLine(error);
    if (isExhausted(error) || message.startsWith("Not enough stack")) findings.add("size.depth", { file }, TOO_DEEP);
    else addSyntaxError(file, error, findings);
    return undefined;
  }
}

function addSyntaxError(file: string, error: unknown, findings: Findings): void {
  const { message, hint } = explainSyntax(firstLine(error));
  findings.add("syntax.error", { file, ...placeOf(error) }, message, hint);
}

const TOO_DEEP = "It is nested too deep to be read.";

/** Out of stack: V8's own error, or a trap of WebAssembly, which has no other name here. */
function isExhausted(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof Error && error.name === "RuntimeError");
}

/** Acorn's errors say where (`loc`), amaro's too, under other names. */
function placeOf(error: unknown): { line?: number; column?: number } {
  if (typeof error !== "object" || error === null) return {};
  const place: unknown = "loc" in error ? error.loc : undefined;
  const line = numberIn(place, "line") ?? numberIn(error, "startLine");
  const column = numberIn(place, "column") ?? numberIn(error, "startColumn");
  return { ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column: column + 1 }) };
}

function numberIn(value: unknown, key: string): number | undefined {
  if (typeof value !== "object" || value === null || !(key in value)) return undefined;
  const found: unknown = Reflect.get(value, key);
  return typeof found === "number" && found >= 0 ? Math.trunc(found) : undefined;
}

function firstLine(error: unknown): string {
  const message =
    typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
  return (message.trim().split("\n")[0] ?? "").replace(/\s*\(\d+:\d+\)$/, "").replace(/[.:]+$/, "");
}
