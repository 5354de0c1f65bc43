import { expect, test, vi } from "vitest";
import type { SeenMessage } from "#test/platforms/slack/seen.ts";
import { ROTA_DOCUMENT, ROTA_HOST, startRota } from "#test/platforms/rota.ts";
import { ADA, BEN, CYD, DM, labelsIn, live, type SlackHouse, wordsOf } from "./slack-house.ts";

vi.setConfig({ testTimeout: 600_000 });
const SOON = { timeout: 240_000, interval: 50 };

const VIC = "U0VIC00006"; // asks, and decides nothing
const LOBBY = "C0LOBBY003";
const PROPOSALS = "C0PROPS004";

/** Ada owns it, Ben and Cyd are operators, and requests go to a channel of their own. */
async function settle(house: SlackHouse): Promise<void> {
  house.slack.addPerson({ id: VIC, name: "Vic" });
  house.slack.addChannel({ id: LOBBY, name: "lobby", kind: "channel", members: [ADA, BEN, CYD, VIC] });
  house.slack.addChannel({ id: PROPOSALS, name: "nexus-proposals", kind: "channel", members: [ADA, BEN, CYD] });
  await house.linkAda();
  for (const person of [BEN, CYD] as const) await house.ask(person, DM[person], "whoami");
  for (const name of ["Ben", "Cyd"]) await house.ask(ADA, DM[ADA], `make ${name} operator`);
  await house.ask(ADA, PROPOSALS, "approvals here");
}

/** The newest request to install that can be approved. */
function gate(house: SlackHouse, fits: (message: SeenMessage) => boolean = () => true): Promise<SeenMessage> {
  return vi.waitUntil(
    () => house.said(PROPOSALS).findLast((message) => labelsIn(message).includes("Approve") && fits(message)),
    SOON,
  );
}

const now = (house: SlackHouse, { ts }: SeenMessage): SeenMessage | undefined =>
  house.said(PROPOSALS).find((message) => message.ts === ts);

test("J2 in Slack: three ask in vain, it is proposed, built, approved after a restart, and the first is answered in their thread", async () => {
  await using rota = await startRota();
  await live(
    async (house) => {
      await settle(house);
      const vain = await house.ask(VIC, LOBBY, "who is on call this week?");
      await house.ask(BEN, LOBBY, "who is on call tonight?");
      await house.ask(CYD, LOBBY, "who is on call tomorrow");
      // A request that begins a thread under the word that sent it there would be seen by nobody.
      const proposal = await house.shown(PROPOSALS, ({ text }) => text.startsWith("Proposal: on-call schedules"));
      expect(proposal.threadTs).toBeUndefined();
      expect(wordsOf(proposal)).toContain("PagerDuty 1.0.0, a module of the index nexus");
      const code = /build proposal (\w{4})/.exec(wordsOf(proposal))?.[1];
      await house.ask(BEN, LOBBY, `build proposal ${code} from ${ROTA_DOCUMENT}`);
      await vi.waitUntil(() => wordsOf(now(house, proposal)).includes("Building, asked by Ben."), SOON);
      const card = await gate(house);
      expect(card.threadTs).toBeUndefined();
      await house.press(CYD, PROPOSALS, card, "Review Code");
      const reading = await house.whispered(CYD, ({ text }) => text.startsWith("Details of Install Rota"));
      expect(wordsOf(reading)).toContain("The files are in your direct messages with me.");

      await house.press(CYD, PROPOSALS, card, "Approve");
      await vi.waitUntil(() => wordsOf(now(house, card)).includes("1 of 2"), SOON);
      await house.restart();
      await house.press(ADA, PROPOSALS, card, "Approve");
      const told = await vi.waitUntil(
        () => house.replies(LOBBY, vain.root).find(({ text }) => text.startsWith("You asked")),
        SOON,
      );
      expect(told.text).toContain("New module, approved by Cyd and Ada. Closest to that is “who is on call”");
      expect(wordsOf(told)).toContain("Grace Hopper");
      await vi.waitUntil(() => wordsOf(now(house, proposal)).includes("It is there."), SOON);
    },
    { vendors: { [ROTA_HOST]: rota } },
  );
});

test("J2 in Slack: sent back with a word from a form, it is built anew, and who said it is one of its makers", async () => {
  await using rota = await startRota();
  await live(
    async (house) => {
      await settle(house);
      await house.ask(BEN, LOBBY, `build a module for ${ROTA_DOCUMENT} that says who is on call`);
      const first = await gate(house);
      await house.press(BEN, PROPOSALS, first, "Approve");
      expect((await house.whispered(BEN, () => true)).text).toContain("others must approve it");
      await house.press(CYD, PROPOSALS, first, "Reject With Feedback");
      const form = await house.view(CYD);
      const values = { "What should it do differently?": "it should list all schedules as well" };
      await house.slack.submit({ viewId: form.id, values, user: CYD });
      const second = await gate(house, ({ ts }) => ts !== first.ts);
      expect(wordsOf(second)).toContain("/v1/schedules");
      expect(wordsOf(now(house, first))).toContain("Rejected by Cyd");
      expect(labelsIn(now(house, first) ?? first)).toEqual([]);
      const sentBack = await house.shown(LOBBY, ({ text }) => text.includes("I build it anew with that"));
      expect(sentBack.text).toContain("list all schedules as well. I build it anew with that");
      await house.press(CYD, PROPOSALS, second, "Approve");
      await house.whispered(CYD, ({ text }) => text.includes("You have a part in this, so others must approve it"));
      expect(wordsOf(second)).toContain("It takes 2 of operators, admins and owners");
    },
    { vendors: { [ROTA_HOST]: rota } },
  );
});
