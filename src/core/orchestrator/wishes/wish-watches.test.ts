import { expect, test } from "vitest";
import { readWatchWish } from "./wish-watches.ts";

test.each([
  ["tell me when it rains in Porto tomorrow", "it rains in Porto tomorrow", "once"],
  ["ping me when CAD/USD goes above 0.75", "CAD/USD goes above 0.75", "once"],
  ["let me know when #42 is merged", "#42 is merged", "once"],
  ["notify me as soon as the clan war has started", "the clan war has started", "once"],
  ["let me know whenever a meeting is moved", "a meeting is moved", "whenever"],
  ["alert us every time GitHub is down", "GitHub is down", "whenever"],
  ["let me know if the temperature in Oslo drops below 0", "the temperature in Oslo drops below 0", "once"],
  ["when it snows in Oslo, tell me", "it snows in Oslo", "once"],
  ["I want to know when our clan score exceeds 50000", "our clan score exceeds 50000", "once"],
])("%s", (said, clause, often) => {
  expect(readWatchWish(said)).toEqual({ wish: "watch", clause, often, said });
});

test.each([
  "tell me when my next meeting is",
  "tell me when the next tram leaves",
  "tell me when the shop opens",
  "tell me when sunset is in Porto",
  "tell me if it is raining in Porto",
  "let me know if it is raining in Porto",
  "let me know when you are done",
  "tell me when you last ran",
  "let me know if you need anything",
  "let me know what you think",
  "tell me when I should leave",
  "tell me when to leave",
  "when does my meeting start",
  "tell me the weather when you can",
  "tell me when was the last release",
])("no watch: %s", (said) => {
  expect(readWatchWish(said)).toBeUndefined();
});
