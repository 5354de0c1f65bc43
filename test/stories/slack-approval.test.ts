import { describe, expect, test } from "vitest";
import { INNER_LIFE } from "./house.ts";
import { decide, ASK, type Asked, codeOn } from "./slack-approval-house.ts";
import { ADA, BEN, CYD, DM, labelsIn, OPS, live, wordsOf } from "./slack-house.ts";

const HOUR = 60 * 60_000;
/** Several starts of a whole house; ms. */
const LONG = 60_000;

function done({ house }: Asked) {
  return house.shown(OPS, ({ text }) => text.startsWith("done act-1-2"));
}

/** The card as it is in the channel now, once its words say so. */
function redrawn({ house, card }: Asked, words: string | RegExp) {
  return house.shown(OPS, (message) => message.ts === card.ts && new RegExp(words).test(message.text));
}

describe("an approval, as it is lived in Slack", () => {
  test("APV-000, APV-030: is asked for in the thread, decided by the right person, and done once", () =>
    decide(async (asked) => {
      const { house, world, root, card } = asked;
      expect(card).toMatchObject({ threadTs: root });
      expect(card.text).toBe("Approval needed: Run Act 1.0.0, “Act once”: changes something at effects.example.com");
      expect(wordsOf(card)).toContain("Ada can decide this.");
      expect(labelsIn(card)).toEqual(["Run It", "Reject", "Details"]);
      expect(world.effects.size).toBe(0);

      await house.press(CYD, OPS, card, "Run It");
      const refused = await house.whispered(CYD, () => true);
      expect(refused.text).toMatch(/^Only operators, admins and owners can decide this\./);
      expect(world.effects.size).toBe(0);

      await house.press(ADA, OPS, card, "Run It");
      expect(await done(asked)).toMatchObject({ threadTs: root, text: "done act-1-2, number 1" });
      const closed = await redrawn(asked, "Approved by Ada");
      expect(labelsIn(closed)).toEqual([]);
      await expect(house.press(ADA, OPS, card, "Run It")).rejects.toThrow("there is no");
      expect([...world.effects]).toEqual([["act-1-2", 1]]);
      expect(house.replies(OPS, root)).toHaveLength(2);
    }));

  test("manner 8: the decided card says who, what and when in each reader's zone, and pings nobody", () =>
    decide(async (asked) => {
      await asked.house.press(ADA, OPS, asked.card, "Run It");
      const closed = await redrawn(asked, "Approved by");
      expect(closed.text).toMatch(
        /^Run Act 1\.0\.0.*: Approved by Ada · <!date\^1795204800\^.*\|2026-11-20 20:00 UTC>$/,
      );
      expect(wordsOf(closed)).not.toMatch(/<@|<!channel|<!here|<!everyone/);
    }));

  test("manner 6: two quick presses of two people are one decision and one effect", () =>
    decide(async (asked) => {
      const { house, world, card } = asked;
      await house.ask(CYD, DM[CYD], "whoami");
      const made = await house.ask(ADA, DM[ADA], "make Cyd operator");
      expect(made.replies[0]?.text).toMatch(/^Cyd is an operator/);
      await Promise.all([house.press(ADA, OPS, card, "Run It"), house.press(CYD, OPS, card, "Run It")]);
      await done(asked);
      await house.slack.settled();
      expect([...world.effects]).toEqual([["act-1-2", 1]]);
    }));

  test("manner 12: Reject asks for a reason in a modal, and who asked reads it in the thread", () =>
    decide(async (asked) => {
      const { house, world, root, card } = asked;
      await house.press(ADA, OPS, card, "Reject");
      const form = await house.view(ADA);
      const { errors } = await house.slack.submit({
        viewId: form.id,
        values: { Reason: "not on a Friday" },
        user: ADA,
      });
      expect(errors).toEqual({});
      const word = await house.shown(OPS, ({ ts, text }) => ts !== card.ts && text.includes("Rejected by Ada"));
      expect(word).toMatchObject({ threadTs: root });
      expect(word.text).toContain("I didn't run it. Reason: not on a Friday");
      expect(labelsIn(await redrawn(asked, "Rejected by Ada"))).toEqual([]);
      expect(world.effects.size).toBe(0);
    }));

  test("manner 10: nobody decides, so it is not done, and the card and who asked are told", () =>
    decide(async (asked) => {
      const { house, world, root } = asked;
      house.house.wait(73 * HOUR);
      await house.restart();
      const word = await house.shown(OPS, ({ ts, text }) => ts !== asked.card.ts && text.includes("Timed out"));
      expect(word).toMatchObject({ threadTs: root });
      expect(labelsIn(await redrawn(asked, "Timed out"))).toEqual([]);
      expect(world.effects.size).toBe(0);
    }));

  test(
    "what nobody decides for a day is recalled once in its thread, with the way to the card, and pings nobody",
    () =>
      decide(async ({ house, root, card }) => {
        house.house.wait(25 * HOUR);
        await house.restart();
        const isReminder = ({ text }: { text: string }) =>
          text.startsWith("Nobody has decided this yet: Run Act 1.0.0");
        const reminder = await house.shown(OPS, isReminder);
        expect(reminder.threadTs).toBe(root);
        expect(wordsOf(reminder)).toContain(`approve ${codeOn(card)}`);
        expect(JSON.stringify(reminder)).not.toMatch(/<@|<!channel|<!here|<!everyone/);
        await house.restart();
        await house.slack.settled();
        expect(house.replies(OPS, root).filter(isReminder)).toHaveLength(1);
      }),
    LONG,
  );

  test("manner 11: the card is pressed after a restart", () =>
    decide(async (asked) => {
      await asked.house.restart();
      await asked.house.press(ADA, OPS, asked.card, "Run It");
      await done(asked);
      expect([...asked.world.effects]).toEqual([["act-1-2", 1]]);
    }));

  test("manner 14: it is decided by typing, from the direct message too, and the channel sees it", () =>
    decide(async (asked) => {
      const { house, card, root } = asked;
      const code = codeOn(card);
      const own = await house.ask(ADA, DM[ADA], `approve ${code}`);
      expect(own.replies[0]?.text).toContain("You approved this.");
      expect(await done(asked)).toMatchObject({ threadTs: root });
      const again = await house.command(ADA, OPS, `reject ${code} because too late`);
      expect(again.text).toMatch(/Approved by Ada/);
    }));

  test("Details shows whoever asks exactly what would run, and the channel nothing", () =>
    decide(async ({ house, card }) => {
      const before = house.said(OPS).length;
      await house.press(CYD, OPS, card, "Details");
      const details = await house.whispered(CYD, () => true);
      expect(wordsOf(details)).toContain("Module sha256 ");
      expect(wordsOf(details)).toContain("act-1-2");
      const source = await house.uploaded("act-1.0.0.txt");
      expect(source.content.toString()).toContain("effects.example.com");
      expect(source.channels).not.toContain(OPS);
      expect(house.said(OPS)).toHaveLength(before);
    }));

  test("manner 9: asked for once more, the older card is retired and names the newer", () =>
    decide(async (asked) => {
      const { house, world, card } = asked;
      const newer = await house.ask(BEN, OPS, ASK);
      const code = newer.replies[0] === undefined ? "" : codeOn(newer.replies[0]);
      const retired = await redrawn(asked, "Superseded");
      expect(retired.text).toContain(`request ${code} took its place`);
      expect((await house.command(ADA, OPS, `approve ${codeOn(card)}`)).text).toContain("Superseded");
      expect(world.effects.size).toBe(0);
    }));

  test("manner 25: nobody is written to who neither asked nor said anything", () =>
    decide(async ({ house, root }) => {
      const linked = house.said(DM[ADA]).length;
      await house.slack.post({ channel: OPS, user: CYD, text: "lunch?" });
      await house.slack.openHome(CYD);
      await house.slack.settled();
      // Whatever was going to be said unasked is said before the answer to this.
      await house.ask(BEN, OPS, "help", { threadTs: root });
      expect(house.said(DM[ADA])).toHaveLength(linked);
      expect([...house.said(DM[BEN]), ...house.said(DM[CYD])]).toEqual([]);
      expect([...house.whispers(ADA), ...house.whispers(CYD)]).toEqual([]);
      expect(house.said(OPS).every(({ threadTs }) => threadTs === root)).toBe(true);
    }));

  test("manner 16: what was approved and then failed says so in the thread, with its cause", () =>
    decide(async ({ house, world, root, card }) => {
      world[Symbol.dispose]();
      await house.press(ADA, OPS, card, "Run It");
      const failed = await house.shown(OPS, ({ ts, text }) => ts !== card.ts && !text.startsWith("Run Act"));
      expect(failed).toMatchObject({ threadTs: root });
      expect(wordsOf(failed)).toMatch(/upstream_unavailable · ref/);
      expect(failed.text).not.toMatch(INNER_LIFE);
      expect(world.effects.size).toBe(0);
    }));

  test("manner 7: a card in the channel for approvals is retired there, and the result goes where it was asked", () =>
    decide(async ({ house, card }) => {
      const gates = "C0GATES010";
      house.slack.addChannel({ id: gates, name: "gates", kind: "channel", members: [ADA, CYD] });
      await house.ask(ADA, gates, "approvals here");
      const asked = await house.ask(BEN, OPS, "perform drill effect act-7-7");
      expect(asked.replies[0]?.text).toMatch(/^That needs an approval first\. I sent the request to #?gates/);
      const moved = await house.shown(gates, ({ text }) => text.startsWith("Approval needed: Run Act"));
      await house.press(CYD, gates, moved, "Run It");
      await house.whispered(CYD, ({ text }) => text.startsWith("Only operators"));
      await house.press(ADA, gates, moved, "Run It");
      expect(await house.shown(OPS, ({ text }) => text.startsWith("done act-7-7"))).toMatchObject({
        threadTs: asked.root,
      });
      const closed = await house.shown(gates, ({ ts, text }) => ts === moved.ts && text.includes("Approved by Ada"));
      expect(labelsIn(closed)).toEqual([]);
      expect(labelsIn(card)).not.toEqual([]);
    }));
});

describe("a module that is switched off", () => {
  test("is off after the approval, says so, and comes back by Undo, which is asked for as well", () =>
    live(async (house) => {
      await house.linkAda();
      const { root, replies } = await house.ask(ADA, OPS, "disable weather");
      const [card] = replies;
      if (card === undefined) throw new Error("there is no card");
      await house.press(ADA, OPS, card, "Switch Off Weather");
      const off = await house.shown(OPS, ({ text }) => text === "Weather is off here now.");
      expect(off).toMatchObject({ threadTs: root });
      const refused = await house.ask(BEN, OPS, "what's the weather in Lisbon?");
      expect(refused.replies[0]?.text).toMatch(/^Weather is switched off here/);

      await house.press(ADA, OPS, off, "Undo");
      const back = await house.shown(OPS, ({ text }) => text.startsWith("Approval needed: Switch on Weather"));
      await house.press(ADA, OPS, back, "Switch On Weather");
      await house.shown(OPS, ({ text }) => text === "Weather is on here now.");
      const answer = await house.ask(BEN, OPS, "what's the weather in Lisbon?");
      expect(answer.replies[0]?.text).toMatch(/^Lisbon/);
    }));
});
