import type { AnyNode } from "acorn";
import type { CodeFile } from "./code-file.ts";

/** The global that an expression is, by its own name or by that of a constant: `const P = Promise`. */
export function globalOf(node: AnyNode, file: CodeFile, depth = 0): string | undefined {
  if (node.type === "ParenthesizedExpression" || node.type === "ChainExpression") {
    return globalOf(node.expression, file, depth);
  }
  if (node.type !== "Identifier" || depth > 5) return undefined;
  if (file.scopes.isGlobal(node)) return node.name;
  const variable = file.scopes.variableOf(node);
  const source = variable === undefined ? undefined : file.scopes.sourceOf(variable);
  if (source?.kind !== "value" || source.pattern.type !== "Identifier") return undefined;
  return globalOf(source.value, file, depth + 1);
}

/** The global at the root of a chain: `Array` of `Array.prototype.map`. */
export function rootGlobal(node: AnyNode, file: CodeFile): string | undefined {
  let root = node;
  for (;;) {
    if (root.type === "MemberExpression") root = root.object;
    else if (root.type === "ParenthesizedExpression" || root.type === "ChainExpression") root = root.expression;
    else break;
  }
  return globalOf(root, file);
}

/** The language's function that is called, by its full name: `Object.assign`. */
export function calledGlobal(callee: AnyNode, file: CodeFile): string | undefined {
  if (callee.type === "ChainExpression" || callee.type === "ParenthesizedExpression") {
    return calledGlobal(callee.expression, file);
  }
  if (callee.type !== "MemberExpression") return globalOf(callee, file);
  const owner = globalOf(callee.object, file);
  if (owner === undefined) return undefined;
  const key = callee.computed ? file.folder.keyOf(callee.property) : undefined;
  const name = callee.property.type === "Identifier" && !callee.computed ? callee.property.name : key;
  return typeof name === "string" ? `${owner}.${name}` : undefined;
}

/** Whether an expression is where a value is put: assigned, counted up, deleted, filled by a pattern or a loop. */
export function isWritten(node: AnyNode, file: CodeFile): boolean {
  const parent = file.tree.parentOf(node);
  const field = file.tree.fieldOf(node);
  switch (parent?.type) {
    case "AssignmentExpression":
    case "AssignmentPattern":
    case "ForInStatement":
    case "ForOfStatement":
      return field === "left";
    case "UpdateExpression":
    case "RestElement":
    case "ArrayPattern":
      return true;
    case "UnaryExpression":
      return parent.operator === "delete";
    case "Property":
      return field === "value" && file.tree.parentOf(parent)?.type === "ObjectPattern";
    case "ParenthesizedExpression":
    case "ChainExpression":
      return isWritten(parent, file);
    default:
      return false;
  }
}
