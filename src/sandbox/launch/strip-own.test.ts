import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { stripOwn } from "./strip-own.ts";

const folder = mkdtempSync(join(tmpdir(), "nexus-kept-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SOURCE = "export const one: number = 1;\n";
const CODE = "export const one         = 1;\n";

function fileKept(): string {
  const [name = "", ...others] = readdirSync(folder);
  expect(others).toEqual([]);
  return join(folder, name);
}

test("what was compiled is kept, and read the next time", () => {
  expect(stripOwn(SOURCE, folder)).toBe(CODE);
  // Another text with the right sum: only who reads it says that.
  const other = "export const one = 2;\n";
  const whole = readFileSync(fileKept(), "utf8");
  writeFileSync(fileKept(), `${createHash("sha256").update(other).digest("hex")}\n${other}`);
  expect(stripOwn(SOURCE, folder)).toBe(other);
  writeFileSync(fileKept(), whole);
});

test("what the compiler refuses is not kept", () => {
  expect(() => stripOwn("enum One {}", folder)).toThrow("enum");
  fileKept();
});

test.each([
  ["half of it", (kept: string) => kept.slice(0, -5)],
  ["nothing", () => ""],
  ["a text with a letter changed", (kept: string) => kept.replace("= 1", "= 2")],
  ["another text without its sum", () => "export const one = 2;\n"],
])("%s in the place of what was kept is compiled anew", (_, damage) => {
  stripOwn(SOURCE, folder);
  const file = fileKept();
  const whole = readFileSync(file, "utf8");
  writeFileSync(file, damage(whole));
  expect(stripOwn(SOURCE, folder)).toBe(CODE);
  expect(readFileSync(file, "utf8")).toBe(whole);
});

test("a folder that is not there only costs time", () => {
  expect(stripOwn(SOURCE, join(folder, "none"))).toBe(CODE);
  expect(stripOwn(SOURCE, undefined)).toBe(CODE);
});
