import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { asNexusError, ERRORS, NexusError } from "./errors.ts";

test("every error code has its place in docs/errors.md, and nothing else has", () => {
  const anchors = [...readFileSync("docs/errors.md", "utf8").matchAll(/^## (\w+)$/gm)].map(([, code]) => code);
  expect(anchors).toEqual(Object.keys(ERRORS));
});

test("what docs/errors.md says of an error is what a person is told", () => {
  const page = readFileSync("docs/errors.md", "utf8");
  for (const { cause, hint } of Object.values(ERRORS)) expect(page).toContain(`${cause} ${hint}`);
});

test("every error says in whole sentences what happened and what to do", () => {
  const isSentence = (text: string): boolean => /^[A-Z“`].*[.!]$/s.test(text);
  const bad = Object.entries(ERRORS).filter(([, { cause, hint }]) => !isSentence(cause) || !isSentence(hint));
  expect(bad).toEqual([]);
});

test("an error nobody foresaw becomes one a person can be told, with nothing of its own in it", () => {
  const known = asNexusError(new Error("connect ECONNREFUSED 10.0.0.7 key=hunter2"));
  expect(known.code).toBe("internal");
  expect(`${known.say} ${known.hint}`).not.toContain("hunter2");
  const own = new NexusError("not_found", "no such city");
  expect(asNexusError(own)).toBe(own);
});
