import type { AnyNode } from "acorn";
import { asText, isList, type Known, plainKey, UNKNOWN } from "./constant.ts";

/** What a pattern gives to one of its names: `const [a] = […]`, `const { b: { c } } = {…}`. */
export function takeApart(pattern: AnyNode, name: string, value: Known, fold: (node: AnyNode) => Known): Known {
  if (value === UNKNOWN) return UNKNOWN;
  if (pattern.type === "Identifier") return pattern.name === name ? value : UNKNOWN;
  if (pattern.type === "AssignmentPattern") {
    return takeApart(pattern.left, name, value === undefined ? fold(pattern.right) : value, fold);
  }
  if (pattern.type === "ArrayPattern") {
    const list = typeof value === "string" ? Array.from(value) : value;
    const found = pattern.elements.map((part, at) =>
      part && isList(list) ? takeApart(part, name, list[at], fold) : UNKNOWN,
    );
    return found.find((one) => one !== UNKNOWN) ?? UNKNOWN;
  }
  if (pattern.type !== "ObjectPattern" || !(value instanceof Map)) return UNKNOWN;
  for (const part of pattern.properties) {
    if (part.type !== "Property") continue;
    const key = part.computed ? asText(fold(part.key)) : plainKey(part.key);
    const found = key === UNKNOWN || !value.has(key) ? UNKNOWN : takeApart(part.value, name, value.get(key), fold);
    if (found !== UNKNOWN) return found;
  }
  return UNKNOWN;
}
