/** A piece of a stranger's text, in quotes: short, and with everything that does not show made visible. */
export function quoted(text: string): string {
  const shown = Array.from(text.slice(0, 200), visible).join("");
  return `“${shown.length > MAX_CHARS ? `${shown.slice(0, MAX_CHARS - 1)}…` : shown}”`;
}

/** A character by its number: U+200B. */
export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

const MAX_CHARS = 80;

function visible(character: string): string {
  return /[\p{L}\p{N}\p{P}\p{S} ]/u.test(character)
    ? character
    : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
