import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openHistoryFile } from "./history-file.ts";

const dir = await mkdtemp(join(tmpdir(), "nexus-history-"));
afterAll(async () => await rm(dir, { recursive: true }));

test("lines come back newest first, from a file only their owner can read", async () => {
  const path = join(await mkdtemp(join(dir, "h-")), "history");
  openHistoryFile(path).write(["third", "second", "first"]);
  expect(await readFile(path, "utf8")).toBe("first\nsecond\nthird\n");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(openHistoryFile(path).read()).toEqual(["third", "second", "first"]);
});

test("what looks like a key is not written down, and old lines go", async () => {
  const path = join(await mkdtemp(join(dir, "h-")), "history");
  const many = Array.from({ length: 600 }, (_, index) => `line ${index}`);
  openHistoryFile(path).write(["my key is sk3f9c2a7b1d8e4f6a0b9c", ...many]);
  const kept = openHistoryFile(path).read();
  expect(kept).toHaveLength(500);
  expect(kept[0]).toBe("line 0");
});

test("no history is not an error", () => {
  expect(openHistoryFile("/nonexistent/history").read()).toEqual([]);
  expect(() => openHistoryFile("/nonexistent/history").write(["a"])).not.toThrow();
});
