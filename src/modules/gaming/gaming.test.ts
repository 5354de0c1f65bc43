import { expect, test } from "vitest";
import { answered, refused, useModules } from "#test/module-kit.ts";
import { CLASH_KEY, openHouse, textOf } from "#test/stories/house.ts";
import { startClashRoyale } from "#test/platforms/clash-royale.ts";

const modules = useModules();

const now = new Date("2026-11-24T12:00:00Z");
const KEY = "clash-test-key";

async function openGaming(secret: string = KEY) {
  const vendor = await startClashRoyale({ key: KEY });
  const module = await modules.open("gaming", {
    now,
    limits: { timeoutMs: 2_000 },
    fetch: { "api.clashroyale.com": vendor.origin },
    ...(secret === "" ? {} : { secrets: { "clash-royale": secret } }),
  });
  return {
    vendor,
    run: module.run,
    async [Symbol.asyncDispose]() {
      await module[Symbol.asyncDispose]();
      await vendor[Symbol.asyncDispose]();
    },
  };
}

test("a player's profile is told, and the tag remembered", async () => {
  await using gaming = await openGaming();
  const answer = answered(await gaming.run("player", { playerTag: "#2PP0LYQ9" }));
  expect(answer.summary).toBe("Marta has 7,342 trophies in Boot Camp, 54% of 7,600 battles won.");
  expect(answer.remember).toEqual({ playerTag: "#2PP0LYQ9" });
  expect(answer.next).toContain("clan #QQUV8L0");
});

test("a tag may be written small, without its # and with the letter O", async () => {
  await using gaming = await openGaming();
  const answer = answered(await gaming.run("player", { playerTag: "2ppOlyq9" }));
  expect(answer.remember).toEqual({ playerTag: "#2PP0LYQ9" });
  expect(gaming.vendor.requests[0]?.path).toBe("/v1/players/%232PP0LYQ9");
});

test.each([
  ["#ABC123", "A, B, 1, 3"],
  ["#2P", "3 to 14"],
  ["#2PP2PP2PP2PP2PP", "3 to 14"],
])("%s is refused as a tag, saying why, without asking the source", async (playerTag, why) => {
  await using gaming = await openGaming();
  const refusal = refused(await gaming.run("player", { playerTag }));
  expect(refusal).toMatchObject({ code: "slot_invalid", slot: "playerTag" });
  expect(refusal.say).toContain(why);
  expect(gaming.vendor.requests).toHaveLength(0);
});

test("what is no tag at all never gets as far as the source", async () => {
  await using gaming = await openGaming();
  for (const playerTag of ["#2PP/../../clans", "#2PP?x=1", "%232PP", "", 12]) {
    expect(refused(await gaming.run("player", { playerTag }))).toMatchObject({
      code: "slot_invalid",
      slot: "playerTag",
    });
  }
  expect(gaming.vendor.requests).toHaveLength(0);
});

test("a clan's overview names leader, entry and top members", async () => {
  await using gaming = await openGaming();
  const answer = answered(await gaming.run("clan", { clanTag: "#QQUV8L0" }));
  expect(answer.summary).toBe(
    "River Otters has 12 of 50 members, clan score 58,120 and 2,140 war trophies. 1,162 cards donated this week.",
  );
  expect(answer.parts[0]).toMatchObject({ items: [{}, {}, { label: "Leader", value: "Otto" }, { value: "1" }] });
  expect(answer.parts[1]).toMatchObject({
    rows: [
      ["Otto", "leader", 8011, 412, "today"],
      ["@everyone", "co-leader", 7720, 255, "today"],
      {},
      {},
      {},
      {},
      {},
      {},
      {},
      {},
      {},
      {},
    ],
  });
});

test("who has not donated this week is answered by name", async () => {
  await using gaming = await openGaming();
  const answer = answered(await gaming.run("donations", { clanTag: "#QQUV8L0" }));
  expect(answer.summary).toBe("3 of 12 members of River Otters have not donated this week: Bo_b*, Siv, Kai.");
  expect(answer.data).toMatchObject({ notDonated: ["Bo_b*", "Siv", "Kai"], total: 1162 });
});

test("the river race tells place, day and who has decks left", async () => {
  await using gaming = await openGaming();
  const answer = answered(await gaming.run("war", { clanTag: "#QQUV8L0" }));
  expect(answer.summary).toBe(
    "River Otters is 2nd of 5 in the river race, battle day 2 of 4, with 6,120 fame. 26 of 200 decks used today; 8 of 12 have battled.",
  );
  expect(answer.data).toMatchObject({ place: 2, decksUsedToday: 26 });
});

test("upcoming chests name the next one and the next rare one", async () => {
  await using gaming = await openGaming();
  const answer = answered(await gaming.run("chests", { playerTag: "#2PP0LYQ9" }));
  expect(answer.summary).toBe(
    "The next chest is a Silver Chest. The next rare one is a Magical Chest, in 21 more wins.",
  );
});

test("a player without listed chests gets a plain sentence", async () => {
  await using gaming = await openGaming();
  gaming.vendor.mode = "empty";
  expect(refused(await gaming.run("chests", { playerTag: "#2PP0LYQ9" })).code).toBe("no_data");
});

test("a tag nobody has is not found, and a clan's tag is not a player's", async () => {
  await using gaming = await openGaming();
  expect(refused(await gaming.run("player", { playerTag: "#QQUV8L0" }))).toMatchObject({
    code: "not_found",
    slot: "playerTag",
  });
  expect(refused(await gaming.run("war", { clanTag: "#2PP0LYQ9" }))).toMatchObject({
    code: "not_found",
    slot: "clanTag",
  });
});

test.each([
  ["401", "credential_rejected", undefined],
  ["invalid-ip", "credential_rejected", undefined],
  ["429", "rate_limited", 3],
  ["500", "upstream_unavailable", undefined],
  ["maintenance", "maintenance", 600],
  ["slow", "upstream_unavailable", undefined],
  ["half-open", "upstream_unavailable", undefined],
  ["giant", "upstream_invalid", undefined],
  ["garbage", "upstream_invalid", undefined],
] as const)("a source that answers “%s” is reported as %s", async (mode, code, retryAfterS) => {
  await using gaming = await openGaming();
  gaming.vendor.mode = mode;
  const refusal = refused(await gaming.run("clan", { clanTag: "#QQUV8L0" }));
  expect(refusal.code).toBe(code);
  expect(refusal.retryAfterS).toBe(retryAfterS);
});

test("a key bound to another address is explained, without telling the address", async () => {
  await using gaming = await openGaming();
  gaming.vendor.mode = "invalid-ip";
  const refusal = refused(await gaming.run("clan", { clanTag: "#QQUV8L0" }));
  expect(refusal.say).toContain("another internet address");
  expect(refusal.hint).toContain("developer.clashroyale.com");
  expect(refusal.say + refusal.hint).not.toContain("203.0.113.7");
});

test("an answer of the wrong shape is not shown", async () => {
  await using gaming = await openGaming();
  gaming.vendor.mode = "empty";
  expect(refused(await gaming.run("clan", { clanTag: "#QQUV8L0" })).code).toBe("upstream_invalid");
  expect(refused(await gaming.run("player", { playerTag: "#2PP0LYQ9" })).code).toBe("upstream_invalid");
  expect(refused(await gaming.run("war", { clanTag: "#QQUV8L0" })).code).toBe("upstream_invalid");
});

test.each(["player", "chests", "clan", "donations", "war"])(
  "without a key, %s answers with a sample that stays the same",
  async (name) => {
    await using gaming = await openGaming("");
    const input = name === "player" || name === "chests" ? { playerTag: "#2PP0LYQ9" } : { clanTag: "#QQUV8L0" };
    const first = answered(await gaming.run(name, input));
    expect(first.sample).toBe(true);
    // An hour later, when the first answer is no longer kept.
    const later = { now: new Date("2026-11-24T13:00:00Z") };
    expect(answered(await gaming.run(name, input, later)).summary).toBe(first.summary);
    expect(gaming.vendor.requests).toHaveLength(0);
  },
);

test.each([
  ["player", "Sample Clan #QQUV8L0"],
  ["chests", "Upcoming chests of #2PP0LYQ9"],
  ["clan", "Sample Clan #QQUV8L0"],
  ["donations", "members of Sample Clan"],
  ["war", "Sample Clan is"],
])(
  "without a key, %s needs no tag: a sample is of the demo clan or player, who is not remembered",
  async (name, words) => {
    await using gaming = await openGaming("");
    const answer = answered(await gaming.run(name, {}));
    expect(answer.sample).toBe(true);
    expect(JSON.stringify([answer.summary, answer.parts])).toContain(words);
    expect(answer.remember).toEqual({});
    expect(answer.next.join()).not.toContain("#");
  },
);

test.each([
  ["player", "playerTag", "Which player?"],
  ["chests", "playerTag", "Which player?"],
  ["clan", "clanTag", "Which clan?"],
  ["donations", "clanTag", "Which clan?"],
  ["war", "clanTag", "Which clan?"],
])("with a key, %s without a tag asks for one", async (name, slot, question) => {
  await using gaming = await openGaming();
  const refusal = refused(await gaming.run(name, {}));
  expect(refusal).toMatchObject({ code: "slot_invalid", slot });
  expect(refusal.say).toContain(question);
  expect(gaming.vendor.requests).toHaveLength(0);
});

test("on a fresh machine “how is my clan doing?” is answered at once, and the answer says it is a sample", async () => {
  await using house = await openHouse();
  const reply = await house.say("how is my clan doing?");
  expect(reply.summary).toMatch(/^Sample Clan has .* \(sample data\)$/);
  expect(textOf(reply)).toContain("**Sample data**, generated");
});

test("once there is a key, the clan is asked for, answered in the next message, and known from then on", async () => {
  await using house = await openHouse();
  await house.say("how is my clan doing?");
  await house.submit((await house.say("connect Clash Royale")).form, { value: { secret: CLASH_KEY } });
  expect((await house.say("how is my clan doing?")).summary).toContain("Which clan?");
  expect((await house.say("#QQUV8L0")).summary).toMatch(/^River Otters has 12 of 50 members/);
  expect((await house.say("who hasn't donated this week?")).summary).toContain("River Otters");
});
