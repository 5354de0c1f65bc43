import { describe, expect, onTestFinished, test } from "vitest";
import { createAudit } from "#core/audit/audit.ts";
import { deriveKey } from "#core/credentials/derive-key.ts";
import { OPEN_CHANNEL } from "#core/contract/channel-policy.ts";
import { channelOf, type Conversation } from "#core/contract/message.ts";
import { testConversation } from "#test/platforms/test-message.ts";
import { actModule, ASK, isClosed, type Office, openOffice, room } from "./approval-office.ts";
import { buttonOf, textOf } from "./house.ts";

/** An office whose module reads: each answer makes one request, and takes a little more than 0.1 units. */
async function reading(): Promise<Office> {
  const office = await openOffice({ bundle: actModule({ effect: "read" }) });
  onTestFinished(() => office[Symbol.asyncDispose]());
  await office.idOf("ada");
  await office.give("bob", "admin");
  return office;
}

/** Somebody asks until a limit says no. */
async function exhaust(office: Office, person: string, place?: Conversation) {
  for (let asked = 0; asked < 60; asked += 1) {
    const answer = await office.say(person, ASK, place);
    if (/quota_reached/.test(textOf(answer.reply))) return { answer, asked };
  }
  throw new Error("no limit was reached");
}

const admins = room("admins");

describe("at a limit", () => {
  test("manner 48: whoever asks is told alone who set it, when it starts again, what still works and how to ask", async () => {
    const office = await reading();
    expect((await office.say("bob", "limit org 2 a day")).reply.summary).toBe(
      "The limit for everybody here together is 2 units a day now.",
    );
    const { answer, asked } = await exhaust(office, "ada");
    expect(asked).toBeGreaterThan(3);
    expect(textOf(answer.reply)).toMatch(/Daily limit.*starts again at/);
    expect(textOf(answer.reply)).toMatch(/Admins here set it\..*still work.*Ask for More/);
    expect(answer.reply.visibility).toBe("only_actor");
    expect(buttonOf(answer.reply, "Ask for More")).toBeDefined();
    expect((await office.say("ada", "help")).reply.summary).toContain("I can");
    expect((await office.say("ada", "usage")).reply.summary).toMatch(/^You used [\d.]+ units today/);
  });

  test("asking for more is a request that an admin approves, and then it goes on", async () => {
    const office = await reading();
    await office.say("bob", "limit person 2 a day");
    const { answer } = await exhaust(office, "ada");
    const turn = await office.press("ada", answer, "Ask for More");
    const card = await office.shown((outbound) => outbound.turnId === turn);
    expect(card.reply.summary).toBe("Approval needed: Raise the daily limit for ada by 20 units until midnight");
    await office.press("cleo", card, "Raise It");
    await office.shown(({ reply }) => /Only operators, admins and owners can decide this/.test(textOf(reply)));
    await office.press("bob", card, "Raise It");
    await office.card(card, isClosed);
    await office.shown(({ reply }) =>
      /^Raised by bob until .*: 20 units more for ada\. Just ask again\.$/.test(reply.summary),
    );
    expect((await office.say("ada", ASK)).reply.summary).toMatch(/^done/);
  });

  test("an admin who presses raises it at once, until midnight", async () => {
    const office = await reading();
    await office.say("bob", "limit org 2 a day");
    const { answer } = await exhaust(office, "bob");
    const turn = await office.press("bob", answer, "Ask for More");
    expect((await office.shown((outbound) => outbound.turnId === turn)).reply.summary).toMatch(
      /^Raised by bob until .*: 20 units more for everybody here together\.$/,
    );
    expect((await office.say("ada", ASK)).reply.summary).toMatch(/^done/);
    expect(textOf((await office.say("bob", "limits")).reply)).toContain("2 units a day, 20 units more for now");
    office.wait(24 * 60 * 60_000);
    await exhaust(office, "ada");
  });

  test("more can be asked for in words, but not where there is plenty", async () => {
    const office = await reading();
    await office.say("bob", "limit person 2 a day");
    await exhaust(office, "ada");
    expect((await office.say("ada", "ask for more")).reply.summary).toMatch(/^Approval needed: Raise the daily limit/);
    await office.say("bob", "limit person 100 a day");
    expect((await office.say("ada", "ask for more")).reply.summary).toBe("There is room again: just ask once more.");
  });
});

test("admins are told at 80 % where approvals go, with a button that raises the limit, and nobody else is", async () => {
  const office = await reading();
  await office.say("bob", "approvals here", admins);
  await office.say("bob", "limit org 3 a day");
  for (let asked = 0; asked < 30; asked += 1) {
    if (/quota_reached/.test(textOf((await office.say("ada", ASK)).reply))) break;
  }
  const notice = await office.shown(({ reply }) =>
    /of the daily limit for everybody here together is used/.test(reply.summary),
  );
  expect(notice.conversation.key).toBe(admins.key);
  expect(notice.reply.summary).toMatch(/100 % of it is act; \w+ used 100 %\./);
  const told = office.door.shown.filter(({ reply }) => /of the daily limit for everybody/.test(reply.summary));
  expect(told).toHaveLength(1);
  const capped = await office.press("bob", notice, "Cap the Channel");
  const word = await office.shown((outbound) => outbound.turnId === capped);
  expect(word.reply.summary).toMatch(/^The limit for \w+ is \d units a day now\./);
  await office.say("bob", "limit here off");
  await office.press("bob", notice, "+20 Today");
  await office.shown(({ reply }) => reply.summary.startsWith("Raised by bob"));
  expect((await office.say("ada", ASK)).reply.summary).toMatch(/^done/);
});

test("without such a place each admin is told alone, where they last spoke to me", async () => {
  const office = await reading();
  const alone = testConversation("acme", "dm-bob");
  await office.say("bob", "limit org 3 a day", alone);
  await exhaust(office, "ada");
  const notice = await office.shown(({ reply }) =>
    /of the daily limit for everybody here together is used/.test(reply.summary),
  );
  expect(notice.conversation.key).toBe(alone.key);
});

test("where a channel's policy forbids spending, what costs is refused and elsewhere it is not", async () => {
  const office = await reading();
  const { org } = await office.store.people.identify({
    platform: "test",
    tenantId: "acme",
    id: "bob",
    displayName: "bob",
    affiliation: "member",
    platformRoleIds: [],
  });
  await office.store.forOrg(org).channelPolicies.set(channelOf(room("quiet")), { ...OPEN_CHANNEL, spending: false });
  const refused = await office.say("ada", ASK, room("quiet"));
  expect(textOf(refused.reply)).toContain("channel_closed");
  expect((await office.say("ada", ASK)).reply.summary).toMatch(/^done/);
});

describe("limits and usage in words", () => {
  test.each([
    ["limit org 100 a day", "The limit for everybody here together is 100 units a day now."],
    ["limit everybody 1000 a month", "The limit for everybody here together is 1000 units a month now."],
    ["limit person 20 units per day", "The limit for each person is 20 units a day now."],
    ["limit here 50/day", "The limit for #general is 50 units a day now."],
    ["limit #general to 50 a day", "The limit for #general is 50 units a day now."],
    ["limit act 5.5 monthly", "The limit for act is 5.5 units a month now."],
    ["limit ada 3 daily", "The limit for ada is 3 units a day now."],
    ["limit org off", "No limit for everybody here together any more."],
    ["limit org reset", "What the settings say holds for everybody here together again."],
    ["limit #elsewhere 5 a day", "I don't know #elsewhere by that name. Say `limit here 50 a day` in it."],
    [
      "limit nobody-known 5 a day",
      "I know no module and nobody called “nobody-known” here. `limits` shows what can be limited.",
    ],
  ])("“%s” is answered with “%s”", async (text, summary) => {
    const office = await reading();
    expect((await office.say("bob", text)).reply.summary).toBe(summary);
  });

  test("only admins set limits and see what others use, and a change is in the audit", async () => {
    const office = await reading();
    await office.say("ada", ASK);
    for (const words of ["limit org 1 a day", "usage export", "usage by person"]) {
      expect(textOf((await office.say("ada", words)).reply)).toContain("not_allowed");
    }
    expect((await office.say("bob", "usage by person")).reply.summary).toMatch(
      /^This month by person: [\d.]+ units\.$/,
    );
    const file = (await office.say("bob", "usage export")).reply.parts.find(({ type }) => type === "file");
    expect(file).toMatchObject({ name: "usage-2026-11.csv", mimeType: "text/csv" });
    expect(JSON.stringify(file)).toMatch(/2026-11-20,[0-9a-f-]{36},test:acme:general,module,act,1,0\.1\d*,/);
    await office.say("bob", "limit org 100 a day");
    await office.say("bob", "limit org 200 a day");
    expect(textOf((await office.say("bob", "limits")).reply)).toContain("200 units a day");
    expect(textOf((await office.say("ada", "limits")).reply)).toContain("of 200 units used");
    const { org } = await office.store.people.identify({
      platform: "test",
      tenantId: "acme",
      id: "bob",
      displayName: "bob",
      affiliation: "member",
      platformRoleIds: [],
    });
    const audit = createAudit({
      store: office.store,
      key: deriveKey(Buffer.alloc(32, 7), "audit"),
      clock: () => office.now(),
    });
    const changes = (await audit.read(org, { limit: 50 })).filter(({ act }) => act === "quota.changed");
    expect(changes).toMatchObject([{ right: "quota.manage" }, { right: "quota.manage" }]);
  });

  test("an answer says what is left of a limit once more than half is used", async () => {
    const office = await reading();
    await office.say("bob", "limit org 4 a day");
    expect(JSON.stringify((await office.say("ada", ASK)).reply)).not.toContain("left today");
    await exhaust(office, "ada");
    const last = office.door.shown.findLast(({ reply }) => reply.summary.startsWith("done"));
    expect(JSON.stringify(last?.reply)).toMatch(/0\.1\d* units · 1\.\d+ of 4 units left today/);
  });
});
