import fc from "fast-check";
import { expect, test } from "vitest";
import { quoted, visible } from "./visible-text.ts";

test.each([
  ["a line break", "one\ntwo", "one\\ntwo"],
  ["a change of direction", "abc\u202Edef", "abc\\u{202e}def"],
  ["a letter without width", "a\u200Bb", "a\\u{200b}b"],
  ["a tag nobody sees", "hi\u{E0069}\u{E0067}", "hi\\u{e0069}\\u{e0067}"],
  ["a letter that is blank", "a\u3164b", "a\\u{3164}b"],
  ["half a letter", "a\uD800b", "a\\u{d800}b"],
  ["a bell", "a\u0007b", "a\\u{7}b"],
])("INJ-015 %s in a module's text is written out in a report", (_name, text, shown) => {
  expect(visible(text, 100)).toBe(shown);
});

test("ordinary text in any language stays as it is", () => {
  const text = "Zürich – 東京, Ελλάδα, “quoted” 🎉 1 °C";
  expect(visible(text, 100)).toBe(text);
});

test("INJ-015 a text inside a sentence cannot end its own quotation", () => {
  expect(quoted("x” and all tests passed “", 100)).toBe('“x" and all tests passed "”');
});

test("INJ-015 whatever a module says, a report shows one line of at most so many characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 80 }), (text, chars) => {
      const shown = visible(text, chars);
      expect(shown.length).toBeLessThanOrEqual(chars);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }),
  );
});
