import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bundleEntries } from "#test/bundle-kit.ts";
import { takeIn } from "./intake.ts";
import { openPlainFile } from "./open-plain-file.ts";
import { readFolder } from "./read-folder.ts";

let around = "";
let folder = "";
beforeEach(() => {
  around = mkdtempSync(join(tmpdir(), "nexus-folder-"));
  folder = join(around, "sample");
  for (const [path, bytes] of bundleEntries()) write(path, bytes);
  writeFileSync(join(around, "secret.txt"), "the neighbour's secret");
});
afterEach(() => rmSync(around, { recursive: true }));

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

/** What was found, and that the neighbour's file was not read. */
function found(): (readonly [string, string | undefined])[] {
  const { entries, findings } = readFolder(folder);
  for (const bytes of entries.values()) expect(Buffer.from(bytes).toString()).not.toContain("neighbour");
  return findings.map(({ rule, file }) => [rule, file]);
}

test("a module's folder is read as its bundle, byte for byte", () => {
  expect(readFolder(folder)).toEqual({ entries: bundleEntries(), findings: [] });
});

test("what an author keeps beside the bundle, and what editors leave behind, is not part of it", () => {
  write("module.test.ts", "");
  write("module.wat", "");
  write("fixtures/answer.json", "");
  write(".git/config", "");
  write(".DS_Store", "");
  write(".module.ts.swp", "");
  write("module.ts~", "");
  write("sample-1.0.0.nexus-module", "");
  expect(readFolder(folder)).toEqual({ entries: bundleEntries(), findings: [] });
});

test("data is data, whatever it is called", () => {
  write("data/fixtures/rows.test.ts", "no code");
  expect(takeIn(readFolder(folder).entries).data.get("fixtures/rows.test.ts")).toBe("no code");
});

test("BND-005: a link to a file is not followed", () => {
  symlinkSync(join(around, "secret.txt"), join(folder, "x.ts"));
  expect(found()).toEqual([["bundle.link", "x.ts"]]);
});

test("BND-005: a link to a folder is not followed, nor one to the folder itself", () => {
  symlinkSync(around, join(folder, "data"));
  symlinkSync(folder, join(folder, "below"));
  expect(found()).toEqual([
    ["bundle.link", "below"],
    ["bundle.link", "data"],
  ]);
});

test("BND-006: a hard link to a file elsewhere is refused", () => {
  writeFileSync(join(around, "shared.ts"), "export const one = 1;\n");
  linkSync(join(around, "shared.ts"), join(folder, "x.ts"));
  expect(found()).toEqual([["bundle.hard-link", "x.ts"]]);
});

test("BND-006: a pipe, on which reading would wait forever, and a socket are refused at once", async () => {
  execFileSync("mkfifo", [join(folder, "pipe.ts")]);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(folder, "socket.ts"), resolve));
  try {
    expect(found()).toEqual([
      ["bundle.link", "pipe.ts"],
      ["bundle.link", "socket.ts"],
    ]);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

test("a file below a folder that became a link after it was listed is not read", () => {
  symlinkSync(around, join(folder, "data"));
  expect(openPlainFile(join(folder, "data", "secret.txt"), 1_000)).toEqual({ state: "not_plain" });
  expect(openPlainFile(join(folder, "module.ts"), 1_000)).toMatchObject({ state: "read", links: 1 });
});

test("BND-016: a file too large for any bundle is not read at all", () => {
  write("data/large.txt", Buffer.alloc(8_388_609, 32));
  const { entries, findings } = readFolder(folder);
  expect(entries.has("data/large.txt")).toBe(false);
  expect(findings).toMatchObject([{ rule: "bundle.size", file: "data/large.txt" }]);
});

test("BND-016: a folder of a thousand files is left after the first few", () => {
  for (let index = 0; index < 1_000; index += 1) write(`data/${index}.txt`, "x");
  const { entries } = readFolder(folder);
  expect(entries.size).toBeLessThan(100);
  expect(takeIn(entries).findings.map(({ rule }) => rule)).toContain("bundle.count");
});

test("packages that were installed beside a module are named, not read", () => {
  write("node_modules/evil/index.ts", "");
  write("package.json", "{}");
  expect(found()).toEqual([["bundle.kind", "node_modules"]]);
  expect(takeIn(readFolder(folder).entries).findings).toMatchObject([{ rule: "bundle.kind", file: "package.json" }]);
});

test("BND-013: a hidden file that no editor left is named", () => {
  write(".npmrc", "");
  expect(takeIn(readFolder(folder).entries).findings).toMatchObject([{ rule: "bundle.name", file: ".npmrc" }]);
});

test("a folder that is not there is a finding in words", () => {
  expect(readFolder(join(around, "nowhere")).findings).toMatchObject([{ rule: "bundle.unreadable" }]);
  expect(readFolder(join(around, "secret.txt")).findings).toMatchObject([{ rule: "bundle.unreadable" }]);
});

test("a folder within a folder, a hundred deep, is left where bundles end", () => {
  write(`${"a/".repeat(100)}x.ts`, "");
  expect(found()).toMatchObject([["bundle.name", expect.stringContaining("a/a/a")]]);
});
