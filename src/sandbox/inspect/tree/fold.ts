import type { AnyNode } from "acorn";
import {
  asText,
  capped,
  type Constant,
  isList,
  isTruthy,
  type Known,
  MAX_LIST,
  plainKey,
  UNKNOWN,
} from "./constant.ts";
import { facetOf } from "./facets.ts";
import { type Callable, callGlobal, callMethod } from "./methods.ts";
import { foldBinary } from "./operators.ts";
import { functionOf, resultOf } from "./own-functions.ts";
import { parametersOf, type Scopes } from "./scopes.ts";
import { takeApart } from "./take-apart.ts";

/** Works out what stands in the text of a file without running it. */
export interface Folder {
  /** The value of an expression. */
  fold(node: AnyNode): Known;
  /** The value of an expression as the key it would be. */
  keyOf(node: AnyNode): string | typeof UNKNOWN;
}

/** What another file of the module exports under a name. */
export type ImportedConstant = (from: string, name: string) => Known;

const MAX_DEPTH = 500;
/** Enough for every honest key; a file that needs more is left unknown from there on. */
const MAX_STEPS = 400_000;

type Names = ReadonlyMap<string, Constant>;

/** A folder for one file. It gives up, with UNKNOWN, rather than take long. */
export function createFolder(scopes: Scopes, imported: ImportedConstant): Folder {
  let steps = 0;
  let depth = 0;
  const cache = new Map<AnyNode, Known>();

  const fold = (node: AnyNode, names: Names): Known => {
    steps += 1;
    if (steps > MAX_STEPS || depth > MAX_DEPTH) return UNKNOWN;
    if (names.size > 0) return descend(node, names);
    if (!cache.has(node)) {
      // A name that is made of itself is unknown while it is looked up.
      cache.set(node, UNKNOWN);
      cache.set(node, descend(node, names));
    }
    return cache.get(node);
  };
  const descend = (node: AnyNode, names: Names): Known => {
    depth += 1;
    const value = foldNode(node, names);
    depth -= 1;
    return value;
  };
  const foldAll = (nodes: readonly (AnyNode | null)[], names: Names): Constant[] | typeof UNKNOWN => {
    const list: Constant[] = [];
    for (const node of nodes) {
      const value = node === null ? undefined : fold(node.type === "SpreadElement" ? node.argument : node, names);
      if (value === UNKNOWN || list.length > MAX_LIST) return UNKNOWN;
      if (node?.type !== "SpreadElement") list.push(value);
      else if (typeof value === "string") list.push(...Array.from(value));
      else if (isList(value)) list.push(...value);
      else return UNKNOWN;
    }
    return list;
  };

  const foldNode = (node: AnyNode, names: Names): Known => {
    switch (node.type) {
      case "Literal":
        if (node.regex) return UNKNOWN;
        return node.value instanceof RegExp ? UNKNOWN : node.value;
      case "TemplateLiteral": {
        let text = "";
        for (const [index, quasi] of node.quasis.entries()) {
          const next = node.expressions[index];
          const value = next ? asText(fold(next, names)) : "";
          if (value === UNKNOWN) return UNKNOWN;
          text += (quasi.value.cooked ?? "") + value;
        }
        return capped(text);
      }
      case "TaggedTemplateExpression":
        return nameOf(node.tag) === "String.raw" && node.quasi.expressions.length === 0
          ? node.quasi.quasis.map((quasi) => quasi.value.raw).join("")
          : UNKNOWN;
      case "ParenthesizedExpression":
      case "ChainExpression":
        return fold(node.expression, names);
      case "SequenceExpression":
        return fold(node.expressions.at(-1) ?? node, names);
      case "BinaryExpression":
        if (node.left.type === "PrivateIdentifier") return UNKNOWN;
        return foldBinary(node.operator, fold(node.left, names), fold(node.right, names));
      case "UnaryExpression": {
        const value = fold(node.argument, names);
        if (value === UNKNOWN) return UNKNOWN;
        if (node.operator === "!") return !isTruthy(value);
        if (node.operator === "void") return undefined;
        if (node.operator === "typeof") return isList(value) || value === null ? "object" : typeof value;
        if (node.operator === "-" && (typeof value === "number" || typeof value === "bigint")) return -value;
        if (node.operator === "+" && (typeof value === "string" || typeof value === "number")) return Number(value);
        return UNKNOWN;
      }
      case "LogicalExpression": {
        const left = fold(node.left, names);
        if (left === UNKNOWN) return UNKNOWN;
        const takesLeft =
          node.operator === "??" ? left !== null && left !== undefined : isTruthy(left) === (node.operator === "||");
        return takesLeft ? left : fold(node.right, names);
      }
      case "ConditionalExpression": {
        const test = fold(node.test, names);
        return test === UNKNOWN ? UNKNOWN : fold(isTruthy(test) ? node.consequent : node.alternate, names);
      }
      case "ArrayExpression":
        return foldAll(node.elements, names);
      case "ObjectExpression":
        return foldObject(node.properties, names);
      case "AssignmentExpression":
        return node.operator === "=" ? fold(node.right, names) : UNKNOWN;
      case "AwaitExpression":
        return fold(node.argument, names);
      case "Identifier":
        return foldName(node, names);
      case "MemberExpression":
        return foldMember(node, names);
      case "CallExpression":
        return foldCall(node.callee, node.arguments, names);
      default:
        return UNKNOWN;
    }
  };

  const foldObject = (properties: readonly AnyNode[], names: Names): Known => {
    const entries = new Map<string, Constant>();
    for (const property of properties) {
      if (property.type !== "Property" || property.kind !== "init") return UNKNOWN;
      const key = property.computed ? asText(fold(property.key, names)) : plainKey(property.key);
      const value = fold(property.value, names);
      // A table with a function in it is still a table.
      if (key === UNKNOWN) return UNKNOWN;
      if (value !== UNKNOWN) entries.set(key, value);
    }
    return entries;
  };

  const foldName = (node: AnyNode & { type: "Identifier" }, names: Names): Known => {
    const inner = names.get(node.name);
    if (inner !== undefined || names.has(node.name)) return inner;
    if (scopes.isGlobal(node)) return GLOBALS.has(node.name) ? GLOBALS.get(node.name) : UNKNOWN;
    const variable = scopes.variableOf(node);
    if (variable === undefined) return UNKNOWN;
    const source = scopes.sourceOf(variable);
    if (source.kind === "import") return imported(source.from, source.name);
    if (source.kind !== "value") return UNKNOWN;
    return takeApart(source.pattern, node.name, fold(source.value, NO_NAMES), (inner) => fold(inner, NO_NAMES));
  };

  const foldMember = (node: AnyNode & { type: "MemberExpression" }, names: Names): Known => {
    const key = node.computed ? asText(fold(node.property, names)) : plainKey(node.property);
    if (key === UNKNOWN || node.object.type === "Super") return UNKNOWN;
    const number = scopes.isGlobal(node.object, "Number") ? NUMBERS.get(key) : undefined;
    if (number !== undefined) return number;
    const object = fold(node.object, names);
    if (object instanceof Map) return object.has(key) ? object.get(key) : UNKNOWN;
    if (object === UNKNOWN) return facetOf(node.object, key, scopes, (inner) => fold(inner, names));
    if (typeof object !== "string" && !isList(object)) return UNKNOWN;
    if (key === "length") return object.length;
    return /^\d{1,4}$/.test(key) ? object[Number(key)] : UNKNOWN;
  };

  const foldCall = (callee: AnyNode, args: readonly AnyNode[], names: Names): Known => {
    const target = callee.type === "ParenthesizedExpression" ? callee.expression : callee;
    const global = nameOf(target);
    const own = callableOf(target, names);
    if (global !== undefined || own !== undefined) {
      const values = foldAll(args, names);
      if (values === UNKNOWN) return UNKNOWN;
      return own === undefined ? callGlobal(global ?? "", values) : own(...values);
    }
    if (target.type !== "MemberExpression" || target.object.type === "Super") return UNKNOWN;
    const method = target.computed ? asText(fold(target.property, names)) : plainKey(target.property);
    const receiver = fold(target.object, names);
    if (method === UNKNOWN || receiver === UNKNOWN) return UNKNOWN;
    const values: (Constant | Callable)[] = [];
    for (const arg of args) {
      const value = callableOf(arg, names) ?? (isGlobalText(arg) ? asConstantText : fold(arg, names));
      if (value === UNKNOWN) return UNKNOWN;
      values.push(value);
    }
    return callMethod(receiver, method, values);
  };

  const isGlobalText = (node: AnyNode): boolean => scopes.isGlobal(node, "String");

  /** `Object.keys`, when it is the language's own. */
  const nameOf = (node: AnyNode): string | undefined => {
    if (scopes.isGlobal(node) && node.type === "Identifier") return node.name;
    if (node.type !== "MemberExpression" || node.object.type !== "Identifier") return undefined;
    if (!scopes.isGlobal(node.object)) return undefined;
    const key = node.computed ? asText(fold(node.property, NO_NAMES)) : plainKey(node.property);
    return key === UNKNOWN ? undefined : `${node.object.name}.${key}`;
  };

  /** An own function of one expression, or of one return. */
  const callableOf = (node: AnyNode, names: Names): Callable | undefined => {
    const made = functionOf(node, scopes);
    const result = made === undefined ? undefined : resultOf(made);
    if (made === undefined || result === undefined) return undefined;
    const parameters = parametersOf(made);
    return (...args) => {
      const inner = new Map(names);
      for (const [index, parameter] of parameters.entries()) {
        const plain = parameter.type === "AssignmentPattern" ? parameter.left : parameter;
        if (plain.type !== "Identifier") return UNKNOWN;
        const value =
          args[index] ?? (parameter.type === "AssignmentPattern" ? fold(parameter.right, names) : undefined);
        if (value === UNKNOWN) return UNKNOWN;
        inner.set(plain.name, value);
      }
      // The marker keeps what depends on arguments out of the cache.
      return fold(result, inner.set("", undefined));
    };
  };

  return { fold: (node) => fold(node, NO_NAMES), keyOf: (node) => asText(fold(node, NO_NAMES)) };
}

const NO_NAMES: Names = new Map();
const GLOBALS: ReadonlyMap<string, Constant> = new Map([
  ["undefined", undefined],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
]);

const NUMBERS: ReadonlyMap<string, number> = new Map([
  ["MAX_SAFE_INTEGER", Number.MAX_SAFE_INTEGER],
  ["MIN_SAFE_INTEGER", Number.MIN_SAFE_INTEGER],
  ["MAX_VALUE", Number.MAX_VALUE],
  ["POSITIVE_INFINITY", Number.POSITIVE_INFINITY],
  ["NEGATIVE_INFINITY", Number.NEGATIVE_INFINITY],
]);

const asConstantText: Callable = (value) => asText(value);
