import { expect, test } from "vitest";
import { JOKE_TESTS, submit } from "#test/stories/stranger.ts";
import { testsOf } from "./tests-of.ts";
import { varyTests } from "./vary-tests.ts";

const varied = (tests: readonly unknown[]) => {
  const entries = varyTests(submit({ tests }));
  return entries === undefined ? undefined : [...testsOf(entries).values()].flat();
};
const asked = (topic: string) => `https://api.example.com/v1/jokes?topic=${topic}`;
const told = (body: unknown, expect: unknown, input = {}) => ({
  name: "it is told",
  capability: "joke",
  input,
  exchanges: [{ request: { url: asked("anything") }, answer: { status: 200, body } }],
  expect,
});

test("what a person says and what is asked for change together", () => {
  const [first] = varied([
    {
      name: "a joke about a town",
      capability: "joke",
      input: { topic: "New York" },
      exchanges: [{ request: { url: asked("New%20York") }, answer: { status: 200, body: { text: "Ha, New York!" } } }],
      expect: { summary: ["New York"] },
    },
  ]) ?? [undefined];
  expect(first).toMatchObject({
    input: { topic: "New Yorkq" },
    exchanges: [{ request: { url: asked("New%20Yorkq") }, answer: { body: { text: "Ha, New Yorkq!" } } }],
    expect: { summary: ["New Yorkq"] },
  });
});

test("what the source says and what the answer repeats change together, words and figures", () => {
  const [first] = varied([told({ who: "Ada", town: "Porto", rate: 1.374 }, { summary: ["1.374", "Porto"] })]) ?? [];
  expect(first).toMatchObject({
    exchanges: [{ answer: { body: { who: "Ada", town: "Portoq", rate: 1.375 } } }],
    expect: { summary: ["1.375", "Portoq"] },
  });
});

test.each([
  ["a small number, which may be a count", told({ open: 4 }, { summary: ["4 are open"] })],
  ["a choice that the code may look at", told({ state: "pending" }, { summary: ["pending"] })],
  ["a value that is written in other letters as well", told({ town: "Porto" }, { summary: ["PORTO is Porto"] })],
  ["a value that is part of another", told({ day: "2026-01-15", year: 2026 }, { summary: ["2026"] })],
  ["a value that is a key as well", told({ Euros: 1, unit: "Euros" }, { summary: ["Euros"] })],
  ["a failure", JOKE_TESTS[2]],
])("%s is left as it is", (_what, one) => {
  expect(varied([one])).toBeUndefined();
});

test("values of a form are left as they are: the code may well look at them", () => {
  const slots = { topic: { type: "enum", values: ["cats", "dogs"], description: "what about" } };
  const [, ...others] = JOKE_TESTS;
  const entries = varyTests(submit({ tests: others.slice(1, 2), capability: { slots } }));
  expect(entries).toBeUndefined();
});
