import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { drawMailText } from "#bot/email/draw-text.ts";
import { drawReplyMoments, momentsFor } from "#bot/reader-moments.ts";
import type { Reply } from "#core/contract/reply.ts";
import { type MailServer, startMailServer } from "#test/platforms/mail-server.ts";
import { waitUntil } from "./briefing-kit.ts";
import { PATIENCE } from "./console-terminal.ts";
import { type House, openHouse, textOf } from "./house.ts";

/** Several starts of a whole house; ms. */
const LONG = 60_000;
const MONDAY = "2026-11-23T13:30:00Z";
const TUESDAY = "2026-11-24T13:30:00Z";
const WEDNESDAY = "2026-11-25T13:30:00Z";

const TORONTO = { locale: "en-CA", timeZone: "America/Toronto" };

let server: MailServer;
let house: House;
beforeEach(async () => {
  server = await startMailServer();
});
afterEach(async () => {
  await house[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function open(settings: Readonly<Record<string, string>> = {}): Promise<void> {
  house = await openHouse({
    settings: {
      NEXUS_MAIL_URL: server.url,
      NEXUS_MAIL_FROM: "NEXUS <nexus@example.com>",
      NEXUS_HTTP_PUBLIC_URL: "https://nexus.example.com",
      ...settings,
    },
  });
}

const mailed = (count: number) => vi.waitUntil(() => server.mails[count - 1], PATIENCE);

/** Proves an address by the code that is mailed there. */
async function prove(address: string): Promise<Reply> {
  await house.say(`email ${address}`);
  const mail = await mailed(server.mails.length + 1);
  const code = /code is (?<code>\S{9})\./.exec(mail.text ?? "")?.groups?.["code"] ?? "";
  return house.say(`email code ${code}`);
}

async function setUp(words: string): Promise<Reply> {
  const plan = await house.say(words);
  return house.press(plan, "Create");
}

test(
  "a briefing goes by mail too, word for word as it was previewed",
  async () => {
    await open();
    expect((await prove("ada@example.org")).summary).toContain("ada@example.org is yours now");
    const plan = await house.say("every weekday at 8:30 send me the weather in Lisbon and open approvals by email");
    expect(textOf(plan)).toContain("ada@example.org");
    await house.press(plan, "Create");
    waitUntil(house, MONDAY);
    const mail = await mailed(2);
    expect(mail.recipients).toEqual(["ada@example.org"]);
    expect(mail.subject).toMatch(/Monday, November 23: Weather in Lisbon: .*sample data/);
    expect(mail.text).toContain("Approvals: none waits for a decision.");
    expect(mail.html).toContain("<strong>Weather in Lisbon:</strong>");
    const code = /\b(?<code>[34679A-Z]{4})\b/.exec(textOf(await house.say("schedules")))?.groups?.["code"] ?? "";
    const preview = drawReplyMoments(await house.say(`preview ${code}`), momentsFor(TORONTO));
    // SMTP ends a message with one more line break.
    expect(`${drawMailText(preview, undefined)}\n`).toBe(mail.text);
    expect(mail.raw.replaceAll(/\r\n\s+/g, " ")).toContain("List-Unsubscribe: <https://nexus.example.com/mail/end/");
    waitUntil(house, TUESDAY);
    await mailed(3);
    expect(server.mails).toHaveLength(3);
  },
  LONG,
);

test(
  "nothing is mailed to an address whose owner has not said yes, whoever asks",
  async () => {
    await open();
    const refused = await house.say("every weekday at 8:30 email the weather in Lisbon to eve@example.net");
    expect(refused.summary).toContain("has it confirmed");
    expect((await house.say("email code 0000-0000")).summary).toContain("does not fit");
    expect(server.mails).toEqual([]);
  },
  LONG,
);

test(
  "codes are mailed a few times an hour, and tried a few times each",
  async () => {
    await open();
    for (const name of ["one", "two", "three"]) await house.say(`email ${name}@example.org`);
    await mailed(3);
    expect((await house.say("email four@example.org")).summary).toContain("several codes within the hour");
    for (let tries = 0; tries < 5; tries++) await house.say("email code 1111-1111");
    const code = /code is (?<code>\S{9})\./.exec(server.mails[0]?.text ?? "")?.groups?.["code"] ?? "";
    expect((await house.say(`email code ${code}`)).summary).toContain("does not fit");
  },
  LONG,
);

test(
  "one press in a mail ends it, to open the link does not, and whoever set it up is told",
  async () => {
    await open();
    await prove("ada@example.org");
    await setUp("every weekday at 8:30 send me the weather in Lisbon by email");
    waitUntil(house, MONDAY);
    const mail = await mailed(2);
    const path = /List-Unsubscribe: <https:\/\/nexus\.example\.com(?<path>[^>]+)>/.exec(
      mail.raw.replaceAll(/\r\n\s+/g, " "),
    )?.groups?.["path"];
    const link = `${house.nexus.origin}${path}`;
    const opened = await fetch(link);
    expect([opened.status, await opened.text()]).toEqual([200, expect.stringContaining("One press ends it")]);
    const forged = await fetch(`${link}x`, { method: "POST" });
    expect(forged.status).toBe(404);
    const ended = await fetch(link, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "List-Unsubscribe=One-Click",
    });
    expect(await ended.text()).toContain("No more mail goes to ada@example.org");
    await vi.waitUntil(
      () => house.terminal.transcript().includes("is not mailed to ada@example.org any more"),
      PATIENCE,
    );
    waitUntil(house, TUESDAY);
    waitUntil(house, WEDNESDAY);
    expect((await house.say("email")).parts).toContainEqual(
      expect.objectContaining({ items: [{ label: "ada@example.org", value: "ended by a press in a mail" }] }),
    );
    expect(server.mails).toHaveLength(2);
  },
  LONG,
);

test(
  "a mail server that is down holds nobody up, and what it missed comes once it is back",
  async () => {
    await open();
    await prove("ada@example.org");
    await setUp("every weekday at 8:30 send me the weather in Lisbon by email");
    server.mode = "later";
    waitUntil(house, MONDAY);
    await vi.waitUntil(
      async () => (await house.say("status")).parts.some((part) => JSON.stringify(part).includes("mail server")),
      PATIENCE,
    );
    server.mode = "ok";
    house.wait(10 * 60_000);
    await mailed(2);
  },
  LONG,
);

test(
  "without a mail server it is said so, and how to have one",
  async () => {
    house = await openHouse();
    const reply = await house.say("email ada@example.org");
    expect(textOf(reply)).toContain("No mail server is set up here.");
  },
  LONG,
);
