import { expect, test } from "vitest";
import { readCommand } from "./command.ts";

const isSource = (name: string): boolean => ["openweather", "weather", "google calendar"].includes(name);

test.each([
  ["help", { name: "help" }],
  ["?", { name: "help" }],
  ["Nexus, what can you do?", { name: "help" }],
  ["/nexus modules", { name: "modules" }],
  ["Why?", { name: "why" }],
  ["STOP", { name: "stop" }],
  ["never mind", { name: "stop" }],
  ["sample off", { name: "sample", on: false }],
  ["turn on the sample data", { name: "sample", on: true }],
  ["add OpenWeather with my API key", { name: "connect", what: "openweather" }],
  ["connect google calendar", { name: "connect", what: "google calendar" }],
  ["disconnect weather", { name: "disconnect", what: "weather" }],
  ["thanks!", { name: "thanks" }],
  ["Hello!", { name: "hello" }],
  ["good morning, nexus", { name: "hello" }],
  ["policy stay inside maybe", { name: "half", of: "policy" }],
  ["policy everywhere effects everything", { name: "half", of: "policy" }],
  ["grant weather to everyman", { name: "half", of: "grant" }],
  ["limit", { name: "half", of: "limit" }],
  ["limit org 3", { name: "half", of: "limit" }],
  ["usage by chanel", { name: "half", of: "usage" }],
  ["audit veryfy", { name: "half", of: "audit" }],
  ["create key", { name: "half", of: "key" }],
  // No code has a Z: what was plainly meant as one is no wish for a module.
  ["draft ZZZZ", { name: "half", of: "build" }],
  ["build 2B5S: only the names", { name: "half", of: "build" }],
  ["proposal ZZZZ never", { name: "half", of: "proposal" }],
  ["approve ZZZZ", { name: "half", of: "request" }],
  ["create key ci as operators", { name: "half", of: "key" }],
  ["create key ci for 90 years", { name: "half", of: "key" }],
])("“%s” is understood word for word", (text, command) => {
  expect(readCommand(text, isSource)).toEqual(command);
});

test.each([
  "add milk to my list",
  "help me write a poem",
  "stop the deploy",
  "why is the sky blue",
  "weather in Lisbon",
  "hello world in Rust",
  "good morning briefing",
  "limit the damage to 3 dollars",
  "grant me a wish",
  "make a reservation",
  "",
])("“%s” is a sentence, not a command", (text) => {
  expect(readCommand(text, isSource)).toBeUndefined();
});

test("a very long text is not searched for commands to its end", () => {
  expect(readCommand(`add ${"a ".repeat(20_000)}key`, () => true)).toEqual(undefined);
});
