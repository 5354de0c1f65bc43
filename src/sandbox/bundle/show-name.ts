const MAX_CHARS = 100;

/** A file's name letter by letter: all but plain ASCII becomes `\u{…}`, so that two names never look the same. */
export function showName(name: string): string {
  const shown = name
    .slice(0, MAX_CHARS * 2)
    .replace(/[^\x20-\x7e]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
  return shown.length <= MAX_CHARS ? shown : `${shown.slice(0, MAX_CHARS - 1)}~`;
}
