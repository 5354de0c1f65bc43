import type { AnyNode, Expression } from "acorn";
import type { CodeFile } from "./code-file.ts";
import { calledGlobal } from "./intrinsics.ts";
import { isTruthy, UNKNOWN } from "./tree/constant.ts";
import { isFunction, nodesBelow } from "./tree/tree.ts";

/** A loop that goes on as long as something is true. */
export interface Loop {
  readonly node: AnyNode;
  /** Absent in `for (;;)`. */
  readonly test: Expression | undefined;
}

export function loopOf(node: AnyNode): Loop | undefined {
  if (node.type === "WhileStatement" || node.type === "DoWhileStatement") return { node, test: node.test };
  return node.type === "ForStatement" ? { node, test: node.test ?? undefined } : undefined;
}

/** Why a loop's own condition never ends it, if that is so. */
export function endlessTest(
  { node, test }: Loop,
  file: CodeFile,
): "never-false" | "nothing-changes" | "clock" | undefined {
  if (test === undefined) return "never-false";
  const value = file.folder.fold(test);
  if (value !== UNKNOWN) return isTruthy(value) ? "never-false" : undefined;
  if (goesAway(node, file) || isBelowInfinity(test, file)) return "never-false";
  const parts = nodesBelow(test);
  if (test.type === "BinaryExpression" && parts.some((part) => isClock(part, file))) return "clock";
  return isFixed(test, node, file) ? "nothing-changes" : undefined;
}

/** How many rounds a counted loop has: `for (let i = 0; i < 1e12; i++)`. */
export function stepsOf(node: AnyNode, file: CodeFile): number | undefined {
  if (node.type !== "ForStatement" || node.test?.type !== "BinaryExpression" || !node.update) return undefined;
  const { left, right, operator } = node.test;
  const bound = file.folder.fold(right);
  if (left.type !== "Identifier" || typeof bound !== "number" || !/^(?:[<>]=?|!==?)$/.test(operator)) return undefined;
  const by = strideOf(node.update, file);
  if (by === undefined || by === 0 || isChangedInside(left, node.body, file)) return undefined;
  return Math.max(0, Math.ceil(Math.abs(bound - startOf(node, left.name, file)) / Math.abs(by)));
}

function startOf(node: AnyNode, name: string, file: CodeFile): number {
  if (node.type !== "ForStatement" || node.init?.type !== "VariableDeclaration") return 0;
  const counter = node.init.declarations.find(({ id }) => id.type === "Identifier" && id.name === name);
  const start = counter?.init ? file.folder.fold(counter.init) : UNKNOWN;
  return typeof start === "number" ? start : 0;
}

/** What an update adds each round; undefined when that is not plain. */
function strideOf(update: Expression, file: CodeFile): number | undefined {
  if (update.type === "UpdateExpression") return update.operator === "++" ? 1 : -1;
  if (update.type !== "AssignmentExpression" || !/^[-+]=$/.test(update.operator)) return undefined;
  const by = file.folder.fold(update.right);
  if (typeof by !== "number") return undefined;
  return update.operator === "+=" ? by : -by;
}

/** Counts away from its bound: `for (let i = 0; i < 10; i--)`, or stays where it is: `i += 0`. */
function goesAway(node: AnyNode, file: CodeFile): boolean {
  if (node.type !== "ForStatement" || node.test?.type !== "BinaryExpression" || !node.update) return false;
  const { left, operator } = node.test;
  const by = strideOf(node.update, file);
  if (left.type !== "Identifier" || by === undefined || isChangedInside(left, node.body, file)) return false;
  return by === 0 || (/^<=?$/.test(operator) && by < 0) || (/^>=?$/.test(operator) && by > 0);
}

function isChangedInside(counter: AnyNode, body: AnyNode, file: CodeFile): boolean {
  const variable = file.scopes.variableOf(counter);
  return variable === undefined || variable.references.some((one) => one.isWrite() && isIn(one.identifier, body, file));
}

function isBelowInfinity(test: Expression, file: CodeFile): boolean {
  if (test.type !== "BinaryExpression") return false;
  const bound = file.folder.fold(test.right);
  return (
    (bound === Number.POSITIVE_INFINITY && /^(?:<=?|!==?)$/.test(test.operator)) ||
    (bound === Number.NEGATIVE_INFINITY && /^(?:>=?|!==?)$/.test(test.operator))
  );
}

function isClock(node: AnyNode, file: CodeFile): boolean {
  if (node.type === "NewExpression") return calledGlobal(node.callee, file) === "Date" && node.arguments.length === 0;
  if (node.type !== "CallExpression") return false;
  if (calledGlobal(node.callee, file) === "Date.now") return true;
  const { callee } = node;
  return (
    callee.type === "MemberExpression" &&
    callee.object.type === "Identifier" &&
    callee.object.name === "nexus" &&
    callee.property.type === "Identifier" &&
    callee.property.name === "now"
  );
}

/** Whether a condition is made of names alone and nobody changes any of them while the loop runs. */
function isFixed(test: Expression, loop: AnyNode, file: CodeFile): boolean {
  const parts = nodesBelow(test);
  const isPlain = parts.every((part) =>
    /^(?:Identifier|Literal|(?:Binary|Logical|Unary|Parenthesized)Expression)$/.test(part.type),
  );
  const names = parts.filter((part) => part.type === "Identifier");
  if (!isPlain || names.length === 0) return false;
  return names.every((name) => {
    const variable = file.scopes.variableOf(name);
    if (variable === undefined) return file.scopes.isGlobal(name, "undefined");
    const writes = variable.references.filter((one) => one.isWrite() && one.init !== true);
    // What another function writes, a call in the loop may change.
    return writes.every((one) => {
      const at = file.tree.find(one.identifier);
      return at !== undefined && !isIn(at, loop, file) && functionAround(at, file) === functionAround(loop, file);
    });
  });
}

function isIn(inner: unknown, outer: AnyNode, file: CodeFile): boolean {
  const node = file.tree.find(inner);
  return node !== undefined && outer.start <= node.start && node.end <= outer.end;
}

function functionAround(node: AnyNode, file: CodeFile): AnyNode | undefined {
  let up = file.tree.parentOf(node);
  while (up !== undefined && !isFunction(up)) up = file.tree.parentOf(up);
  return up;
}
