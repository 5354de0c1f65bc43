import { describe, expect, test } from "vitest";
import { commandText, completionChoices, completionText } from "./command-text.ts";

describe("a command", () => {
  test("that asks is the question itself", () => {
    expect(commandText(data("ask", { text: "  what's the weather\nin Toronto " }))).toEqual({
      name: "what's",
      rest: "the weather\nin Toronto",
    });
  });

  test("with a name or code is said as one would type it", () => {
    expect(commandText(data("help"))).toEqual({ name: "help", rest: "" });
    expect(commandText(data("connect", { source: "weather" }))).toEqual({ name: "connect", rest: "weather" });
    expect(commandText(data("approve", { code: " 7F3K " }))).toEqual({ name: "approve", rest: "7F3K" });
    expect(commandText(data("reject", { reason: "too risky", code: "7F3K" }))).toEqual({
      name: "reject",
      rest: "7F3K because too risky",
    });
    expect(commandText(data("reject", { code: "7F3K" }))).toEqual({ name: "reject", rest: "7F3K" });
  });

  test("from the menu of a message is that message", () => {
    const messages = { "5": { id: "5", content: "spending last month" } };
    const ask = { type: 3, name: "Ask NEXUS", target_id: "5", resolved: { messages } };
    expect(commandText(ask)).toEqual({ name: "spending", rest: "last month" });
    expect(commandText({ ...ask, resolved: { messages: { "5": { id: "5", content: "" } } } })).toBeUndefined();
  });

  test("that says nothing, or is none of ours, says nothing", () => {
    expect(commandText(data("ask", { text: "  " }))).toBeUndefined();
    expect(commandText("nonsense")).toBeUndefined();
  });
});

describe("completing", () => {
  test("a question completes the sentence, a name only itself", () => {
    expect(completionText("ask", "wea")).toBe("wea");
    expect(completionText("connect", "wea")).toBe("connect wea");
    expect(completionChoices("ask", ["weather in Toronto"])).toEqual([
      { name: "weather in Toronto", value: "weather in Toronto" },
    ]);
    expect(completionChoices("connect", ["connect weather", "Connect calendar", "weather in Toronto"])).toEqual([
      { name: "weather", value: "weather" },
      { name: "calendar", value: "calendar" },
    ]);
  });

  test("offers no more than Discord takes, nothing twice and nothing cut", () => {
    const many = Array.from({ length: 40 }, (_, index) => `say ${index % 30}`);
    const choices = completionChoices("ask", ["x".repeat(101), "  ", ...many]);
    expect(choices).toHaveLength(25);
    expect(new Set(choices.map(({ value }) => value)).size).toBe(25);
    expect(choices.every(({ value }) => value.length <= 100)).toBe(true);
  });
});

function data(subcommand: string, values: Readonly<Record<string, string>> = {}) {
  const options = Object.entries(values).map(([name, value]) => ({ type: 3, name, value }));
  return { id: "1", type: 1, name: "nexus", options: [{ type: 1, name: subcommand, options }] };
}
