import { describe, expect, test, vi } from "vitest";
import type { Outbound } from "#core/contract/door.ts";
import { ConversationKey } from "#core/contract/ids.ts";
import type { Conversation } from "#core/contract/message.ts";
import { type Office, ASK, codeOf, isClosed, officeWithOperators, room, TWO_OTHERS } from "./approval-office.ts";
import { PATIENCE } from "./console-terminal.ts";
import { actionsOf, labelsOf, textOf } from "./house.ts";
import { openInstallOffice } from "./install-office.ts";

vi.setConfig({ testTimeout: 120_000 });

const HOUR = 60 * 60_000;

/** A person's own conversation with NEXUS, which nobody else reads. */
function alone(person: string): Conversation {
  const { name: _, ...place } = room(`dm-${person}`);
  return { ...place, key: ConversationKey.parse(`test:acme:dm-${person}`), kind: "dm", audience: "just_me" };
}

/** Every word by which somebody was reminded, in order. */
function reminders({ door }: Office): Outbound[] {
  return door.shown.filter(({ reply }) => isReminder(reply.summary));
}

function isReminder(summary: string): boolean {
  return /^(Nobody has decided this yet|This still needs somebody's approval): /.test(summary);
}

/** Lets time pass, and NEXUS look at what waits: it does when it starts, and every few seconds from then on. */
async function later(office: Office, hours: number): Promise<void> {
  office.wait(hours * HOUR);
  await office.restart();
}

/** Something else that takes a turn in the same place: whatever was on its way before has been shown by then. */
async function settled(office: Office, place?: Conversation): Promise<void> {
  await office.say("ada", "approvals", place);
}

describe("an approval that nobody decides", () => {
  test("is recalled once after a day and once after two, beside its card, over any number of starts", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    await later(office, 23);
    await settled(office);
    expect(reminders(office)).toEqual([]);

    await later(office, 1);
    const first = await office.shown(({ reply }) => isReminder(reply.summary));
    expect(first.conversation.key).toBe(card.conversation.key);
    expect(first.reply.visibility).toBe("everyone");
    expect(textOf(first.reply)).toContain(`approve ${codeOf(card)}`);
    expect(textOf(first.reply)).toContain("0 of 1");
    expect(actionsOf(first.reply)).toEqual([]);
    await later(office, 1);
    await later(office, 1);
    await settled(office);
    expect(reminders(office)).toHaveLength(1);

    await later(office, 22);
    await vi.waitUntil(() => reminders(office).length === 2, PATIENCE);
    await later(office, 10);
    await settled(office);
    expect(reminders(office)).toHaveLength(2);
    expect(office.effects).toEqual([]);
  });

  test("is recalled once where several reminders have come while NEXUS was down", async () => {
    await using office = await officeWithOperators();
    await office.say("ada", ASK);
    await later(office, 50);
    await office.shown(({ reply }) => isReminder(reply.summary));
    await later(office, 1);
    await settled(office);
    expect(reminders(office)).toHaveLength(1);
  });

  test("is not recalled once it is decided, taken back or over", async () => {
    await using office = await officeWithOperators();
    const done = await office.say("ada", ASK);
    await office.press("bob", done, "Run It");
    await office.card(done, isClosed);
    const back = await office.say("ada", "perform drill effect act-3-4");
    await office.say("ada", `reject ${codeOf(back)}`);
    await office.card(back, isClosed);
    const late = await office.say("ada", "perform drill effect act-5-6");
    await later(office, 73);
    await office.card(late, isClosed);
    await settled(office);
    expect(reminders(office)).toEqual([]);
  });

  test("names what is missing where some have agreed, and leads to the card where the platform lets everybody open it", async () => {
    await using office = await officeWithOperators({
      policies: { write: TWO_OTHERS },
      permalink: ({ messageId }) => Promise.resolve(`https://chat.example/${messageId}`),
    });
    const card = await office.say("ada", ASK);
    await office.press("bob", card, "Run It");
    await office.card(card, (reply) => textOf(reply).includes("1 of 2"));
    await later(office, 24);
    const { reply } = await office.shown((one) => isReminder(one.reply.summary));
    expect(reply.summary).toMatch(/^This still needs somebody's approval: /);
    expect(actionsOf(reply)).toEqual([
      { type: "link", label: "Open the Request", url: `https://chat.example/${card.id}` },
    ]);
  });

  test("is recalled although the platform cannot say where its card is", async () => {
    await using office = await officeWithOperators({ permalink: () => Promise.reject(new Error("not now")) });
    await office.say("ada", ASK);
    await later(office, 24);
    const { reply } = await office.shown((one) => isReminder(one.reply.summary));
    expect(labelsOf(reply)).toEqual([]);
  });

  test("asked for where nobody else reads, is recalled to each who may decide, and not to who asked", async () => {
    await using office = await officeWithOperators();
    await office.say("bob", "help", alone("bob"));
    await office.say("eve", "help", alone("eve"));
    await office.say("ada", ASK, alone("ada"));
    await later(office, 24);
    const { conversation, actor } = await office.shown((one) => isReminder(one.reply.summary));
    expect([conversation.key, actor.id]).toEqual([alone("bob").key, "bob"]);
    await settled(office, alone("ada"));
    await settled(office, alone("eve"));
    expect(reminders(office)).toHaveLength(1);
  });

  test("is recalled when an operator set it, and not at all where they turned it off", async () => {
    await using often = await officeWithOperators({ remindAfterHours: [2] });
    await often.say("ada", ASK);
    await later(often, 2);
    await often.shown((one) => isReminder(one.reply.summary));
    await using never = await officeWithOperators({ remindAfterHours: [] });
    await never.say("ada", ASK);
    await later(never, 50);
    await settled(never);
    expect(reminders(never)).toEqual([]);
  });

  test("about a module to be installed, is recalled where its card is", async () => {
    await using office = await openInstallOffice();
    const card = await office.ask("ada");
    await office.live(card);
    await later(office, 24);
    const { reply, conversation } = await office.shown((one) => isReminder(one.reply.summary));
    expect(conversation.key).toBe(card.conversation.key);
    expect(reply.summary).toContain("Install Deploy Notes 1.0.0");
  });
});
