import { expect, test } from "vitest";
import { readQuietWish } from "./wish-quiet.ts";

const set = (said: string) => {
  const wish = readQuietWish(said);
  return wish?.do === "set" ? { ...wish.of, ...wish.quiet } : wish?.do;
};
const hours = (from: string, to: string) => ({ is: "hours", hours: { from, to } });

test.each([
  ["don't post between 22:00 and 7:00", "22:00", "07:00"],
  ["quiet from 10pm to 7am", "22:00", "07:00"],
  ["quiet hours 22:00-7:00", "22:00", "07:00"],
  ["no briefings after 6pm", "18:00", "00:00"],
  ["don't send me anything before 8", "00:00", "08:00"],
  ["be quiet from midnight until half past six", "00:00", "06:30"],
])("“%s” is quiet from %s to %s", (said, from, to) => {
  expect(set(said)).toMatchObject({ all: "here", ...hours(from, to), notes: [] });
});

test("an hour that may be of the morning or of the evening is taken, and said", () => {
  expect(set("quiet between 10 and 7")).toMatchObject({
    ...hours("22:00", "07:00"),
    notes: ["I read that as 22:00 to 07:00."],
  });
  expect(set("no briefings after 6")).toMatchObject({ ...hours("18:00", "00:00"), notes: ["I read that as 18:00."] });
  expect(set("be quiet at night")).toMatchObject({
    ...hours("22:00", "07:00"),
    notes: ["I took the night as 22:00 to 07:00."],
  });
});

test("days are left out by their names, and at weekends", () => {
  expect(set("no briefings at weekends")).toEqual({ all: "here", isBriefings: true, is: "days", days: [0, 6] });
  expect(set("no standup briefing on Mondays and Fridays")).toMatchObject({ name: "standup", days: [1, 5] });
  expect(set("the ops digest should not run over the weekend")).toMatchObject({ name: "ops", days: [0, 6] });
});

test("one schedule is meant by its name or code, one's own by “my”, and else those of the place", () => {
  expect(set("make the standup briefing quiet between 22:00 and 6:00")).toMatchObject({ name: "standup" });
  expect(set("no briefing 7F3K after 6pm")).toMatchObject({ name: "7F3K" });
  expect(set("set my quiet hours to 22:00-7:00")).toMatchObject({ all: "mine" });
  expect(readQuietWish("turn off my quiet hours")).toMatchObject({ do: "off", of: { all: "mine" } });
  expect(readQuietWish("turn off the standup briefing's quiet hours")).toMatchObject({ of: { name: "standup" } });
});

test("quiet hours are asked about, and asked for without their times", () => {
  expect(readQuietWish("what are my quiet hours")).toEqual({ wish: "schedule_quiet", do: "show" });
  expect(readQuietWish("set quiet hours")).toEqual({ wish: "schedule_quiet", do: "ask" });
});

test.each([
  "be quiet",
  "silent night",
  "is it quiet after 6pm",
  "the office was quiet between 10 and 12",
  "no meetings after 6pm",
  "don't post between two stools",
  "no standup briefing on Friday",
  "no briefings on holidays",
  "quiet from 25:00 to 26:00",
])("“%s” sets no quiet hours", (said) => {
  expect(readQuietWish(said)).toBeUndefined();
});
