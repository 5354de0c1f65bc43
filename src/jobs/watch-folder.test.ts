import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { type DroppedFile, startFolderWatch } from "./watch-folder.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };

function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "nexus-watch-"));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

function watchInto(folder: string, seen: DroppedFile[]) {
  const onFile = async (file: DroppedFile): Promise<void> => void seen.push(file);
  return startFolderWatch({ folder, extensions: [".csv"], settleMs: 100, onFile }, log);
}

test("an export that is dropped into the folder is reported once it is whole, and other files are not", async () => {
  using temporary = temporaryFolder();
  const seen: DroppedFile[] = [];
  await using _watch = await watchInto(temporary.folder, seen);
  writeFileSync(join(temporary.folder, "notes.txt"), "not a bank export");
  writeFileSync(join(temporary.folder, "March.CSV"), "2026-03-01,COFFEE,2.15,");
  await vi.waitUntil(() => seen.length > 0, { timeout: 5_000 });
  expect(seen).toMatchObject([{ name: "March.CSV", path: join(temporary.folder, "March.CSV") }]);
  expect(seen[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
});

test("what was dropped while NEXUS was away is found at its start, and the same bytes have the same name", async () => {
  using temporary = temporaryFolder();
  writeFileSync(join(temporary.folder, "a.csv"), "same");
  writeFileSync(join(temporary.folder, "b.csv"), "same");
  const seen: DroppedFile[] = [];
  await using _watch = await watchInto(temporary.folder, seen);
  await vi.waitUntil(() => seen.length === 2, { timeout: 5_000 });
  expect(new Set(seen.map(({ sha256 }) => sha256)).size).toBe(1);
});

test("a file that nobody could take does not end the watch", async () => {
  using temporary = temporaryFolder();
  const seen: string[] = [];
  const onFile = async ({ name }: DroppedFile): Promise<void> => {
    seen.push(name);
    if (name === "bad.csv") throw new Error("the database is away");
  };
  await using _watch = await startFolderWatch(
    { folder: temporary.folder, extensions: [".csv"], settleMs: 100, onFile },
    log,
  );
  writeFileSync(join(temporary.folder, "bad.csv"), "1");
  await vi.waitUntil(() => seen.includes("bad.csv"), { timeout: 5_000 });
  writeFileSync(join(temporary.folder, "good.csv"), "2");
  await vi.waitUntil(() => seen.includes("good.csv"), { timeout: 5_000 });
});
