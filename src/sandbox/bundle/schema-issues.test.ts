import { expect, test } from "vitest";
import { Manifest } from "#core/contract/manifest.ts";
import { SOUND_MANIFEST } from "#test/bundle-kit.ts";
import { describeIssues } from "./schema-issues.ts";

/** The manifest that is sound, with one member of it changed. */
function problemsOf(changes: object): string[] {
  const read = Manifest.safeParse({ ...SOUND_MANIFEST, ...changes });
  return describeIssues(read.error?.issues ?? []).map(({ message }) => message);
}

test.each<[string, object, string]>([
  ["what is missing", { version: undefined }, "“version” is missing"],
  ["another kind of value", { title: 1 }, "“title” must be a text"],
  ["a version of two numbers", { version: "1.0" }, "“version” must be three numbers, as in 1.0.0"],
  ["a name in capitals", { name: "Sample" }, "“name” must be small letters, digits and single dashes"],
  ["no word of the list", { dataClass: "secret" }, '“dataClass” must be one of "public", "internal", "private"'],
  ["another schema", { schema: "x" }, '“schema” must be "urn:nexus:module-manifest:1"'],
  [
    "a key that is misspelt, deep within",
    { hosts: [{ host: "api.example.com", methods: ["GET"], pathPrefixes: ["/"], paths: [] }] },
    "“hosts[0].paths” is not known here",
  ],
  [
    "an address in place of a host",
    { hosts: [{ host: "https://api.example.com", methods: ["GET"], pathPrefixes: ["/"] }] },
    "“hosts[0].host” must be an exact lower-case host name, no wildcard",
  ],
  [
    "a list that is too short",
    { hosts: [{ host: "api.example.com", methods: ["GET"], pathPrefixes: [] }] },
    "“hosts[0].pathPrefixes” must have at least 1 entry",
  ],
  [
    "too much time",
    { limits: { ...SOUND_MANIFEST.limits, timeoutMs: 1e9 } },
    "“limits.timeoutMs” must be at most 60000",
  ],
  ["half a thing", { limits: { ...SOUND_MANIFEST.limits, fetches: 0.5 } }, "“limits.fetches” must be a whole number"],
])("%s is said in plain words, by its place", (_case, changes, expected) => {
  const problems = problemsOf(changes);
  expect(problems.some((problem) => problem.startsWith(expected))).toBe(true);
  expect(problems.join()).not.toMatch(/Invalid|received|\[object/);
});
