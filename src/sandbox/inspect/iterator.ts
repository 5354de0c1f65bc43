import type { AnyNode } from "acorn";
import type { CodeFile } from "./code-file.ts";
import { isFunction, nodesBelow } from "./tree/tree.ts";

/** Whether a method is the `next` of an iterator that never says it is done: `next: () => ({ value, done: false })`. */
export function isEndlessIterator(node: AnyNode & { type: "Property" | "MethodDefinition" }, file: CodeFile): boolean {
  if (node.key.type !== "Identifier" || node.key.name !== "next" || !isFunction(node.value)) return false;
  const inside = nodesBelow(node.value);
  if (inside.some((one) => one.type === "ThrowStatement")) return false;
  const answers = inside.filter((one) => isKey(one, "done"));
  if (answers.length > 0) {
    return answers.every((one) => one.type === "Property" && file.folder.fold(one.value) === false);
  }
  // Without `done` it is not done either, if it is an iterator at all.
  return inside.some((one) => isKey(one, "value")) && isOfIterator(node, file);
}

function isKey(node: AnyNode, name: string): boolean {
  return node.type === "Property" && node.key.type === "Identifier" && !node.computed && node.key.name === name;
}

/** Whether it stands beside or inside a `[Symbol.iterator]`. */
function isOfIterator(node: AnyNode, file: CodeFile): boolean {
  const home = file.tree.parentOf(node);
  const beside = home?.type === "ObjectExpression" ? home.properties : home?.type === "ClassBody" ? home.body : [];
  if (beside.some(isIteratorKey)) return true;
  for (let up = home; up !== undefined; up = file.tree.parentOf(up)) if (isIteratorKey(up)) return true;
  return false;
}

function isIteratorKey(node: AnyNode): boolean {
  return (
    (node.type === "Property" || node.type === "MethodDefinition") &&
    node.key.type === "MemberExpression" &&
    node.key.property.type === "Identifier" &&
    /^(?:async)?iterator$/i.test(node.key.property.name)
  );
}
