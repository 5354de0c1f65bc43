import type { AnyNode } from "acorn";
import type { CodeFile } from "./code-file.ts";
import { endlessTest, type Loop, loopOf, stepsOf } from "./loop.ts";
import { exitsOf } from "./loop-exits.ts";
import { isEndlessIterator } from "./iterator.ts";
import type { Check, Look } from "./look.ts";
import { parametersOf } from "./tree/scopes.ts";
import { isFunction, nodesBelow } from "./tree/tree.ts";

/** What sixty seconds of the fastest engine come to; a call has fewer. */
const MAX_STEPS = 1_000_000_000;

/** Loops, functions that call themselves and iterators: whether they come to an end. */
export const checkLoops: Check = (look) => {
  for (const node of look.file.tree.nodes) {
    const loop = loopOf(node);
    if (loop !== undefined) checkLoop(loop, look);
    if (isFunction(node)) checkRecursion(node, look);
    checkIterator(node, look);
  }
};

function checkLoop(loop: Loop, { file, report }: Look): void {
  const endless = endlessTest(loop, file);
  const exits = exitsOf(loop.node, file);
  if (endless === "never-false" || endless === "nothing-changes") {
    if (exits > 0) return report("loop.unbounded-with-exit", loop.node, "Only what is inside ends the loop.");
    const why = endless === "never-false" ? "Its condition is always true" : "Nothing in it changes its condition";
    return report("loop.infinite", loop.node, `The loop has no end. ${why}, and nothing inside leaves it.`);
  }
  if (endless === "clock" && exits === 0) return report("loop.clock", loop.node, "The loop waits for the clock.");
  const steps = product(loop.node, file);
  if (steps !== undefined && steps > MAX_STEPS) {
    if (exits > 0) return report("loop.unbounded-with-exit", loop.node, `The loop has up to ${steps} rounds.`);
    report("loop.huge", loop.node, `The loop has ${steps} rounds, those of the loops around it counted in.`);
  }
}

/** The rounds of a loop, with those of the counted loops around it in the same function. */
function product(node: AnyNode, file: CodeFile): number | undefined {
  const own = stepsOf(node, file);
  if (own === undefined) return undefined;
  let steps = own;
  for (let up = file.tree.parentOf(node); up !== undefined && !isFunction(up); up = file.tree.parentOf(up)) {
    steps *= stepsOf(up, file) ?? 1;
  }
  return steps;
}

/** A function whose way leads to itself before any choice is made. */
function checkRecursion(made: AnyNode, { file, report }: Look): void {
  if (parametersOf(made).some((parameter) => parameter.type === "RestElement")) return;
  const name = "id" in made && made.id ? made.id : nameGiven(made, file);
  const variable = name === undefined ? undefined : file.scopes.variableOf(name);
  if (variable === undefined || !("body" in made) || typeof made.body !== "object" || made.body === null) return;
  if (!("type" in made.body) || Array.isArray(made.body)) return;
  // A generator that is called has not run yet.
  const isRun = (call: AnyNode): boolean =>
    !("generator" in made && made.generator) || file.tree.parentOf(call)?.type === "YieldExpression";
  const statements = made.body.type === "BlockStatement" ? made.body.body : [made.body];
  for (const statement of statements.filter((one) => !isFunction(one))) {
    const call = nodesBelow(statement, (node) => !isFunction(node) && !isChoice(node)).find(
      (node) => node.type === "CallExpression" && file.scopes.variableOf(node.callee) === variable && isRun(node),
    );
    if (call && !isChoice(statement))
      return report("loop.recursion", call, "The function calls itself without a condition.");
    if (nodesBelow(statement, (node) => !isFunction(node)).some(mayLeave)) return;
  }
}

function nameGiven(made: AnyNode, file: CodeFile): AnyNode | undefined {
  const parent = file.tree.parentOf(made);
  return parent?.type === "VariableDeclarator" && parent.init === made ? parent.id : undefined;
}

function isChoice(node: AnyNode): boolean {
  return /^(?:If|Switch|Conditional|Logical|For|While|DoWhile|Try|Assignment(?:Pattern)|Chain)/.test(node.type);
}

function mayLeave(node: AnyNode): boolean {
  return node.type === "ReturnStatement" || node.type === "ThrowStatement" || node.type === "YieldExpression";
}

function checkIterator(node: AnyNode, { file, report }: Look): void {
  if (node.type !== "Property" && node.type !== "MethodDefinition") return;
  if (isEndlessIterator(node, file)) report("loop.iterator", node.key, "The iterator is never done.");
}
