import { expect, test } from "vitest";
import { placeCalled, openAskingOrg } from "#test/curriculum-kit.ts";
import type { Evidence } from "./curriculum.ts";

const NEVER = new AbortController().signal;

/** An org with one proposal: two requests everybody may read, one in a closed channel, one that was said alone. */
async function openWithOne() {
  const office = await openAskingOrg();
  await office.ask("ana", "who is on call", "#ops");
  await office.ask("ben", "on call for quorbaxix", "!board");
  await office.ask("cleo", "pager for quorbaxix", "@dm");
  await office.ask("dan", "show the rota", "#general");
  const [proposal] = await office.look();
  if (proposal === undefined) throw new Error("nothing was proposed");
  return { office, proposal };
}

function hidden(evidence: readonly Evidence[]): number {
  return evidence.reduce((sum, one) => (one.kind === "hidden" ? sum + one.count : sum), 0);
}

test("a member sees what everybody may open, with its address, and a number for the rest", async () => {
  const { office, proposal } = await openWithOne();
  await using _ = office;
  const evidence = await office.curriculum.evidence(
    proposal,
    await office.idOf("eve"),
    placeCalled("@dm", "eve"),
    NEVER,
  );
  expect(evidence).toMatchObject([
    { kind: "message", text: "show the rota", permalink: "https://chat.example/general/m4" },
    { kind: "message", text: "who is on call", permalink: "https://chat.example/ops/m1" },
    { kind: "hidden", count: 2 },
  ]);
});

test.each([
  ["a guest", { affiliation: "guest" } as const],
  ["somebody of another company", { affiliation: "external" } as const],
  ["somebody whose platform says nothing of them, and is of another tenant", { tenantId: "elsewhere" } as const],
])("%s sees numbers", async (_who, as) => {
  const { office, proposal } = await openWithOne();
  await using _ = office;
  const person = await office.idOf("xavier", as);
  const evidence = await office.curriculum.evidence(proposal, person, placeCalled("@dm", "xavier"), NEVER);
  expect(evidence).toEqual([{ kind: "hidden", count: 4 }]);
});

test("where others read too, nothing is pointed at", async () => {
  const { office, proposal } = await openWithOne();
  await using _ = office;
  const shared = { ...placeCalled("#shared"), audience: "external" } as const;
  expect(await office.curriculum.evidence(proposal, undefined, shared, NEVER)).toEqual([{ kind: "hidden", count: 4 }]);
  const inside = await office.curriculum.evidence(proposal, undefined, placeCalled("#approvals"), NEVER);
  expect(hidden(inside)).toBe(2);
});

test("a channel that was closed since, or cannot be asked about, is closed", async () => {
  let isDown = false;
  await using office = await openAskingOrg({
    permalink: () => (isDown ? Promise.reject(new Error("not now")) : Promise.resolve("https://chat.example/x")),
  });
  for (const who of ["ana", "ben", "cleo"]) await office.ask(who, "who is on call");
  const [proposal] = await office.look();
  if (proposal === undefined) throw new Error("nothing was proposed");
  const where = placeCalled("#general");
  expect(hidden(await office.curriculum.evidence(proposal, undefined, where, NEVER))).toBe(0);
  isDown = true;
  expect(await office.curriculum.evidence(proposal, undefined, where, NEVER)).toEqual([{ kind: "hidden", count: 3 }]);
});

test("what was noted before anybody knew who read along is a number", async () => {
  await using office = await openAskingOrg();
  const person = await office.idOf("ana");
  const { key } = placeCalled("#general");
  await office.store
    .forOrg(office.org)
    .unmet.add({ person, conversation: key, text: "who is on call", reason: "no capability" });
  for (const who of ["ben", "cleo"]) await office.ask(who, "who is on call");
  const [proposal] = await office.look();
  expect(
    proposal && hidden(await office.curriculum.evidence(proposal, undefined, placeCalled("#general"), NEVER)),
  ).toBe(1);
});
