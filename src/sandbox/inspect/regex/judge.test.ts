import fc from "fast-check";
import { expect, test } from "vitest";
import { judgePattern } from "./judge.ts";

test.each([
  "^(a+)+$",
  "(a|a)*b",
  "(.*)*x",
  "(x+x+)+y",
  "^(\\w+\\s?)*$",
  "(?:(?:a*)b*)*c",
  "^(a|ab|b)*c$",
  "(\\s|\\n)*x",
  "(a?){30}a{30}",
  "(.*?,){11}P",
  "^(?:a+){2,}$",
  "(?<x>a+)+\\k<x>!",
  "(?!(a+)+b)x",
  "([a-c]+|[c-e]+)*f",
])("%s takes twice as long with every letter", (pattern) => {
  expect(judgePattern(pattern, "")).toEqual({ pace: "exponential" });
});

test.each([
  ["^.*.*.*x", 3],
  ["\\s*\\s*\\s*\\s*x", 5],
  [".*.*.*x", 4],
  ["[\\s\\S]*a[\\s\\S]*b[\\s\\S]*c", 4],
])("%s takes the text's length to the power of %i", (pattern, degree) => {
  expect(judgePattern(pattern, "")).toEqual({ pace: "slow", degree });
});

test.each([
  "abc",
  "(a|b)*d",
  "(a+)+",
  '^(?:[^"\\\\]|\\\\.)*$',
  "^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)$",
  "^[\\w.+-]+@[\\w-]+(\\.[\\w-]+)+$",
  "(ab*)*c",
  "a*b*c*d*",
  "^\\(([^)]*)\\)$",
  "(?<=\\$)\\d+(?:\\.\\d\\d)?",
  "^(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}$",
  "[^]",
  "(?:)",
  "a{,3}]{",
])("%s is fine", (pattern) => {
  expect(judgePattern(pattern, "")).toEqual({ pace: "fine" });
});

test("letters of both sizes are the same where the flag says so", () => {
  expect(judgePattern("(a|A)*b", "")).toEqual({ pace: "fine" });
  expect(judgePattern("(a|A)*b", "i")).toEqual({ pace: "exponential" });
});

test("repetitions of repetitions are counted out", () => {
  expect(judgePattern("((a{1,1000}){1,1000}){1,1000}", "")).toEqual({ pace: "huge", size: 1_000_000_000 });
});

test("a pattern that sticks to one place tries no other", () => {
  expect(judgePattern(".*.*.*x", "y")).toEqual({ pace: "slow", degree: 3 });
  expect(judgePattern("^.*.*.*x", "m")).toEqual({ pace: "slow", degree: 4 });
});

const piece = fc.constantFrom(
  ..."ab.\\|()[]{}*+?^$-,019d".split(""),
  "\\d",
  "\\w",
  "(?:",
  "(?=",
  "(?<n>",
  "\\1",
  "{2,}",
  "{3}",
  "[^a]",
  "a+",
);

test("whatever pattern the engine takes is judged, and never in vain", () => {
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 25 }),
      fc.constantFrom("", "i", "u", "m", "s", "v", "y"),
      (pieces, flags) => {
        const pattern = pieces.join("");
        fc.pre(isPattern(pattern, flags));
        expect(judgePattern(pattern, flags).pace).toMatch(/^(?:fine|slow|exponential|huge|unknown)$/);
      },
    ),
    { numRuns: 500 },
  );
});

function isPattern(pattern: string, flags: string): boolean {
  try {
    return new RegExp(pattern, flags) instanceof RegExp;
  } catch {
    return false;
  }
}
