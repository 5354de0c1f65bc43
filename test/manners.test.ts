import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const ALL = Array.from({ length: 70 }, (_, index) => index + 1);

/** The manners that have nothing to show themselves in yet. */
const LATER: ReadonlyMap<number, string> = new Map([[61, "nothing watches when a credential expires"]]);

/** `manner 7: …`, `manner 62 and 63: …`, at the beginning of a test's title, where a case's id may stand before it. */
const TITLE = /["'`](?:[A-Z]{3}-\d{3}, )*manners? ((?:\d+)(?:(?:, | and )\d+)*):/g;

test("every manner NEXUS has in chat has a test, and each that has none says why", () => {
  const tested = new Set(titles().flatMap((numbers) => numbers.split(/, | and /).map(Number)));
  expect([...tested].filter((manner) => !ALL.includes(manner))).toEqual([]);
  expect(ALL.filter((manner) => !tested.has(manner))).toEqual([...LATER.keys()]);
});

function titles(): string[] {
  return ["src", "test"]
    .flatMap((room) => readdirSync(join(ROOT, room), { recursive: true, encoding: "utf8" }).map((name) => [room, name]))
    .filter(([, name]) => name?.endsWith(".test.ts") === true)
    .flatMap((path) => [...readFileSync(join(ROOT, ...path), "utf8").matchAll(TITLE)])
    .map(([, numbers = ""]) => numbers);
}
