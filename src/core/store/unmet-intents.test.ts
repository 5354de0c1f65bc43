import { expect, test } from "vitest";
import { newId, ProposalId, TurnId } from "#core/contract/ids.ts";
import { openStore } from "./store.ts";
import { testActor, testConversation } from "#test/platforms/test-message.ts";

test("a request in vain is kept with who read along, and forgotten after ninety days", async () => {
  let now = new Date("2026-11-20T12:00:00Z");
  await using store = await openStore(":memory:", { clock: () => now });
  const actor = testActor("acme", "ada");
  const { org, person } = await store.people.identify(actor);
  const place = { ...testConversation("acme", "general"), audience: "members" } as const;
  const { unmet } = store.forOrg(org);
  const said = { turn: newId(TurnId), actor, place };
  await unmet.add({ person, conversation: place.key, text: "x".repeat(5_000), reason: "no capability", said });
  await unmet.add({
    person,
    conversation: place.key,
    text: "older ones say nothing of where",
    reason: "no capability",
  });
  const [first, second] = await unmet.since(new Date(0), 10);
  expect(first).toMatchObject({
    kind: "no_capability",
    audience: "members",
    said: { actor, place },
    proposal: undefined,
  });
  expect(first?.text).toHaveLength(2_000);
  expect(second).toMatchObject({ audience: "alone", said: undefined });
  const proposal = newId(ProposalId);
  await unmet.assign([first?.id ?? ""], proposal);
  expect(await unmet.of(proposal, 10)).toMatchObject([{ id: first?.id, proposal }]);
  expect(await store.unmetOrgs.find(new Date(0))).toEqual([{ org, newest: second?.id }]);
  now = new Date("2027-03-01T12:00:00Z");
  await store.housekeeping.sweep(now);
  expect(await unmet.list(10)).toEqual([]);
});
