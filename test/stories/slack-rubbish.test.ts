import { describe, expect, test, vi } from "vitest";
import { PATIENCE } from "./console-terminal.ts";
import { INNER_LIFE, OPENWEATHER_KEY } from "./house.ts";
import { ADA, BEN, CYD, DM, labelsIn, OPS, live, wordsOf } from "./slack-house.ts";

const DAY = 24 * 60 * 60_000;

describe("what nobody should say", () => {
  test("40,000 characters are answered once, in a few words", () =>
    live(async (house) => {
      const { root, replies } = await house.ask(BEN, OPS, "lorem ipsum <dolor> & `sit` *amet* ".repeat(1_150));
      expect(replies[0]?.text).toMatch(/^I can't do that yet/);
      expect(replies[0]?.text).not.toMatch(INNER_LIFE);
      await house.ask(BEN, OPS, "x".repeat(39_000), { threadTs: root });
      expect(house.replies(OPS, root)).toHaveLength(2);
    }));

  test("pictures and blanks for words, and a mention alone, are answered too", () =>
    live(async (house) => {
      for (const words of [
        "🎉🎉🎉",
        "\u200b\u00a0 \u2028",
        "",
        ":tada:",
        "<https://example.com|click>",
        "&lt;!channel&gt;",
      ]) {
        const { replies } = await house.ask(BEN, OPS, words);
        expect(replies[0]?.text.length).toBeGreaterThan(10);
        expect(replies[0]?.text).not.toMatch(INNER_LIFE);
      }
    }));

  test("manner 30: twelve files are one answer that says what became of each", () =>
    live(async (house) => {
      const files = Array.from({ length: 11 }, (_, index) => ({
        name: `export-${index}.csv`,
        content: `2026-11-01,SHOP ${index} TORONTO,${index + 1}.00,\n`,
      }));
      const cat = { name: "cat.png", content: "\u0089PNG" };
      const { replies } = await house.ask(BEN, DM[BEN], "import these", { files: [...files, cat] });
      const words = wordsOf(replies[0]);
      for (const { name } of files) expect(words).toMatch(new RegExp(`${name}\\*\\* Imported 1 transaction`));
      expect(words).toContain("I did not read “cat.png”");
      expect(replies).toHaveLength(1);
    }));

  test("a command nobody knows says so, and one without a word is help", () =>
    live(async (house) => {
      expect((await house.command(BEN, OPS, "frobnicate the gizmo")).text).toMatch(/^I can't do that yet/);
      expect((await house.command(BEN, OPS, "")).text).toBe("What I can do, with words to try.");
      expect((await house.command(BEN, OPS, "approve ZZZZ")).text).toMatch(/^I know how that begins/);
      expect(house.said(OPS)).toEqual([]);
    }));

  test("manner 21: bots, joins, changes and deletions are not talked to", () =>
    live(async (house) => {
      const { nexus, slack } = house;
      await slack.post({ channel: OPS, user: "USLACKBOT", text: `${nexus} help`, botId: "B0OTHER001" });
      await slack.post({ channel: OPS, user: CYD, text: `<@${CYD}> has joined the channel`, subtype: "channel_join" });
      const { ts } = await slack.post({ channel: OPS, user: CYD, text: "no mention" });
      await slack.edit(OPS, ts, `${nexus} help`);
      await slack.remove(OPS, ts);
      await slack.settled();
      await house.ask(BEN, OPS, "help");
      expect(house.said(OPS)).toHaveLength(1);
    }));
});

describe("what nobody should press", () => {
  test("a button of yesterday works after a restart, and one of last week says what to do", () =>
    live(async (house) => {
      const { replies } = await house.ask(BEN, OPS, "let me choose a demo colour");
      const [question] = replies;
      if (question === undefined) throw new Error("nothing was asked");
      await house.restart(() => house.house.wait(DAY));
      await house.press(BEN, OPS, question, "green");
      await house.shown(OPS, ({ text }) => text.includes("you chose green"));
      await house.restart(() => house.house.wait(4 * DAY));
      await house.press(BEN, OPS, question, "red");
      const old = await house.whispered(BEN, () => true);
      expect(wordsOf(old)).toContain("action_expired");
      expect(old.text).not.toMatch(INNER_LIFE);
    }));

  test("APV-022, manner 17: a forged token, or one of another channel, is declined to the presser alone", () =>
    live(async (house) => {
      const { replies } = await house.ask(BEN, OPS, "what's the weather in Lisbon?");
      const elsewhere = await house.ask(BEN, DM[BEN], "what's the weather in Porto?");
      const [answer] = replies;
      const moved = /"value":"(n1\.why\.[^"]+)"/.exec(wordsOf(elsewhere.replies[0]).replaceAll("\\", ""))?.[1];
      if (answer === undefined || moved === undefined) throw new Error("there are no buttons");
      const forged = [`n1.apv.${"A".repeat(22)}.${"B".repeat(16)}`, moved, "n1.why", "'; drop table actions; --", "💥"];
      for (const [index, value] of forged.entries()) {
        await house.slack.press({ channel: OPS, ts: answer.ts, label: "Why", user: BEN, value });
        await vi.waitUntil(() => house.whispers(BEN).length > index, PATIENCE);
      }
      for (const { text } of house.whispers(BEN)) expect(text).toMatch(/no longer active/i);
      expect(house.said(OPS)).toHaveLength(1);
    }));

  test("a form that is sent twice in one breath is taken once", () =>
    live(async (house) => {
      await house.linkAda();
      const { root, replies } = await house.ask(ADA, DM[ADA], "connect weather");
      const [opener] = replies;
      if (opener === undefined) throw new Error("there is no button");
      await house.press(ADA, DM[ADA], opener, labelsIn(opener)[0] ?? "");
      const { id } = await house.view(ADA);
      const submit = () => house.slack.submit({ viewId: id, values: { "API key": OPENWEATHER_KEY }, user: ADA });
      await Promise.all([submit(), submit()]);
      // Asked after it in the same place, so answered after whatever the forms led to.
      await house.slack.post({ channel: DM[ADA], user: ADA, text: "whoami", threadTs: root });
      await house.shown(DM[ADA], ({ text }) => text.startsWith("You are Ada"));
      expect(house.replies(DM[ADA], root).filter(({ text }) => text.startsWith("Connected"))).toHaveLength(1);
    }));
});

describe("too much of it", () => {
  test("a follow-up in a thread of 200 messages is understood, without reading the thread", () =>
    live(async (house) => {
      const { root } = await house.ask(BEN, OPS, "what's the weather in Lisbon?");
      for (let index = 0; index < 200; index += 1) {
        await house.slack.post({ channel: OPS, user: CYD, text: `<@${ADA}> ${index}`, threadTs: root });
      }
      const before = house.slack.calls.length;
      const { replies } = await house.ask(CYD, OPS, "and Porto?", { threadTs: root, mention: false });
      expect(replies[0]?.text).toMatch(/^Porto/);
      const asked = house.slack.calls.slice(before).map(({ method }) => method);
      expect(asked.filter((method) => method.startsWith("conversations."))).toEqual([]);
    }));
});

describe("what is never said unasked", () => {
  test("manner 26: brought into a channel, NEXUS says nothing before it is spoken to", () =>
    live(async (house) => {
      house.slack.addChannel({ id: "C0NEW00009", name: "new", kind: "channel", members: [ADA], withoutBot: true });
      await house.slack.join("C0NEW00009", ADA);
      await house.slack.settled();
      const { replies } = await house.ask(ADA, "C0NEW00009", "help");
      expect(house.said("C0NEW00009")).toEqual(replies);
      expect(house.said(OPS)).toEqual([]);
    }));

  test("manner 27: a reply in a thread is never sent to the whole channel as well", () =>
    live(async (house) => {
      await house.linkAda();
      const card = (await house.ask(BEN, OPS, "disable weather")).replies[0];
      if (card === undefined) throw new Error("there is no card");
      await house.press(ADA, OPS, card, "Switch Off Weather");
      await house.shown(OPS, ({ text }) => text === "Weather is off here now.");
      await house.ask(BEN, OPS, "show every kind of part in the showroom");
      const posts = house.slack.calls.filter(({ method }) => method === "chat.postMessage");
      expect(posts.length).toBeGreaterThan(3);
      expect(posts.filter(({ body }) => "reply_broadcast" in body)).toEqual([]);
    }));
});
