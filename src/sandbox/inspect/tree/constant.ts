import type { AnyNode } from "acorn";

/** A value that can be read from the text of a file without running it. */
export type Constant =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | readonly Constant[]
  | ReadonlyMap<string, Constant>;

/** What cannot be known before the code runs. */
export const UNKNOWN = Symbol("unknown");
export type Known = Constant | typeof UNKNOWN;

/** Texts and lists beyond these are left unknown: a bomb in the code must not go off in its inspection. */
export const MAX_TEXT = 20_000;
export const MAX_LIST = 1_000;
const MAX_LISTS_DEEP = 1;

/** A value as the language turns it into a text, such as a key; unknown for objects. */
export function asText(value: Known, depth = 0): string | typeof UNKNOWN {
  if (value === UNKNOWN || value instanceof Map) return UNKNOWN;
  if (isList(value)) {
    // One list many times in another is a short bomb and a long text.
    if (depth > MAX_LISTS_DEEP) return UNKNOWN;
    const texts = value.map((one) => (one === null || one === undefined ? "" : asText(one, depth + 1)));
    return texts.some((text) => text === UNKNOWN) ? UNKNOWN : capped(texts.map(String).join(","));
  }
  return typeof value === "object" && value !== null ? UNKNOWN : String(value);
}

export function isList(value: Known): value is readonly Constant[] {
  return Array.isArray(value);
}

/** Whether a value counts as true. Objects and lists do. */
export function isTruthy(value: Constant): boolean {
  return typeof value === "object" && value !== null ? true : Boolean(value);
}

export function capped(text: string): string | typeof UNKNOWN {
  return text.length > MAX_TEXT ? UNKNOWN : text;
}

/** The key of `{ a: … }` and of `x.a`. */
export function plainKey(key: AnyNode): string | typeof UNKNOWN {
  if (key.type === "Identifier") return key.name;
  return key.type === "Literal" ? String(key.value) : UNKNOWN;
}
