import type { AnyNode } from "acorn";
import { calledGlobal, globalOf } from "./intrinsics.ts";
import type { Check, Look } from "./look.ts";
import { quoted } from "./show.ts";
import { UNKNOWN } from "./tree/constant.ts";
import { bitsOf } from "./tree/operators.ts";

const MAX_BITS = 4_096;
const MAX_ELEMENTS = 16_777_216;

/** Single expressions that no module needs, or that take more than any has. */
export const checkSyntax: Check = (look) => {
  for (const node of look.file.tree.nodes) {
    switch (node.type) {
      case "DebuggerStatement":
        look.report("syntax.debugger", node, "It stops for a debugger.");
        break;
      case "TaggedTemplateExpression":
        if (calledGlobal(node.tag, look.file) !== "String.raw") {
          look.report("syntax.tagged-template", node, "It calls a function with a template.");
        }
        break;
      case "Identifier":
      case "PrivateIdentifier":
        checkName(node, look);
        break;
      case "BinaryExpression":
        if (node.left.type !== "PrivateIdentifier") checkBits(node, node.operator, node.left, node.right, look);
        break;
      case "AssignmentExpression":
        if (/^(?:\*\*|<<)=$/.test(node.operator))
          checkBits(node, node.operator.slice(0, -1), node.left, node.right, look);
        break;
      case "CallExpression":
      case "NewExpression":
        checkAllocation(node, look);
        break;
      default:
    }
  }
};

function checkName(node: AnyNode & { type: "Identifier" | "PrivateIdentifier" }, { file, report }: Look): void {
  // oxlint-disable-next-line no-control-regex
  if (/[^\x00-\x7f]/.test(node.name)) {
    report("text.non-ascii-identifier", node, `The name ${quoted(node.name)} has letters that others look like.`);
  }
  if (file.code.slice(node.start, node.end).includes("\\")) {
    report("text.escaped-identifier", node, `The name ${quoted(node.name)} is written with escapes.`);
  }
}

/** Powers and shifts of bigints: the engine works on one of them for minutes and hears nothing meanwhile. */
function checkBits(node: AnyNode, operator: string, left: AnyNode, right: AnyNode, { file, report }: Look): void {
  if (operator !== "**" && operator !== "<<") return;
  const [base, by] = [file.folder.fold(left), file.folder.fold(right)];
  if (![left, right].some((side) => isBigint(side)) && typeof base !== "bigint" && typeof by !== "bigint") return;
  const isSmall =
    typeof base === "bigint" &&
    typeof by === "bigint" &&
    (operator === "**" ? bitsOf(base) * Number(by) : bitsOf(base) + Number(by)) <= MAX_BITS;
  const isSmallShift = operator === "<<" && typeof by === "bigint" && by <= BigInt(MAX_BITS);
  // A short base whose exponent is not known may still be a bomb; a known small exponent is not.
  const isSmallPower = operator === "**" && base === UNKNOWN && typeof by === "bigint" && by <= 64n;
  if (isSmall || isSmallShift || isSmallPower) return;
  report(operator === "**" ? "bigint.pow" : "bigint.shift", node, "The number it makes may have no end of digits.");
}

function isBigint(node: AnyNode): boolean {
  if (node.type === "Literal") return node.bigint !== undefined && node.bigint !== null;
  if (node.type === "UnaryExpression") return isBigint(node.argument);
  if (node.type === "BinaryExpression") return isBigint(node.left) || isBigint(node.right);
  return node.type === "CallExpression" && node.callee.type === "Identifier" && node.callee.name === "BigInt";
}

/** One call that fills the memory: `Array(1e9)`, `"x".repeat(1e9)`, `Array.from({ length: 1e9 })`. */
function checkAllocation(node: AnyNode & { type: "CallExpression" | "NewExpression" }, look: Look): void {
  const { file } = look;
  const [first] = node.arguments;
  if (first === undefined) return;
  const called = calledGlobal(node.callee, file);
  if (called !== undefined && /^(?:Array|ArrayBuffer|\w+Array)$/.test(called)) return checkSize(node, first, 1, look);
  if (called === "Array.from" && first.type === "ObjectExpression") {
    const length = first.properties.find(
      (one) => one.type === "Property" && one.key.type === "Identifier" && one.key.name === "length",
    );
    if (length?.type === "Property") checkSize(node, length.value, 1, look);
    return;
  }
  if (node.callee.type !== "MemberExpression" || globalOf(node.callee.object, file) !== undefined) return;
  const name = node.callee.property.type === "Identifier" && !node.callee.computed ? node.callee.property.name : "";
  if (name === "padStart" || name === "padEnd") return checkSize(node, first, 1, look);
  if (name !== "repeat") return;
  const text = file.folder.fold(node.callee.object);
  checkSize(node, first, typeof text === "string" ? Math.max(1, text.length) : 1, look);
}

function checkSize(node: AnyNode, size: AnyNode, each: number, { file, report }: Look): void {
  const count = file.folder.fold(size);
  if (typeof count !== "number" || count * each <= MAX_ELEMENTS) return;
  report("size.allocation", node, `It asks for ${count * each} elements at once.`);
}
