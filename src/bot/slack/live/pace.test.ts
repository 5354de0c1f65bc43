import { expect, test } from "vitest";
import { createPace } from "./pace.ts";

function startPace() {
  const time = { ms: 1_000_000 };
  return { time, pace: createPace(() => new Date(time.ms)) };
}

const news = { isText: true, unsaid: 500, isStream: true, sinceMs: 1_000_000 };

test("steps wait until the turn is long enough to be worth following", () => {
  const { time, pace } = startPace();
  for (const isStream of [true, false]) expect(pace.waitMs({ ...news, isText: false, isStream })).toBe(2_500);
  time.ms += 2_600;
  for (const isStream of [true, false]) expect(pace.waitMs({ ...news, isText: false, isStream })).toBe(0);
});

test("manner 36: a message is changed at most every three seconds", () => {
  const { time, pace } = startPace();
  time.ms += 10_000;
  pace.called();
  time.ms += 1_000;
  expect(pace.waitMs({ ...news, isStream: false })).toBe(2_000);
});

test("a stream speaks when there is enough to say, and of little within a second, however often a word comes", () => {
  const { time, pace } = startPace();
  expect(pace.waitMs({ ...news, unsaid: 80 })).toBe(0);
  expect(pace.waitMs({ ...news, unsaid: 79 })).toBe(1_000);
  time.ms += 900;
  expect(pace.waitMs({ ...news, unsaid: 79 })).toBe(100);
});

test("a stream speaks no more than sixty times a minute", () => {
  const { time, pace } = startPace();
  for (let call = 0; call < 60; call += 1) {
    pace.called();
    time.ms += 100;
  }
  expect(pace.waitMs(news)).toBe(54_000);
});
