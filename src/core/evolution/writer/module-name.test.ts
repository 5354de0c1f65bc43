import { expect, test } from "vitest";
import { checkManifest } from "#sandbox/inspect/check-manifest.ts";
import { sampleManifest } from "#test/sample-manifest.ts";
import { moduleName } from "./module-name.ts";

const TITLES = [
  "Weather API",
  "Help",
  "Petstore",
  "The Calendar",
  "Search",
  "",
  "日本語",
  "1Password Events",
  "nexus tools",
  "finances",
];

test("no title makes a name that NEXUS keeps for itself or that is taken for another", () => {
  const taken = ["petstore", "github"];
  for (const title of TITLES) {
    const name = moduleName(title, "https://api.example.com/v1", taken);
    expect(name).toMatch(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/);
    const installed = taken.map((one) => ({ name: one, version: "1.0.0" }));
    const findings = checkManifest(sampleManifest({ name }), { installed });
    const named = findings.filter(({ rule }) => rule.endsWith("name"));
    expect({ title, named }).toEqual({ title, named: [] });
  }
});
