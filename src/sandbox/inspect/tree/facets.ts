import type { AnyNode } from "acorn";
import { asText, type Known, UNKNOWN } from "./constant.ts";
import type { Scopes } from "./scopes.ts";

/** Texts that lie in other things: a pattern's source, a function's name, an error's message, a symbol's description. */
export function facetOf(object: AnyNode, key: string, scopes: Scopes, fold: (node: AnyNode) => Known): Known {
  if (object.type === "Literal" && object.regex) return key === "source" ? object.regex.pattern : UNKNOWN;
  if (object.type === "FunctionExpression" || object.type === "ClassExpression") {
    return key === "name" && object.id ? object.id.name : UNKNOWN;
  }
  if (object.type === "Identifier" && key === "name") {
    const variable = scopes.variableOf(object);
    return variable !== undefined && scopes.sourceOf(variable).kind === "function" ? object.name : UNKNOWN;
  }
  if (object.type !== "CallExpression" && object.type !== "NewExpression") return UNKNOWN;
  const [first] = object.arguments;
  if (object.callee.type !== "Identifier" || !scopes.isGlobal(object.callee) || first === undefined) return UNKNOWN;
  const facet = FACETS.find(
    ([made, name]) => made.test(object.callee.type === "Identifier" ? object.callee.name : "") && name === key,
  );
  return facet === undefined ? UNKNOWN : asText(fold(first));
}

const FACETS: readonly (readonly [RegExp, string])[] = [
  [/^Symbol$/, "description"],
  [/^\w*Error$/, "message"],
  [/^RegExp$/, "source"],
];
