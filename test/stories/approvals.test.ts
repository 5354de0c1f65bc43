import { describe, expect, test, vi } from "vitest";
import { ActionToken } from "#core/contract/message.ts";
import { testActor } from "#test/platforms/test-message.ts";
import {
  actModule,
  ASK,
  codeOf,
  forged,
  isClosed,
  isResult,
  officeWithOperators,
  room,
  TWO_OTHERS,
} from "./approval-office.ts";
import { PATIENCE } from "./console-terminal.ts";
import { actionsOf, buttonOf, INNER_LIFE, textOf } from "./house.ts";

describe("a decision", () => {
  test("APV-008, manner 4: a press by someone without the role changes nothing and is answered to them alone", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    const turn = await office.press("eve", card, "Run It");
    const { reply, actor } = await office.shown(({ turnId }) => turnId === turn);
    expect([reply.visibility, actor.id]).toEqual(["only_actor", "eve"]);
    expect(reply.summary).toContain("Only operators, admins and owners can decide this.");
    expect(textOf(reply)).toContain("not_allowed");
    expect(office.door.shown.filter(({ edits }) => edits !== undefined)).toEqual([]);
    expect(office.effects).toEqual([]);
  });

  test("a right that was taken is gone at the next press of the same button", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    await office.give("bob", "viewer");
    const turn = await office.press("bob", card, "Run It");
    expect(textOf((await office.shown(({ turnId }) => turnId === turn)).reply)).toContain("not_allowed");
    expect(office.effects).toEqual([]);
  });

  test("APV-005, manner 5: who asked cannot approve where two people must", async () => {
    await using office = await officeWithOperators({ policies: { write: { ...TWO_OTHERS, approvals: 1 } } });
    const card = await office.say("bob", ASK);
    const own = await office.press("bob", card, "Run It");
    expect((await office.shown(({ turnId }) => turnId === own)).reply.summary).toContain("others must approve");
    await office.press("cleo", card, "Run It");
    await office.shown(isResult);
    expect(office.effects).toHaveLength(1);
  });

  test("APV-017, manner 6: fifty presses at once come to one decision and one effect", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    const { token } = buttonOf(card.reply, "Run It");
    const pressers = Array.from({ length: 50 }, (_, index) => ["bob", "cleo", "dan"][index % 3] ?? "bob");
    // Each from a thread of its own, so that no order of a conversation helps.
    const turns = await Promise.all(
      pressers.map((person, index) => {
        const thread = { ...room("general"), key: room(`general-${index}`).key };
        return office.pressToken(person, token, thread);
      }),
    );
    await office.shown(isResult);
    const answered = await vi.waitUntil(() => {
      const refusals = office.door.shown.filter(
        ({ turnId, reply }) => turns.includes(turnId) && textOf(reply).includes("gate_closed"),
      );
      return refusals.length === 49 && refusals;
    }, PATIENCE);
    expect(new Set(answered.map(({ reply }) => reply.visibility))).toEqual(new Set(["only_actor"]));
    expect(office.effects).toEqual(["POST /effects/act-1-2"]);
    expect(office.door.shown.filter(isResult)).toHaveLength(1);
    expect((await office.card(card, isClosed)).parts[1]).toMatchObject({ type: "notice", tone: "success" });
  });

  test("manners 7 and 8: afterwards the card has no buttons, and says who and when without naming anyone to the platform", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    await office.press("bob", card, "Run It");
    const closed = await office.card(card, isClosed);
    expect(actionsOf(closed)).toEqual([]);
    const notice = closed.parts.find(({ type }) => type === "notice");
    expect(notice?.type === "notice" && notice.text).toMatch(/^Approved by bob · \uE000\d+:date_time\uE001$/);
    expect(JSON.stringify(closed)).not.toMatch(/<@|@bob/);
  });

  test("manner 9: asked for again, the older card is superseded and names the newer request", async () => {
    await using office = await officeWithOperators();
    const older = await office.say("ada", ASK);
    const newer = await office.say("ada", ASK);
    const closed = await office.card(older, isClosed);
    expect(textOf(closed)).toContain(`request ${codeOf(newer)} took its place`);
    const late = await office.press("bob", older, "Run It");
    expect(textOf((await office.shown(({ turnId }) => turnId === late)).reply)).toContain(codeOf(newer));
    expect(office.effects).toEqual([]);
    await office.press("bob", newer, "Run It");
    await office.shown(isResult);
    expect(office.effects).toHaveLength(1);
  });

  test("APV-016, manner 9: a module that changed since is not run, and the card says why", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    await office.restart({ bundle: actModule({ version: "1.0.1" }) });
    const turn = await office.press("bob", card, "Run It");
    const refusal = await office.shown(
      ({ turnId, reply }) => turnId === turn && textOf(reply).includes("gate_changed"),
    );
    expect([refusal.actor.id, refusal.reply.visibility]).toEqual(["bob", "only_actor"]);
    expect(textOf(await office.card(card, isClosed))).toContain("Superseded");
    await office.shown(({ reply, actor }) => actor.id === "ada" && reply.summary.includes("I didn't run it"));
    expect(office.effects).toEqual([]);
  });

  test("APV-011, APV-034, manner 10: without a decision it is not done, the card says so, and its author hears it", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    office.wait(72 * 60 * 60_000);
    const late = await office.press("bob", card, "Run It");
    expect(textOf((await office.shown(({ turnId }) => turnId === late)).reply)).toContain("gate_closed");
    await office.restart();
    const closed = await office.card(card, isClosed);
    expect(textOf(closed)).toMatch(/Timed out.*I didn't run it\./);
    const word = await office.shown(({ reply }) => reply.card === undefined && reply.summary.includes("Timed out"));
    expect(word.actor.id).toBe("ada");
    expect(office.effects).toEqual([]);
  });

  test("manner 11: its buttons work after a restart", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    await office.restart();
    await office.press("bob", card, "Run It");
    await office.shown(isResult);
    expect(office.effects).toHaveLength(1);
  });

  test("APV-017: what was interrupted half-way is not done twice: its author is told, and the card is closed", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    office.answerWith("never");
    await office.press("bob", card, "Run It");
    await vi.waitUntil(() => office.effects.length === 1, PATIENCE);
    await office.restart();
    const word = await office.shown(({ reply }) => textOf(reply).includes("step_uncertain"));
    expect([word.actor.id, word.conversation.key]).toEqual(["ada", card.conversation.key]);
    expect(textOf(await office.card(card, isClosed))).toContain("Approved by bob");
    expect(office.effects).toEqual(["POST /effects/act-1-2"]);
  });

  test("an operator who stops what they approved ends it with a word to who asked, and a closed card", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    office.answerWith("never");
    await office.press("bob", card, "Run It");
    await vi.waitUntil(() => office.effects.length === 1, PATIENCE);
    await office.core.receive({
      kind: "message",
      dedupeKeys: ["test:stop"],
      sentAtMs: office.now().getTime(),
      actor: testActor("acme", "bob"),
      conversation: room("general"),
      text: "stop",
      addressedBy: "mention",
      attachments: [],
    });
    const word = await office.shown(({ reply }) => textOf(reply).includes("stopped"));
    expect(word.actor.id).toBe("ada");
    expect(textOf(await office.card(card, isClosed))).toContain("Approved by bob");
    expect(office.effects).toHaveLength(1);
  });

  test("each of two people who approve at the same time in different places counts, and the card ends up true", async () => {
    await using office = await officeWithOperators({ policies: { write: { ...TWO_OTHERS, approvals: 3 } } });
    const card = await office.say("ada", ASK);
    const { token } = buttonOf(card.reply, "Run It");
    const thread = (name: string) => ({ ...room("general"), key: room(name).key });
    await Promise.all([
      office.pressToken("bob", token, thread("general-1")),
      office.pressToken("cleo", token, thread("general-2")),
    ]);
    await office.card(card, (reply) => textOf(reply).includes("2 of 3"));
    await office.pressToken("dan", token, thread("general-3"));
    expect(textOf(await office.card(card, isClosed))).toContain("Approved by");
    await office.shown(isResult);
    expect(office.effects).toHaveLength(1);
  });

  test("manner 12: Reject asks for a reason that may be left out, and who asked is told", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    const pressed = await office.press("bob", card, "Reject");
    const { reply } = await office.shown(({ turnId }) => turnId === pressed);
    expect(reply.visibility).toBe("only_actor");
    expect(reply.form?.fields).toMatchObject([{ optional: true, multiline: true }]);
    await office.submit("bob", reply.form, { reason: "Not on a Friday @everyone" });
    const closed = await office.card(card, isClosed);
    expect(textOf(closed)).toMatch(/Rejected by bob.*I didn't run it\. Reason: Not on a Friday/);
    expect(textOf(closed)).not.toContain("@everyone");
    const word = await office.shown(
      (outbound) => outbound.reply.card === undefined && outbound.reply.summary.includes("Rejected"),
    );
    expect(word.actor.id).toBe("ada");
    expect(office.effects).toEqual([]);
  });

  test("manner 12: whoever may not decide is not asked for a reason; who asked may take it back", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    const nosy = await office.press("eve", card, "Reject");
    const refusal = await office.shown(({ turnId }) => turnId === nosy);
    expect(refusal.reply.form).toBeUndefined();
    expect(textOf(refusal.reply)).toContain("not_allowed");
    await office.say("ada", `reject ${codeOf(card)}`);
    expect(textOf(await office.card(card, isClosed))).toContain("Withdrawn");
  });

  test("manner 14: all of it can be typed, wherever the person is", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    const code = codeOf(card);
    const list = await office.say("bob", "approvals", room("ops"));
    expect(textOf(list.reply)).toContain(code);
    expect((await office.say("bob", `details ${code.toLowerCase()}`, room("ops"))).reply.summary).toContain(
      "Details of Run Act",
    );
    const told = await office.say("bob", `/nexus approve ${code}`, room("ops"));
    expect(told.conversation.channelId === "ops" || told.reply.card !== undefined).toBe(true);
    await office.shown(isResult);
    await office.shown(
      ({ conversation, reply }) => conversation.channelId === "ops" && reply.summary.startsWith("You approved this."),
    );
    const other = await office.say("ada", "perform drill effect act-3-4");
    await office.say("bob", `reject ${codeOf(other)} because Not today.`, room("ops"));
    expect(textOf(await office.card(other, isClosed))).toContain("Reason: Not today");
    expect(office.effects).toEqual(["POST /effects/act-1-2"]);
  });

  test("manner 16: the result follows where it was asked for, as its author's, and so does a failure with its cause", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    await office.press("bob", card, "Run It");
    const result = await office.shown(isResult);
    expect([result.conversation.key, result.actor.id]).toEqual([card.conversation.key, "ada"]);
    expect(result.reply.summary).toContain("number 1");
    const { org } = await office.store.people.identify(card.actor);
    const files = office.store.forOrg(org).moduleFiles;
    expect(await files.list(actModule().manifest.name, await office.idOf("ada"), "")).toEqual(["count"]);
    expect(await files.list(actModule().manifest.name, await office.idOf("bob"), "")).toEqual([]);

    office.answerWith(503);
    const second = await office.say("ada", "perform drill effect act-3-4");
    await office.press("bob", second, "Run It");
    const failed = await office.shown(({ reply }) => textOf(reply).includes("upstream_unavailable"));
    expect(failed.actor.id).toBe("ada");
    expect(textOf(failed.reply)).not.toMatch(INNER_LIFE);
    expect(await office.card(second, isClosed)).toBeDefined();
  });

  test("APV-002, APV-018, manner 17: a forged token, and one pressed in another place, is only said to be no longer active", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    for (const verb of ["apv", "rej", "gdt"]) {
      const turn = await office.pressToken("bob", ActionToken.parse(forged(verb)));
      const { reply } = await office.shown(({ turnId }) => turnId === turn);
      expect(textOf(reply)).toContain("action_expired");
      expect(textOf(reply)).not.toMatch(INNER_LIFE);
    }
    const moved = await office.press("bob", card, "Run It", room("elsewhere"));
    expect(textOf((await office.shown(({ turnId }) => turnId === moved)).reply)).toContain("action_expired");
    const stranger = { ...room("general"), tenantId: "other" };
    const foreign = await office.press("bob", card, "Run It", stranger);
    expect(textOf((await office.shown(({ turnId }) => turnId === foreign)).reply)).toContain("action_expired");
    expect(office.effects).toEqual([]);
  });
});
