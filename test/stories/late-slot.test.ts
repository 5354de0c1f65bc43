import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { slotInbound } from "#core/clock/due-inbound.ts";
import { addSchedule, sayingPlan } from "#test/clock-kit.ts";
import { openStore } from "#core/store/store.ts";
import { recordingDoor } from "#test/delivery-kit.ts";
import { testActor, testConversation } from "#test/platforms/test-message.ts";
import { openHouse } from "./house.ts";

/** The house opens at 20:00. */
test.each([
  ["70 minutes is carried out, and says how late it is", "2026-11-20T18:50:00Z", "Good morning"],
  ["four hours is left out, and only whoever set it up hears so", "2026-11-20T16:00:00Z", "I left out “Standup”"],
])("a slot that was in the inbox when NEXUS died and waits for %s", { timeout: 60_000 }, async (_, due, said) => {
  const dataDir = mkdtempSync(join(tmpdir(), "nexus-late-slot-"));
  const dueAt = new Date(due);
  const slot = due.slice(0, 16);
  const place = { ...testConversation("acme", "standup"), kind: "channel", audience: "members" } as const;
  const plan = sayingPlan(`${dueAt.getUTCMinutes()} ${dueAt.getUTCHours()} * * *`, "UTC", { place });
  const before = new Date(dueAt.getTime() - 60_000);
  const { org, id } = await (async () => {
    await using store = await openStore(join(dataDir, "nexus.db"), { clock: () => dueAt });
    const owner = await store.people.identify(testActor("acme", "ada"));
    const schedule = await addSchedule(store, owner, plan, before);
    const nextAt = new Date(dueAt.getTime() + 24 * 60 * 60_000);
    const claim = { org: owner.org, id: schedule, slot, dueAt, revision: 1, nextAt, as: "handed" } as const;
    await store.dueSchedules.claim(claim, dueAt);
    const { turnId } = await store.queue.put(owner.org, slotInbound({ id: schedule, plan }, slot, dueAt), dueAt);
    await store.dueSchedules.handed({ org: owner.org, id: schedule, slot }, turnId);
    return { org: owner.org, id: schedule };
  })();
  const door = recordingDoor();
  await using house = await openHouse({ dataDir, doors: [door] });
  await vi.waitUntil(() => door.shown.length > 0, { timeout: 20_000 });
  expect(door.shown.map(({ reply }) => reply.summary)).toEqual([expect.stringContaining(said)]);
  const isLeftOut = said.startsWith("I left out");
  expect(door.shown[0]?.reply.visibility).toBe(isLeftOut ? "only_actor" : "everyone");
  await house.nexus[Symbol.asyncDispose]();
  await using store = await openStore(join(dataDir, "nexus.db"), { clock: () => new Date() });
  expect(await store.forOrg(org).schedules.slots(id, 9)).toMatchObject([{ state: isLeftOut ? "skipped" : "done" }]);
});
