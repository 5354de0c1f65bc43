import type { AnyNode } from "acorn";
import type { CodeFile } from "./code-file.ts";
import { isTruthy, UNKNOWN } from "./tree/constant.ts";
import { isFunction, nodesBelow } from "./tree/tree.ts";

/** How many statements inside a loop can end it: a break of its own, a return, a throw that nothing in it catches. */
export function exitsOf(loop: AnyNode, file: CodeFile): number {
  const inside = nodesBelow(loop, (node) => !isFunction(node));
  return inside.filter((node) => leaves(node, loop, file) && isReachable(node, loop, file)).length;
}

function leaves(node: AnyNode, loop: AnyNode, file: CodeFile): boolean {
  if (node.type === "ReturnStatement") return true;
  if (node.type === "ThrowStatement") return !isCaught(node, loop, file);
  const targets = node.type === "BreakStatement" || (node.type === "ContinueStatement" && node.label);
  if (!targets) return false;
  const target = targetOf(node, file);
  // A break of an inner loop or switch stays inside; one of a loop further out leaves this one too.
  if (target === undefined) return false;
  if (node.type === "ContinueStatement") return target !== loop && contains(target, loop);
  return contains(target, loop);
}

/** The loop or switch that a break or continue is about. */
function targetOf(node: AnyNode, file: CodeFile): AnyNode | undefined {
  const label = "label" in node && node.label ? node.label.name : undefined;
  for (let up = file.tree.parentOf(node); up !== undefined && !isFunction(up); up = file.tree.parentOf(up)) {
    if (label !== undefined) {
      if (up.type === "LabeledStatement" && up.label.name === label) return up.body;
    } else if (isLoop(up) || up.type === "SwitchStatement") return up;
  }
  return undefined;
}

/** Between a statement and its loop: no condition that is never met, no `finally` that turns it back. */
function isReachable(node: AnyNode, loop: AnyNode, file: CodeFile): boolean {
  for (let at = node; at !== loop;) {
    const parent = file.tree.parentOf(at);
    if (parent === undefined) return false;
    if (parent.type === "IfStatement" && at !== parent.test && isNever(parent, at, file)) return false;
    if (parent.type === "TryStatement" && at !== parent.finalizer && parent.finalizer && turnsBack(parent.finalizer)) {
      return false;
    }
    if (parent.type === "WhileStatement" && parent !== loop && at === parent.body) {
      const test = file.folder.fold(parent.test);
      if (test !== UNKNOWN && !isTruthy(test)) return false;
    }
    if (isAfterEnd(at, parent)) return false;
    at = parent;
  }
  return true;
}

function isNever(branch: AnyNode & { type: "IfStatement" }, at: AnyNode, file: CodeFile): boolean {
  const test = file.folder.fold(branch.test);
  return test !== UNKNOWN && isTruthy(test) !== (at === branch.consequent);
}

/** A statement behind one that always goes elsewhere: `continue; break;`. */
function isAfterEnd(at: AnyNode, parent: AnyNode): boolean {
  const statements: readonly AnyNode[] =
    parent.type === "BlockStatement" ? parent.body : parent.type === "SwitchCase" ? parent.consequent : [];
  const before = statements.slice(
    0,
    statements.findIndex((one) => one === at),
  );
  return before.some((one) => /^(?:Continue|Break|Return|Throw)Statement$/.test(one.type));
}

/** `finally { continue }` takes back every way out of its `try`. */
function turnsBack(finalizer: AnyNode): boolean {
  return nodesBelow(finalizer, (node) => !isFunction(node) && !isLoop(node)).some(
    (node) => node.type === "ContinueStatement",
  );
}

function isCaught(node: AnyNode, loop: AnyNode, file: CodeFile): boolean {
  for (let at: AnyNode = node; at !== loop;) {
    const parent = file.tree.parentOf(at);
    if (parent === undefined) return false;
    if (parent.type === "TryStatement" && at === parent.block && parent.handler) return true;
    at = parent;
  }
  return false;
}

function isLoop(node: AnyNode): boolean {
  return /^(?:For|ForIn|ForOf|While|DoWhile)Statement$/.test(node.type);
}

function contains(outer: AnyNode, inner: AnyNode): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
