import { quoted } from "./show.ts";

/**
 * A parser's complaint in words that help; the hint only where it says more than that of `syntax.error`.
 * @param complaint its first line, as amaro 1.2 (swc) and acorn 8 write it
 */
export function explainSyntax(complaint: string): { readonly message: string; readonly hint?: string } {
  const construct = /^TypeScript (.+?) (?:is|are) not supported in strip-only mode/.exec(complaint)?.[1];
  if (construct !== undefined) {
    return {
      message: `TypeScript's ${construct} is more than types, and types are all that is taken off.`,
      hint: PLAIN,
    };
  }
  if (complaint.startsWith("The angle-bracket syntax for type assertions")) {
    return { message: "A type stands in angle brackets before a value.", hint: "Write “value as Type”." };
  }
  if (complaint === "Unexpected character '@'") {
    return { message: "There are no decorators.", hint: "Call the function yourself, or leave the decorator out." };
  }
  return { message: `It cannot be read: ${quoted(complaint)}.` };
}

const PLAIN =
  "Write it in JavaScript: constants for an enum, a file for a namespace, fields that the constructor fills.";
