import type { Json } from "#core/contract/json.ts";

/** A value as it is written in code. */
export function literal(value: Json | undefined): string {
  if (value === undefined) return "undefined";
  if (typeof value === "string") return quotedText(value);
  return escapeUnseen(JSON.stringify(value));
}

/** A text in quotation marks. What does not show is written as an escape; `__proto__` as a key would change the object. */
export function quotedText(text: string): string {
  return escapeUnseen(JSON.stringify(text));
}

/** A text of several lines, as a template. */
export function templateText(text: string): string {
  const safe = text.replaceAll("\\", "\\\\").replaceAll("`", "\\`").replaceAll("${", "\\${");
  return `\`${safe}\``;
}

/** A name as the key of an object: bare where it can be. */
export function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quotedText(name);
}

/** A text for a comment: it ends no comment. */
export function comment(text: string): string {
  return escapeUnseen(text.replaceAll("*/", "* /").replaceAll(/\s+/g, " "));
}

/** An import of one of the module's own files, or of a type of NEXUS. */
export function importLine(names: readonly string[], from: string): string {
  return `import { ${[...names].sort().join(", ")} } from "${from}";`;
}

function escapeUnseen(text: string): string {
  return text.replaceAll(UNSEEN, (character) =>
    character === "\n" ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** What does not show, or changes how its neighbours show. */
const UNSEEN =
  // oxlint-disable-next-line no-misleading-character-class -- what does not show is what this finds
  /[\p{C}\p{Zl}\p{Zp}\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u2800\u3164\uFFA0\uFE00-\uFE0F]/gu;
