import type { AnyNode } from "acorn";
import { asText, UNKNOWN } from "./constant.ts";
import type { Folder } from "./fold.ts";

/** What a text begins with: all of it when `isWhole`. */
export interface Prefix {
  readonly text: string;
  readonly isWhole: boolean;
}

/** The beginning of a text, up to what is known only at run time. */
export function prefixOf(node: AnyNode, folder: Folder, depth = 0): Prefix {
  const whole = asText(folder.fold(node));
  if (whole !== UNKNOWN) return { text: whole, isWhole: true };
  if (depth > 100) return NOTHING;
  switch (node.type) {
    case "TemplateLiteral":
      return together(
        node.quasis.flatMap((quasi, index) => {
          const next = node.expressions[index];
          const own: Prefix = { text: quasi.value.cooked ?? "", isWhole: true };
          return next ? [own, prefixOf(next, folder, depth + 1)] : [own];
        }),
      );
    case "BinaryExpression":
      if (node.operator !== "+" || node.left.type === "PrivateIdentifier") return NOTHING;
      return together([prefixOf(node.left, folder, depth + 1), prefixOf(node.right, folder, depth + 1)]);
    case "ParenthesizedExpression":
    case "AwaitExpression":
      return prefixOf(node.type === "AwaitExpression" ? node.argument : node.expression, folder, depth + 1);
    case "CallExpression":
      // `BASE.concat(path)`
      if (node.callee.type !== "MemberExpression" || node.callee.property.type !== "Identifier") return NOTHING;
      if (node.callee.property.name !== "concat") return NOTHING;
      return { ...prefixOf(node.callee.object, folder, depth + 1), isWhole: false };
    default:
      return NOTHING;
  }
}

const NOTHING: Prefix = { text: "", isWhole: false };

function together(parts: readonly Prefix[]): Prefix {
  let text = "";
  for (const part of parts) {
    text += part.text;
    if (!part.isWhole) return { text, isWhole: false };
  }
  return { text, isWhole: true };
}
