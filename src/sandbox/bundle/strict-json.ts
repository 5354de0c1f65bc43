import type { Json } from "#core/contract/json.ts";

/** JSON text read, with the place of each value; or the first thing wrong with it. Lines and columns are from 1. */
export type StrictJson =
  | { readonly ok: true; readonly value: Json; readonly placeOf: (path: readonly PropertyKey[]) => JsonPlace }
  | ({ readonly ok: false; readonly problem: string } & JsonPlace);

export interface JsonPlace {
  readonly line: number;
  readonly column: number;
}

const MAX_DEPTH = 32;
const MAX_VALUES = 50_000;

/**
 * Reads JSON that means the same to every reader: no key twice, none called `__proto__`, no half letters, no number that
 * does not fit, 32 levels and 50,000 values at most.
 */
export function parseStrictJson(text: string): StrictJson {
  const placeAt = (offset: number): JsonPlace => {
    const before = text.slice(0, offset);
    return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
  };
  const read = readDocument(text);
  if ("problem" in read) return { ok: false, problem: read.problem, ...placeAt(read.at) };
  return {
    ok: true,
    value: read.value,
    placeOf(path) {
      let node: Spot = read;
      for (const part of path) {
        const below: Spot | undefined = node.below?.get(String(part));
        if (below === undefined) break;
        node = below;
      }
      return placeAt(node.at);
    },
  };
}

/** Where a value begins (its key, in an object), and the values in it. */
interface Spot {
  readonly at: number;
  readonly below?: ReadonlyMap<string, Spot>;
}

interface Problem {
  readonly problem: string;
  readonly at: number;
}

type Value = (Spot & { readonly value: Json }) | Problem;

function readDocument(text: string): Value {
  let at = 0;
  let values = 0;
  const wrong = (problem: string, where: number = at): Problem => ({ problem, at: where });
  /** What JSON lacks and people often write, by its name; else what was expected. */
  const instead = (expected: string): Problem => {
    if (at >= text.length) return wrong("it ends too early");
    if (text[at] === "\uFEFF") return wrong("it begins with an invisible mark: save it as UTF-8 without BOM");
    if (/^\/[/*]/.test(text.slice(at, at + 2))) return wrong("JSON has no comments");
    const isLast = text[at] === "}" || text[at] === "]";
    if (isLast && text.slice(0, at).trimEnd().endsWith(",")) return wrong("no comma may stand before this");
    return wrong(text[at] === "'" ? "JSON has double quotes only" : expected);
  };
  /** The sign that stands next, blanks left out. */
  const next = (): string | undefined => {
    SPACE.lastIndex = at;
    SPACE.test(text);
    at = SPACE.lastIndex;
    return text[at];
  };
  const take = (sign: string): boolean => {
    if (next() !== sign) return false;
    at += sign.length;
    return true;
  };

  const readValue = (depth: number): Value => {
    const first = next();
    if (depth > MAX_DEPTH) return wrong(`it is more than ${MAX_DEPTH} levels deep`);
    values += 1;
    if (values > MAX_VALUES) return wrong(`it has more than ${MAX_VALUES} values`);
    if (first === "{") return readObject(depth);
    if (first === "[") return readList(depth);
    return first === '"' ? readText() : readWord();
  };

  const readWord = (): Value => {
    WORD.lastIndex = at;
    const word = WORD.exec(text)?.[0];
    if (word === undefined) return instead("a value was expected here");
    const value = word === "true" ? true : word === "false" ? false : word === "null" ? null : Number(word);
    if (typeof value === "number" && !Number.isFinite(value)) return wrong("this number is too large");
    at += word.length;
    return { value, at: at - word.length };
  };

  const readText = (): (Spot & { readonly value: string }) | Problem => {
    TEXT.lastIndex = at;
    const quoted = TEXT.exec(text)?.[0];
    if (quoted === undefined) return wrong("this text does not end on its line");
    const value = decode(quoted);
    if (value === undefined) return wrong("this text holds a control character, a wrong escape or half a letter");
    at += quoted.length;
    return { value, at: at - quoted.length };
  };

  const readObject = (depth: number): Value => {
    const start = at;
    const value: Record<string, Json> = {};
    const below = new Map<string, Spot>();
    take("{");
    if (take("}")) return { value, at: start };
    do {
      if (next() !== '"') return instead("a key in double quotes was expected here");
      const key = readText();
      if ("problem" in key) return key;
      if (key.value === "__proto__") return wrong("no key may be called __proto__", key.at);
      if (below.has(key.value)) return wrong(`the key “${key.value}” is here twice`, key.at);
      if (!take(":")) return wrong("a colon was expected here");
      const member = readValue(depth + 1);
      if ("problem" in member) return member;
      value[key.value] = member.value;
      below.set(key.value, { ...member, at: key.at });
    } while (take(","));
    return take("}") ? { value, at: start, below } : instead("a comma or } was expected here");
  };

  const readList = (depth: number): Value => {
    const start = at;
    const value: Json[] = [];
    const below = new Map<string, Spot>();
    take("[");
    if (take("]")) return { value, at: start };
    do {
      const item = readValue(depth + 1);
      if ("problem" in item) return item;
      below.set(String(value.length), item);
      value.push(item.value);
    } while (take(","));
    return take("]") ? { value, at: start, below } : instead("a comma or ] was expected here");
  };

  const whole = readValue(1);
  if ("problem" in whole) return whole;
  return next() === undefined ? whole : instead("nothing may follow the value");
}

/** Quoted text as JSON means it. */
function decode(quoted: string): string | undefined {
  try {
    const value: unknown = JSON.parse(quoted);
    return typeof value === "string" && value.isWellFormed() ? value : undefined;
  } catch {
    return undefined;
  }
}

const SPACE = /[ \t\r\n]*/y;
const WORD = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** Finds the end only, with no second way to try; `decode` judges what stands between the quotes. */
const TEXT = /"[^"\\\n]*(?:\\.[^"\\\n]*)*"/y;
