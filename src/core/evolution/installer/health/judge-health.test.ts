import { expect, test } from "vitest";
import { type CallCounts, NO_CALLS } from "#core/store/store.ts";
import { seededRandom } from "#test/drills/seeded-random.ts";
import { judgeHealth } from "./judge-health.ts";

function counts(failures: number, calls: number, empties = 0): CallCounts {
  return { calls, failures, empties, codes: {} };
}

test("six of nine failed calls are too many where the version before failed none of 212", () => {
  expect(judgeHealth(counts(6, 9), counts(0, 212))).toEqual({ state: "ill", of: "failures" });
});

test.each([
  ["before there are five calls", counts(4, 4), NO_CALLS],
  ["for two bad calls", counts(2, 6), NO_CALLS],
  ["when the version before failed as often", counts(6, 20), counts(30, 100)],
  ["for few failures among many calls", counts(6, 100), NO_CALLS],
  ["when it finds nothing, and the version before was hardly asked", counts(0, 9, 9), counts(0, 6)],
  ["when it finds nothing, and the version before often did not", counts(0, 9, 6), counts(0, 100, 60)],
])("nothing is done %s", (_when, seen, former) => {
  expect(judgeHealth(seen, former)).toEqual({ state: "well" });
});

test("a version that finds nothing where the one before did is ill too", () => {
  expect(judgeHealth(counts(0, 9, 9), counts(0, 212, 10))).toEqual({ state: "ill", of: "empties" });
});

test("of a thousand versions that fail one call in fifty, at most two in a hundred are taken for ill in a hundred calls", () => {
  const random = seededRandom(7);
  let wrong = 0;
  for (let version = 0; version < 1_000; version += 1) {
    let failures = 0;
    for (let calls = 1; calls <= 100; calls += 1) {
      if (random.between(1, 50) === 1) failures += 1;
      if (judgeHealth(counts(failures, calls), counts(4, 200)).state === "well") continue;
      wrong += 1;
      break;
    }
  }
  expect(wrong).toBeLessThanOrEqual(20);
});

test("of a thousand versions that fail three calls in ten, 95 in a hundred are found within forty calls", () => {
  const random = seededRandom(8);
  let found = 0;
  for (let version = 0; version < 1_000; version += 1) {
    let failures = 0;
    for (let calls = 1; calls <= 40; calls += 1) {
      if (random.between(1, 10) <= 3) failures += 1;
      if (judgeHealth(counts(failures, calls), counts(2, 200)).state === "well") continue;
      found += 1;
      break;
    }
  }
  expect(found).toBeGreaterThanOrEqual(950);
});
