import { mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { Json } from "#core/contract/json.ts";
import { droppedReader, requireFolders, startFolders } from "./watch-folders.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };
const PATIENCE = { timeout: 10_000 };

function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "nexus-folders-"));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

function memoryOf() {
  const kept = new Map<string, Json>();
  return {
    kept,
    get: (key: string) => Promise.resolve(kept.get(key)),
    set: async (key: string, value: Json) => void kept.set(key, structuredClone(value)),
  };
}

const about = (path: string) => ({ path, setting: "folders.0.path", endings: [".csv"], maxMib: 1, polling: false });

test("what was handed on is not handed on again after a restart, and other bytes under the same name are", async () => {
  using temporary = temporaryFolder();
  const memory = memoryOf();
  const names: string[] = [];
  const start = () =>
    startFolders(
      {
        folders: [about(temporary.folder)],
        settleMs: 50,
        memory,
        hand: async (_folder, { name }) => void names.push(name),
      },
      log,
    );
  writeFileSync(join(temporary.folder, "march.csv"), "1");
  {
    await using _first = await start();
    await vi.waitUntil(() => memory.kept.size > 0, PATIENCE);
  }
  {
    await using _second = await start();
    writeFileSync(join(temporary.folder, "april.csv"), "2");
    await vi.waitUntil(() => names.includes("april.csv"), PATIENCE);
    writeFileSync(join(temporary.folder, "march.csv"), "1, corrected");
    await vi.waitUntil(() => names.length === 3, PATIENCE);
  }
  expect(names).toEqual(["march.csv", "april.csv", "march.csv"]);
});

test("the status tells of each folder what it is for", async () => {
  using temporary = temporaryFolder();
  await using folders = await startFolders(
    { folders: [about(temporary.folder)], settleMs: 50, memory: memoryOf(), hand: () => Promise.resolve() },
    log,
  );
  expect(folders.status()).toEqual([{ state: "ready", name: "folder", detail: `${temporary.folder}: .csv` }]);
});

test("a folder that is not there is named with the setting that names it", () => {
  expect(() => requireFolders([about("/no/such/folder")])).toThrow(
    expect.objectContaining({
      code: "config_invalid",
      say: "folders.0.path is “/no/such/folder”, which is not a folder.",
    }),
  );
});

test("only files of the watched folders are read, and no link that took a file's place", async () => {
  using temporary = temporaryFolder();
  using other = temporaryFolder();
  const signal = new AbortController().signal;
  const read = droppedReader([{ path: temporary.folder }]);
  const path = join(temporary.folder, "a.csv");
  writeFileSync(path, "rows");
  writeFileSync(join(other.folder, "secret.csv"), "secret");
  expect(Buffer.from(await read(path, 10, signal)).toString()).toBe("rows");
  await expect(read(path, 3, signal)).rejects.toMatchObject({ code: "file_too_large" });
  await expect(read(join(other.folder, "secret.csv"), 10, signal)).rejects.toMatchObject({ code: "file_unreadable" });
  await expect(read(join(temporary.folder, "..", "x.csv"), 10, signal)).rejects.toMatchObject({
    code: "file_unreadable",
  });
  unlinkSync(path);
  symlinkSync(join(other.folder, "secret.csv"), path);
  await expect(read(path, 10, signal)).rejects.toMatchObject({ code: "file_unreadable" });
});
