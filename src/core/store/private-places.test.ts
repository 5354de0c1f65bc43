import { expect, test } from "vitest";
import { ConversationKey } from "#core/contract/ids.ts";
import { testActor, testMessage } from "#test/platforms/test-message.ts";
import { openStore } from "./store.ts";

test("somebody is found where they spoke with NEXUS alone, not in the thread they spoke in there", async () => {
  const now = new Date("2026-03-02T09:00:00Z");
  await using store = await openStore(":memory:", { clock: () => now });
  const actor = testActor("acme", "ada");
  const { org } = await store.people.identify(actor);
  const message = testMessage({ id: "1" });
  const conversation = {
    key: ConversationKey.parse("test:acme:D1:17"),
    platform: "test",
    tenantId: "acme",
    channelId: "D1",
    threadId: "17",
    kind: "dm",
    audience: "just_me",
  } as const;
  await store.queue.put(org, { ...message, actor, conversation }, now);

  const [place, ...others] = await store.meteringUpkeep.privatePlaces(org, [actor.id]);
  expect(others).toEqual([]);
  expect(place?.conversation).toEqual({
    key: "test:acme:D1",
    platform: "test",
    tenantId: "acme",
    channelId: "D1",
    kind: "dm",
    audience: "just_me",
  });
});
