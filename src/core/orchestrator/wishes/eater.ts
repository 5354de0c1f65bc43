/** Takes what it understands out of a sentence, and keeps the rest in order. */
export interface Eater {
  /** Takes out what a pattern finds, unless `fits` says no to it. @returns what its groups caught */
  eat(
    pattern: RegExp,
    fits?: (groups: Readonly<Record<string, string | undefined>>) => boolean,
  ): Readonly<Record<string, string | undefined>> | undefined;
  /** Only looks. */
  find(pattern: RegExp): Readonly<Record<string, string | undefined>> | undefined;
  /** What is left, without the small words that tied it to what is gone. */
  left(): string;
}

/** Where something was taken out: no text from outside holds it. */
const HOLE = "\uE000";

/** Makes one for a sentence. */
export function createEater(said: string): Eater {
  let rest = said.replaceAll(HOLE, "");
  return {
    eat(pattern, fits = () => true) {
      const match = pattern.exec(rest);
      if (match === null || !fits(match.groups ?? {})) return undefined;
      rest = `${rest.slice(0, match.index)}${HOLE}${rest.slice(match.index + match[0].length)}`;
      return match.groups ?? {};
    },
    find: (pattern) => pattern.exec(rest)?.groups,
    left: () => tidy(rest),
  };
}

function tidy(rest: string): string {
  return rest
    .replaceAll(/[\s,;:–-]*\uE000[\s\uE000]*/g, `${HOLE} `)
    .replaceAll(/\b(?:on|at|in|by|of|from|,) *(?=\uE000)/gi, "")
    .replaceAll(/\uE000 *(?:and|,|;|:|then|please)? +(?=\S)/gi, " ")
    .replaceAll(HOLE, " ")
    .replaceAll(/\s+([,;.])/g, "$1")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/^[\s,;:-]+|[\s,;:-]+$/g, "")
    .replace(/^(?:and|then|please)\s+/i, "")
    .replace(/\s+(?:on|at|but|and|please)$/i, "");
}
