import { expect, test } from "vitest";
import type { JsonObject } from "#core/contract/json.ts";
import { Capability, type Slot } from "#core/contract/manifest.ts";
import { readSentence } from "#core/lidm/sentence.ts";
import { fitsSlot } from "./fits-slot.ts";
import { createSlotReader, type Reading } from "./read-slots.ts";

const COMMON = new Set(
  "weather what is the like will it rain how show my spending trip for and player me new make cold hot check office".split(
    " ",
  ),
);
const reader = createSlotReader(COMMON);

function reading(slots: Record<string, unknown>, text: string, files: string[] = []): Reading {
  const capability = Capability.parse({
    name: "test",
    title: "Test",
    description: "Test",
    effect: "read",
    slots,
    required: [],
    examples: ["one", "two", "three", "four", "five"].map((word) => `${word} example`),
    credentials: [],
    sample: false,
    cacheTtlS: 0,
  });
  const asker = { now: new Date("2026-11-18T10:00:00Z"), timeZone: "Europe/Lisbon", locale: "en-GB", files };
  return reader.read(capability, readSentence(text), asker);
}

function input(slots: Record<string, unknown>, text: string, files: string[] = []): JsonObject {
  return reading(slots, text, files).input;
}

const place = { type: "place", description: "A place" };

test.each([
  ["weather in Lisbon", "Lisbon"],
  ["weather in lisbon", "lisbon"],
  ["weather in São Paulo tomorrow", "São Paulo"],
  ["what's the weather at the Lisbon office tomorrow?", "Lisbon"],
  ["weather for New York, NY", "New York, NY"],
  ["weather in new york, ny on friday", "new york, ny"],
  ["New York weather", "New York"],
  ["Springfield, IL weather", "Springfield, IL"],
  ["will it rain in Rio de Janeiro next week", "Rio de Janeiro"],
  ["weather in Stratford-upon-Avon", "Stratford-upon-Avon"],
  ["how cold is it in St. Gallen today", "St. Gallen"],
  ["weather Aveiro", "Aveiro"],
  ["Aveiro weather", "Aveiro"],
  ["aveiro weather", "aveiro"],
  ["weather in vila real", "vila real"],
  ["weather in L'Aquila", "L'Aquila"],
  ["WEATHER IN OSLO", "OSLO"],
  ["weather in Paris, France please", "Paris, France"],
  ["weather in The Hague", "The Hague"],
  ["weather in 東京", "東京"],
  ["weather in القاهرة", "القاهرة"],
  ["weather in Zürich 🌧️", "Zürich"],
  ["weather in Lisbon, please!", "Lisbon"],
])("the place of %j is %j", (text, value) => {
  expect(input({ place, date: { type: "date", description: "Day" } }, text)["place"]).toBe(value);
});

test.each([
  "weather tomorrow",
  "weather on Monday",
  "weather in March",
  "weather in the morning",
  "weather for today",
  "What is the weather like",
  "weather at noon",
  "weather for me",
  "waether",
  "weather?",
  "weather in the office",
  "weather pls",
])("%j names no place", (text) => {
  expect(input({ place, date: { type: "date", description: "Day" } }, text)).not.toHaveProperty("place");
});

test("of two places the first is taken, and it is noted", () => {
  const { input: read, notes } = reading({ place }, "weather in Lisbon and Porto");
  expect(read).toEqual({ place: "Lisbon" });
  expect(notes).toContain("the text names more places than one; the first was used");
});

test("two slots for places are told apart by “from”", () => {
  const slots = { from: place, to: place };
  expect(input(slots, "trip from Lisbon to Porto")).toEqual({ from: "Lisbon", to: "Porto" });
  expect(input(slots, "trip to Porto from Lisbon")).toEqual({ from: "Lisbon", to: "Porto" });
});

const date = { type: "date", description: "Day" };
const days = { type: "dateRange", description: "Days" };
const at = { type: "dateTime", description: "When" };

test("a day and a stretch of days each go to their own slot", () => {
  expect(input({ date, days }, "tomorrow")).toEqual({ date: "2026-11-19" });
  expect(input({ date, days }, "next week")).toEqual({ days: { from: "2026-11-23", to: "2026-11-29" } });
  expect(input({ days }, "yesterday")).toEqual({ days: { from: "2026-11-17", to: "2026-11-17" } });
  expect(input({ at, date }, "tomorrow at 3")).toEqual({ at: "2026-11-19T15:00:00+00:00", date: "2026-11-19" });
  expect(input({ at, date }, "tomorrow")).toEqual({ date: "2026-11-19" });
});

test("a slot for one day takes the first of a week, and nothing of a month, and says so", () => {
  expect(reading({ date }, "this weekend")).toMatchObject({
    input: { date: "2026-11-21" },
    notes: [expect.stringContaining("one day")],
  });
  expect(reading({ date }, "last month")).toMatchObject({ input: {}, notes: [expect.stringContaining("longer time")] });
});

test.each(["this week", "the next few days", "the next three days"])("%j is not today alone", (text) => {
  expect(reading({ date }, `weather ${text}`)).toMatchObject({
    input: {},
    notes: [expect.stringContaining("longer time")],
  });
});

test("a part of the day is a moment only where no day can be said", () => {
  expect(input({ at, date }, "tomorrow morning")).toEqual({ date: "2026-11-19" });
  expect(input({ at, date }, "this afternoon")).toEqual({ date: "2026-11-18" });
  expect(input({ at, date }, "tomorrow at noon")).toMatchObject({ at: "2026-11-19T12:00:00+00:00" });
  expect(input({ at }, "tomorrow morning")).toEqual({ at: "2026-11-19T09:00:00+00:00" });
});

test("a bare month looks back or ahead by the tense, else by the manifest, else by the kind of slot", () => {
  const ahead = { from: "2027-03-01", to: "2027-03-31" };
  const back = { from: "2026-03-01", to: "2026-03-31" };
  expect(input({ days: { ...days, prefer: "future" } }, "in March")).toEqual({ days: ahead });
  expect(input({ days: { ...days, prefer: "future" } }, "what did I have in March")).toEqual({ days: back });
  expect(input({ days }, "what will I do in March")).toEqual({ days: ahead });
  expect(input({ days }, "what did I spend in March")).toEqual({ days: back });
  expect(input({ days }, "in March")).toEqual({ days: back });
  expect(input({ date: { ...date, prefer: "past" } }, "on friday")).toEqual({ date: "2026-11-13" });
});

const count = { type: "number", description: "How many" };

test.each([
  ["top 5 of it", count, 5],
  ["the three largest", count, 3],
  ["over 1,234.50", count, 1_234.5],
  ["over 3k", count, 3_000],
  ["-7 degrees", count, -7],
  ["ten or 12", { ...count, minimum: 11 }, 12],
  ["2.5 or 4", { ...count, integer: true }, 4],
  ["the 200 best", { ...count, maximum: 50 }, undefined],
  ["version 1.2.3", count, undefined],
  ["player #2098", count, undefined],
  ["1e999", count, undefined],
])("the number of %j", (text, slot, value) => {
  expect(input({ count: slot }, text)["count"]).toBe(value);
});

test("the numbers of a date are no number", () => {
  expect(input({ count, date }, "the 5 best on 12 March")).toEqual({ count: 5, date: "2027-03-12" });
  expect(input({ count, at }, "tomorrow at 15:30")).not.toHaveProperty("count");
});

const kind = {
  type: "enum",
  description: "Kind",
  values: ["groceries", "eatingOut", "bus"],
  synonyms: { eatingOut: ["eating out", "restaurant"], groceries: ["food"] },
};

test.each([
  ["spending on groceries", "groceries"],
  ["spending on GROCERIES!", "groceries"],
  ["my restaurants", "eatingOut"],
  ["eating out and food", "eatingOut"],
  ["grocery run", "groceries"],
  ["two buses", "bus"],
  ["business trip", undefined],
  ["seafood", undefined],
])("the kind in %j is %j", (text, value) => {
  expect(input({ kind }, text)["kind"]).toBe(value);
});

const merchant = { type: "text", description: "A shop", after: ["merchant", "put"] };

test.each([
  ['spending at "Café de Paris" this month', "Café de Paris"],
  ["spending at “Tesco Express”", "Tesco Express"],
  ["spending at 'Ikea'", "Ikea"],
  ["spending at «Auchan»", "Auchan"],
  ["put Tesco in groceries", "Tesco"],
  ["merchant Restaurant Lisboa please", "Restaurant Lisboa"],
  ["show merchant Ikea last month", "Ikea"],
  ["merchant Ikea since January", "Ikea"],
  ["what's my merchant's total", undefined],
  ["merchant", undefined],
  ['""', undefined],
])("the text in %j is %j", (text, value) => {
  expect(input({ merchant, kind, days }, text)["merchant"]).toBe(value);
});

test("quotations go to the slot whose keyword stands before them, else in order", () => {
  const slots = {
    name: { type: "text", description: "Name", after: ["called"] },
    note: { type: "text", description: "Note", after: ["saying"] },
  };
  expect(input(slots, 'saying "hello" called "greeting"')).toEqual({ name: "greeting", note: "hello" });
  expect(input(slots, '"one" and "two"')).toEqual({ name: "one", note: "two" });
  expect(input(slots, "called greeting saying hello there")).toEqual({ name: "greeting", note: "hello there" });
});

test("a text that is too long is not cut, it is not taken", () => {
  expect(input({ merchant: { ...merchant, maxLength: 5 } }, 'merchant "too long for it"')).toEqual({});
});

test("an id with a pattern that could run away is left out, with a note", () => {
  const { input: read, notes } = reading(
    { id: { type: "id", description: "Id", pattern: "(a+)+$" } },
    `${"a".repeat(60)}!`,
  );
  expect(read).toEqual({});
  expect(notes).toEqual(["the pattern of id is invalid or too costly, and was not used"]);
});

test("each file slot takes the first file that fits", () => {
  const csv = { type: "file", description: "A file", extensions: [".csv"] };
  expect(input({ one: csv, two: csv }, "", ["a.pdf", "b.CSV", "c.csv"])).toEqual({
    one: "input/b.CSV",
    two: "input/c.csv",
  });
  expect(input({ one: csv }, "", ["csv", "a.csv.exe"])).toEqual({});
});

test.each<[Slot, unknown[], unknown[]]>([
  [{ type: "date", description: "x" }, ["2026-02-28"], ["2026-02-30", "today", 5]],
  [{ type: "dateTime", description: "x" }, ["2026-02-28T10:00:00+01:00"], ["2026-02-28T10:00:00", "2026-02-28"]],
  [
    { type: "dateRange", description: "x" },
    [{ from: "2026-01-01", to: "2026-01-01" }],
    [{ from: "2026-01-02", to: "2026-01-01" }, "2026"],
  ],
  [{ type: "number", description: "x", minimum: 1 }, [1, 2.5], [0, "1", null]],
  [{ type: "place", description: "x" }, ["Porto"], ["", " ", "x".repeat(101), 3]],
  [{ type: "id", description: "x", pattern: "#[0-9]{3}" }, ["#123"], ["#1234", "x#123", ""]],
  [{ type: "file", description: "x", extensions: [".csv"] }, ["input/a.csv"], ["a.csv", "input/a.pdf"]],
])("a %o slot knows its values", (slot, good, bad) => {
  for (const value of good) expect(fitsSlot(slot, JSON.parse(JSON.stringify(value)))).toBe(true);
  for (const value of bad) expect(fitsSlot(slot, JSON.parse(JSON.stringify(value)))).toBe(false);
});

const shop = { type: "text", description: "Merchant", after: ["for", "put", "file"] };
const topic = { type: "enum", description: "Kind", values: ["travel", "health", "shopping"] };

test.each([
  ["search for uber in my transactions", "uber"],
  ["file Petro Canada under travel", "Petro Canada"],
  ["put Airbnb into travel", "Airbnb"],
  ["look for Bank of Our Lady", "Bank of Our Lady"],
])("the merchant of %j ends where something else begins", (text, value) => {
  expect(input({ shop, topic }, text)["shop"]).toBe(value);
});

test.each([
  ["that is health, not shopping", "health"],
  ["health instead of shopping", "health"],
  ["shopping rather than travel", "shopping"],
  ["not travel", undefined],
])("what %j denies is not what it means", (text, value) => {
  expect(input({ topic }, text)["topic"]).toBe(value);
});
