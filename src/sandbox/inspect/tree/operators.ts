import type { BinaryOperator } from "acorn";
import { asText, capped, type Constant, type Known, UNKNOWN } from "./constant.ts";

/** Beyond this many bits a bigint is left unknown: working it out is what its author may want. */
const MAX_BITS = 4_096;

/** What an operator makes of two values. */
export function foldBinary(operator: BinaryOperator, left: Known, right: Known): Known {
  if (left === UNKNOWN || right === UNKNOWN) return UNKNOWN;
  if (operator === "+" && (!isCount(left) || !isCount(right))) {
    const one = asText(left);
    const other = asText(right);
    return one === UNKNOWN || other === UNKNOWN ? UNKNOWN : capped(one + other);
  }
  if (operator === "===" || operator === "!==") {
    if (isObject(left) || isObject(right)) return UNKNOWN;
    return (left === right) === (operator === "===");
  }
  if (typeof left === "number" && typeof right === "number") return ofNumbers(operator, left, right);
  if (typeof left === "bigint" && typeof right === "bigint") return ofBigints(operator, left, right);
  return UNKNOWN;
}

/** The length of a number in bits, as written down. */
export function bitsOf(value: bigint): number {
  return (value < 0n ? -value : value).toString(16).length * 4;
}

function ofNumbers(operator: BinaryOperator, left: number, right: number): Known {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return left % right;
    case "**":
      return left ** right;
    case "<<":
      return left << right;
    case ">>":
      return left >> right;
    case ">>>":
      return left >>> right;
    case "&":
      return left & right;
    case "|":
      return left | right;
    case "^":
      return left ^ right;
    default:
      return ofOrder(operator, left, right);
  }
}

function ofBigints(operator: BinaryOperator, left: bigint, right: bigint): Known {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return bitsOf(left) + bitsOf(right) > MAX_BITS ? UNKNOWN : left * right;
    case "**":
      return right < 0n || bitsOf(left) * Number(right) > MAX_BITS ? UNKNOWN : left ** right;
    case "<<":
      return right < 0n || bitsOf(left) + Number(right) > MAX_BITS ? UNKNOWN : left << right;
    default:
      return ofOrder(operator, left, right);
  }
}

function ofOrder<Of extends number | bigint>(operator: BinaryOperator, left: Of, right: Of): Known {
  switch (operator) {
    case "<":
      return left < right;
    case ">":
      return left > right;
    case "<=":
      return left <= right;
    case ">=":
      return left >= right;
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    default:
      return UNKNOWN;
  }
}

function isCount(value: Constant): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

function isObject(value: Constant): boolean {
  return typeof value === "object" && value !== null;
}
