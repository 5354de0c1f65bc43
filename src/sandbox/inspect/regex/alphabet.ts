/** A set of characters, as bits over the alphabet's letters. */
export type Letters = bigint;

/** The few hundred characters that stand for all others when a pattern is judged. */
export interface Alphabet {
  readonly all: Letters;
  /** The letters that one atom of a pattern matches: `[^,]`, `\d`, `.`. */
  match(atom: string): Letters;
}

const PLAIN = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
const OTHERS = ["\u00A0", "é", "É", "ß", "İ", "ſ", "Ж", "ж", "٠", "中", "\u2028", "\u2003", "\uFEFF"];

/** An alphabet for one pattern: its own letters are in it. Knows what an atom matches by asking the engine itself. */
export function createAlphabet(pattern: string, flags: string): Alphabet {
  const letters = [...new Set([...PLAIN, ...OTHERS, ...Array.from(pattern)])];
  const usedFlags = flags.replace(/[^isuv]/g, "");
  const known = new Map<string, Letters>();
  return {
    all: (1n << BigInt(letters.length)) - 1n,
    match(atom) {
      const found = known.get(atom);
      if (found !== undefined) return found;
      const one = new RegExp(`^(?:${atom})$`, usedFlags);
      let set = 0n;
      for (const [index, letter] of letters.entries()) if (one.test(letter)) set |= 1n << BigInt(index);
      known.set(atom, set);
      return set;
    },
  };
}
