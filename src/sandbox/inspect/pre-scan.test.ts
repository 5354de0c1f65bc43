import { expect, test } from "vitest";
import { errorsOf, inspect } from "#test/inspection-kit.ts";

const RUN = "export function run() { return 1 }\n";

test.each([
  ["STA-016: letters that turn the line around", `${RUN}const role = "user\u202E";`, "text.invisible 2:19"],
  ["STA-017: nothing between two letters", `${RUN}const a\u200Bb = 1;`, "text.invisible 2:8"],
  ["a tag", `${RUN}const a = "x\u{E0041}";`, "text.invisible 2:13"],
  ["a soft hyphen", `${RUN}const a = "x\u00ADy";`, "text.invisible 2:13"],
  ["a letter that is blank", `${RUN}const \u3164 = 1;`, "text.invisible 2:7"],
  ["a bell", `${RUN}const a = "\u0007";`, "text.invisible 2:12"],
  ["a line's end that is none", `${RUN}const a = "x\u2028";`, "text.invisible 2:13"],
  ["smuggled bytes behind an emoji", `${RUN}const a = "😀\u{E0101}\u{E0102}";`, "text.invisible 2:14"],
  ["a carriage return that hides a line", `${RUN}const a = 1;\rconst b = 2;`, "text.invisible 2:0"],
  ["a joiner between letters", `${RUN}const a = "a\u200Db";`, "text.invisible 2:13"],
])("%s is found where it stands", (_what, code, found) => {
  expect(errorsOf(code)).toContain(found);
});

test("emoji, accents, other scripts and a byte order mark are let through", () => {
  const code = `\uFEFF${RUN}export const words = ["👨‍👩‍👧", "☀️", "👍🏽", "Zürich", "東京", "Москва", "it’s 20 °C"];`;
  expect(
    inspect({ "module.ts": `${RUN}import "./words.ts";`, "words.ts": code }).filter(
      ({ rule }) => rule === "text.invisible",
    ),
  ).toEqual([]);
});

test.each([
  ["a file of 5 MB", "const a = 1;\n".repeat(400_000), "size.source"],
  ["RES-027: 200,000 parentheses", `${RUN}const a = ${"(".repeat(200_000)}1${")".repeat(200_000)};`, "size.source"],
  ["RES-053: a table of 4 MB", `const T = [${'{a:1,b:"x"},'.repeat(350_000)}];`, "size.source"],
  ["RES-054: 60,000 patterns", `const T = [${"/a(b|c)*d/,".repeat(60_000)}];`, "size.source"],
  ["a line that nobody reads", `${RUN}const a = "${"x ".repeat(1_100)}";`, "size.line"],
  ["40 KB of brackets", `${RUN}const a = ${"[\n".repeat(20_000)}${"]\n".repeat(20_000)};`, "size.depth"],
  ["templates in templates", `${RUN}const a = ${"`${\n".repeat(300)}1${"}`\n".repeat(300)};`, "size.depth"],
  ["60,000 parts and more", `${RUN}const a = [\n${"1,2,3,4,5,6,7,8,9,\n".repeat(8_000)}];`, "size.nodes"],
])("%s is refused", (_what, code, rule) => {
  expect(errorsOf(code).map((one) => one.split(" ")[0])).toContain(rule);
});

// These take the type stripper's stack; what trapped once is not asked again in the same process.
test("expressions without brackets are not nested without end either", () => {
  const long = `${RUN}const a = 1${"\n+ 1".repeat(450)};`;
  expect(errorsOf(long)).toContain("size.depth 0:0");
  const fine = `${RUN}const a = "a"${'\n+ "b"'.repeat(300)};`;
  expect(errorsOf(fine)).toEqual([]);
});
