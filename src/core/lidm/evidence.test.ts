import { expect, test } from "vitest";
import { type SlotTypes, weighByValues } from "./evidence.ts";

const SLOTS: SlotTypes = {
  day: ["date"],
  stretch: ["dateRange"],
  moment: ["dateTime", "date"],
  count: ["number"],
  place: ["place"],
  nothing: [],
};

/** Which of two equally likely capabilities the values in a text speak for; both when they do not tell. */
function favoured(text: string, one: string, other: string): string {
  const ranking = [one, other].map((label) => ({ label, score: 0.5 }));
  const [first, second] = weighByValues(text, ranking, SLOTS);
  return first === undefined || first.score === second?.score ? "both" : first.label;
}

test.each([
  ["meetings tomorrow", "day", "nothing", "day"],
  ["meetings next week", "day", "stretch", "stretch"],
  ["meetings from Monday to Wednesday", "day", "stretch", "stretch"],
  ["meetings on Monday", "day", "stretch", "day"],
  ["calendar for December", "day", "nothing", "both"],
  ["calendar for December 3", "day", "stretch", "day"],
  ["weather this weekend", "day", "nothing", "day"],
  ["weather in Lisbon", "place", "nothing", "place"],
  ["spending over the last six months", "count", "stretch", "both"],
  ["spending last month", "count", "stretch", "stretch"],
  ["am I free at 3pm", "moment", "day", "moment"],
  ["what do I have this afternoon", "moment", "day", "both"],
])("the values of %j weigh %s against %s", (text, one, other, expected) => {
  expect(favoured(text, one, other)).toBe(expected);
});

test("a label without slots of its own keeps its share against one that fits", () => {
  const ranking = [
    { label: "day", score: 0.6 },
    { label: "none", score: 0.4 },
  ];
  expect(weighByValues("meetings tomorrow", ranking, SLOTS)).toEqual(ranking);
});
