import { readdirSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { parse } from "acorn";
import { expect, test } from "vitest";
import { findMutants } from "./mutants.ts";

const all = (code: string): string[] =>
  findMutants(new Map([["module.ts", code]]), 1_000, "seed").mutants.map((mutant) => mutant.code);

test.each([
  ["a sum", "f(a + b);", "f(a - b);"],
  ["a boundary", "f(a < b);", "f(a <= b);"],
  ["a comparison", "f(a < b);", "f(a >= b);"],
  ["an equality", "f(a === b);", "f(a !== b);"],
  ["an and", "f(a && b);", "f(a || b);"],
  ["a default", "f((a || b) ?? c);", "f((a || b));"],
  ["a condition", "if (a) f(b);", "if (!(a)) f(b);"],
  ["a choice", "f(a ? b : c);", "f(!(a) ? b : c);"],
  ["a negation", "f(!a);", "f((a));"],
  ["a truth", "f(true);", "f(false);"],
  ["a number", "f(41);", "f(42);"],
  ["a text", 'f("a");', 'f("");'],
  ["an empty text", 'f("");', 'f("nexus");'],
  ["a template", "f(`a${b}`);", 'f("");'],
  ["a call left out", "f(a);", ";"],
  ["an assignment left out", "a = b;", ";"],
  ["a wait left out", "async () => { await f(a); }", "async () => { ; }"],
  ["a return", "function f() { return a; }", "function f() { return undefined; }"],
  ["a short function", "f((a) => a.b);", "f((a) => undefined);"],
  ["an optional step", "f(a?.b);", "f(a.b);"],
  ["an optional call", "f(a?.());", "f(a());"],
  ["least and most", "f(Math.min(a, b));", "f(Math.max(a, b));"],
  ["a step of a chain", "f((await a)\n  ?.filter(b).c);", "f((await a).c);"],
  ["a count", "a++;", "a--;"],
  ["a growing sum", "a += b;", "a -= b;"],
])("%s can be wrong", (_name, code, mutant) => {
  expect(all(code)).toContain(mutant);
});

test.each([
  ["an import", 'import { a } from "./a.ts";'],
  ["a directive", '"use strict";'],
  ["a line for the log", 'nexus.log("asked " + 1);'],
  ["the name of a key", '({ "a": b });'],
  ["a re-export", 'export { a } from "./a.ts";'],
])("%s is left alone", (_name, code) => {
  expect(all(code)).toEqual([]);
});

test("an operator is not looked for in a comment", () => {
  expect(all("f(a /* + */ + b);").filter((code) => code.includes("-"))).toEqual([]);
});

test("a mutant says where it is and what became what", () => {
  const code = "const a = 1;\nexport const f = (b) => {\n  if (b >= 0.3) throw a;\n};\n";
  const { mutants } = findMutants(new Map([["rain.ts", code]]), 100, "seed");
  expect(mutants).toContainEqual(
    expect.objectContaining({ file: "rain.ts", line: 3, column: 9, change: ">= became >, in b >= 0.3" }),
  );
});

function ownModule(name: string): Map<string, string> {
  const folder = join(import.meta.dirname, "..", "..", "modules", name);
  const files = readdirSync(folder).filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
  return new Map(files.map((file) => [file, stripTypeScriptTypes(readFileSync(join(folder, file), "utf8"))]));
}

test("what is left out is shown", () => {
  const { mutants } = findMutants(new Map([["module.ts", 'f(a ?? "N", b.filter(c));']]), 100, "seed");
  const changes = mutants.map(({ change }) => change);
  expect(changes).toContain('left out: ?? "N", in a ?? "N"');
  expect(changes).toContain("left out: .filter(c), in b.filter(c)");
});

test("the same code and seed give the same mutants, another seed gives others", () => {
  const code = ownModule("weather");
  const first = findMutants(code, 40, "one");
  expect(findMutants(code, 40, "one")).toEqual(first);
  expect(findMutants(code, 40, "two").mutants).not.toEqual(first.mutants);
  expect(first.possible).toBeGreaterThan(first.mutants.length);
});

test("mutants come from every file, are all different, and are all programs", () => {
  const code = ownModule("gaming");
  const { mutants } = findMutants(code, 60, "seed");
  const withoutExports = [...code].filter(([, text]) => !text.startsWith("export {")).map(([file]) => file);
  expect(new Set(mutants.map(({ file }) => file))).toEqual(new Set(withoutExports));
  expect(new Set(mutants.map((mutant) => mutant.code)).size).toBe(mutants.length);
  for (const mutant of mutants) {
    expect(mutant.code).not.toBe(code.get(mutant.file));
    expect(() => parse(mutant.code, { ecmaVersion: "latest", sourceType: "module" })).not.toThrow();
  }
});

test("code without anything to get wrong has no mutants", () => {
  expect(findMutants(new Map([["module.ts", "export {};\n"]]), 10, "seed")).toEqual({ mutants: [], possible: 0 });
});
