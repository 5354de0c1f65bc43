import { expect, test } from "vitest";
import { readScheduleWish } from "./wish-schedules.ts";
import { readable } from "./wish-words.ts";

const read = (text: string) => readScheduleWish(readable(text) ?? "");

test.each([
  [
    "every weekday 8:30 post today's meetings and weather in #standup",
    { what: "today's meetings and weather", place: { channel: "#standup" } },
  ],
  ["Please post usage here every Monday at 9!", { what: "usage", place: "here" }],
  ["each morning tell me the weather", { what: "the weather", place: "me" }],
  ["give us a standup briefing every day at 9 with meetings", { what: "meetings", place: "here", name: "standup" }],
  ["every morning give us a briefing", { what: "", place: "here" }],
  ["send me the weather by email every Monday", { what: "the weather", place: "me", mail: {} }],
  ["every Monday at 9 email me the open approvals", { what: "the open approvals", place: "me", mail: {} }],
  [
    "send the usage to boss@example.com every Friday at 16",
    { what: "the usage", mail: { address: "boss@example.com" } },
  ],
  ["send me the usage every Friday privately", { what: "the usage", place: "me" }],
])("“%s” wants a briefing", (text, wish) => {
  expect(read(text)).toMatchObject({ wish: "schedule", ...wish });
});

test.each([
  ["remind me every Friday at 16 to send the report", { text: "send the report", place: "me" }],
  ["every Monday at 9 remind us about the retro", { text: "the retro", place: "here" }],
  ["set a daily reminder to drink water", { text: "drink water", place: "me" }],
  [
    'post "time for standup" in #standup every weekday at 9:25',
    { text: "time for standup", place: { channel: "#standup" } },
  ],
])("“%s” wants to be reminded again and again", (text, wish) => {
  expect(read(text)).toMatchObject({ wish: "schedule_say", ...wish });
});

test("to be reminded of meetings every day is to be told them anew each day", () => {
  expect(read("remind me of my meetings every morning")).toMatchObject({ wish: "schedule", what: "today's meetings" });
});

test.each([
  ["stop the standup briefing", { which: "standup", do: "end" }],
  ["move the standup briefing to 9", { do: "move", to: { minutes: 540 } }],
  ["move the briefing to every Monday at 10", { which: "", do: "move", to: { crons: ["0 10 * * 1"] } }],
  ["move the briefing to #general", { do: "place", channel: "#general" }],
  ["pause the standup briefing until Monday", { do: "pause", until: "Monday" }],
  ["skip the standup briefing tomorrow", { do: "skip", day: "tomorrow" }],
  ["skip tomorrow's briefing", { which: "", do: "skip", day: "tomorrow" }],
  ["add the gaming stats to the standup briefing", { do: "add", what: "the gaming stats" }],
  ["take the weather out of the briefing", { do: "drop", what: "the weather" }],
  ["no briefing on holidays", { do: "no_holidays" }],
  ["rename the briefing to Daily News", { do: "name", name: "Daily News" }],
  ["only post the standup briefing when there is something new", { do: "nothing", whenNothing: "silent" }],
  ["post the standup briefing only if something has changed", { do: "nothing", whenNothing: "silent" }],
  ["don't send the briefing when nothing is new", { which: "", do: "nothing", whenNothing: "silent" }],
  ["post the standup briefing even if there is nothing to report", { do: "nothing", whenNothing: "line" }],
])("“%s” changes one that there is", (text, wish) => {
  expect(read(text)).toMatchObject({ wish: "schedule_change", ...wish });
});

test.each([
  "what do you post every Monday?",
  "every Monday I post the weather",
  "Bob sends me the weather every day",
  "set the limit to 20 units every day",
  "tell me when it rains every day",
  "tell me how often you post each week",
  "cancel my schedule tomorrow",
  "show me the weather for each day this week",
  "the standup briefing was late",
])("“%s” wants nothing of the kind", (text) => {
  expect(read(text)).toBeUndefined();
});

test.each([
  ["every day at 9 post usage here, only if there is something new", "silent"],
  ["every day at 9 post usage only when something changed in #ops", "silent"],
  ["every day at 9 post usage here unless there is nothing new", "silent"],
  ["every day at 9 post usage in #ops, even if there is nothing new", "line"],
])("“%s” says what it does when there is nothing new", (text, whenNothing) => {
  expect(read(text)).toMatchObject({ wish: "schedule", what: "usage", whenNothing });
});

test.each(["every weekday at 25:99 post the weather in #ops", "every day at 9 Atlantis time post usage here"])(
  "“%s” is a schedule that cannot be, and no question about something else",
  (text) => {
    expect(read(text)).toMatchObject({ wish: "schedule_beyond" });
  },
);
