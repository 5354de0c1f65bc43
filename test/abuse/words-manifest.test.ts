import { describe, expect, test } from "vitest";
import { Manifest } from "#core/contract/manifest.ts";
import { takeIn } from "#sandbox/bundle/intake.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { bundleEntries, SOUND_MANIFEST } from "#test/bundle-kit.ts";
import { silent } from "#test/delivery-kit.ts";
import { submit } from "#test/stories/stranger.ts";

const never = new AbortController().signal;
const refused = (manifest: string) => {
  const { findings, manifest: read } = takeIn(bundleEntries({ "manifest.json": manifest }));
  expect(read).toBeUndefined();
  return findings.filter(({ severity }) => severity === "error").map(({ rule }) => rule);
};

describe("a manifest", () => {
  test("MAN-026: that is a list, nothing, or a bare value is refused", () => {
    for (const text of ["[]", "null", "1", '"x"', "true", JSON.stringify([SOUND_MANIFEST])]) {
      expect([text, refused(text).length > 0]).toEqual([text, true]);
      expect(Manifest.safeParse(JSON.parse(text)).success).toBe(false);
    }
  });

  test("MAN-029: with a key of its own called __proto__ is refused, at the top and below, and changes no prototype", () => {
    const whole = JSON.stringify(SOUND_MANIFEST);
    const evil = '"__proto__":{"runtime":"host","polluted":true},';
    for (const text of [
      whole.replace("{", `{${evil}`),
      whole.replace('"limits":{', `"limits":{${evil}`),
      whole.replace('"slots":{', `"slots":{"__proto__":{"type":"text","description":"x"}`),
    ]) {
      expect(text).not.toBe(whole);
      expect(refused(text)).toContain("manifest.json");
    }
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});

test("GEN-006: a module that declares no network and is tested as if it had some is refused, and its tests reach none", async () => {
  await using sandbox = createSandbox({ log: silent, runners: 2, spares: 1, minimum: [] });
  const options = { installed: [], mutants: 0 };
  const undeclared = await sandbox.validate(submit({ manifest: { hosts: [] } }), options, never);
  expect(undeclared.ok).toBe(false);
  expect(undeclared.static.findings.map(({ rule }) => rule)).toContain("coherence.no-hosts");
  // Declared, but with nothing recorded for it: there is no source behind a test.
  const live = [{ name: "a joke is fetched", capability: "joke", expect: { summary: ["a"] } }];
  const unrecorded = await sandbox.validate(submit({ tests: live }), options, never);
  expect(unrecorded.ok).toBe(false);
  expect(unrecorded.tests).toMatchObject({ total: 1, passed: 0 });
}, 60_000);
