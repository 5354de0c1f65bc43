import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { type DroppedFile, type FolderWatchOptions, startFolderWatch } from "./watch-folder.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };
const PATIENCE = { timeout: 10_000 };

function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "nexus-watch-"));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

function watchInto(folder: string, seen: DroppedFile[], more: Partial<FolderWatchOptions> = {}) {
  const onFile = async (file: DroppedFile): Promise<void> => void seen.push(file);
  return startFolderWatch({ folder, extensions: [".csv"], settleMs: 100, onFile, ...more }, log);
}

test("an export that is dropped into the folder is reported once it is whole, and other files are not", async () => {
  using temporary = temporaryFolder();
  const seen: DroppedFile[] = [];
  await using _watch = await watchInto(temporary.folder, seen);
  writeFileSync(join(temporary.folder, "notes.txt"), "not a bank export");
  writeFileSync(join(temporary.folder, "March.CSV"), "2026-03-01,COFFEE,2.15,");
  await vi.waitUntil(() => seen.length > 0, PATIENCE);
  expect(seen).toMatchObject([{ name: "March.CSV", path: join(temporary.folder, "March.CSV") }]);
  expect(seen[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
});

test("what was dropped while NEXUS was away is found at its start, and the same bytes have the same name", async () => {
  using temporary = temporaryFolder();
  writeFileSync(join(temporary.folder, "a.csv"), "same");
  writeFileSync(join(temporary.folder, "b.csv"), "same");
  const seen: DroppedFile[] = [];
  await using _watch = await watchInto(temporary.folder, seen);
  await vi.waitUntil(() => seen.length === 2, PATIENCE);
  expect(new Set(seen.map(({ sha256 }) => sha256)).size).toBe(1);
});

test("a file that nobody could take does not end the watch, and is offered again", async () => {
  using temporary = temporaryFolder();
  const seen: string[] = [];
  const onFile = async ({ name }: DroppedFile): Promise<void> => {
    seen.push(name);
    if (name === "bad.csv" && seen.length === 1) throw new Error("the database is away");
  };
  await using watch = await watchInto(temporary.folder, [], { onFile, checkMs: 50 });
  writeFileSync(join(temporary.folder, "bad.csv"), "1");
  await vi.waitUntil(() => seen.length === 2, PATIENCE);
  expect(seen).toEqual(["bad.csv", "bad.csv"]);
  await vi.waitUntil(() => watch.state().waiting === 0, PATIENCE);
  writeFileSync(join(temporary.folder, "good.csv"), "2");
  await vi.waitUntil(() => seen.includes("good.csv"), PATIENCE);
});

test("a link into another folder, a folder and a file that is too large are left alone", async () => {
  using temporary = temporaryFolder();
  using other = temporaryFolder();
  writeFileSync(join(other.folder, "secret.csv"), "not for here");
  symlinkSync(join(other.folder, "secret.csv"), join(temporary.folder, "link.csv"));
  mkdirSync(join(temporary.folder, "folder.csv"));
  writeFileSync(join(temporary.folder, "huge.csv"), "x".repeat(1_001));
  const seen: DroppedFile[] = [];
  await using watch = await watchInto(temporary.folder, seen, { maxBytes: 1_000 });
  writeFileSync(join(temporary.folder, "last.csv"), "x".repeat(1_000));
  await vi.waitUntil(() => seen.length > 0, PATIENCE);
  await vi.waitUntil(() => watch.state().tooLarge === 1, PATIENCE);
  expect(seen.map(({ name }) => name)).toEqual(["last.csv"]);
});

test("a file that vanishes before it is whole is no trouble", async () => {
  using temporary = temporaryFolder();
  const seen: DroppedFile[] = [];
  await using watch = await watchInto(temporary.folder, seen);
  writeFileSync(join(temporary.folder, "short.csv"), "1");
  rmSync(join(temporary.folder, "short.csv"));
  writeFileSync(join(temporary.folder, "stays.csv"), "2");
  await vi.waitUntil(() => seen.length > 0, PATIENCE);
  expect(seen.map(({ name }) => name)).toEqual(["stays.csv"]);
  expect(watch.state()).toEqual({ isThere: true, waiting: 0, tooLarge: 0 });
});

test("of a thousand files at once each is reported once, a few at a time", async () => {
  using temporary = temporaryFolder();
  const seen: string[] = [];
  let atOnce = 0;
  let most = 0;
  const onFile = async ({ name }: DroppedFile): Promise<void> => {
    most = Math.max(most, ++atOnce);
    await new Promise((resolve) => setImmediate(resolve));
    atOnce--;
    seen.push(name);
  };
  await using _watch = await watchInto(temporary.folder, [], { onFile });
  for (let at = 0; at < 1_000; at++) writeFileSync(join(temporary.folder, `${at}.csv`), `${at}`);
  await vi.waitUntil(() => seen.length >= 1_000, { timeout: 60_000 });
  expect(new Set(seen).size).toBe(1_000);
  expect(seen).toHaveLength(1_000);
  expect(most).toBeLessThanOrEqual(4);
}, 70_000);

test("a folder that goes away is said to be missing, and what is dropped when it is back is found", async () => {
  using temporary = temporaryFolder();
  const folder = join(temporary.folder, "drive");
  mkdirSync(folder);
  const seen: DroppedFile[] = [];
  await using watch = await watchInto(folder, seen, { checkMs: 50 });
  renameSync(folder, join(temporary.folder, "unplugged"));
  await vi.waitUntil(() => !watch.state().isThere, PATIENCE);
  mkdirSync(folder);
  writeFileSync(join(folder, "back.csv"), "1");
  await vi.waitUntil(() => seen.length > 0, PATIENCE);
  expect(watch.state().isThere).toBe(true);
});

test("a folder on a network drive is looked at again and again", async () => {
  using temporary = temporaryFolder();
  const seen: DroppedFile[] = [];
  await using _watch = await watchInto(temporary.folder, seen, { polling: true });
  writeFileSync(join(temporary.folder, "polled.csv"), "1");
  await vi.waitUntil(() => seen.length > 0, { timeout: 20_000 });
  expect(seen.map(({ name }) => name)).toEqual(["polled.csv"]);
}, 30_000);
