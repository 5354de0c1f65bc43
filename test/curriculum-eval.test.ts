import { expect, test } from "vitest";
import { readConversations } from "#eval/curriculum/conversations.ts";
import { curriculumEval } from "#eval/curriculum/curriculum.ts";

test("what people need is found in labelled conversations, and no card shows what its viewer may not read", async () => {
  const report = await curriculumEval.run([]);
  expect(report.bars.filter(({ ok }) => !ok)).toEqual([]);
});

test("there are sixty needs and four hundred messages of several orgs, no two alike, and most others are no need at all", async () => {
  const orgs = [...(await readConversations("tune")), ...(await readConversations("held-out"))];
  const needs = orgs.flatMap((org) => org.needs);
  const messages = needs.flatMap(({ said }) => said.map(({ text }) => text));
  expect(orgs.length).toBeGreaterThanOrEqual(6);
  expect(needs.length).toBeGreaterThanOrEqual(60);
  expect(messages.length).toBeGreaterThanOrEqual(400);
  expect(new Set(messages.map((text) => text.toLowerCase())).size).toBe(messages.length);
  expect(needs.filter(({ expect: wanted }) => wanted === "nothing").length).toBeGreaterThanOrEqual(30);
});
