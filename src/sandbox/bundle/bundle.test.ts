import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { digestEntries } from "#core/contract/bundle.ts";
import { SOUND_MANIFEST } from "#test/bundle-kit.ts";
import { loadBundle } from "./bundle.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nexus-bundle-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Record<string, string | Buffer>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

const whole = { "manifest.json": JSON.stringify(SOUND_MANIFEST), "module.ts": "export const one: number = 1;\n" };

test("a module's folder becomes a bundle: manifest, JavaScript and data", () => {
  write({ ...whole, "data/cities.json": "[]" });
  const bundle = loadBundle(folder);
  expect(bundle.manifest.name).toBe("sample");
  expect([...bundle.code.keys()]).toEqual(["module.ts"]);
  expect(bundle.code.get("module.ts")).toMatch(/export const one\s+= 1;/);
  expect([...bundle.data]).toEqual([["cities.json", "[]"]]);
});

test("a module may be several files, which import each other; tests and fixtures stay behind", () => {
  write({
    ...whole,
    "module.ts": `import type { Sample } from "#core/contract/module.ts";
import { parse } from "./csv.ts";
import {
  sum as total,
} from "./sums/sum.ts";
export { parse as look } from './csv.ts';
export * as sums from "./sums/sum.ts";
export const words = "imported from “elsewhere”"; // from "elsewhere"
`,
    "csv.ts": 'import "./sums/sum.ts";\nexport const parse = (text: string): string => text;\n',
    "sums/sum.ts": 'export { one } from "./one.ts";\nexport const sum = 0;\n',
    "sums/one.ts": "export const one = 1;\n",
    "module.test.ts": 'import "node:fs";\n',
    "sums/sum.test.ts": 'import "node:fs";\n',
    "fixtures/answer.ts": 'import "node:fs";\n',
    "data/rows.ts": "no code",
  });
  const bundle = loadBundle(folder);
  expect([...bundle.code.keys()].sort()).toEqual(["csv.ts", "module.ts", "sums/one.ts", "sums/sum.ts"]);
  expect(bundle.code.get("csv.ts")).not.toContain(": string");
  expect([...bundle.data.keys()]).toEqual(["rows.ts"]);
});

test.each([
  ["a file that is not there", { "module.ts": 'import { x } from "./missing.ts";' }, "./missing.ts"],
  ["a file without its ending", { "module.ts": 'import { x } from "./csv";' }, "./csv"],
  ["a library of Node", { "module.ts": 'import fs from "node:fs";' }, "node:fs"],
  ["a package", { "module.ts": 'import { z } from "zod";' }, "zod"],
  ["a room of NEXUS", { "module.ts": 'import { NexusError } from "#core/contract/errors.ts";' }, "#core"],
  ["what is above its folder", { "module.ts": 'import { x } from "../x.ts";' }, "../x.ts"],
  ["what is above, on a way round", { "module.ts": 'import { x } from "./sub/../csv.ts";' }, "./sub/../csv.ts"],
  ["a file by its absolute path", { "module.ts": 'import { x } from "/etc/csv.ts";' }, "/etc/csv.ts"],
  ["an address", { "module.ts": 'import "https://example.com/x.ts";' }, "https://example.com/x.ts"],
  ["its data", { "data/rows.ts": "", "module.ts": 'import "./data/rows.ts";' }, "./data/rows.ts"],
  ["its test", { "csv.test.ts": "", "module.ts": 'import "./csv.test.ts";' }, "./csv.test.ts"],
  ["its own file while it runs", { "module.ts": 'const x = await import("./csv.ts");' }, "./csv.ts"],
  ["by passing it on", { "module.ts": 'export * from "node:fs";' }, "node:fs"],
  ["over several lines", { "module.ts": 'import {\n  a,\n  b,\n} from "node:os";' }, "node:os"],
])("a module that imports %s is refused, naming file and specifier", (_name, files, specifier) => {
  write({ ...whole, "csv.ts": "export const x = 1;\n", ...files });
  expect(() => loadBundle(folder)).toThrow(
    expect.objectContaining({
      code: "module_invalid",
      message: expect.stringContaining(`module.ts imports “${specifier}`),
    }),
  );
});

test("a stray import is found in any file of the module", () => {
  write({ ...whole, "below/csv.ts": 'import { x } from "./module.ts";\n' });
  expect(() => loadBundle(folder)).toThrow("below/csv.ts imports “./module.ts”");
});

test("a change in any file of its code is another digest", () => {
  write({ ...whole, "csv.ts": "export const x = 1;\n" });
  const { sha256 } = loadBundle(folder);
  write({ "csv.test.ts": "a test" });
  expect(loadBundle(folder).sha256).toBe(sha256);
  write({ "csv.ts": "export const x = 2;\n" });
  expect(loadBundle(folder).sha256).not.toBe(sha256);
});

test("its digest is the same every time, and another when any byte of any file is", () => {
  write({ ...whole, "data/cities.json": "[]" });
  const { sha256 } = loadBundle(folder);
  expect(loadBundle(folder).sha256).toBe(sha256);
  write({ "data/cities.json": "[ ]" });
  expect(loadBundle(folder).sha256).not.toBe(sha256);
});

test("text moved from one file's end to another's beginning changes the digest", () => {
  const one = digestEntries(
    new Map([
      ["a", "xy"],
      ["b", "z"],
    ]),
  );
  const two = digestEntries(
    new Map([
      ["a", "x"],
      ["b", "yz"],
    ]),
  );
  const reordered = digestEntries(
    new Map([
      ["b", "z"],
      ["a", "xy"],
    ]),
  );
  expect(one).not.toBe(two);
  expect(one).toBe(reordered);
});

test("every problem of a manifest is named at once, an unknown key among them", () => {
  const { title: _, ...untitled } = SOUND_MANIFEST;
  write({ ...whole, "manifest.json": JSON.stringify({ ...untitled, version: "one", surprise: true }) });
  expect(() => loadBundle(folder)).toThrow(/title[^]*/);
  expect(() => loadBundle(folder)).toThrow(/version/);
  expect(() => loadBundle(folder)).toThrow(/surprise/);
});

test.each([
  [
    "a module that wants to run in the host",
    { "manifest.json": JSON.stringify({ ...SOUND_MANIFEST, runtime: "host" }) },
  ],
  ["a manifest that is not JSON", { "manifest.json": "{" }],
  ["TypeScript that does more than describe types", { "module.ts": "export enum Colour { Red }" }],
  ["code with a syntax error", { "module.ts": "export const = 1" }],
  ["code that is not text", { "module.ts": Buffer.from([0xff, 0xfe, 0x00]) }],
  ["code beyond half a megabyte", { "module.ts": " ".repeat(524_289) }],
  ["code beyond half a megabyte in several files", { "a.ts": " ".repeat(300_000), "b.ts": " ".repeat(300_000) }],
  ["a syntax error beside the entry", { "csv.ts": "export const = 1" }],
  ["a code file with an odd name", { "Csv.ts": "" }],
  [
    "data beyond eight megabytes in several files",
    { "data/a": " ".repeat(5_000_000), "data/b": " ".repeat(5_000_000) },
  ],
  ["a data file with an odd name", { "data/..evil": "x" }],
])("%s is refused", (_name, files) => {
  write({ ...whole, ...files });
  expect(() => loadBundle(folder)).toThrow(expect.objectContaining({ code: "module_invalid" }));
});

test("a folder without a module is refused", () => {
  expect(() => loadBundle(folder)).toThrow(expect.objectContaining({ code: "module_invalid" }));
});
