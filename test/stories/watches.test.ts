import { describe, expect, test, vi } from "vitest";
import type { Reply } from "#core/contract/reply.ts";
import { loadBundle } from "#sandbox/bundle/bundle.ts";
import { startVendor } from "#test/platforms/loopback-vendor.ts";
import { PATIENCE } from "./console-terminal.ts";
import { buttonOf, labelsOf, textOf } from "./house.ts";
import { channel, openWorkspace, type Workspace } from "./workspace.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Several starts of a whole house, or several times that something is due; ms. */
const LONG = 60_000;
const GENERAL = channel("general");

/** A workspace with the exchange rates of the shelf, whose source says what the test wants. */
async function openExchange() {
  const money = { rate: 0.72, status: 200 };
  const vendor = await startVendor("ok", ({ query }) => ({
    status: money.status,
    body: { base: query.get("base"), date: "2026-11-20", rates: { [query.get("symbols") ?? "USD"]: money.rate } },
  }));
  const bundle = loadBundle(new URL("../../src/modules/shelf/exchange-rates/", import.meta.url));
  const place = await openWorkspace({ bundles: [bundle], vendors: { "api.frankfurter.dev": vendor } });
  return {
    place,
    money,
    vendor,
    /** Moves on to the next look, and waits until it has been. */
    async look(after = 75 * MINUTE) {
      const before = vendor.requests.length;
      place.house.wait(after);
      await vi.waitUntil(() => vendor.requests.length > before, PATIENCE);
    },
    async [Symbol.asyncDispose]() {
      await place[Symbol.asyncDispose]();
      await vendor[Symbol.asyncDispose]();
    },
  };
}

/** What was told of a watch. */
function told(place: Workspace, words: RegExp): Reply[] {
  return place.shown.filter(({ reply }) => words.test(JSON.stringify(reply.parts))).map(({ reply }) => reply);
}

const WANTED = /You wanted to know/;
const GIVEN_UP = /I have given up/;

/** Waits until a look that has been is written down. */
async function looked(place: Workspace, code: string, words: RegExp): Promise<Reply> {
  let last: Reply | undefined;
  await vi.waitUntil(async () => words.test(textOf((last = await place.say(`watch ${code}`)))), PATIENCE);
  if (last === undefined) throw new Error("nothing was shown");
  return last;
}

async function codeOf(place: Workspace): Promise<string> {
  const code = /"([A-Z0-9]{4})"/.exec(textOf(await place.say("watches")))?.[1];
  if (code === undefined) throw new Error("there is no watch");
  return code;
}

describe("“tell me when”", () => {
  test(
    "a rate goes above a number is planned with what it is now, told once, and over",
    async () => {
      await using exchange = await openExchange();
      const { place, money } = exchange;
      const plan = await place.say("ping me when CAD/USD goes above 0.75");
      expect(plan.summary).toBe("Shall I tell you when CAD/USD goes above 0.75?");
      expect(plan.visibility).toBe("only_actor");
      expect(labelsOf(plan)).toEqual(["Do It", "Not Now"]);
      expect(textOf(plan)).toContain("rate is above 0.75");
      expect(textOf(plan)).toContain("0.72: 1.00 CAD is 0.72 USD");
      expect(textOf(plan)).toContain("every 60 minutes");
      expect(textOf(plan)).toContain("It ends by itself after 30 days");
      expect((await place.pressOn(plan, "Do It")).summary).toContain("Done: tell you when CAD/USD");
      const code = await codeOf(place);
      await looked(place, code, /Last looked.{10,30}\uE000/);
      expect(told(place, WANTED)).toEqual([]);
      money.rate = 0.76;
      await exchange.look();
      const [reply] = await vi.waitUntil(
        () => (told(place, WANTED).length > 0 ? told(place, WANTED) : false),
        PATIENCE,
      );
      expect(reply?.summary).toContain("1.00 CAD is 0.76 USD");
      expect(reply && labelsOf(reply)).toEqual(["Tell Me the Next Time", "Why"]);
      expect((await place.say("watches")).summary).toContain("no watch going on");
      place.house.wait(3 * HOUR);
      expect(told(place, WANTED)).toHaveLength(1);
    },
    LONG,
  );

  test(
    "whenever: it is told again only after the number has been back by a margin",
    async () => {
      await using exchange = await openExchange();
      const { place, money } = exchange;
      await place.pressOn(await place.say("let me know whenever CAD/USD goes above 0.75"), "Do It");
      const code = await codeOf(place);
      await looked(place, code, /Last looked.{10,30}\uE000/);
      for (const [rate, times] of [
        [0.76, 1],
        [0.749, 1],
        [0.77, 1],
        [0.73, 1],
        [0.78, 2],
      ] as const) {
        money.rate = rate;
        await exchange.look();
        const wanted = times === 1 ? /once, last/ : /2 times, last/;
        await looked(place, code, wanted);
      }
      expect(told(place, WANTED)).toHaveLength(2);
      const [last] = told(place, WANTED).slice(-1);
      if (last === undefined) throw new Error("nothing was told");
      expect((await place.pressOn(last, "Stop Telling Me")).summary).toContain("Done: stop watching");
      expect((await place.say("undo")).summary).toContain("Undone");
      expect((await place.say("watches")).summary).toContain("I watch one thing for you");
    },
    LONG,
  );

  test("what is so already is said at once, and the next time can be waited for", async () => {
    await using exchange = await openExchange();
    const { place, money } = exchange;
    money.rate = 0.8;
    const reply = await place.say("tell me when CAD/USD is above 0.75");
    expect(reply.summary).toContain("That is so already. 1.00 CAD is 0.80 USD");
    const plan = await place.pressOn(reply, "Tell Me the Next Time");
    expect(textOf(plan)).toContain("when it has been otherwise and is so again");
    await place.pressOn(plan, "Do It");
    const code = await codeOf(place);
    await looked(place, code, /Last looked.{10,30}\uE000/);
    expect(told(place, WANTED)).toEqual([]);
    money.rate = 0.7;
    await exchange.look();
    money.rate = 0.9;
    await exchange.look();
    await vi.waitUntil(() => told(place, WANTED).length === 1, PATIENCE);
  });

  test(
    "a source that fails is named once, tried ever more rarely, and given up after a week",
    async () => {
      await using exchange = await openExchange();
      const { place, money, vendor } = exchange;
      await place.pressOn(await place.say("ping me when CAD/USD goes above 0.75"), "Do It");
      await looked(place, await codeOf(place), /Last looked.{10,30}\uE000/);
      money.status = 503;
      const cannot = /I can't see at the moment/;
      for (let at = 0; at < 12 && told(place, cannot).length === 0; at++) await exchange.look(8 * HOUR);
      expect(told(place, cannot)).toHaveLength(1);
      for (let at = 0; at < 9 && told(place, GIVEN_UP).length === 0; at++) {
        const looks = vendor.requests.length;
        place.house.wait(DAY);
        await vi.waitUntil(() => vendor.requests.length > looks || told(place, GIVEN_UP).length > 0, PATIENCE);
      }
      await vi.waitUntil(() => told(place, GIVEN_UP).length === 1, PATIENCE);
      expect(told(place, cannot)).toHaveLength(1);
      expect((await place.say("watches")).summary).toContain("no watch going on");
    },
    LONG,
  );

  test("nobody has more than ten, and nobody sees or ends another's", async () => {
    await using exchange = await openExchange();
    const { place } = exchange;
    for (let at = 0; at < 10; at++) {
      await place.pressOn(await place.say(`ping me when CAD/USD goes above ${1 + at / 10}`), "Do It");
    }
    expect((await place.say("ping me when CAD/USD goes above 9")).summary).toContain("10 are the most I keep");
    const code = await codeOf(place);
    const bob = { person: "bob" };
    expect((await place.say("watches", bob)).summary).toContain("no watch going on");
    expect((await place.say(`watch ${code}`, bob)).summary).toContain("no such watch");
    expect((await place.say(`end watch ${code}`, bob)).summary).toContain("no such watch");
    const shown = await place.say(`watch ${code}`);
    const { token } = buttonOf(shown, "End");
    expect((await place.press(token, { person: "bob", place: { ...GENERAL, channelId: "ada-dm" } })).summary).toContain(
      "somebody else's watch",
    );
  });

  test(
    "what is so is told once over any number of starts, and a look that was under way is not lost",
    async () => {
      await using exchange = await openExchange();
      const { place, money } = exchange;
      await place.pressOn(await place.say("ping me when CAD/USD goes above 0.75"), "Do It");
      await looked(place, await codeOf(place), /Last looked.{10,30}\uE000/);
      money.rate = 0.9;
      await place.house.restart(() => place.house.wait(75 * MINUTE));
      await place.house.restart();
      await vi.waitUntil(() => told(place, WANTED).length === 1, PATIENCE);
      await place.house.restart(() => place.house.wait(75 * MINUTE));
      expect((await place.say("watches")).summary).toContain("no watch going on");
      expect(told(place, WANTED)).toHaveLength(1);
    },
    LONG,
  );

  test(
    "it is looked by the rights of the moment: a module that is switched off is named once",
    async () => {
      await using exchange = await openExchange();
      const { place } = exchange;
      await place.makeOwner();
      await place.pressOn(await place.say("ping me when CAD/USD goes above 0.75"), "Do It");
      await looked(place, await codeOf(place), /Last looked.{10,30}\uE000/);
      await place.pressOn(await place.say("turn off exchange rates here"), "Do It");
      place.house.wait(75 * MINUTE);
      const reply = await vi.waitUntil(() => told(place, /I can't see at the moment/)[0], PATIENCE);
      expect(textOf(reply)).toContain("not among what this channel allows");
      expect(labelsOf(reply)).toContain("End This Watch");
      expect((await place.pressOn(reply, "End This Watch")).summary).toContain("Done: stop watching");
    },
    LONG,
  );

  test("what could mean several values is asked about, with what each is now", async () => {
    await using place = await openWorkspace();
    const asked = await place.say("tell me when the river race of #QQUV8L0 starts");
    expect(asked.summary).toContain("I am not sure which of these you mean");
    expect(textOf(asked)).toContain("fame");
    const plan = await place.pressOn(asked, labelsOf(asked)[0] ?? "");
    expect(plan.summary).toContain("Shall I tell you when the river race of");
    expect(textOf(plan)).toContain("sample data");
  });

  test("what nothing here could tell is no watch, and asking for a time is a question", async () => {
    await using place = await openWorkspace();
    expect((await place.say("tell me when the toast is brown")).summary).not.toContain("Shall I");
    expect((await place.say("remind me once it is dark to lock the door")).summary).toContain("only go by the clock");
    expect((await place.say("tell me when my next meeting is")).summary).not.toContain("Shall I");
  });
});
