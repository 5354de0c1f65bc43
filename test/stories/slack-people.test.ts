import { describe, expect, test, vi } from "vitest";
import { PATIENCE } from "./console-terminal.ts";
import { ADA, BEN, CYD, DM, EXT, GUS, labelsIn, OPS, SHARED, type SlackHouse, live, wordsOf } from "./slack-house.ts";

const POLITE = "I only work for members of this workspace. Ask a member to ask me.";
const SPENDING = "show me my spending this month";

describe("who is who", () => {
  test("a code from the terminal makes its sender owner, once, and only in a direct message", () =>
    live(async (house) => {
      const codeOf = async () => /[A-Z0-9]{4}-[A-Z0-9]{4}/.exec((await house.house.say("link")).summary)?.[0] ?? "";
      const code = await codeOf();
      const read = await house.ask(BEN, OPS, `link ${code}`, { whispered: true });
      expect(read.replies[0]?.text).toMatch(/^Somebody may have read that code here/);
      const spent = await house.ask(BEN, DM[BEN], `link ${code}`);
      expect(wordsOf(spent.replies[0])).toContain("link_refused");
      const linked = await house.ask(ADA, DM[ADA], await codeOf());
      expect(linked.replies[0]?.text).toContain("You are owner here now");
      const who = await house.command(ADA, OPS, "whoami");
      expect(who.text).toMatch(/^You are Ada, an owner here/);
      expect(wordsOf(who)).toMatch(/the terminal.*America\/Toronto.*en-CA/);
    }));

  test("what an owner gives and takes counts from the next press on", () =>
    live(async (house) => {
      await house.linkAda();
      await house.ask(BEN, DM[BEN], "whoami");
      const card = (await house.ask(CYD, OPS, "disable weather")).replies[0];
      if (card === undefined) throw new Error("there is no card");
      await house.press(BEN, OPS, card, "Switch Off Weather");
      await house.whispered(BEN, ({ text }) => text.startsWith("Only operators"));
      const made = await house.ask(ADA, DM[ADA], "make Ben operator");
      expect(made.replies[0]?.text).toMatch(/^Ben is an operator/);
      await house.press(BEN, OPS, card, "Switch Off Weather");
      await house.shown(OPS, ({ text }) => text === "Weather is off here now.");
    }));
});

describe("manner 29: guests and people of other companies", () => {
  test("are told politely, alone, once, and can press nothing", () =>
    live(async (house) => {
      const { root, replies } = await house.ask(BEN, SHARED, "show every kind of part in the showroom");
      const [answer] = replies;
      if (answer === undefined) throw new Error("nothing was said");
      const told = await house.ask(EXT, SHARED, SPENDING, { threadTs: root, whispered: true });
      expect(told.replies).toMatchObject([{ text: POLITE }]);
      expect((await house.ask(GUS, OPS, "help", { whispered: true })).replies).toMatchObject([{ text: POLITE }]);
      const said = house.said(SHARED).length;
      await house.press(EXT, SHARED, answer, "Why");
      await house.slack.openHome(GUS);
      await house.ask(BEN, SHARED, "help", { threadTs: root, mention: false });
      expect(house.said(SHARED)).toHaveLength(said + 1);
      expect(house.whispers(EXT)).toHaveLength(1);
      const home = await vi.waitUntil(() => house.slack.home(GUS), PATIENCE);
      expect(JSON.stringify(home.body)).toContain(POLITE);
      expect(JSON.stringify(home.body)).not.toContain("button");
    }));

  test("include whom Slack does not show", () =>
    live(async (house) => {
      const nobody = "U0NOBODY07";
      house.slack.addChannel({ id: "C0GHOST001", name: "ghosts", kind: "channel", members: [nobody] });
      expect((await house.ask(nobody, "C0GHOST001", SPENDING, { whispered: true })).replies[0]?.text).toBe(POLITE);
      expect(house.said("C0GHOST001")).toEqual([]);
    }));
});

describe("the page of one's own", () => {
  test("shows what waits for who looks, and is answered in the direct message", () =>
    live(async (house) => {
      await house.linkAda();
      await house.ask(BEN, OPS, "disable weather");
      await house.slack.openHome(BEN);
      await house.slack.openHome(ADA);
      const own = await homeOf(house, ADA);
      expect(own).toContain("Switch off Weather");
      expect(await homeOf(house, BEN)).not.toContain("Switch Off Weather");
      await house.slack.press({ home: true, label: "Switch Off Weather", user: ADA });
      await house.shown(OPS, ({ text }) => text === "Weather is off here now.");
      await house.shown(DM[ADA], ({ text }) => text.includes("You approved this."));
      await house.slack.openHome(ADA);
      await vi.waitUntil(async () => !(await homeOf(house, ADA)).includes("Switch off Weather"), PATIENCE);
    }));

  test("offers things to say in the messages tab", () =>
    live(async (house) => {
      await house.slack.openHome(BEN, "messages");
      const prompts = await vi.waitUntil(() => {
        const all = house.slack.suggestedPrompts(DM[BEN]);
        return all.length > 0 && all;
      }, PATIENCE);
      const answer = await house.ask(BEN, DM[BEN], prompts[0]?.message ?? "");
      expect(answer.replies[0]?.text).not.toMatch(/^I can't|^I am not sure/);
    }));
});

describe("what people think of an answer", () => {
  test("manner 53: is asked once under it, and thanked for alone", () =>
    live(async (house) => {
      const { replies } = await house.ask(BEN, OPS, "show the demo metrics");
      const [answer] = replies;
      if (answer === undefined) throw new Error("nothing was said");
      expect(JSON.stringify(answer.blocks).match(/"feedback_buttons"/g)).toHaveLength(1);
      await house.slack.press({ channel: OPS, ts: answer.ts, label: "Helpful", user: BEN });
      expect((await house.whispered(BEN, () => true)).text).toBe("Thanks, I noted that.");
      await house.slack.press({ channel: OPS, ts: answer.ts, label: "Not Helpful", user: BEN });
      await house.whispered(BEN, ({ text }) => text.startsWith("Thanks, I changed what I had noted."));
      expect(house.said(OPS)).toHaveLength(1);
    }));
});

describe("manner 52: each reader's own words", () => {
  test("times in a channel are drawn by Slack for each reader, and figures as the asker writes them", () =>
    live(async (house) => {
      const dee = "U0DEE00006";
      house.slack.addPerson({ id: dee, name: "Dee", tz: "Europe/Berlin", locale: "de-DE" });
      house.slack.addChannel({ id: "D0DEE00006", name: "dee", kind: "im", members: [dee] });
      const german = await house.ask(dee, "D0DEE00006", SPENDING);
      expect(german.replies[0]?.text).toMatch(/^You spent [\d.]+,\d\d\sCA\$ from 1\. November to 20\. November 2026/);
      const english = await house.ask(BEN, DM[BEN], SPENDING);
      expect(english.replies[0]?.text).toMatch(/^You spent CA\$[\d,]+\.\d\d from 1 November/);
      const weather = await house.ask(BEN, OPS, "what's the weather in Lisbon?");
      expect(wordsOf(weather.replies[0])).toContain("as of <!date^1795204800^{time}|20:00 UTC>");
    }));

  test("a zone Slack knows is used unasked, and one the person says counts more", () =>
    live(async (house) => {
      expect((await house.command(CYD, OPS, "time zone")).text).toContain("America/Vancouver");
      await house.command(CYD, OPS, "my time zone is Lisbon");
      expect((await house.command(CYD, OPS, "time zone")).text).toContain("Europe/Lisbon");
    }));
});

describe("names", () => {
  test("manner 24: a name full of marks is shown literally, and pings nobody", () =>
    live(async (house) => {
      const eve = "U0EVE00008";
      house.slack.addPerson({ id: eve, name: "<!here> @everyone *b* `c`" });
      house.slack.addChannel({ id: "C0NAMES001", name: "names", kind: "channel", members: [eve, ADA] });
      await house.linkAda();
      const card = await house.ask(eve, "C0NAMES001", "disable weather");
      expect(labelsIn(card.replies[0] ?? { blocks: [] })).toContain("Switch Off Weather");
      const [message] = card.replies;
      expect(message?.text).not.toContain("<!here>");
      expect(wordsOf(message)).toContain("*b* `c`");
    }));
});

async function homeOf({ slack }: SlackHouse, user: string): Promise<string> {
  return JSON.stringify((await vi.waitUntil(() => slack.home(user), PATIENCE)).body);
}
