import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { newId, TurnId } from "#core/contract/ids.ts";
import type { Actor } from "#core/contract/message.ts";
import { openStore } from "#core/store/store.ts";
import { testActor } from "#test/platforms/test-message.ts";
import { createLinks } from "./links.ts";

const OWNER: Actor = { ...testActor("local", "owner"), platform: "console", timeZone: "America/Toronto" };
const SLACK: Actor = { ...testActor("T1", "U1"), platform: "slack", timeZone: "Europe/Lisbon", locale: "pt-PT" };
const DISCORD: Actor = { ...testActor("G1", "D1"), platform: "discord" };

async function openLinks() {
  let nowMs = Date.parse("2026-11-20T20:00:00Z");
  const clock = () => new Date(nowMs);
  const store = await openStore(":memory:", { clock });
  const links = createLinks({ store, key: Buffer.alloc(32, 7), clock, randomBytes });
  return {
    store,
    links,
    wait: (ms: number) => void (nowMs += ms),
    who: (actor: Actor) => store.people.identify(actor),
    turn: () => newId(TurnId),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

test("a code made at the terminal makes whoever enters it in Slack the owner there", async () => {
  await using house = await openLinks();
  const { code } = await house.links.newCode(await house.who(OWNER), true);
  const ada = await house.who(SLACK);
  expect(await house.links.redeem(ada, code, true, house.turn())).toEqual({ state: "linked", isOwner: true });
  expect(await house.store.forOrg(ada.org).roles.get(ada.person)).toBe("owner");
  const linked = await house.links.linkedWith(ada);
  expect(linked.map(({ platform }) => platform)).toEqual(["console"]);
});

test("a code works once, also under fifty at the same moment", async () => {
  await using house = await openLinks();
  const { code } = await house.links.newCode(await house.who(SLACK), false);
  const people = await Promise.all(
    Array.from({ length: 50 }, (_, index) => house.who({ ...DISCORD, id: `D${index}`, displayName: `D${index}` })),
  );
  const outcomes = await Promise.all(people.map((who) => house.links.redeem(who, code, true, house.turn())));
  expect(outcomes.filter(({ state }) => state === "linked")).toHaveLength(1);
  expect(await house.links.linkedWith(await house.who(SLACK))).toHaveLength(1);
});

test("the turn that used a code, tried again after a crash, finds the link made", async () => {
  await using house = await openLinks();
  const { code } = await house.links.newCode(await house.who(SLACK), false);
  const who = await house.who(DISCORD);
  const turn = house.turn();
  expect((await house.links.redeem(who, code, true, turn)).state).toBe("linked");
  expect((await house.links.redeem(who, code, true, turn)).state).toBe("linked");
  expect((await house.links.redeem(who, code, true, house.turn())).state).toBe("refused");
});

test("after ten minutes a code is too old", async () => {
  await using house = await openLinks();
  const { code } = await house.links.newCode(await house.who(SLACK), false);
  house.wait(10 * 60_000);
  expect((await house.links.redeem(await house.who(DISCORD), code, true, house.turn())).state).toBe("refused");
});

test("a code entered where others read is spent and joins nobody", async () => {
  await using house = await openLinks();
  const { code } = await house.links.newCode(await house.who(OWNER), true);
  const ada = await house.who(SLACK);
  expect((await house.links.redeem(ada, code, false, house.turn())).state).toBe("spent");
  expect((await house.links.redeem(ada, code, true, house.turn())).state).toBe("refused");
  expect(await house.store.forOrg(ada.org).roles.get(ada.person)).toBeUndefined();
  expect(await house.links.linkedWith(ada)).toEqual([]);
});

test("a code entered where it was made joins nobody, and still works elsewhere", async () => {
  await using house = await openLinks();
  const { code } = await house.links.newCode(await house.who(SLACK), false);
  const bob = await house.who({ ...SLACK, id: "U2" });
  expect((await house.links.redeem(bob, code, true, house.turn())).state).toBe("refused");
  expect((await house.links.redeem(await house.who(DISCORD), code, true, house.turn())).state).toBe("linked");
});

test("after five wrong codes none is looked at for ten minutes, not even the right one", async () => {
  await using house = await openLinks();
  const who = await house.who(DISCORD);
  for (let index = 0; index < 5; index += 1) {
    expect((await house.links.redeem(who, `0000-000${index}`, true, house.turn())).state).toBe("refused");
  }
  const early = await house.links.newCode(await house.who(SLACK), false);
  expect((await house.links.redeem(who, early.code, true, house.turn())).state).toBe("too_many");
  const other = await house.who({ ...DISCORD, id: "D2" });
  expect((await house.links.redeem(other, "0000-0009", true, house.turn())).state).toBe("refused");
  house.wait(10 * 60_000);
  const late = await house.links.newCode(await house.who(SLACK), false);
  expect((await house.links.redeem(who, late.code, true, house.turn())).state).toBe("linked");
});

test("zone and language follow the human: said here before said there, what a platform knows of its own first", async () => {
  await using house = await openLinks();
  const ada = await house.who(SLACK);
  const there = await house.who(DISCORD);
  expect(there.timeZone).toBeUndefined();
  const { code } = await house.links.newCode(ada, false);
  await house.links.redeem(there, code, true, house.turn());
  expect(await house.who(DISCORD)).toMatchObject({ timeZone: "Europe/Lisbon", locale: "pt-PT" });
  await house.store.people.chooseTimeZone(ada, "Asia/Tokyo");
  expect(await house.who(SLACK)).toMatchObject({ timeZone: "Asia/Tokyo" });
  expect(await house.who(DISCORD)).toMatchObject({ timeZone: "Asia/Tokyo" });
  await house.store.people.chooseTimeZone(there, "Europe/Paris");
  expect(await house.who(DISCORD)).toMatchObject({ timeZone: "Europe/Paris" });
  await house.store.people.chooseTimeZone(there, undefined);
  expect(await house.store.people.unlink(there)).toBe(true);
  expect((await house.who(DISCORD)).timeZone).toBeUndefined();
  expect(await house.links.linkedWith(ada)).toEqual([]);
  expect(await house.store.people.unlink(ada)).toBe(false);
});

test("who is linked to two is one with both", async () => {
  await using house = await openLinks();
  const [owner, ada, there] = [await house.who(OWNER), await house.who(SLACK), await house.who(DISCORD)];
  const first = await house.links.newCode(ada, false);
  await house.links.redeem(there, first.code, true, house.turn());
  const second = await house.links.newCode(owner, true);
  await house.links.redeem(there, second.code, true, house.turn());
  expect((await house.links.linkedWith(ada)).map(({ platform }) => platform).sort()).toEqual(["console", "discord"]);
  expect(await house.store.forOrg(ada.org).roles.get(ada.person)).toBeUndefined();
  expect(await house.store.forOrg(there.org).roles.get(there.person)).toBe("owner");
});
