/** Plain text in pieces of at most `limit` UTF-16 units, cut at lines, else words, else graphemes. Blank text is none. */
export function splitText(text: string, limit: number): string[] {
  const pieces: string[] = [];
  let rest = text.trimEnd();
  while (rest.length > limit) {
    const at = cutAt(rest.slice(0, limit + 1), limit);
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at).replace(/^\n/, "");
  }
  return [...pieces, rest].filter((piece) => piece.trim() !== "");
}

function cutAt(window: string, limit: number): number {
  const line = window.lastIndexOf("\n");
  if (line > limit * 0.4) return line;
  const word = window.lastIndexOf(" ", limit - 1);
  if (word > limit * 0.4) return word + 1;
  const grapheme = graphemes.segment(window).containing(limit)?.index ?? 0;
  if (grapheme > 0) return grapheme;
  return /[\uD800-\uDBFF]/.test(window.charAt(limit - 1)) ? limit - 1 : limit;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
