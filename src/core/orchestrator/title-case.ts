/**
 * A button's label in title case: `By Month`. A whole sentence, which ends with its own mark, stays one; a word with a
 * capital of its own is a name.
 */
export function titleCase(label: string): string {
  const words = label.split(" ");
  if (/[.?!…]$/.test(label)) return label.replace(/^\p{Ll}/u, (first) => first.toUpperCase());
  return words
    .map((word, index) => {
      const isInside = index > 0 && index < words.length - 1;
      const isName = /\p{Lu}/u.test(word);
      return isName || (isInside && SMALL.has(word)) ? word : word.replace(/^\p{Ll}/u, (first) => first.toUpperCase());
    })
    .join(" ");
}

/** Inside a title these stay small. */
const SMALL: ReadonlySet<string> = new Set(
  "a an and as at but by for from if in nor of on or per so than the to up via vs with yet".split(" "),
);
