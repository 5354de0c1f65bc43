import { expect, test } from "vitest";
import { readSentence } from "#core/lidm/sentence.ts";
import { countBacktracks } from "./backtracking.ts";
import { createIdFinder, fitsPattern } from "./ids.ts";

test.each([
  ["abc", 1],
  ["a?", 2],
  ["a{3}", 1],
  ["a{2,4}", 3],
  ["a*", 11],
  ["(?:PR|MR)-1", 2],
  ["[a*+]\\*", 1],
  ["a*b*", 121],
])("%s can be tried in %i ways on ten characters", (pattern, ways) => {
  expect(countBacktracks(pattern, 10)).toBe(ways);
});

test.each([
  "(a+)+$",
  "(a|a)*b",
  "(a|aa)+$",
  "(.*)*x",
  "a*a*a*a*a*b",
  "(\\w+)\\1",
  "(x+x+)+y",
  "((a?){30}){30}",
  "(",
  "a)",
  "[",
])("a pattern that could run away, or cannot be read, is never run: %s", (pattern) => {
  expect(createIdFinder(pattern)).toBeUndefined();
  expect(fitsPattern(pattern, "aaaa")).toBe(false);
});

test.each([
  ["#?[0289PYLQGRJCUV]{3,12}", "stats of #2pp0lyq9 please", "#2pp0lyq9"],
  ["#?[0289PYLQGRJCUV]{3,12}", "the cup of player 2PP0", "2PP0"],
  ["[A-Z]{2,10}-\\d+", "what about ops-4821?", "ops-4821"],
  ["[0-9a-f]{8}-[0-9a-f]{4}", "run 0a1b2c3d-00ff now", "0a1b2c3d-00ff"],
  ["(?:PR|MR)?#\\d{1,6}", "merge PR#12", "PR#12"],
])("%s finds its id in %j", (pattern, text, value) => {
  expect(createIdFinder(pattern)?.(readSentence(text), new Set(["cup", "player"]), [])?.value).toBe(value);
});

test("part of a longer word, or a common word, is no id", () => {
  const find = createIdFinder("[0289PYLQGRJCUV]{3,12}");
  expect(find?.(readSentence("ugly weather, curly hair"), new Set(["ugly"]), [])).toBeUndefined();
});

test("a word typed alone may be an id, whatever its case", () => {
  const find = createIdFinder("[0289PYLQGRJCUV]{3,12}");
  expect(find?.(readSentence("pylq"), new Set(), [])?.value).toBe("pylq");
});

test("the costliest pattern that is let through is still quick", () => {
  const find = createIdFinder("[ab]+[ab]+[ab]+c");
  const start = performance.now();
  for (let round = 0; round < 10; round++) find?.(readSentence("a".repeat(60).concat(" ").repeat(20)), new Set(), []);
  expect(performance.now() - start).toBeLessThan(2_000);
});
