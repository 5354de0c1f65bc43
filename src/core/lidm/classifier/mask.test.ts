import { expect, test } from "vitest";
import { readSentence } from "#core/lidm/sentence.ts";
import { maskWords } from "./mask.ts";

test.each([
  ["weather in Lisbon", "weather in <place>"],
  ["weather in Springfield tomorrow", "weather in <place> <day>"],
  ["spending in March", "spending in <month>"],
  ["spending in may", "spending in <month>"],
  ["put it in the Drawer", "put it in the drawer"],
])("%j is seen as %j", (text, masked) => {
  expect(
    maskWords(readSentence(text))
      .map(({ key }) => key)
      .join(" "),
  ).toBe(masked);
});
