import type { AnyNode } from "acorn";
import type { CodeFile } from "./code-file.ts";
import { calledGlobal } from "./intrinsics.ts";
import type { Check, Look } from "./look.ts";
import { judgePattern } from "./regex/judge.ts";
import { quoted } from "./show.ts";
import { UNKNOWN } from "./tree/constant.ts";
import { functionOf } from "./tree/own-functions.ts";
import { nodesBelow } from "./tree/tree.ts";

const MAX_LENGTH = 300;
const MAX_PATTERNS = 300;
/** The fourth power of a few thousand letters is minutes. */
const TOO_SLOW_DEGREE = 4;

/** Regular expressions: those that can take for ever, and those that are made of what comes in. */
export const checkRegexes: Check = (look) => {
  let count = 0;
  for (const node of look.file.tree.nodes) {
    const found = patternIn(node, look);
    if (found === undefined) continue;
    count += 1;
    if (count > MAX_PATTERNS) {
      return look.report("regex.count", node, `The file has more than ${MAX_PATTERNS} patterns.`);
    }
    checkPattern(found.pattern, found.flags, node, look);
  }
};

function checkPattern(pattern: string, flags: string, at: AnyNode, { report }: Look): void {
  if (pattern.length > MAX_LENGTH) {
    return report("regex.length", at, `The pattern has ${pattern.length} characters.`);
  }
  if (!isPattern(pattern, flags)) return report("regex.dynamic", at, `${quoted(pattern)} is no pattern.`);
  const verdict = judgePattern(pattern, flags);
  switch (verdict.pace) {
    case "fine":
      return;
    case "slow": {
      const message = `${quoted(pattern)} takes the text's length to the power of ${verdict.degree}.`;
      return report(verdict.degree >= TOO_SLOW_DEGREE ? "regex.redos" : "regex.slow", at, message);
    }
    case "exponential":
      return report("regex.redos", at, `${quoted(pattern)} can take twice as long with every letter.`);
    case "huge":
      return report("regex.redos", at, `${quoted(pattern)} repeats itself ${verdict.size} times.`);
    case "unknown":
      return report("regex.redos", at, `${quoted(pattern)} is too involved to be judged.`);
    default:
      return verdict satisfies never;
  }
}

/** The pattern that a literal or a call makes. One that cannot be known is reported. */
function patternIn(node: AnyNode, { file, report }: Look): { pattern: string; flags: string } | undefined {
  if (node.type === "Literal") return node.regex;
  if (node.type !== "NewExpression" && node.type !== "CallExpression") return undefined;
  const [first, second] = node.arguments;
  if (calledGlobal(node.callee, file) === "RegExp") {
    if (first?.type === "Literal" && first.regex) return undefined;
    const pattern = first === undefined ? "" : file.folder.keyOf(first);
    const flags = second === undefined ? "" : file.folder.keyOf(second);
    if (pattern !== UNKNOWN) return { pattern, flags: flags === UNKNOWN ? "" : flags };
    if (first && isEscaped(first, file)) return undefined;
    report("regex.dynamic", node, "The pattern is known only when it runs.");
    return undefined;
  }
  return first && isMatcher(node.callee) ? textPattern(first, node, file, report) : undefined;
}

/** `text.match(x)` and its like make a pattern of whatever text they get. */
function textPattern(
  first: AnyNode,
  node: AnyNode,
  file: CodeFile,
  report: Look["report"],
): { pattern: string; flags: string } | undefined {
  const pattern = file.folder.fold(first);
  if (typeof pattern === "string") return { pattern, flags: "" };
  const isInput = first.type === "MemberExpression" && !isOwnPattern(first, file);
  if (isInput && node.type === "CallExpression" && node.arguments.length === 1 && pattern === UNKNOWN) {
    report("regex.dynamic", node, "The pattern is known only when it runs.");
  }
  return undefined;
}

function isMatcher(callee: AnyNode): boolean {
  return (
    callee.type === "MemberExpression" &&
    callee.property.type === "Identifier" &&
    !callee.computed &&
    /^(?:match|matchAll|search)$/.test(callee.property.name)
  );
}

/** A member of something that the file itself declares with a value: a table of patterns. */
function isOwnPattern(node: AnyNode, file: CodeFile): boolean {
  let root = node;
  while (root.type === "MemberExpression") root = root.object;
  const variable = file.scopes.variableOf(root);
  const source = variable === undefined ? undefined : file.scopes.sourceOf(variable);
  return source?.kind === "value" || source?.kind === "import" || root.type === "ThisExpression";
}

function isPattern(pattern: string, flags: string): boolean {
  try {
    return new RegExp(pattern, flags) instanceof RegExp;
  } catch {
    return false;
  }
}

/** Whether all that is not known of a pattern has been made harmless: `RegExp.escape(word)`, or the known replacement. */
function isEscaped(node: AnyNode, file: CodeFile, depth = 0): boolean {
  if (file.folder.fold(node) !== UNKNOWN) return true;
  if (depth > 5) return false;
  switch (node.type) {
    case "TemplateLiteral":
      return node.expressions.every((part) => isEscaped(part, file, depth + 1));
    case "BinaryExpression":
      return (
        node.operator === "+" &&
        node.left.type !== "PrivateIdentifier" &&
        isEscaped(node.left, file, depth + 1) &&
        isEscaped(node.right, file, depth + 1)
      );
    case "Identifier": {
      const variable = file.scopes.variableOf(node);
      const source = variable === undefined ? undefined : file.scopes.sourceOf(variable);
      return (
        source?.kind === "value" && source.pattern.type === "Identifier" && isEscaped(source.value, file, depth + 1)
      );
    }
    case "CallExpression":
      return isEscaping(node, file, depth);
    default:
      return false;
  }
}

function isEscaping(node: AnyNode & { type: "CallExpression" }, file: CodeFile, depth: number): boolean {
  if (calledGlobal(node.callee, file) === "RegExp.escape") return true;
  const [from, to] = node.arguments;
  if (node.callee.type === "MemberExpression" && node.callee.property.type === "Identifier") {
    if (node.callee.property.name === "join") return joinsEscaped(node.callee.object, file, depth);
    if (!/^replace(?:All)?$/.test(node.callee.property.name) || from?.type !== "Literal" || !to) return false;
    // Every mark that means something, put behind a backslash.
    const isWhole = "\\^$.*+?()[]{}|"
      .split("")
      .every((mark) => from.regex && new RegExp(from.regex.pattern).test(mark));
    return isWhole && /^\\\$[&1]$/.test(String(file.folder.keyOf(to)));
  }
  const made = functionOf(node.callee, file.scopes);
  return (
    made !== undefined && nodesBelow(made).some((one) => one.type === "CallExpression" && isEscaping(one, file, 5))
  );
}

/** `words.map(escape).join("|")`. */
function joinsEscaped(list: AnyNode, file: CodeFile, depth: number): boolean {
  if (depth > 5 || list.type !== "CallExpression" || list.callee.type !== "MemberExpression") return false;
  const { property } = list.callee;
  const [by] = list.arguments;
  if (property.type !== "Identifier" || property.name !== "map" || by === undefined) return false;
  if (calledGlobal(by, file) === "RegExp.escape") return true;
  const made = functionOf(by, file.scopes);
  return (
    made !== undefined && nodesBelow(made).some((one) => one.type === "CallExpression" && isEscaping(one, file, 5))
  );
}
