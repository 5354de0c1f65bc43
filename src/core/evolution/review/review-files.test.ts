import { expect, test } from "vitest";
import { changesBetween } from "./review-files.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("a change is told line by line, and files that came or went as a whole", () => {
  const before = new Map([
    ["module.ts", bytes("one\ntwo\nthree\n")],
    ["gone.txt", bytes("here\n")],
  ]);
  const after = new Map([
    ["module.ts", bytes("one\n2\nthree\n")],
    ["new.txt", bytes("there\n")],
  ]);
  const diff = changesBetween(before, after);
  expect(diff).toContain("--- a/module.ts\n+++ b/module.ts");
  expect(diff).toContain("-two\n+2");
  expect(diff).toContain("--- a/gone.txt\n+++ /dev/null");
  expect(diff).toContain("--- /dev/null\n+++ b/new.txt");
});

test("the same bytes are said to be the same", () => {
  const entries = new Map([["module.ts", bytes("one\n")]]);
  expect(changesBetween(entries, new Map(entries))).toBe("No file differs.\n");
});

test("bytes that are no text are said to differ, and not drawn", () => {
  const diff = changesBetween(
    new Map([["module.wasm", Uint8Array.of(0xff, 0)]]),
    new Map([["module.wasm", Uint8Array.of(0xff, 1)]]),
  );
  expect(diff).toContain("Bytes that are no text differ.");
});

test("an end without a line break is told, so that no difference is hidden", () => {
  const diff = changesBetween(new Map([["a", bytes("one\n")]]), new Map([["a", bytes("one")]]));
  expect(diff).toContain("No newline at end of file");
});
