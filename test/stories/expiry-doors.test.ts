import { expect, test, vi } from "vitest";
import { PATIENCE } from "./console-terminal.ts";
import { labelsOf as labelsOn, openDiscordHouse } from "./discord-house.ts";
import { bringClient, consent, DAY, linkIn, lookedAfter, passTo, PUBLIC_URL } from "./expiry-kit.ts";
import { labelsOf, openHouse, OPENWEATHER_KEY, textOf } from "./house.ts";
import { startMailServer } from "#test/platforms/mail-server.ts";
import { BEN, DM, labelsIn, live, wordsOf } from "./slack-house.ts";

vi.setConfig({ testTimeout: 120_000 });

/** From three on Friday the 20th in Toronto until nine on Friday the 27th. */
const LIFE_S = (7 * DAY) / 1000 - 6 * 3_600;
const LONG_S = (60 * DAY) / 1000;
const ENDS = "Your Google Calendar access ends";
const RENEWED = /Google Calendar: Renewed until .* Tested ✓/;
const settings = { NEXUS_HTTP_PUBLIC_URL: PUBLIC_URL };

test("J7 on Slack: the warning comes in the direct message at ten, and the card shows that it is renewed", () =>
  live(
    async (slack) => {
      const { house } = slack;
      // It ends at nine by the clocks of Lisbon, where Ben is.
      house.google.oauth.refreshLifetimeS = LIFE_S - 5 * 3_600;
      await slack.ask(BEN, DM[BEN], "who are you?");
      await bringClient(house, "slack");
      const { replies } = await slack.ask(BEN, DM[BEN], "connect calendar");
      await consent(house, linkIn(replies[0]?.blocks));
      await slack.shown(DM[BEN], ({ text }) => text.startsWith("Connected Google Calendar"));
      await lookedAfter(house, "slack");
      // Four at night; then ten on Tuesday.
      await passTo(house, "2026-11-21T04:31:00Z", 1);
      await passTo(house, "2026-11-24T09:59:00Z", 1);
      await passTo(house, "2026-11-24T10:00:00Z");
      const card = await slack.shown(DM[BEN], ({ text }) => text.startsWith(ENDS));
      expect(wordsOf(card)).toContain("/nexus free");
      expect(labelsIn(card)).toEqual(["Reconnect (30 s)", "Remind Tomorrow"]);
      house.google.oauth.refreshLifetimeS = LONG_S;
      await slack.press(BEN, DM[BEN], card, "Reconnect (30 s)");
      const opened = await slack.shown(DM[BEN], (one) => one.ts > card.ts && wordsOf(one).includes("Open the link"));
      await consent(house, linkIn(opened.blocks));
      const renewed = await slack.shown(DM[BEN], (one) => one.ts === card.ts && RENEWED.test(wordsOf(one)));
      expect(labelsIn(renewed)).toEqual([]);
    },
    { settings },
  ));

test("J7 on Discord: the warning comes in the direct message, is ignored, and comes to an admin too", async () => {
  await using town = await openDiscordHouse({ settings });
  const { house, ada, ben } = town;
  const dm = (user: string): string => town.dm(user);
  house.google.oauth.refreshLifetimeS = LIFE_S;
  await town.linkAda();
  await town.ask(ben, town.general, "who are you?");
  await town.ask(ada, town.general, "who are you?");
  await town.ask(ben, dm(ben), "who are you?");
  await bringClient(house, "discord");
  const asked = await town.answer(ben, dm(ben), "connect calendar");
  await consent(house, linkIn(asked.buttons));
  await town.seen(dm(ben), ({ text }) => text.startsWith("Connected Google Calendar"));
  await lookedAfter(house, "discord");
  await passTo(house, "2026-11-21T09:31:00Z", 1);
  await passTo(house, "2026-11-24T15:00:00Z", 1);
  const card = await town.seen(dm(ben), ({ text }) => text.includes(ENDS));
  expect(labelsOn(card)).toContain("Reconnect (30 s)");
  await passTo(house, "2026-11-25T15:00:00Z", 1);
  await town.seen(dm(ada), ({ text }) => text.includes("Ben's Google Calendar access ends"));
  house.google.oauth.refreshLifetimeS = LONG_S;
  await town.press(ben, card, "Reconnect (30 s)");
  const opened = await town.seen(
    dm(ben),
    (one) => one.createdAtMs > card.createdAtMs && one.text.includes("Open the link"),
  );
  await consent(house, linkIn(opened.buttons));
  await vi.waitUntil(() => RENEWED.test(town.now(card).text), PATIENCE);
  expect(labelsOn(town.now(card))).toEqual([]);
  expect(town.faults()).toEqual([]);
});

test("J7 at the terminal: what everybody uses is told to whoever runs NEXUS, with words for each button", async () => {
  await using house = await openHouse();
  house.google.oauth.refreshLifetimeS = LIFE_S;
  await house.connectCalendar();
  await lookedAfter(house, "console");
  await passTo(house, "2026-11-21T09:31:00Z", 1);
  await passTo(house, "2026-11-24T15:00:00Z", 1);
  const card = await vi.waitUntil(
    () => house.terminal.shown().find(({ reply }) => reply.summary.includes("Google Calendar access"))?.reply,
    PATIENCE,
  );
  expect(textOf(card)).toContain("`reconnect Google Calendar`");
  expect(labelsOf(card)).toContain("Reconnect (30 s)");
  expect(textOf(await house.say("status"))).toContain("1 end within two weeks");
  expect(textOf(await house.say("credentials"))).toContain("Works until");
  expect((await house.say("remind me of google calendar tomorrow")).summary).toContain("tomorrow");
});

test("J7 at the terminal: a key that its source refuses at night is told at eight, mailed too, and finding out counts for no person", async () => {
  await using server = await startMailServer();
  const mail = { NEXUS_MAIL_URL: server.url, NEXUS_MAIL_FROM: "nexus@example.com" };
  await using house = await openHouse({ settings: mail });
  await house.connectWeather();
  await house.say("email ada@example.org");
  const { text } = await vi.waitUntil(() => server.mails[0], PATIENCE);
  await house.say(`email code ${/code is (?<code>\S{9})\./.exec(text ?? "")?.groups?.["code"]}`);
  await lookedAfter(house, "console");
  const own = async () => /"This month","value":"[^"]*"/.exec(textOf(await house.say("usage")))?.[0];
  const usage = await own();
  house.weather.mode = "401";
  const before = house.weather.requests.length;
  await passTo(house, "2026-11-21T09:31:00Z");
  await vi.waitUntil(() => house.weather.requests.length > before, PATIENCE);
  await passTo(house, "2026-11-21T13:00:00Z");
  const card = await vi.waitUntil(
    () => house.terminal.shown().find(({ reply }) => reply.summary.includes("does not work any more"))?.reply,
    PATIENCE,
  );
  expect(card.summary).toMatch(
    /^The OpenWeather API key that everybody here uses does not work any more: its source refuses it\./,
  );
  expect(labelsOf(card)).toContain("Replace the Key");
  const mailed = await vi.waitUntil(() => server.mails[1], PATIENCE);
  expect(mailed.subject).toBe(card.summary);
  expect(mailed.text).toContain("`reconnect OpenWeather API key`");
  expect(mailed.text).toContain("say one of these to NEXUS at the terminal.");
  expect(mailed.raw).not.toContain("List-Unsubscribe");
  expect((await house.say("remind me of OpenWeather API key tomorrow")).summary).toContain("tomorrow");
  expect((await house.say("reconnect OpenWeather API key")).form).toBeDefined();
  expect(house.log()).not.toContain(OPENWEATHER_KEY);
  expect(usage).toBeDefined();
  expect(await own()).toBe(usage);
});
