import { expect, test } from "vitest";
import { body, errorsOf, inspect, placeOfMark } from "#test/inspection-kit.ts";

test.each([
  ["regex.redos", "RES-014: a repetition of repetitions", "return ▸/^(a+)+$/.test(input.s)"],
  ["regex.redos", "RES-015: many in a row", "return ▸/\\s*\\s*\\s*\\s*x/.test(input.s)"],
  [
    "regex.redos",
    "RES-016: a bomb of counts",
    "return ▸new RegExp('((((a{1,1000}){1,1000}){1,1000}){1,1000})').test('b')",
  ],
  ["regex.redos", "two ways for one letter", "return ▸/^(\\w|\\d)+$/.test(input.s)"],
  ["regex.redos", "one in another's clothes", "return ▸/(?:a|b|ab)*c/.test(input.s)"],
  ["regex.redos", "put together", "const P = '(a' + '+)+$'; return ▸new RegExp(P).test(input.s)"],
  ["regex.redos", "without new", "return ▸RegExp('(x+x+)+y').test(input.s)"],
  ["regex.redos", "as a text for match", "return ▸input.s.match('(a*)*b')"],
  ["regex.redos", "in a look ahead", "return ▸/(?=(a+)+b)x/.test(input.s)"],
  ["regex.redos", "empty rounds", "return ▸/^(a?){30}a{30}$/.test(input.s)"],
  [
    "regex.redos",
    "the well-known address of mail",
    "return ▸/^([a-zA-Z0-9_.-])+@(([a-zA-Z0-9-])+.)+([a-zA-Z0-9]{2,4})+$/.test(input.s)",
  ],
  ["regex.dynamic", "what comes in", "return ▸new RegExp(input.pattern).test('a')"],
  ["regex.dynamic", "what comes in, in the middle", "return ▸new RegExp(`^${input.word}$`, 'i').test('a')"],
  ["regex.dynamic", "what comes in, to match", "return 'a'.▸match(input.pattern)".replace("'a'.▸", "▸'a'.")],
  ["regex.dynamic", "half escaped", "return ▸new RegExp(input.w.replace(/[.]/g, '\\\\$&'))"],
  ["regex.length", "a very long one", `return ▸/${"ab?".repeat(120)}/.test(input.s)`],
])("%s: %s", (rule, _what, statements) => {
  const code = body(statements);
  expect(errorsOf(code)).toContain(`${rule} ${placeOfMark(code)}`);
});

test.each([
  "/\\r?\\n/",
  '/^"|"$/g',
  "/^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$/",
  "/^\\s+|\\s+$/g",
  "/(\\d{4})-(\\d\\d)-(\\d\\d)/",
  '/^(?:[^"\\\\]|\\\\.)*$/',
  "/^(?:\\d+\\.)+\\d+$/",
  "/(?<year>\\d{4})-(?<month>\\d{2})/u",
  "/<title>([\\s\\S]*?)<\\/title>/i",
  "/(a|b)*d/",
  "/^\\p{Lu}\\p{Ll}+(?: \\p{Lu}\\p{Ll}+)*$/u",
  "/[\\p{L}--[a-z]]/v",
  "/^[a-z0-9]{3,20}$/i",
  "/[^,]*,[^,]*/y",
  "/(.)\\1/",
])("%s is let through", (pattern) => {
  expect(
    inspect(body(`return input.s.replace(${pattern}, '')`)).filter(({ rule }) => rule.startsWith("regex.")),
  ).toEqual([]);
});

test.each([
  "RegExp.escape(input.w)",
  "`\\\\b${RegExp.escape(input.w)}\\\\b`, 'i'",
  "input.w.replace(/[.*+?^${}()|[\\]\\\\]/g, '\\\\$&')",
  "escape1(input.w)",
  "input.words.map(escape1).join('|')",
])("a pattern of texts made harmless is let through: new RegExp(%s)", (argument) => {
  const code = `const escape1 = (w: string) => w.replace(/[.*+?^\${}()|[\\]\\\\]/g, "\\\\$&");
${body(`return new RegExp(${argument})`)}`;
  expect(errorsOf(code)).toEqual([]);
});

test("the third power is a warning, and so is shown to whoever approves", () => {
  const code = body("return ▸/^.*.*.*x/.test(input.s)");
  const [line, column] = placeOfMark(code).split(":").map(Number);
  expect(inspect(code)).toContainEqual(
    expect.objectContaining({
      rule: "regex.slow",
      severity: "warning",
      line,
      column,
      message: expect.stringContaining("power of 3"),
    }),
  );
});

test("hundreds of patterns in one file are too many", () => {
  const patterns = Array.from({ length: 301 }, (_, index) => `/a${index}/,`).join("\n");
  expect(errorsOf(`const P = [${patterns}];\n${body("return P")}`)).toContain("regex.count 301:1");
});
