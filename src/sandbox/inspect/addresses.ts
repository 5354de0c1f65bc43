import type { AnyNode } from "acorn";
import type { CodeFile } from "./code-file.ts";
import { plainKey } from "./tree/constant.ts";
import { prefixOf } from "./tree/prefix.ts";

/** An address in the code, as far as it is known. */
export interface Address {
  readonly at: AnyNode;
  readonly scheme: string;
  /** Undefined when it is known only at run time. */
  readonly host: string | undefined;
  /** The path's beginning: all of it when `isWhole`. */
  readonly path: string;
  readonly isWhole: boolean;
  /** For people to follow: in the middle of a text, or under a name such as `href`. */
  readonly isLink: boolean;
}

/** Every address that the texts of a file hold or begin with. */
export function addressesIn(file: CodeFile): Address[] {
  return file.tree.nodes.flatMap((node) => {
    if (!isText(node) || isPartOfText(node, file)) return [];
    const { text, isWhole } = prefixOf(node, file.folder);
    return readAddresses(node, text, isWhole, isLinkName(node, file));
  });
}

/** The address that an expression comes to, when it begins with one. */
export function addressOf(node: AnyNode, file: CodeFile): Address | undefined {
  const { text, isWhole } = prefixOf(node, file.folder);
  const [address] = readAddresses(node, text, isWhole, false);
  return address?.isLink === false ? address : undefined;
}

const ADDRESS = /\b(https?|wss?|ftp|file|data):\/\/([^\s"'`<>/?#)\]},]*)([^\s"'`<>?#)\]},]*)/giu;

function readAddresses(at: AnyNode, text: string, isWhole: boolean, isNamedLink: boolean): Address[] {
  return [...text.slice(0, 20_000).matchAll(ADDRESS)].map((found) => {
    const [all, scheme = "", authority = "", path = ""] = found;
    const isCut = !isWhole && found.index + all.length === text.length;
    const host = authority.replace(/^.*@/, "").replace(/:\d*$/, "").toLowerCase();
    // The rest of a host that is cut off may be anything.
    const isOpen = isCut && path === "" && !/[?#]/.test(all);
    return {
      at,
      scheme: scheme.toLowerCase(),
      host: host === "" || (isOpen && /[.-]$/.test(host)) ? undefined : host,
      path: path === "" ? "/" : path,
      isWhole: !isCut,
      isLink: isNamedLink || text.slice(0, found.index).trim() !== "",
    };
  });
}

function isText(node: AnyNode): boolean {
  return (
    (node.type === "Literal" && typeof node.value === "string") ||
    node.type === "TemplateLiteral" ||
    (node.type === "BinaryExpression" && node.operator === "+") ||
    node.type === "CallExpression"
  );
}

/** Whether a text is put together with others: then the whole counts. */
function isPartOfText(node: AnyNode, file: CodeFile): boolean {
  const parent = file.tree.parentOf(node);
  return parent?.type === "BinaryExpression" && parent.operator === "+";
}

function isLinkName(node: AnyNode, file: CodeFile): boolean {
  const parent = file.tree.parentOf(node);
  if (parent?.type !== "Property" || parent.value !== node) return false;
  const key = plainKey(parent.key);
  return typeof key === "string" && /^(?:url|href|link|homepage|docs|source|website|page)$/i.test(key);
}
