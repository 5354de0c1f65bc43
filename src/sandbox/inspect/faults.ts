/**
 * The small faults a programmer makes, and a test should notice. Runs in the inspector's process, so it imports nothing
 * of the house.
 */
import type { AnyNode, Expression } from "acorn";

/** A piece of source replaced by another. */
export interface Fault {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Of wording: a text emptied. Answers hold many of them, and a test that holds them all is a copy of the code. */
  readonly isWording: boolean;
}

const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
  "**": ["*"],
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "==": ["!="],
  "!=": ["=="],
  "===": ["!=="],
  "!==": ["==="],
  "&": ["|"],
  "|": ["&"],
  "^": ["&"],
  "<<": [">>"],
  ">>": ["<<"],
  ">>>": ["<<"],
  "&&": ["||"],
  "||": ["&&"],
  "+=": ["-="],
  "-=": ["+="],
  "*=": ["/="],
  "/=": ["*="],
};

const TWINS: Readonly<Record<string, string>> = {
  min: "max",
  max: "min",
  some: "every",
  every: "some",
  startsWith: "endsWith",
  endsWith: "startsWith",
  floor: "ceil",
  ceil: "floor",
  toLowerCase: "toUpperCase",
  toUpperCase: "toLowerCase",
};

/** Methods whose answer is much like what they were called on: left out, the code still runs. */
const STEPS = ["filter", "trim", "slice", "sort", "toSorted", "reverse", "toReversed", "flat", "replace", "replaceAll"];

/** The faults that can be made at one node of a program, not counting those of the nodes below it. */
export function faultsOf(node: AnyNode, source: string): Fault[] {
  const put = (at: { start: number; end: number }, text: string, isWording: boolean = false): Fault => ({
    start: at.start,
    end: at.end,
    text,
    isWording,
  });
  switch (node.type) {
    case "BinaryExpression":
    case "AssignmentExpression":
      return swapOperator(node, source);
    case "LogicalExpression":
      return node.operator === "??" ? dropDefault(node, source) : swapOperator(node, source);
    case "UpdateExpression": {
      const text = textOf(node, source);
      return [put(node, node.operator === "++" ? text.replace("++", "--") : text.replace("--", "++"))];
    }
    case "IfStatement":
    case "WhileStatement":
    case "ConditionalExpression":
      return [put(node.test, `!(${textOf(node.test, source)})`)];
    case "UnaryExpression":
      return node.operator === "!" ? [put(node, `(${textOf(node.argument, source)})`)] : [];
    case "Literal":
      return changeLiteral(node.value).map((text) => put(node, text, typeof node.value === "string"));
    case "TemplateLiteral":
      return [put(node, '""', true)];
    case "ReturnStatement":
      return node.argument && textOf(node.argument, source) !== "undefined" ? [put(node, "return undefined;")] : [];
    case "ArrowFunctionExpression":
      return node.expression ? [put(node.body, "undefined")] : [];
    case "ExpressionStatement":
      return isEffect(node.expression) ? [put(node, ";")] : [];
    case "CallExpression":
      return changeCall(node, source);
    case "MemberExpression":
      return node.optional ? dropQuestion(node.object.end, node.property.start, source, node.computed ? "" : ".") : [];
    default:
      return [];
  }
}

/** A piece of source, as it is written. */
export function textOf(node: { start: number; end: number }, source: string): string {
  return source.slice(node.start, node.end);
}

function swapOperator(
  node: { left: { end: number }; right: { start: number }; operator: string },
  source: string,
): Fault[] {
  const gap = source.slice(node.left.end, node.right.start);
  const at = gap.indexOf(node.operator);
  // A comment between the two may hold the sign as well.
  if (at < 0 || gap.includes("/*") || gap.includes("//")) return [];
  const start = node.left.end + at;
  const end = start + node.operator.length;
  return (OPERATORS[node.operator] ?? []).map((text) => ({ start, end, text, isWording: false }));
}

function changeLiteral(value: unknown): string[] {
  if (typeof value === "boolean") return [String(!value)];
  if (typeof value === "string") return [value === "" ? '"nexus"' : '""'];
  if (typeof value === "number" && Number.isFinite(value) && value + 1 !== value) return [String(value + 1)];
  return [];
}

function isEffect(expression: Expression): boolean {
  const inner = expression.type === "AwaitExpression" ? expression.argument : expression;
  return ["CallExpression", "AssignmentExpression", "UpdateExpression"].includes(inner.type);
}

function changeCall(node: Extract<AnyNode, { type: "CallExpression" }>, source: string): Fault[] {
  const { callee } = node;
  const question = node.optional ? dropQuestion(callee.end, node.end, source, "") : [];
  if (callee.type !== "MemberExpression" || callee.computed || callee.property.type !== "Identifier") return question;
  const { start, end, name } = callee.property;
  const twin = TWINS[name];
  if (twin !== undefined) return [...question, { start, end, text: twin, isWording: false }];
  if (!STEPS.includes(name)) return question;
  const dot = source.lastIndexOf(".", start);
  const from = source[dot - 1] === "?" ? dot - 1 : dot;
  return [...question, { start: afterCode(from, source), end: node.end, text: "", isWording: false }];
}

function dropDefault(node: { left: { end: number }; end: number }, source: string): Fault[] {
  const sign = source.indexOf("??", node.left.end);
  return [{ start: afterCode(sign, source), end: node.end, text: "", isWording: false }];
}

/** Where the space before a place begins. */
function afterCode(at: number, source: string): number {
  return source.slice(0, at).trimEnd().length;
}

function dropQuestion(from: number, to: number, source: string, text: string): Fault[] {
  const start = source.slice(from, to).indexOf("?.");
  return start < 0 ? [] : [{ start: from + start, end: from + start + 2, text, isWording: false }];
}
