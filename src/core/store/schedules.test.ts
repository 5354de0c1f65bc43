import { expect, test } from "vitest";
import { ChannelKey } from "#core/contract/ids.ts";
import { openClockHouse, sayingPlan } from "#test/clock-kit.ts";
import { testActor } from "#test/platforms/test-message.ts";

const PLAN = sayingPlan("30 8 * * *", "Europe/Berlin");
const NEXT = new Date("2026-11-24T07:30:00Z");

test("a schedule is found by its code, its owner and its channel, threads of the channel included", async () => {
  await using house = await openClockHouse("2026-11-24T07:00:00Z");
  const { schedules } = house.store.forOrg(house.org);
  const id = await house.add(PLAN);
  const thread = { ...PLAN.place, channelId: "thread-1", parentId: "standup", kind: "thread" } as const;
  const inThread = await house.add({ ...PLAN, place: thread });
  const ids = (found: readonly { id: string }[]): string[] => found.map((each) => each.id);
  expect(ids(await schedules.ofPerson(house.person))).toEqual([id, inThread]);
  expect(ids(await schedules.inPlace(ChannelKey.parse("test:acme:standup")))).toEqual([id, inThread]);
  expect(await schedules.byCode(id.slice(-4))).toMatchObject({
    id,
    plan: PLAN,
    state: "on",
    nextAt: NEXT,
    revision: 1,
  });
  await schedules.setState(id, ["on", "paused"], "ended");
  expect(ids(await schedules.all())).toEqual([inThread]);
  expect(await schedules.byCode(id.slice(-4))).toMatchObject({ id, state: "ended" });
});

test("a new plan counts as a change, and a paused one waits", async () => {
  await using house = await openClockHouse("2026-11-24T07:00:00Z");
  const { schedules } = house.store.forOrg(house.org);
  const id = await house.add(PLAN);
  await schedules.put({ id, person: house.person, code: "ABCD", plan: { ...PLAN, paused: true }, nextAt: NEXT });
  expect(await schedules.get(id)).toMatchObject({ state: "paused", revision: 2 });
  expect((await schedules.get(id))?.nextAt).toBeUndefined();
  expect(await schedules.setState(id, ["on"], "orphaned")).toBe(false);
  await schedules.put({ id, person: house.person, code: "ABCD", plan: PLAN, nextAt: NEXT });
  expect(await schedules.get(id)).toMatchObject({ state: "on", revision: 3, nextAt: NEXT });
});

test("an orphaned schedule goes on as whoever adopts it", async () => {
  await using house = await openClockHouse("2026-11-24T07:00:00Z");
  const { schedules } = house.store.forOrg(house.org);
  const id = await house.add(PLAN);
  await schedules.setState(id, ["on"], "orphaned", "its owner has left");
  expect(await schedules.get(id)).toMatchObject({ state: "orphaned", why: "its owner has left" });
  const { person } = await house.store.people.identify(testActor("acme", "grace"));
  expect(await schedules.adopt(id, person, { ...PLAN, actor: testActor("acme", "grace") }, NEXT)).toBe(true);
  const adopted = await schedules.get(id);
  expect(adopted).toMatchObject({ person, state: "on", nextAt: NEXT, plan: { actor: { id: "grace" } } });
  expect(adopted).not.toHaveProperty("why");
});

test("what became of a slot is said once", async () => {
  await using house = await openClockHouse("2026-11-24T07:30:00Z");
  const { schedules } = house.store.forOrg(house.org);
  const id = await house.add(sayingPlan("30 8 * * *", "Europe/Berlin"));
  const slot = { id, org: house.org, revision: 1, slot: "2026-11-25T08:30", dueAt: new Date("2026-11-25T07:30:00Z") };
  const claim = { ...slot, nextAt: undefined, as: "handed" } as const;
  expect(await house.store.dueSchedules.claim(claim, slot.dueAt)).toBe(true);
  expect(await house.store.dueSchedules.claim(claim, slot.dueAt)).toBe(false);
  await schedules.endSlot(id, slot.slot, "done", { result: "3 sections" });
  await schedules.endSlot(id, slot.slot, "failed", { result: "too late" });
  expect(await schedules.slot(id, slot.slot)).toMatchObject({ state: "done", result: "3 sections" });
});

test("with a person go their schedules, and every slot of them", async () => {
  await using house = await openClockHouse("2026-11-24T07:00:00Z");
  const { schedules } = house.store.forOrg(house.org);
  const id = await house.add(PLAN);
  const clock = await house.start();
  house.set("2026-11-24T07:30:00Z");
  await clock.look();
  expect(await schedules.slots(id, 9)).toHaveLength(1);
  await house.store.erasure.erase({ org: house.org, person: house.person });
  expect([await schedules.get(id), await schedules.slots(id, 9)]).toEqual([undefined, []]);
  expect(await house.store.dueSchedules.open()).toBe(0);
});
