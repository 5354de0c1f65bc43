import { expect, test } from "vitest";
import { body, capability, errorsOf, inspect, placeOfMark } from "#test/inspection-kit.ts";

const RUN = "\nexport async function run() { return 1 }";

test.each([
  ["module.top-level-effect", "STA-029: a request", "▸nexus.fetch('https://api.example.com/v1/ping');"],
  ["module.top-level-effect", "a call", "const f = () => 1;\n▸f();"],
  ["module.top-level-effect", "a loop", "▸for (const a of [1]) { String(a) }"],
  ["module.top-level-effect", "a choice", "▸if (1 > 0) { String(1) }"],
  ["module.top-level-effect", "a throw", "▸throw new Error('x');"],
  ["module.top-level-effect", "a block", "▸{ String(1) }"],
  ["module.top-level-effect", "a change inside a value", "const T: any = {};\nconst x = (▸T.a = 1);"],
  ["module.top-level-effect", "a class's own block", "class A { ▸static { String(1) } }"],
  ["module.top-level-effect", "a label", "▸a: for (;;) break a;"],
  ["module.top-level-await", "RES-044: waiting", "▸await new Promise(() => {});"],
  ["module.top-level-await", "waiting for a value", "const x = ▸await 1;"],
  ["module.top-level-await", "waiting in a loop", "▸for await (const a of []) String(a);"],
])("%s: %s while a file is loaded", (rule, _what, top) => {
  const code = top + RUN;
  expect(errorsOf(code)).toContain(`${rule} ${placeOfMark(code)}`);
});

test.each([
  "const UNITS = { c: 'C', f: 'F' };",
  "const BY_NAME = new Map([['a', 1]]);\nObject.freeze(BY_NAME);",
  "'use strict';",
  "const SQUARES = [1, 2, 3].map((n) => n * n);",
  "const FORMAT = new Intl.NumberFormat('en');",
  "class Acc { n = Number(1); static zero = 0; add(v: number) { this.n += v; return this } }",
  "type A = { b: number };\ninterface B { c: string }",
  "const LATE = async () => { await null; };",
])("declarations are let through: %s", (top) => {
  expect(errorsOf(top + RUN)).toEqual([]);
});

test.each([
  ["module.top-level-state", "▸let last = null;"],
  ["module.top-level-work", "const f = () => 1;\nconst x = ▸f();"],
  ["module.top-level-work", "const x = ▸(() => { for (const a of [1]) String(a) })();"],
])("%s is a warning: %s", (rule, top) => {
  const code = top + RUN;
  const [line, column] = placeOfMark(code).split(":").map(Number);
  expect(errorsOf(code)).toEqual([]);
  expect(inspect(code)).toContainEqual(expect.objectContaining({ rule, line, column }));
});

test.each([
  ["import.denied", "ESC-024: a library of Node", "import fs from ▸'node:fs';"],
  ["import.denied", "ESC-025: an address", "import x from ▸'data:text/javascript,export default 1';"],
  ["import.denied", "a package", "import { z } from ▸'zod';"],
  ["import.denied", "a room of NEXUS", "import { NexusError } from ▸'#core/contract/errors.ts';"],
  ["import.denied", "what is above", "import { x } from ▸'../x.ts';"],
  ["import.denied", "what is above, on a way round", "import { x } from ▸'./below/../x.ts';"],
  ["import.denied", "an absolute path", "import { x } from ▸'/etc/x.ts';"],
  ["import.denied", "a file that is not there", "import { x } from ▸'./missing.ts';"],
  ["import.denied", "data", "import x from ▸'./data/x.json';"],
  ["import.denied", "a file without its ending", "import { x } from ▸'./x';"],
  ["import.denied", "by passing it on", "export { x as run2 } from ▸'node:fs';"],
  ["import.denied", "for its effect", "import ▸'node:fs';"],
  ["import.attributes", "with attributes", "▸import x from './x.ts' with { type: 'json' };"],
  ["import.missing", "a name that is not exported", "import { ▸nothing } from './x.ts';"],
  ["import.dynamic", "while it runs", "export const f = () => ▸import('./x.ts');"],
  ["import.dynamic", "by a name made at run time", "export const f = (a: string) => ▸import(a);"],
  ["import.meta", "where it is", "export const f = () => ▸import.meta.url;"],
  ["module.export-star", "STA-014: everything of another", "▸export * from './x.ts';"],
  ["module.export-star", "everything under one name", "▸export * as all from './x.ts';"],
])("%s: %s", (rule, _what, top) => {
  const code = top + RUN;
  expect(errorsOf({ "module.ts": code, "x.ts": "export const x = 1;\nexport default x;" })).toContain(
    `${rule} ${placeOfMark(code)}`,
  );
});

test("files of a module import each other, and types from anywhere", () => {
  const files = {
    "module.ts": 'import type { Nexus } from "#core/contract/module.ts";\nexport { run } from "./below/run.ts";',
    "below/run.ts":
      'import add, { one as first } from "./sum.ts";\nimport * as sums from "./sum.ts";\nexport const run = async () => add(first, sums.one);',
    "below/sum.ts": "export const one = 1;\nexport default function add(a: number, b: number) { return a + b }",
  };
  expect(errorsOf(files)).toEqual([]);
});

test("a file that nothing imports is a warning, one of types alone is none", () => {
  const files = { "module.ts": RUN, "lost.ts": "export const x = 1;", "kinds.ts": "export interface A { b: number }" };
  expect(inspect(files).filter(({ rule }) => rule === "import.unused-file")).toEqual([
    expect.objectContaining({ file: "lost.ts", severity: "warning" }),
  ]);
});

test.each([
  ["module.extra-export", "STA-030: a hook", "export async function ▸postInstall() { return 1 }" + RUN],
  ["module.extra-export", "a value", "export const ▸VERSION = 1;" + RUN],
  ["module.export-then", "POL-027: a then", "export function ▸then(r: any) { r(1) }" + RUN],
  ["module.export-default", "a default", "▸export default async function () { return 1 }" + RUN],
  ["module.run-shape", "POL-028: a proxy", "export const ▸run = new Proxy(async () => 1, {});"],
  ["module.run-shape", "a class", "export class ▸run {}"],
  ["module.run-shape", "a bound function", "async function f() {}\nexport const ▸run = f.bind(null);"],
  ["module.run-shape", "a generator", "export async function* ▸run() { yield 1 }"],
  ["module.run-shape", "a variable", "export let ▸run = async () => 1;"],
  ["module.run-shape", "a value", "export const ▸run = 1;"],
  ["module.run-shape", "a value passed on", "const r = 1;\nexport { ▸r as run };"],
])("%s: %s", (rule, _what, code) => {
  expect(errorsOf(code)).toContain(`${rule} ${placeOfMark(code)}`);
});

test.each([
  "export function run() { return 1 }",
  "export const run = async (input: any) => input;",
  "export const run = async function (input: any) { return input };",
  "async function look() { return 1 }\nexport { look as run };",
])("a plain function in any form is let through: %s", (code) => {
  expect(errorsOf(code)).toEqual([]);
});

test("a capability without its function is named, unless there is a run for all", () => {
  const capabilities = [{ ...capability, name: "look" }];
  expect(errorsOf("export function look() { return 1 }", { capabilities })).toEqual([]);
  expect(errorsOf(RUN, { capabilities })).toEqual([]);
  const nothing = inspect("const x = 1;", { capabilities });
  expect(nothing).toContainEqual(
    expect.objectContaining({
      rule: "module.missing-export",
      file: "module.ts",
      message: expect.stringContaining("look"),
    }),
  );
});

test("a body of a function says nothing of what is loaded", () => {
  expect(errorsOf(body("let a = 0; a += 1; await null; for (const b of [1]) a += b; return a"))).toEqual([]);
});

test.each(["./csv", "./csv.js"])("an import of “%s” is told the whole name of the file that is there", (specifier) => {
  const files = {
    "module.ts": `import { one } from "${specifier}";\nexport function run() { return one }`,
    "csv.ts": "export const one = 1;",
  };
  const finding = inspect(files).find(({ rule }) => rule === "import.denied");
  expect(finding?.hint).toBe("Write the file's whole name: “./csv.ts”.");
});

test("a function that lacks its export is pointed at", () => {
  const finding = inspect("const one = 1;\nasync function run() { return one }").find(
    ({ rule }) => rule === "module.missing-export",
  );
  expect(finding).toMatchObject({ line: 2, hint: "Write `export` in front of it." });
});
