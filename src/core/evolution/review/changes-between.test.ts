import { expect, test } from "vitest";
import { changesBetween } from "./changes-between.ts";

const entries = (files: Readonly<Record<string, string>>): ReadonlyMap<string, Uint8Array> =>
  new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)]));

test("a change is shown as a unified diff, file by file, and what is the same is not", async () => {
  const before = entries({ "a.ts": "one\ntwo\nthree\n", "b.ts": "same\n", "c.ts": "gone\n" });
  const after = entries({ "a.ts": "one\n2\nthree\n", "b.ts": "same\n", "d.ts": "new\n" });
  expect(await changesBetween(before, after)).toBe(
    [
      "--- a/a.ts\n+++ b/a.ts\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n",
      "--- a/c.ts\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-gone\n",
      "--- /dev/null\n+++ b/d.ts\n@@ -0,0 +1,1 @@\n+new\n",
    ].join(""),
  );
});

test("nothing changed is nothing to show", async () => {
  expect(await changesBetween(entries({ "a.ts": "x" }), entries({ "a.ts": "x" }))).toBe("");
});

test("texts that have nothing in common are shown as replaced, whole or cut", async () => {
  const lines = (seed: number): string => Array.from({ length: 20_000 }, (_, n) => `${(n * seed) % 99_991}`).join("\n");
  const [before, after] = [entries({ "a.ts": lines(7) }), entries({ "a.ts": lines(11) })];
  const whole = await changesBetween(before, after);
  expect(whole).toContain("@@ all of it @@");
  expect(whole.split("\n")).toHaveLength(3 + 40_000 + 1);
  const cut = await changesBetween(before, after, 200_000);
  expect(cut.length).toBeLessThanOrEqual(200_010);
  expect(cut).toContain("(cut)");
});

test("bytes that are no text are said to differ, and not drawn", async () => {
  const diff = await changesBetween(
    new Map([["module.wasm", Uint8Array.of(0xff, 0)]]),
    new Map([["module.wasm", Uint8Array.of(0xff, 1)]]),
  );
  expect(diff).toContain("Bytes that are no text differ.");
});

test("an end without a line break is told, so that no difference is hidden", async () => {
  expect(await changesBetween(entries({ a: "one\n" }), entries({ a: "one" }))).toContain("No newline at end of file");
});
