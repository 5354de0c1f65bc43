import { expect, test } from "vitest";
import { newId, TurnId } from "./ids.ts";

test("ids sort by the time they were minted, within a millisecond too", () => {
  const ids = Array.from({ length: 2_000 }, () => newId(TurnId));
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test("an id stays behind one minted before the clock went back", () => {
  const fromTheFuture = TurnId.parse("ffffffff-fff0-7000-8000-000000000000");
  const next = newId(TurnId, fromTheFuture);
  expect(next > fromTheFuture).toBe(true);
  expect(newId(TurnId, next) > next).toBe(true);
});
