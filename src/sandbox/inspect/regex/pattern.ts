import type { Alphabet, Letters } from "./alphabet.ts";

/** A pattern, as far as the number of ways to match is concerned. */
export type Part =
  | { readonly type: "letters"; readonly letters: Letters }
  | { readonly type: "sequence"; readonly parts: readonly Part[] }
  | { readonly type: "choice"; readonly options: readonly Part[] }
  | { readonly type: "repeat"; readonly part: Part; readonly min: number; readonly max: number }
  /** `^`, which needs no letter. */
  | { readonly type: "start" }
  /** `$`: what stands before it can fail. */
  | { readonly type: "end" };

export interface Pattern {
  readonly part: Part;
  /** What looks ahead or behind: matched by itself at its place. */
  readonly looks: readonly Part[];
}

/**
 * Reads a pattern that the engine has accepted.
 * @throws RangeError when it is nested deeper than the stack allows
 */
export function readPattern(source: string, flags: string, alphabet: Alphabet): Pattern {
  const isUnicode = /[uv]/.test(flags);
  const looks: Part[] = [];
  const groups: Part[] = [];
  const names = new Map<string, number>();
  let at = 0;

  const choice = (): Part => {
    const options = [sequence()];
    while (source[at] === "|") {
      at += 1;
      options.push(sequence());
    }
    return options.length === 1 && options[0] ? options[0] : { type: "choice", options };
  };
  const sequence = (): Part => {
    const parts: Part[] = [];
    while (at < source.length && source[at] !== "|" && source[at] !== ")") parts.push(quantified());
    return { type: "sequence", parts };
  };
  const quantified = (): Part => {
    const part = atom();
    const counts = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/.exec(source.slice(at, at + 40));
    if (counts === null) return part;
    at += counts[0].length;
    const [mark = ""] = counts[0];
    if (mark !== "{") return { type: "repeat", part, min: mark === "+" ? 1 : 0, max: mark === "?" ? 1 : Infinity };
    const min = Number(counts[1]);
    const max = counts[2] === undefined ? min : counts[3] === "" ? Infinity : Number(counts[3]);
    return { type: "repeat", part, min, max };
  };
  const atom = (): Part => {
    const letter = source[at];
    if (letter === "(") return group();
    if (letter === "^" || letter === "$") {
      at += 1;
      return letter === "^" ? { type: "start" } : { type: "end" };
    }
    if (letter === "\\") return escape();
    const text =
      letter === "["
        ? characterClass()
        : isUnicode
          ? String.fromCodePoint(source.codePointAt(at) ?? 0)
          : (letter ?? "");
    at += text.length;
    // A lone brace is a letter where the flags allow it.
    return { type: "letters", letters: alphabet.match(/^[{}\]]$/.test(text) ? `\\${text}` : text) };
  };
  const group = (): Part => {
    const [opening = "("] = /^\((?:\?(?:[:=!]|<[=!]|<[^>]*>|[a-z-]*:))?/.exec(source.slice(at)) ?? [];
    at += opening.length;
    const isCapture = opening === "(" || /^\(\?<[^=!]/.test(opening);
    const index = isCapture ? groups.push(NOTHING) - 1 : -1;
    if (opening.length > 3 && isCapture) names.set(opening.slice(3, -1), index);
    const part = choice();
    at += 1;
    if (isCapture) groups[index] = part;
    if (!/^\(\?<?[=!]/.test(opening)) return part;
    looks.push(part);
    return NOTHING;
  };
  const escape = (): Part => {
    const rest = source.slice(at, at + 100);
    const named = /^\\k<([^>]*)>/.exec(rest);
    const numbered = /^\\([1-9]\d?)/.exec(rest);
    const back = named ?? numbered;
    if (back) {
      at += back[0].length;
      const index = named ? names.get(named[1] ?? "") : Number(numbered?.[1]) - 1;
      return groups[index ?? -1] ?? NOTHING;
    }
    if (/^\\[bB]/.test(rest)) {
      at += 2;
      return NOTHING;
    }
    const [text = "\\\\"] =
      /^\\(?:u\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|[pP]\{[^}]*\}|[^])/u.exec(rest) ?? [];
    at += text.length;
    return { type: "letters", letters: alphabet.match(text) };
  };
  const characterClass = (): string => {
    let depth = 0;
    for (let end = at; end < source.length; end += 1) {
      if (source[end] === "\\") end += 1;
      else if (source[end] === "[" && (depth === 0 || flags.includes("v"))) depth += 1;
      else if (source[end] === "]") depth -= 1;
      if (depth === 0) return source.slice(at, end + 1);
    }
    return source.slice(at);
  };

  return { part: choice(), looks };
}

const NOTHING: Part = { type: "sequence", parts: [] };
