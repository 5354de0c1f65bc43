import { expect, test } from "vitest";
import { DELAYED_MS, EXPIRED_MS, delayedMs, isExpired } from "./age.ts";

const now = new Date("2026-03-02T09:00:00Z");

test("an answer speaks of its delay only beyond ten minutes", () => {
  expect(delayedMs(now.getTime() - DELAYED_MS, now)).toBeUndefined();
  expect(delayedMs(now.getTime() - DELAYED_MS - 1, now)).toBe(DELAYED_MS + 1);
});

test("a message is too old only beyond an hour", () => {
  expect(isExpired(now.getTime() - EXPIRED_MS, now)).toBe(false);
  expect(isExpired(now.getTime() - EXPIRED_MS - 1, now)).toBe(true);
});

test("a platform whose clock runs ahead of ours is neither delayed nor too old", () => {
  expect(delayedMs(now.getTime() + 5_000, now)).toBeUndefined();
  expect(isExpired(now.getTime() + 5_000, now)).toBe(false);
});
