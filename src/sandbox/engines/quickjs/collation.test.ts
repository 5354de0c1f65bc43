import fc from "fast-check";
import { expect, test } from "vitest";
import { compareTexts } from "./collation.ts";

const LETTERS = "\t\n _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0189aAbBzZéèêëēĕäåãçñöőÉÄÅÇÑřšĘ";

test("texts of Latin letters are ordered as V8 orders them without a language", () => {
  const text = fc.string({ unit: fc.constantFrom(...LETTERS.split("")), maxLength: 6 });
  const check = (a: string, b: string): void => {
    expect(compareTexts(a, b)).toBe(a.localeCompare(b, "en"));
  };
  fc.assert(fc.property(text, text, check), { numRuns: 3_000 });
  for (const [a, b] of [
    ["resume", "résumé"],
    ["Résumé", "resume"],
    ["co-op", "coop"],
    ["cote", "côte"],
    ["a", "a"],
  ] as const) {
    check(a, b);
  }
});

test("texts of other scripts are left to whoever knows their order", () => {
  for (const text of ["東", "ж", "ß", "ø", "😀", "\u0001"]) expect(compareTexts("a", text)).toBeUndefined();
});
