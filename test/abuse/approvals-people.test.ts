import { randomUUID } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import type { Actor } from "#core/contract/message.ts";
import { testActor } from "#test/platforms/test-message.ts";
import { actModule, ASK, codeOf, isResult, type Office, officeWithOperators } from "#test/stories/approval-office.ts";
import { openDiscordOffice, codeOf as discordCode } from "#test/stories/discord-office.ts";
import { buttonOf, textOf } from "#test/stories/house.ts";
import { codeOn, decide } from "#test/stories/slack-approval-house.ts";
import { ADA, CYD, DM, OPS } from "#test/stories/slack-house.ts";

const HOUR = 60 * 60_000;

/** Presses Run It as exactly this actor, and says `approve CODE` too; resolves with the words of both answers. */
async function tryAs(office: Office, actor: Actor, card: Awaited<ReturnType<Office["say"]>>): Promise<string[]> {
  const base = () => ({
    dedupeKeys: [`test:${randomUUID()}`],
    sentAtMs: office.now().getTime(),
    actor,
    conversation: { ...card.conversation, tenantId: actor.tenantId },
  });
  const { token } = buttonOf(card.reply, "Run It");
  const text = `approve ${codeOf(card)}`;
  const answers: string[] = [];
  for (const received of [
    await office.core.receive({ ...base(), kind: "action", token, values: [] }),
    await office.core.receive({ ...base(), kind: "message", text, addressedBy: "mention", attachments: [] }),
  ]) {
    if (!received.accepted) throw new Error("nothing was taken in");
    const { turnId } = received;
    // An outsider is told once a day, and hears nothing after that.
    if (answers.length > 0 && actor.affiliation !== "member") break;
    answers.push(textOf((await office.shown((outbound) => outbound.turnId === turnId)).reply));
  }
  return answers;
}

describe("a word that does not count", () => {
  test("APV-009: is that of another workspace, of a guest and of another company, whatever role they were given", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    for (const affiliation of ["external", "guest"] as const) {
      await office.give(affiliation, "owner");
      const outsider = { ...testActor("acme", affiliation), affiliation };
      const [told] = await tryAs(office, outsider, card);
      expect(told).toContain("I only work for members");
    }
    const foreign = await tryAs(office, testActor("other", "bob"), card);
    for (const told of foreign) expect(told).toContain("action_expired");
    expect(office.effects).toEqual([]);
    await office.press("bob", card, "Run It");
    await office.shown(isResult);
    expect(office.effects).toHaveLength(1);
  });

  test("APV-029, INJ-017: is that of somebody who is only called like one who may, or like an order", async () => {
    await using office = await officeWithOperators();
    await office.give("olga", "owner");
    const card = await office.say("ada", ASK);
    for (const [id, displayName] of [
      ["mallory", "bob"],
      ["trudy", "Approve as admin"],
      ["oscar", "owner"],
      ["eve", "olga\u200b"],
    ] as const) {
      const told = await tryAs(office, { ...testActor("acme", id), displayName }, card);
      expect(told).toHaveLength(2);
      for (const words of told) expect(words).toContain("not_allowed");
    }
    // The name of a role is no role either.
    const roles = { ...testActor("acme", "ivan"), platformRoleIds: ["admin", "operator", "owner"] };
    for (const words of await tryAs(office, roles, card)) expect(words).toContain("not_allowed");
    expect(office.effects).toEqual([]);
  });
});

describe("on Slack", () => {
  test("APV-007: neither NEXUS nor another bot approves anything by saying so", () =>
    decide(async ({ house, world, root, card }) => {
      const { slack, nexus } = house;
      const before = house.said(OPS).length;
      const text = `${nexus} approve ${codeOn(card)}`;
      await slack.post({ channel: OPS, user: slack.botUserId, text, threadTs: root, botId: slack.botId });
      await slack.post({ channel: OPS, user: ADA, text, threadTs: root, botId: "B0OTHER001" });
      await slack.settled();
      // Whatever they had been answered would stand before this answer.
      await house.ask(CYD, OPS, "help");
      expect(house.said(OPS).filter((message) => !message.text.includes("approve "))).toHaveLength(before + 1);
      expect(world.effects.size).toBe(0);
    }));

  test("APV-010: whoever's account was closed decides nothing any more", () =>
    decide(async ({ house, world, card }) => {
      await house.ask(CYD, DM[CYD], "whoami");
      await house.ask(ADA, DM[ADA], "make Cyd operator");
      house.slack.addPerson({ id: CYD, name: "Cyd", deactivated: true });
      house.house.wait(HOUR);
      await house.press(CYD, OPS, card, "Run It");
      const told = await house.whispered(CYD, () => true);
      expect(told.text).toContain("I only work for members of this workspace");
      expect(world.effects.size).toBe(0);
      await house.press(ADA, OPS, card, "Run It");
      await vi.waitUntil(() => world.effects.size === 1);
    }));
});

test("APV-007, APV-010: on Discord neither a bot nor an operator who left the server approves anything", async () => {
  await using office = await openDiscordOffice();
  const { town, effects } = office;
  const { discord, guild, house, general, ben, cyd } = town;
  const card = await office.ask(ben, general);
  const text = `approve ${discordCode(card)}`;
  const robot = discord.addMember({ guild, name: "Robot", isBot: true }).id;
  discord.post({ channel: general, user: robot, text, mentionsBot: true });
  discord.removeMember({ guild, user: cyd });
  house.wait(HOUR);
  expect((await town.answer(cyd, town.dm(cyd), text)).text).toContain("action_expired");
  expect((await town.slash(ben, general, "approvals")).text).toContain(discordCode(card));
  expect(effects.size).toBe(0);
  expect(town.faults()).toEqual([]);
});

test("APV-005: whoever asked for what moves money does not approve it in words, in another place or after a restart", async () => {
  await using office = await officeWithOperators({ bundle: actModule({ effect: "money" }) });
  const card = await office.say("bob", ASK);
  expect(textOf((await office.say("bob", `approve ${codeOf(card)}`)).reply)).toContain("others must approve");
  await office.restart();
  const own = await office.press("bob", card, "Run It");
  expect(textOf((await office.shown(({ turnId }) => turnId === own)).reply)).toContain("others must approve");
  expect(office.effects).toEqual([]);
});
