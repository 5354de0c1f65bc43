/** What drawing needs to know of a font before it draws: which characters it has, and how wide they are. */
export interface Font {
  has(codePoint: number): boolean;
  /** Width of one line at a size in the same unit, without kerning. */
  width(text: string, size: number): number;
}

/** Reads a TrueType font: https://learn.microsoft.com/typography/opentype/spec/otff */
export function readFont(bytes: Uint8Array): Font {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tables = readTables(view);
  const at = (table: string, offset: number) => (tables.get(table) ?? 0) + offset;
  const unitsPerEm = view.getUint16(at("head", 18));
  const metricCount = view.getUint16(at("hhea", 34));
  const glyphs = readGlyphs(view, at("cmap", 0));
  const advance = (codePoint: number) => {
    const glyph = Math.min(glyphs.get(codePoint) ?? 0, metricCount - 1);
    return view.getUint16(at("hmtx", glyph * 4));
  };
  return {
    has: (codePoint) => glyphs.has(codePoint),
    width: (text, size) =>
      Array.from(text).reduce((sum, char) => sum + advance(char.codePointAt(0) ?? 0), 0) * (size / unitsPerEm),
  };
}

function readTables(view: DataView): Map<string, number> {
  const count = view.getUint16(4);
  return new Map(
    Array.from({ length: count }, (_, index) => {
      const record = 12 + index * 16;
      const tag = String.fromCodePoint(...[0, 1, 2, 3].map((byte) => view.getUint8(record + byte)));
      return [tag, view.getUint32(record + 8)];
    }),
  );
}

/** Glyph numbers by code point, from the format 12 subtable: the one that goes beyond the first 65,536 characters. */
function readGlyphs(view: DataView, cmap: number): Map<number, number> {
  const subtables = Array.from(
    { length: view.getUint16(cmap + 2) },
    (_, index) => cmap + view.getUint32(cmap + 4 + index * 8 + 4),
  );
  const subtable = subtables.find((offset) => view.getUint16(offset) === 12);
  const glyphs = new Map<number, number>();
  if (subtable === undefined) return glyphs;
  for (let group = 0; group < view.getUint32(subtable + 12); group += 1) {
    const record = subtable + 16 + group * 12;
    const [first, last, glyph] = [view.getUint32(record), view.getUint32(record + 4), view.getUint32(record + 8)];
    for (let codePoint = first; codePoint <= last; codePoint += 1) glyphs.set(codePoint, glyph + codePoint - first);
  }
  return glyphs;
}
