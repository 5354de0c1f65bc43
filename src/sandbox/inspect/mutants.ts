/**
 * Mutants: the module with one small fault in it each. Whoever kills none has tests that look at nothing. Runs in the
 * inspector's process, so it imports nothing of the house.
 */
import { type AnyNode, parse } from "acorn";
import { type Fault, faultsOf, textOf } from "./faults.ts";

/** A module's file with one small fault in it. */
export interface Mutant {
  readonly file: string;
  /** From 1, both. */
  readonly line: number;
  readonly column: number;
  /** What became what, in the module's own text. */
  readonly change: string;
  /** The whole file with the fault. */
  readonly code: string;
}

interface Candidate extends Fault {
  readonly file: string;
  readonly source: string;
  /** What the fault is part of. */
  readonly context: string;
  readonly rank: number;
}

/**
 * Picks up to `limit` mutants, the same for the same code and seed, spread evenly over files and places.
 * @param compiled JavaScript by path, types taken off: its lines are those of the source
 */
export function findMutants(
  compiled: ReadonlyMap<string, string>,
  limit: number,
  seed: string,
): { mutants: Mutant[]; possible: number } {
  const byFile = [...compiled]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, source]) => candidatesOf(file, source, seed));
  const possible = byFile.reduce((sum, { length }) => sum + length, 0);
  const mutants: Mutant[] = [];
  const queues = byFile.map(onePlaceAtATime);
  while (mutants.length < limit && queues.some(({ length }) => length > 0)) {
    for (const queue of queues) {
      const mutant = takeSound(queue);
      if (mutant !== undefined && mutants.length < limit) mutants.push(mutant);
    }
  }
  return { mutants, possible };
}

function candidatesOf(file: string, source: string, seed: string): Candidate[] {
  const candidates: Candidate[] = [];
  walk(parseModule(source), (node) => {
    for (const fault of faultsOf(node, source)) {
      const roll = hash(`${seed}|${file}|${fault.start}|${fault.end}|${fault.text}`) / 0x1_0000_0000;
      // Wording comes after most of the logic: half of all texts are never reached by a sample.
      const rank = fault.isWording ? roll + 0.5 : roll;
      candidates.push({ ...fault, file, source, context: textOf(node, source), rank });
    }
  });
  return candidates.toSorted((a, b) => a.rank - b.rank || a.start - b.start);
}

/** All candidates, each place's second fault only after every place's first. */
function onePlaceAtATime(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Map<number, number>();
  const round = (candidate: Candidate): number => {
    const count = seen.get(candidate.start) ?? 0;
    seen.set(candidate.start, count + 1);
    return count;
  };
  return candidates
    .map((candidate) => ({ candidate, round: round(candidate) }))
    .toSorted((a, b) => a.round - b.round)
    .map(({ candidate }) => candidate);
}

/** The next that is still a program: a fault can be more than a place can bear. */
function takeSound(queue: Candidate[]): Mutant | undefined {
  for (let candidate = queue.shift(); candidate !== undefined; candidate = queue.shift()) {
    const { file, source, start, end, text } = candidate;
    const code = source.slice(0, start) + text + source.slice(end);
    if (!isProgram(code)) continue;
    const before = source.slice(0, start).split("\n");
    return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, change: tell(candidate), code };
  }
  return undefined;
}

function tell({ source, start, end, text, context }: Candidate): string {
  const from = short(source.slice(start, end), 60);
  const whole = short(context, 70);
  const where = whole === from ? "" : `, in ${whole}`;
  if (text === "" || text === ";") return `left out: ${from}${where}`;
  return `${from} became ${short(text, 50)}${where}`;
}

function short(text: string, chars: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > chars ? `${line.slice(0, chars - 1)}…` : line;
}

function parseModule(source: string): AnyNode {
  return parse(source, { ecmaVersion: "latest", sourceType: "module" });
}

function isProgram(code: string): boolean {
  try {
    parseModule(code);
    return true;
  } catch {
    return false;
  }
}

/** Every node in which a fault is one: no import, no directive, no name of a key, no line for the log. */
function walk(node: AnyNode, visit: (node: AnyNode) => void): void {
  if (node.type === "ImportDeclaration" || node.type === "ExportAllDeclaration") return;
  if (node.type === "ExportNamedDeclaration" && node.source) return;
  if (node.type === "ExpressionStatement" && (node.directive !== undefined || isLogLine(node.expression))) return;
  visit(node);
  const isKeyed =
    (node.type === "Property" || node.type === "PropertyDefinition" || node.type === "MethodDefinition") &&
    !node.computed;
  for (const [name, below] of Object.entries(node)) {
    if (isKeyed && name === "key") continue;
    for (const child of Array.isArray(below) ? below : [below]) if (isNode(child)) walk(child, visit);
  }
}

function isLogLine(node: AnyNode): boolean {
  if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return false;
  const { object, property } = node.callee;
  return (
    object.type === "Identifier" && object.name === "nexus" && property.type === "Identifier" && property.name === "log"
  );
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** FNV-1a with its bits stirred: texts that differ in one letter land far apart. */
function hash(text: string): number {
  let value = 0x811c_9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x0100_0193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2_ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
