import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseStrictJson } from "./strict-json.ts";

const SIGNS = [
  "{",
  "}",
  "[",
  "]",
  '"',
  ",",
  ":",
  "\\",
  "u0019",
  "e",
  "E",
  "+",
  "-",
  "0",
  "12",
  ".",
  "true",
  "null",
  " ",
  "\n",
];

test("JSON that nothing is wrong with means what it means everywhere", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom(undefined, 2, "\t"), (json, indent) => {
      fc.pre(!json.includes("__proto__"));
      const value: unknown = JSON.parse(json);
      expect(parseStrictJson(JSON.stringify(value, undefined, indent))).toMatchObject({ ok: true, value });
    }),
  );
});

test("what is no JSON for others is none here, and the place is within the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...SIGNS) }), (text) => {
      const read = parseStrictJson(text);
      const isTrue = read.ok
        ? isDeepStrictEqual(JSON.parse(text), read.value)
        : read.line >= 1 && read.column >= 1 && read.line <= text.split("\n").length;
      expect(isTrue).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["a comment", '// one\n{"a": 1}', "JSON has no comments", 1, 1],
  ["a comment within", '{\n  /* a */ "a": 1}', "JSON has no comments", 2, 3],
  ["a comma too many, before a brace", '{\n  "a": 1,\n}', "no comma may stand before this", 3, 1],
  ["a comma too many, before a bracket", '{"a": [1, ]}', "no comma may stand before this", 1, 11],
  ["a byte order mark", '\uFEFF{"a": 1}', "it begins with an invisible mark: save it as UTF-8 without BOM", 1, 1],
  ["single quotes", "{'a': 1}", "JSON has double quotes only", 1, 2],
  ["a file cut off", '{"a": 1', "it ends too early", 1, 8],
  ["an empty file", "", "it ends too early", 1, 1],
])("%s is called by its name", (_case, text, problem, line, column) => {
  expect(parseStrictJson(text)).toEqual({ ok: false, problem, line, column });
});

test("a value is found again by its path, at its key or its first sign", () => {
  const read = parseStrictJson('{\n  "a": [1, {"b/c": true}]\n}');
  if (!read.ok) throw new Error(read.problem);
  expect(read.placeOf(["a", 1, "b/c"])).toEqual({ line: 2, column: 13 });
  expect(read.placeOf(["a", 0])).toEqual({ line: 2, column: 9 });
  expect(read.placeOf(["a", 7, "x"])).toEqual({ line: 2, column: 3 });
  expect(read.placeOf([])).toEqual({ line: 1, column: 1 });
});

test("a text of 200,000 letters that never ends is refused where it begins", () => {
  expect(parseStrictJson(`"${"a\\\\".repeat(100_000)}`)).toMatchObject({ ok: false, line: 1, column: 1 });
});
