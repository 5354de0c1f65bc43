import type { AnyNode } from "acorn";
import { asText, isList, type Known, UNKNOWN } from "./constant.ts";
import type { Folder } from "./fold.ts";
import { defaultOf, type Scopes, type Source } from "./scopes.ts";
import type { Tree } from "./tree.ts";

/** Beyond these an expression may be anything. */
const MAX_CANDIDATES = 200;
const MAX_DEPTH = 6;

/**
 * The keys that an expression may come to, of those that stand in the file: both sides of a choice, everything a
 * variable is given, what a function is called with, what a loop goes through. There may be others.
 */
export function keysOf(node: AnyNode, file: { tree: Tree; scopes: Scopes; folder: Folder }): Set<string> {
  const keys = new Set<string>();
  const take = (value: Known): void => {
    const text = asText(value);
    if (text !== UNKNOWN && keys.size < MAX_CANDIDATES) keys.add(text);
  };
  const seen = new Set<AnyNode>();
  const visit = (at: AnyNode, depth: number): void => {
    if (depth > MAX_DEPTH || seen.has(at) || keys.size >= MAX_CANDIDATES) return;
    seen.add(at);
    const value = file.folder.fold(at);
    if (value !== UNKNOWN) return take(value);
    switch (at.type) {
      case "ConditionalExpression":
        visit(at.consequent, depth + 1);
        return visit(at.alternate, depth + 1);
      case "LogicalExpression":
        visit(at.left, depth + 1);
        return visit(at.right, depth + 1);
      case "AssignmentExpression":
        return visit(at.right, depth + 1);
      case "ParenthesizedExpression":
      case "ChainExpression":
        return visit(at.expression, depth + 1);
      case "CallExpression":
        // Text goes through a function: String(k), identity(k), k.toString().
        for (const argument of at.arguments) visit(argument, depth + 1);
        if (at.callee.type === "MemberExpression") visit(at.callee.object, depth + 1);
        return;
      case "MemberExpression":
        // One of a list or table that is known: names[i].
        return takeEach(file.folder.fold(at.object), take);
      case "Identifier": {
        const variable = file.scopes.variableOf(at);
        if (variable !== undefined) followSource(file.scopes.sourceOf(variable), depth);
        return;
      }
      default:
        return;
    }
  };
  const followSource = (source: Source, depth: number): void => {
    if (source.kind === "value") return visit(source.value, depth + 1);
    if (source.kind === "parameter") {
      const otherwise = defaultOf(source.pattern);
      if (otherwise) visit(otherwise, depth + 1);
      return followCalls(source.of, source.index, depth);
    }
    if (source.kind !== "writes") return;
    let whole: string | undefined = "";
    for (const { value, adds } of source.writes) {
      visit(value, depth + 1);
      const text = asText(file.folder.fold(value));
      whole = text === UNKNOWN || whole === undefined ? undefined : adds ? whole + text : text;
      if (whole !== undefined) take(whole);
    }
  };
  /** What stands at a parameter's place where the function is called, or what a list hands it: `names.map((k) => …)`. */
  const followCalls = (made: AnyNode, index: number, depth: number): void => {
    const parent = file.tree.parentOf(made);
    if (parent?.type === "CallExpression") {
      const argument = parent.arguments[index];
      if (parent.callee === made && argument) return visit(argument, depth + 1);
      if (parent.callee.type === "MemberExpression") takeEach(file.folder.fold(parent.callee.object), take);
      return;
    }
    const named = "id" in made && made.id ? made.id : parent?.type === "VariableDeclarator" ? parent.id : undefined;
    const variable = named ? file.scopes.variableOf(named) : undefined;
    for (const reference of variable?.references.slice(0, MAX_CANDIDATES) ?? []) {
      const name = file.tree.find(reference.identifier);
      const call = name === undefined ? undefined : file.tree.parentOf(name);
      const argument = call?.type === "CallExpression" && call.callee === name ? call.arguments[index] : undefined;
      if (argument) visit(argument, depth + 1);
    }
  };
  const loop = loopOver(node, file);
  if (loop !== undefined) takeEach(file.folder.fold(loop), take);
  visit(node, 0);
  return keys;
}

/** What `for (const k of …)` goes through, for a use of `k`. */
function loopOver(node: AnyNode, file: { tree: Tree; scopes: Scopes }): AnyNode | undefined {
  const variable = file.scopes.variableOf(node);
  const declarator = variable === undefined ? undefined : file.tree.find(variable.defs[0]?.node);
  const declaration = declarator === undefined ? undefined : file.tree.parentOf(declarator);
  const loop = declaration === undefined ? undefined : file.tree.parentOf(declaration);
  return loop?.type === "ForOfStatement" && loop.left === declaration ? loop.right : undefined;
}

function takeEach(value: Known, take: (value: Known) => void): void {
  const values = isList(value) ? value : value instanceof Map ? [...value.values()] : [];
  for (const one of values) {
    take(one);
    // Pairs, as of Object.entries.
    if (isList(one)) one.forEach(take);
  }
}
