import { expect, test } from "vitest";
import { createPace } from "./pace.ts";

function startPace() {
  const time = { ms: 1_000_000 };
  return { time, pace: createPace(() => new Date(time.ms)) };
}

test("steps wait until the turn is long enough to be worth following", () => {
  const { time, pace } = startPace();
  const steps = { isText: false, unsaid: 0, isStream: false };
  expect(pace.waitMs(steps)).toBe(2_500);
  time.ms += 2_600;
  expect(pace.waitMs(steps)).toBe(0);
});

test("manner 36: a message is changed at most every three seconds", () => {
  const { time, pace } = startPace();
  time.ms += 10_000;
  pace.called();
  time.ms += 1_000;
  expect(pace.waitMs({ isText: true, unsaid: 500, isStream: false })).toBe(2_000);
});

test("a stream speaks when there is enough to say, and at least once a second", () => {
  const { pace } = startPace();
  expect(pace.waitMs({ isText: true, unsaid: 79, isStream: true })).toBe(1_000);
  expect(pace.waitMs({ isText: true, unsaid: 80, isStream: true })).toBe(0);
});

test("a stream speaks no more than sixty times a minute", () => {
  const { time, pace } = startPace();
  for (let call = 0; call < 60; call += 1) {
    pace.called();
    time.ms += 100;
  }
  expect(pace.waitMs({ isText: true, unsaid: 500, isStream: true })).toBe(54_000);
});
