import type { AnyNode } from "acorn";
import type { CodeFile } from "./code-file.ts";
import { keysOf } from "./tree/candidates.ts";
import { plainKey, UNKNOWN } from "./tree/constant.ts";

/** One place where a key is named: to read, to write or to declare. */
export interface KeyUse {
  /** The key itself. */
  readonly at: AnyNode;
  /** What has or gets the key. */
  readonly owner: AnyNode;
  readonly kind: "member" | "object" | "pattern" | "class";
  /** What the key may be; not all of it, when `known` is false. */
  readonly names: ReadonlySet<string>;
  readonly known: boolean;
}

/** Every key that a file names, with computed ones worked out as far as that goes. */
export function keyUses(file: CodeFile): KeyUse[] {
  return file.tree.nodes.flatMap((node): KeyUse[] => {
    switch (node.type) {
      case "MemberExpression":
        if (node.property.type === "PrivateIdentifier") return [];
        return [{ at: node.property, owner: node, kind: "member", ...namesOf(node.property, node.computed, file) }];
      case "Property": {
        const kind = file.tree.parentOf(node)?.type === "ObjectPattern" ? "pattern" : "object";
        return [{ at: node.key, owner: node, kind, ...namesOf(node.key, node.computed, file) }];
      }
      case "MethodDefinition":
      case "PropertyDefinition":
        if (node.key.type === "PrivateIdentifier") return [];
        return [{ at: node.key, owner: node, kind: "class", ...namesOf(node.key, node.computed, file) }];
      default:
        return [];
    }
  });
}

function namesOf(key: AnyNode, computed: boolean, file: CodeFile): Pick<KeyUse, "names" | "known"> {
  const plain = computed ? UNKNOWN : plainKey(key);
  if (plain !== UNKNOWN) return { names: new Set([plain]), known: true };
  const whole = file.folder.keyOf(key);
  return whole === UNKNOWN ? { names: keysOf(key, file), known: false } : { names: new Set([whole]), known: true };
}
