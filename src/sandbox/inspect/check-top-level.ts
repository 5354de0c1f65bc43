import type { AnyNode } from "acorn";
import { calledGlobal } from "./intrinsics.ts";
import type { Check, Look } from "./look.ts";
import { isFunction, nodesBelow } from "./tree/tree.ts";

/** What a file does while it is loaded: it declares, and nothing else. */
export const checkTopLevel: Check = (look) => {
  for (const statement of look.file.tree.root.body) {
    const declared =
      (statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration") &&
      statement.declaration
        ? statement.declaration
        : statement;
    checkStatement(declared, look);
    if (isFunction(statement)) continue;
    for (const node of nodesBelow(statement, runsAtOnce)) checkInside(node, look);
  }
};

function checkStatement(statement: AnyNode, look: Look): void {
  switch (statement.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
    case "FunctionDeclaration":
    case "ClassDeclaration":
    case "EmptyStatement":
      return;
    case "VariableDeclaration":
      if (statement.kind === "const") return;
      return look.report(
        "module.top-level-state",
        statement,
        "A variable of the whole file is forgotten after each call.",
      );
    case "ExpressionStatement":
      if (statement.directive !== undefined || isFreeze(statement.expression, look)) return;
      return look.report("module.top-level-effect", statement, "It does something while it is loaded.");
    default:
      // The value of `export default`.
      if (/Expression$|^(?:Identifier|Literal)$/.test(statement.type)) return;
      return look.report("module.top-level-effect", statement, "It does something while it is loaded.");
  }
}

/** Functions wait to be called, and fields for their object. */
function runsAtOnce(node: AnyNode): boolean {
  return !isFunction(node) && !(node.type === "PropertyDefinition" && !node.static);
}

/** What a declaration runs when the file is loaded, down to its functions. */
function checkInside(node: AnyNode, look: Look): void {
  switch (node.type) {
    case "AwaitExpression":
      return look.report("module.top-level-await", node, "It waits while it is loaded.");
    case "ForOfStatement":
      if (node.await) look.report("module.top-level-await", node, "It waits while it is loaded.");
      return;
    case "AssignmentExpression":
    case "UpdateExpression":
    case "StaticBlock":
      return look.report("module.top-level-effect", node, "It changes something while it is loaded.");
    case "CallExpression":
    case "NewExpression":
      if (!isLanguages(node.callee, look)) {
        look.report("module.top-level-work", node, "It runs a function of its own while it is loaded.");
      }
      return;
    default:
  }
}

/** `Object.freeze(TABLE);` */
function isFreeze(expression: AnyNode, { file }: Look): boolean {
  return expression.type === "CallExpression" && calledGlobal(expression.callee, file) === "Object.freeze";
}

/** A call of the language's, or of a method: `new Map(…)`, `rows.map(…)`. */
function isLanguages(callee: AnyNode, { file }: Look): boolean {
  return callee.type === "MemberExpression" || calledGlobal(callee, file) !== undefined;
}
