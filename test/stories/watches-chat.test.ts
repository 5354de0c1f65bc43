import { expect, test } from "vitest";
import { loadBundle } from "#sandbox/bundle/bundle.ts";
import { startVendor } from "#test/platforms/loopback-vendor.ts";
import { labelsOf, openDiscordHouse } from "./discord-house.ts";
import { BEN, DM, labelsIn, live, OPS, wordsOf } from "./slack-house.ts";

const MINUTE = 60_000;
/** A long conversation with a whole house, and the time until something is looked at; ms. */
const LONG = 90_000;
const WISH = "ping me when CAD/USD goes above 0.75";

async function openExchange() {
  const money = { rate: 0.72 };
  const vendor = await startVendor("ok", () => ({
    status: 200,
    body: { base: "CAD", date: "2026-11-20", rates: { USD: money.rate } },
  }));
  const bundles = [loadBundle(new URL("../../src/modules/shelf/exchange-rates/", import.meta.url))];
  const options = { bundles, vendors: { "api.frankfurter.dev": vendor } };
  return { money, options, [Symbol.asyncDispose]: () => vendor[Symbol.asyncDispose]() };
}

test(
  "on Slack a watch is planned where its asker alone sees it, and told where only they read",
  async () => {
    await using exchange = await openExchange();
    await live(async (house) => {
      await house.ask(BEN, DM[BEN], "who are you?");
      const plan = await house.command(BEN, OPS, WISH);
      expect(wordsOf(plan)).toContain("Shall I tell you when CAD/USD goes above 0.75?");
      expect(wordsOf(plan)).toContain("where only you and I speak");
      await house.press(BEN, OPS, plan, "Do It");
      await house.whispered(BEN, ({ text }) => text.startsWith("Done: tell you when CAD/USD"));
      exchange.money.rate = 0.8;
      house.house.wait(75 * MINUTE);
      const told = await house.shown(DM[BEN], ({ text }) => text.includes("1.00 CAD is 0.80 USD"));
      expect(labelsIn(told)).toEqual(["Tell Me the Next Time", "Why"]);
      expect(wordsOf(told)).toContain("You wanted to know when CAD/USD goes above 0.75.");
      expect(house.said(OPS)).toEqual([]);
      await house.press(BEN, DM[BEN], told, "Tell Me the Next Time");
      await house.shown(DM[BEN], ({ text }) => text.startsWith("Done: I tell you the next time"));
    }, exchange.options);
  },
  LONG,
);

test(
  "on Discord a watch is planned, told in the direct message, and ended by its button",
  async () => {
    await using exchange = await openExchange();
    await using town = await openDiscordHouse(exchange.options);
    const { ben } = town;
    const plan = await town.answer(ben, town.dm(ben), WISH.replace("when", "whenever"));
    expect(labelsOf(plan)).toEqual(["Do It", "Not Now"]);
    await town.press(ben, plan, "Do It");
    await town.seen(town.dm(ben), ({ text }) => text.includes("Done: tell you whenever CAD/USD"));
    exchange.money.rate = 0.8;
    town.house.wait(75 * MINUTE);
    const told = await town.seen(town.dm(ben), ({ text }) => text.includes("1.00 CAD is 0.80 USD"));
    await town.press(ben, told, "Stop Telling Me");
    await town.seen(town.dm(ben), ({ text }) => text.includes("Done: stop watching whether CAD/USD"));
    expect(town.faults()).toEqual([]);
  },
  LONG,
);
