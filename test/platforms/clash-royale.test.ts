import { expect, test } from "vitest";
import { startClashRoyale } from "./clash-royale.ts";

const PLAYER = { tag: "#2PP0LYQ9", name: "Marta" };
const DENIED = { reason: "accessDenied" };

test.each([
  ["/v1/players/%232PP0LYQ9", "Bearer right", 200, PLAYER],
  ["/v1/players/2PP0LYQ9", "Bearer right", 404, { reason: "notFound" }],
  ["/v1/players/%23QQUV8L0", "Bearer right", 404, { reason: "notFound" }],
  ["/v1/players/%232PP0LYQ9", "Bearer wrong", 403, DENIED],
  ["/v1/players/%232PP0LYQ9", "right", 403, DENIED],
  ["/v1/players/%232PP0LYQ9", "", 403, DENIED],
])("the loopback Clash Royale answers %s with “%s” by %i", async (path, authorization, status, body) => {
  await using vendor = await startClashRoyale({ key: "right" });
  const response = await fetch(vendor.origin + path, { headers: authorization === "" ? {} : { authorization } });
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject(body);
});
