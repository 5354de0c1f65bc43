import { expect, test } from "vitest";
import { diffEntries } from "./diff-entries.ts";

const entries = (files: Readonly<Record<string, string>>): ReadonlyMap<string, Uint8Array> =>
  new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)]));

test("a change is shown as a unified diff, file by file, and what is the same is not", () => {
  const before = entries({ "a.ts": "one\ntwo\nthree\n", "b.ts": "same\n", "c.ts": "gone\n" });
  const after = entries({ "a.ts": "one\n2\nthree\n", "b.ts": "same\n", "d.ts": "new\n" });
  expect(diffEntries(before, after)).toBe(
    [
      "--- a/a.ts\n+++ b/a.ts\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n",
      "--- a/c.ts\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-gone\n",
      "--- /dev/null\n+++ b/d.ts\n@@ -0,0 +1,1 @@\n+new\n",
    ].join(""),
  );
});

test("nothing changed is nothing to show", () => {
  expect(diffEntries(entries({ "a.ts": "x" }), entries({ "a.ts": "x" }))).toBe("");
});

test("texts that have nothing in common are shown as replaced, soon, and cut", () => {
  const lines = (seed: number): string => Array.from({ length: 20_000 }, (_, n) => `${(n * seed) % 99_991}`).join("\n");
  const diff = diffEntries(entries({ "a.ts": lines(7) }), entries({ "a.ts": lines(11) }));
  expect(diff).toContain("@@ all of it @@");
  expect(diff.length).toBeLessThanOrEqual(200_010);
});
