import type { AnyNode } from "acorn";
import type { Scopes } from "./scopes.ts";
import { isFunction } from "./tree.ts";

/** The function that an expression is, or that its name was declared with. */
export function functionOf(node: AnyNode, scopes: Scopes): AnyNode | undefined {
  if (isFunction(node)) return node;
  const variable = node.type === "Identifier" ? scopes.variableOf(node) : undefined;
  const source = variable === undefined ? undefined : scopes.sourceOf(variable);
  if (source?.kind === "function") return source.declaration;
  return source?.kind === "value" && source.pattern.type === "Identifier" && isFunction(source.value)
    ? source.value
    : undefined;
}

/** What a function of one expression, or of one return, comes to. */
export function resultOf(made: AnyNode): AnyNode | undefined {
  if (!("body" in made) || Array.isArray(made.body)) return undefined;
  const { body } = made;
  if (typeof body !== "object" || body === null || !("type" in body)) return undefined;
  if (body.type !== "BlockStatement") return made.type === "ArrowFunctionExpression" ? body : undefined;
  const [only] = body.body;
  return body.body.length === 1 && only?.type === "ReturnStatement" ? (only.argument ?? undefined) : undefined;
}
