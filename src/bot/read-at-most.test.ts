import { expect, test } from "vitest";
import { readAtMost } from "./read-at-most.ts";

async function* chunks(...sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const size of sizes) yield new Uint8Array(size);
}

test("a file is read to its last byte, and an empty one is empty", async () => {
  expect(await readAtMost(chunks(60, 40), 100, "bank.csv")).toHaveLength(100);
  expect(await readAtMost(null, 100, "bank.csv")).toHaveLength(0);
});

test("a file that turns out larger than it said is refused with its name and the limit", async () => {
  await expect(readAtMost(chunks(60, 41), 100, "bank.csv")).rejects.toMatchObject({
    code: "file_too_large",
    say: "“bank.csv” is larger than the 100 bytes I read.",
  });
  await expect(readAtMost(chunks(2 ** 21), 2 ** 20, "bank.csv")).rejects.toMatchObject({
    say: "“bank.csv” is larger than the 1 MiB I read.",
  });
});
