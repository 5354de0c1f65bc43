import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { drawMailText } from "#bot/email/draw-text.ts";
import { drawReplyMoments, momentsFor } from "#bot/reader-moments.ts";
import type { Outbound } from "#core/contract/door.ts";
import { testActor } from "#test/platforms/test-message.ts";
import { type MailServer, startMailServer } from "#test/platforms/mail-server.ts";
import { PATIENCE } from "./console-terminal.ts";
import {
  bringClient,
  consent,
  DAY,
  forgetTalk,
  keepBriefing,
  linkOf,
  lookedAfter,
  openSecondLooker,
  passTo,
  PUBLIC_URL,
} from "./expiry-kit.ts";
import { textOf } from "./house.ts";
import { type By, channel, direct, openWorkspace, type Workspace } from "./workspace.ts";

vi.setConfig({ testTimeout: 180_000 });

const TORONTO = { locale: "en-CA", timeZone: "America/Toronto" };
const ADA = { person: "ada", place: direct("ada"), timeZone: TORONTO.timeZone };
const BOB = { person: "bob", place: direct("bob"), timeZone: TORONTO.timeZone };
const STANDUP = { ...channel("standup"), name: "standup" };
const ADDRESS = "ada@example.org";
/** From three on Friday the 20th in Toronto until nine on Friday the 27th. */
const WEEK_S = (7 * DAY) / 1000 - 6 * 3_600;
const ENDS = /^Your Google Calendar access ends /;
const REFUSED = /^Your Google Calendar access does not work any more/;
const ADAS = /^ada's Google Calendar access /;

let server: MailServer;
let office: Workspace;
beforeEach(async () => {
  server = await startMailServer();
});
afterEach(async () => {
  await office[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** Ada has connected her calendar for as long, and keeps two briefings; Bob is the owner here. */
async function open(lifetimeS: number): Promise<void> {
  office = await openWorkspace({
    settings: {
      NEXUS_HTTP_PUBLIC_URL: PUBLIC_URL,
      NEXUS_MAIL_URL: server.url,
      NEXUS_MAIL_FROM: "NEXUS <nexus@example.com>",
    },
  });
  const { house } = office;
  house.google.oauth.refreshLifetimeS = lifetimeS;
  await office.makeOwner("bob");
  await office.say("who are you?", BOB);
  await bringClient(house, "test");
  await consent(house, await office.say("connect calendar", ADA));
  await shown("ada", /^Connected Google Calendar/);
  await keepBriefing(house, testActor("acme", "ada"), STANDUP);
  await keepBriefing(house, testActor("acme", "ada"), direct("ada"), { title: "Days at my doctor's", code: "DCTR" });
  await lookedAfter(house, "test");
}

/** Proves an address by the code that is mailed there. */
async function prove(address: string, by: By): Promise<void> {
  const before = mailsTo(address, /^Your code/).length;
  await office.say(`email ${address}`, by);
  const { text } = await mailed(address, /^Your code/, before + 1);
  const code = /code is (?<code>\S{9})\./.exec(text ?? "")?.groups?.["code"] ?? "";
  expect((await office.say(`email code ${code}`, by)).summary).toContain("Warnings before a connection ends");
}

function mailsTo(address: string, subject: RegExp) {
  return server.mails.filter(
    ({ recipients, subject: said }) => recipients.includes(address) && subject.test(said ?? ""),
  );
}

function mailed(address: string, subject: RegExp, count = 1) {
  return vi.waitUntil(() => mailsTo(address, subject)[count - 1], PATIENCE);
}

function shownTo(person: string, words: RegExp): Outbound[] {
  return office.shown.filter(
    ({ conversation, reply, edits }) =>
      conversation.key === direct(person).key && edits === undefined && words.test(reply.summary),
  );
}

function shown(person: string, words: RegExp, count = 1): Promise<Outbound> {
  return vi.waitUntil(() => shownTo(person, words)[count - 1], PATIENCE);
}

/** The words of a card as the plain text of its mail, which SMTP ends with one more line break. */
function asMail({ reply }: Outbound, address: string): string {
  const how = `A mail cannot be answered: say one of these to NEXUS on the test platform. There, \`email off ${address}\` ends mail to this address.`;
  const whole = { ...reply, parts: [...reply.parts, { type: "context" as const, markdown: how }] };
  return `${drawMailText(drawReplyMoments(whole, momentsFor(TORONTO)), undefined)}\n`;
}

const unsubscribe = (raw: string): string =>
  (/List-Unsubscribe: <(?<link>[^>]+)>/.exec(raw.replaceAll(/\r\n\s+/g, " "))?.groups?.["link"] ?? "").replace(
    PUBLIC_URL,
    office.house.nexus.origin ?? "",
  );

describe("J7 by mail: a credential that ends", () => {
  test("61: at 14, 7, 3 and 1 days and at the refusal the mail says what the card says, once each, over restarts", async () => {
    await open((30 * DAY) / 1000 - 6 * 3_600);
    const { house } = office;
    await prove(ADDRESS, ADA);
    await prove("bob@example.org", BOB);
    const moments = [
      ["2026-12-06T15:00:00Z", ENDS],
      ["2026-12-13T15:00:00Z", ENDS],
      ["2026-12-17T15:00:00Z", ENDS],
      ["2026-12-19T15:00:00Z", ENDS],
      ["2026-12-20T14:02:00Z", REFUSED],
    ] as const;
    await passTo(house, "2026-12-05T15:00:00Z", 1);
    expect(mailsTo(ADDRESS, ENDS)).toEqual([]);
    for (const [index, [at, words]] of moments.entries()) {
      await office.say("who are you?", ADA);
      await office.say("who are you?", BOB);
      const count = words === ENDS ? index + 1 : 1;
      await passTo(house, at, index === 2 ? 0 : 1);
      if (index === 2) await house.restart();
      const card = await shown("ada", words, count);
      const mail = await mailed(ADDRESS, words, count);
      expect(mail.text).toBe(asMail(card, ADDRESS));
      await house.restart();
    }
    const [first] = mailsTo(ADDRESS, ENDS);
    expect(first?.subject).toBe("Your Google Calendar access ends Dec 20, 2026.");
    expect(first?.text).toContain("Standup briefing in #standup, Days at my doctor's,");
    expect(first?.text).toContain("`free slots today`");
    expect(first?.html).toContain("<em>Standup briefing</em> in #standup");
    for (const { raw } of server.mails) expect(raw).not.toMatch(/refresh-|access-|GOCSPX/);
    // An admin hears of it on the next occasion, and of what Ada keeps to herself as a number.
    const [asked] = mailsTo("bob@example.org", ADAS);
    expect(asked?.text).toBe(asMail(await shown("bob", ADAS), "bob@example.org"));
    expect(asked?.text).toContain("ada was told and has not renewed it yet.");
    expect(asked?.text).toContain("Standup briefing in #standup, a schedule that somebody keeps to themselves,");
    expect(asked?.text).toContain("ada renews it with `reconnect Google Calendar`");
    for (const { text } of mailsTo("bob@example.org", ADAS)) expect(text).not.toContain("doctor");
    expect(mailsTo("bob@example.org", ADAS)).toHaveLength(shownTo("bob", ADAS).length);

    house.google.oauth.refreshLifetimeS = (60 * DAY) / 1000;
    await consent(house, linkOf(await office.say("reconnect Google Calendar", ADA)));
    await vi.waitUntil(
      () => office.shown.some(({ edits, reply }) => edits !== undefined && /Renewed until/.test(reply.summary)),
      PATIENCE,
    );
    await house.restart();
    await passTo(house, "2026-12-21T15:00:00Z", 1);
    await office.say("who are you?", ADA);
    expect(mailsTo(ADDRESS, /Google Calendar/)).toHaveLength(moments.length);
  });

  test("is mailed to no address that is unproven or was ended by a press; chat goes on, and a code brings mail back", async () => {
    await open(WEEK_S);
    const { house } = office;
    await office.say(`email ${ADDRESS}`, ADA);
    await passTo(house, "2026-11-21T09:31:00Z", 1);
    await passTo(house, "2026-11-24T15:00:00Z", 1);
    await shown("ada", ENDS);
    await prove(ADDRESS, ADA);
    await passTo(house, "2026-11-25T15:00:00Z", 1);
    const mail = await mailed(ADDRESS, ENDS);
    expect(shownTo("ada", ENDS)).toHaveLength(2);
    expect(mailsTo(ADDRESS, ENDS)).toHaveLength(1);
    const link = unsubscribe(mail.raw);
    expect(await (await fetch(link)).text()).toContain("briefings, reminders and warnings alike");
    const ended = await (await fetch(link, { method: "POST" })).text();
    expect(ended).toContain(`No more mail goes to ${ADDRESS}. What NEXUS says in chat goes on.`);
    expect(textOf(await office.say("email", ADA))).toContain("ended by a press in a mail");
    await passTo(house, "2026-11-26T15:00:00Z", 1);
    await shown("ada", ENDS, 3);
    await prove(ADDRESS, ADA);
    await passTo(house, "2026-11-27T14:02:00Z", 1);
    await shown("ada", REFUSED);
    await mailed(ADDRESS, REFUSED);
    expect(mailsTo(ADDRESS, /Google Calendar/)).toHaveLength(2);
    await office.say(`email off ${ADDRESS}`, ADA);
    await passTo(house, "2026-11-28T14:02:00Z", 1);
    await shown("ada", REFUSED, 2);
    expect(mailsTo(ADDRESS, /Google Calendar/)).toHaveLength(2);
  });

  test("is mailed once though two processes look after one database, at every stage", async () => {
    await open(WEEK_S);
    const { house } = office;
    await prove(ADDRESS, ADA);
    await using other = await openSecondLooker(house, "test");
    await passTo(house, "2026-11-21T09:31:00Z", 1);
    const times = ["2026-11-24T15:00:00Z", "2026-11-25T15:00:00Z", "2026-11-26T15:00:00Z"];
    for (const [index, at] of times.entries()) {
      await passTo(house, at);
      await Promise.all([other.look(), other.look(), mailed(ADDRESS, ENDS, index + 1)]);
      await other.look();
    }
    await office.say("who are you?", ADA);
    expect(mailsTo(ADDRESS, ENDS)).toHaveLength(times.length);
    expect(shownTo("ada", ENDS)).toHaveLength(times.length);
    expect(await other.notices()).toBe(times.length + shownTo("bob", ADAS).length);
  });

  test("is given to an admin who has not been here for weeks, and reads of it by mail alone; what the mail says can be typed", async () => {
    await open((30 * DAY) / 1000 - 6 * 3_600);
    const { house } = office;
    await prove("bob@example.org", BOB);
    await passTo(house, "2026-12-05T15:00:00Z", 1);
    await forgetTalk(house);
    await passTo(house, "2026-12-06T15:00:00Z", 1);
    const card = await shown("ada", ENDS);
    expect(textOf(card.reply)).toContain("`give Google Calendar to bob`");
    expect((await office.say("give Google Calendar to bob", ADA)).summary).toContain("I ask bob to take over");
    const asked = await mailed("bob@example.org", ADAS);
    expect(shownTo("bob", ADAS)).toEqual([]);
    expect(asked.text).toContain("ada asks you to take it over");
    expect(asked.text).toContain("say one of these to NEXUS on the test platform");
    expect(asked.text).toContain("`take over Google Calendar` · `leave Google Calendar with ada` · `remind me of");
    expect((await office.say("leave Google Calendar with ada", BOB)).summary).toBe(
      "I leave it with ada, and tell them again.",
    );
    house.wait(60_000);
    expect((await office.say("give Google Calendar to bob", ADA)).summary).toContain("I ask bob to take over");
    await passTo(house, "2026-12-07T15:00:00Z", 1);
    await mailed("bob@example.org", ADAS, 2);
    await consent(house, linkOf(await office.say("take over Google Calendar", BOB)));
    await vi.waitUntil(
      () => office.shown.some(({ edits, reply }) => edits?.messageId === card.id && /handed over/.test(reply.summary)),
      PATIENCE,
    );
    expect(mailsTo("bob@example.org", /Google Calendar/)).toHaveLength(2);
  });
});
