import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadMasterKey } from "./master-key.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "nexus-key-"));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

const unusable = (say: RegExp): object =>
  expect.objectContaining({ code: "data_unusable", say: expect.stringMatching(say) });

test("the first start makes a key that only its owner may read, and later starts use it", () => {
  const path = join(dir, "master.key");
  const key = loadMasterKey(path);
  expect(key).toHaveLength(32);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(loadMasterKey(path)).toEqual(key);
  expect(readFileSync(path)).toEqual(key);
  expect(readdirSync(dir)).toEqual(["master.key"]);
});

test("two installations have different keys", () => {
  expect(loadMasterKey(join(dir, "a"))).not.toEqual(loadMasterKey(join(dir, "b")));
});

test.each([0o640, 0o604, 0o644, 0o660])("a key file with mode %o, which others can reach, is refused", (mode) => {
  const path = join(dir, "master.key");
  loadMasterKey(path);
  chmodSync(path, mode);
  expect(() => loadMasterKey(path)).toThrow(unusable(/other accounts/));
});

test.each([0, 31, 33])("a key file of %i bytes is refused and left as it is", (length) => {
  const path = join(dir, "master.key");
  writeFileSync(path, Buffer.alloc(length), { mode: 0o600 });
  expect(() => loadMasterKey(path)).toThrow(unusable(/holds \d+ bytes/));
  expect(statSync(path).size).toBe(length);
});

test("a folder in its place is refused", () => {
  mkdirSync(join(dir, "master.key"), { mode: 0o700 });
  expect(() => loadMasterKey(join(dir, "master.key"))).toThrow(unusable(/is not a file/));
});

test("a folder that does not exist is named as such", () => {
  expect(() => loadMasterKey(join(dir, "missing", "master.key"))).toThrow(unusable(/cannot be written/));
});
