import { describe, expect, test, vi } from "vitest";
import type { Outbound } from "#core/contract/door.ts";
import type { Reply } from "#core/contract/reply.ts";
import { testActor } from "#test/platforms/test-message.ts";
import { PATIENCE } from "./console-terminal.ts";
import { bringClient, consent, DAY, keepBriefing, linkOf, lookedAfter, passTo, PUBLIC_URL } from "./expiry-kit.ts";
import { labelsOf, textOf } from "./house.ts";
import { channel, direct, openWorkspace, type Workspace } from "./workspace.ts";

vi.setConfig({ testTimeout: 120_000 });

const TORONTO = { timeZone: "America/Toronto" };
const ADA = { person: "ada", place: direct("ada"), ...TORONTO };
const BOB = { person: "bob", place: direct("bob"), ...TORONTO };
const CYD = { person: "cyd", place: direct("cyd"), ...TORONTO };
const STANDUP = { ...channel("standup"), name: "standup" };

/** Ada has connected her calendar at three on Friday the 20th, for a week less six hours; Bob is the owner here. */
async function openOffice(refreshLifetimeS: number | undefined = (7 * DAY) / 1000 - 6 * 3_600): Promise<Workspace> {
  const office = await openWorkspace({ settings: { NEXUS_HTTP_PUBLIC_URL: PUBLIC_URL } });
  const { house } = office;
  house.google.oauth.refreshLifetimeS = refreshLifetimeS;
  await office.makeOwner("bob");
  await office.say("who are you?", BOB);
  await bringClient(house, "test");
  await consent(house, await office.say("connect calendar", ADA));
  await told(office, "ada", /^Connected Google Calendar/);
  await keepBriefing(house, testActor("acme", "ada"), STANDUP);
  await lookedAfter(house, "test");
  return office;
}

/** What somebody was told in private. */
function toldTo({ shown }: Workspace, person: string, words: RegExp): Outbound[] {
  return shown.filter(
    ({ conversation, reply, edits }) =>
      conversation.key === direct(person).key && edits === undefined && words.test(reply.summary),
  );
}

function told(office: Workspace, person: string, words: RegExp, count = 1): Promise<Outbound> {
  return vi.waitUntil(() => toldTo(office, person, words)[count - 1], PATIENCE);
}

/** A card as it is redrawn. */
function redrawn({ shown }: Workspace, card: Outbound, words: RegExp): Promise<Reply> {
  return vi.waitUntil(
    () => shown.find(({ edits, reply }) => edits?.messageId === card.id && words.test(reply.summary))?.reply,
    PATIENCE,
  );
}

const ENDS = /^Your Google Calendar access ends /;
const REFUSED = /^Your Google Calendar access does not work any more/;

describe("J7: a credential that ends", () => {
  test("61: is told to its owner alone with what stops, and once it is renewed the card says so", async () => {
    await using office = await openOffice();
    const { house } = office;
    await passTo(house, "2026-11-21T09:31:00Z", 1);
    await passTo(house, "2026-11-24T14:59:00Z", 1);
    await office.say("who are you?", ADA);
    expect(toldTo(office, "ada", ENDS)).toEqual([]);
    // Tuesday at ten.
    await passTo(house, "2026-11-24T15:00:00Z");
    const card = await told(office, "ada", ENDS);
    const words = textOf(card.reply);
    expect(words).toContain("*Standup briefing* in #standup");
    expect(words).toContain("`free slots today`");
    expect(words).toContain("`reconnect Google Calendar`");
    expect(words).not.toMatch(/refresh-|access-|GOCSPX/);
    expect(labelsOf(card.reply)).toEqual(["Reconnect (30 s)", "Give to bob", "Remind Tomorrow"]);

    house.google.oauth.refreshLifetimeS = 60 * 24 * 3_600;
    await consent(house, await office.pressOn(card.reply, "Reconnect (30 s)", ADA));
    const renewed = await redrawn(office, card, /^Google Calendar: Renewed until/);
    expect(renewed.summary).toMatch(/Tested ✓$/);
    expect(labelsOf(renewed)).toEqual([]);
    expect(toldTo(office, "bob", /Google Calendar/)).toEqual([]);
  });

  test("and is ignored is told to an admin too on the next day; whoever presses there is told whose it is", async () => {
    await using office = await openOffice();
    const { house } = office;
    await passTo(house, "2026-11-21T09:31:00Z", 1);
    await passTo(house, "2026-11-24T15:00:00Z", 1);
    await told(office, "ada", ENDS);
    await passTo(house, "2026-11-25T14:59:00Z", 1);
    await house.restart();
    await office.say("who are you?", ADA);
    expect(toldTo(office, "ada", ENDS)).toHaveLength(1);
    await passTo(house, "2026-11-25T15:00:00Z");
    await house.restart();
    await told(office, "ada", ENDS, 2);
    const card = await told(office, "bob", /^ada's Google Calendar access ends /);
    expect(textOf(card.reply)).toContain("ada was told and has not renewed it yet.");
    const pressed = await office.pressOn(card.reply, "Reconnect (30 s)", BOB);
    expect(pressed.summary).toBe("This connection belongs to ada. Use yours instead? It will show your calendar.");
    expect(labelsOf(pressed)).toEqual(["Connect My Google Calendar"]);
  });

  test("and is withdrawn at three at night is told at eight, and the briefing at half past goes on without it", async () => {
    await using office = await openOffice(undefined);
    const { house } = office;
    await passTo(house, "2026-11-23T07:59:00Z", 1);
    house.google.oauth.revoke();
    await passTo(house, "2026-11-23T09:31:00Z");
    await passTo(house, "2026-11-24T09:31:00Z", 1);
    await passTo(house, "2026-11-24T12:59:00Z");
    await office.say("who are you?", ADA);
    expect(toldTo(office, "ada", REFUSED)).toEqual([]);
    await passTo(house, "2026-11-24T13:00:00Z");
    await told(office, "ada", REFUSED);
    await passTo(house, "2026-11-24T13:30:01Z");
    const posted = await vi.waitUntil(
      () => office.shown.find(({ conversation }) => conversation.channelId === "standup")?.reply,
      PATIENCE,
    );
    expect(`${posted.summary} ${textOf(posted)}`).toMatch(/Meetings.*reconnect/i);
    expect(toldTo(office, "ada", REFUSED)).toHaveLength(1);
  });

  test("is put off until tomorrow by its button and by words, and only by whom it was told", async () => {
    await using office = await openOffice();
    const { house } = office;
    await passTo(house, "2026-11-21T09:31:00Z", 1);
    await passTo(house, "2026-11-24T15:00:00Z", 1);
    const card = await told(office, "ada", ENDS);
    expect((await office.pressOn(card.reply, "Remind Tomorrow", ADA)).summary).toContain("tomorrow");
    await passTo(house, "2026-11-25T15:00:00Z", 1);
    await told(office, "ada", ENDS, 2);
    expect((await office.say("remind me of google calendar tomorrow", ADA)).summary).toBe(
      "I remind you of Google Calendar tomorrow.",
    );
    expect(toldTo(office, "bob", /Google Calendar/)).toEqual([]);
    expect((await office.say("remind me of google calendar tomorrow", BOB)).summary).toContain(
      "There is nothing about",
    );
  });

  test("is given to an admin, who uses theirs in its place; both cards say so, and so does the audit", async () => {
    await using office = await openOffice();
    const { house } = office;
    await passTo(house, "2026-11-21T09:31:00Z", 1);
    await passTo(house, "2026-11-24T15:00:00Z", 1);
    const card = await told(office, "ada", ENDS);
    expect((await office.pressOn(card.reply, "Give to bob", ADA)).summary).toContain("I ask bob to take over");
    const asked = await told(office, "bob", /^ada's Google Calendar access ends /);
    expect(textOf(asked.reply)).toContain("shows what is in your Google Calendar");
    expect(labelsOf(asked.reply)).toEqual(["Use My Google Calendar", "Leave It", "Remind Tomorrow"]);
    const later = await office.pressOn(card.reply, "Remind Tomorrow", ADA);
    expect(later.summary).toContain("You have asked bob to take over Google Calendar, so I remind them.");
    const link = await office.pressOn(asked.reply, "Use My Google Calendar", BOB);
    expect(link.summary).toContain("You use it, and so does what ada set up.");
    await consent(house, linkOf(link));
    expect((await told(office, "bob", /^Connected Google Calendar/)).reply.summary).toContain(
      "so does what ada set up",
    );
    expect((await redrawn(office, card, /handed over/)).summary).toContain("bob's");
    expect((await redrawn(office, asked, /handed over/)).summary).toContain("yours");
    expect((await office.say("what meetings do I have today?", ADA)).summary).not.toContain("connect");
    expect(textOf(await office.say("audit", BOB))).toMatch(/credential/i);
  });

  test("once it is somebody else's, a briefing names whose it is, and offers others nothing that would not mend it", async () => {
    await using office = await openOffice();
    const { house } = office;
    await passTo(house, "2026-11-21T09:31:00Z", 1);
    await passTo(house, "2026-11-24T15:00:00Z", 1);
    const card = await told(office, "ada", ENDS);
    await office.pressOn(card.reply, "Give to bob", ADA);
    const asked = await told(office, "bob", /^ada's Google Calendar access ends /);
    await consent(house, linkOf(await office.pressOn(asked.reply, "Use My Google Calendar", BOB)));
    await redrawn(office, card, /handed over/);
    house.google.oauth.revoke();
    await passTo(house, "2026-11-25T13:30:01Z");
    const posted = await vi.waitUntil(
      () => office.shown.find(({ reply }) => /Meetings:\*\* reconnect/.test(textOf(reply)))?.reply,
      PATIENCE,
    );
    expect(textOf(posted)).toContain("reconnect needed (bob)");
    await office.say("who are you?", CYD);
    const pressed = await office.pressOn(posted, "Fix Meetings", { ...CYD, place: STANDUP });
    expect(pressed.summary).toContain("This connection belongs to bob.");
  });

  test("and is disconnected is settled on its card", async () => {
    await using office = await openOffice();
    const { house } = office;
    await passTo(house, "2026-11-21T09:31:00Z", 1);
    await passTo(house, "2026-11-24T15:00:00Z", 1);
    const card = await told(office, "ada", ENDS);
    await office.say("disconnect google calendar", ADA);
    await redrawn(office, card, /disconnected\. There is nothing to renew/);
    expect((await office.pressOn(card.reply, "Remind Tomorrow", ADA)).summary).toContain("settled already");
  });
});
