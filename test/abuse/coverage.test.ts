import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SCENARIOS } from "./coverage-scenarios.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** What cannot be tried yet, because what it attacks does not exist. */
const MISSING: ReadonlyMap<string, string> = new Map([
  ["APV-035", "there is no second factor: one account decides alone where one person may"],
  ["APV-041", "a role counts from the moment it is given, which the audit shows: there is no cooling-off"],
]);

/** `"APV-002: …"`, `"APV-011, APV-034, manner 10: …"`: where a title, or the row of a table of titles, begins. */
const BEGINNING = /["'`]((?:[A-Z]{3}-\d{3}(?:, | and )?)+)/g;

test("every scenario has a test that begins with its name, or a reason why there is none", () => {
  const tested = new Set(beginnings().flatMap((names) => names.match(/[A-Z]{3}-\d{3}/g) ?? []));
  const all = Object.keys(SCENARIOS);
  expect(all.filter((id) => !tested.has(id))).toEqual([...MISSING.keys()]);
  expect([...MISSING.keys()].filter((id) => !all.includes(id))).toEqual([]);
});

function beginnings(): string[] {
  return ["src", "test"]
    .flatMap((room) => readdirSync(join(ROOT, room), { recursive: true, encoding: "utf8" }).map((name) => [room, name]))
    .filter(([room, name = ""]) => isRead(room, name))
    .flatMap((path) => [...readFileSync(join(ROOT, ...path), "utf8").matchAll(BEGINNING)])
    .map(([, names = ""]) => names);
}

/** Tests, and the tables beside the tests of abuse that titles are made from; not the two lists of this one. */
function isRead(room: string | undefined, name: string): boolean {
  if (name.endsWith(join("abuse", "coverage.test.ts")) || name === join("abuse", "coverage.test.ts")) return false;
  return name.endsWith(".test.ts") || (room === "test" && /^abuse[\\/][\w-]*exchanges\.ts$/.test(name));
}
