import type { AnyNode } from "acorn";
import type { CodeFile } from "./code-file.ts";
import type { Check, Look } from "./look.ts";
import { entropyOf, looksRandom, namesSecret, secretIn } from "./secret-forms.ts";
import { quoted } from "./show.ts";
import { plainKey, UNKNOWN } from "./tree/constant.ts";
import { findInjection } from "./wording.ts";

const MAX_TEXT = 8_192;
/** Packed content beyond this, all of a file together, is a payload. */
const MAX_PACKED = 4_096;

/** Texts in the code and its comments: secrets, payloads, and orders to whoever reads them. */
export const checkTexts: Check = (look) => {
  let packed = 0;
  for (const node of look.file.tree.nodes) {
    const text = textOf(node, look.file);
    if (text === undefined) continue;
    if (text.length > MAX_TEXT) look.report("size.string", node, `The text has ${text.length} characters.`);
    if (isPacked(text)) {
      packed += text.length;
      if (packed > MAX_PACKED) look.report("size.packed", node, `${packed} characters of packed content so far.`);
    }
    checkSecret(text, node, look);
    const order = findInjection(text.slice(0, 2_000));
    if (order !== undefined) look.report("text.injection", node, `The text gives orders: ${quoted(order)}.`);
  }
  for (const comment of look.file.comments) {
    const at = { ...look.file.tree.root, loc: comment.loc ?? null };
    if (/[#@]\s*source(?:Mapping)?URL\s*=/i.test(comment.value))
      look.report("comment.source-url", at, "A comment names another source.");
    const order = findInjection(comment.value.slice(0, 4_000));
    if (order !== undefined) look.report("text.injection", at, `The comment gives orders: ${quoted(order)}.`);
    const kind = secretIn(comment.value);
    if (kind !== undefined) look.report("secret.literal", at, `The comment holds ${kind}.`);
  }
};

/** The text of a literal, of a template, or of texts put together; of what is put together only the whole. */
function textOf(node: AnyNode, file: CodeFile): string | undefined {
  const parent = file.tree.parentOf(node);
  if (parent?.type === "ImportDeclaration" || parent?.type === "ExportNamedDeclaration") return undefined;
  if (parent?.type === "BinaryExpression" && parent.operator === "+" && file.folder.fold(parent) !== UNKNOWN)
    return undefined;
  if (node.type === "Literal") return typeof node.value === "string" ? node.value : undefined;
  if (node.type === "TemplateElement") return node.value.cooked ?? node.value.raw;
  if (node.type !== "BinaryExpression" || node.operator !== "+") return undefined;
  const whole = file.folder.fold(node);
  return typeof whole === "string" ? whole : undefined;
}

function checkSecret(text: string, node: AnyNode, { file, report }: Look): void {
  const kind = secretIn(text);
  if (kind !== undefined) return report("secret.literal", node, `It looks like ${kind}.`);
  const name = nameGiven(node, file);
  if (name !== undefined && namesSecret(name) && isValueOfSecret(text)) {
    return report("secret.literal", node, `${quoted(name)} is written down.`);
  }
  if (looksRandom(text)) report("secret.entropy", node, `${quoted(text.slice(0, 12))} looks like a key.`);
}

/** Not a name of something, a label or a sentence: `token: "access_token"` and `password: "Your password"` are none. */
function isValueOfSecret(text: string): boolean {
  return text.length >= 8 && !/\s/.test(text) && /\d/.test(text) && /[a-z]/i.test(text);
}

/** What a text is called where it stands: a key, a name that is declared. */
function nameGiven(node: AnyNode, file: CodeFile): string | undefined {
  const parent = file.tree.parentOf(node);
  if (parent?.type === "VariableDeclarator") return parent.id.type === "Identifier" ? parent.id.name : undefined;
  if (parent?.type === "Property" && parent.value === node) {
    const key = plainKey(parent.key);
    return key === UNKNOWN ? undefined : key;
  }
  if (parent?.type !== "AssignmentExpression" || parent.left.type !== "MemberExpression") return undefined;
  const key = plainKey(parent.left.property);
  return key === UNKNOWN ? undefined : key;
}

/** Base64, hexadecimal and the like, long and without words. */
function isPacked(text: string): boolean {
  if (text.length < 60 || !/^[A-Za-z0-9+/=_\s\\-]+$/.test(text)) return false;
  const longest = Math.max(...text.split(/\s+/).map((word) => word.length));
  return longest >= 60 && (entropyOf(text) > 3.5 || longest > 1_000);
}
