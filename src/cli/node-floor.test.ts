import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isOlder, NODE_FLOOR, requireNode } from "./node-floor.ts";

test.each([
  ["24.11.0", "24.11.0", false],
  ["24.10.99", "24.11.0", true],
  ["22.21.1", "24.11.0", true],
  ["24.9.0", "24.11.0", true],
  ["25.0.0", "24.11.0", false],
  ["24.11.1", "24.11.0", false],
  ["24.11.0-nightly20260101", "24.11.0", false],
])("whether %s comes before %s is told by number", (version, than, older) => {
  expect(isOlder(version, than)).toBe(older);
});

test("LIF-014: the floor is what package.json promises, and what stands here is above it", () => {
  const { engines } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  expect(engines.node).toBe(`>=${NODE_FLOOR}`);
  expect(() => requireNode(process.versions.node)).not.toThrow();
  expect(() => requireNode("24.1.0")).toThrow(expect.objectContaining({ code: "node_too_old" }));
});
