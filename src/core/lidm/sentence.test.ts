import { expect, test } from "vitest";
import { MAX_SENTENCE, readSentence, wordKeys } from "./sentence.ts";

test.each([
  ["What's  up,\n São Paulo?", ["whats", "up", "sao", "paulo"]],
  ["What’s up", ["whats", "up"]],
  ["ＦＵＬＬ ｗｉｄｔｈ", ["full", "width"]],
  ["naïve cafe\u0301", ["naive", "cafe"]],
  ["zero\u200Bwidth \u202Eover", ["zerowidth", "over"]],
  ["it's 🌧️ today", ["its", "🌧", "today"]],
  ["مرحبا بالعالم", ["مرحبا", "بالعالم"]],
  ["दिल्ली का मौसम", ["दिल्ली", "का", "मौसम"]],
])("%j is read as its words", (text, keys) => {
  expect(wordKeys(text)).toEqual(keys);
});

test.each(["İstanbul ﬁne ẞ", "\uD800 lone", "e\u0301".repeat(2_000), "\uFDFA".repeat(5_000), "x".repeat(40_000)])(
  "positions hold for the text and its folded form alike",
  (raw) => {
    const { text, folded, words } = readSentence(raw);
    expect(folded).toHaveLength(text.length);
    expect(text.length).toBeLessThanOrEqual(MAX_SENTENCE);
    for (const word of words) expect(word.end).toBeLessThanOrEqual(text.length);
  },
);
