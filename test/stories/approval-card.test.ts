import { describe, expect, test } from "vitest";
import { actModule, ASK, isResult, officeWithOperators } from "./approval-office.ts";
import { actionsOf, buttonOf, labelsOf, textOf } from "./house.ts";

describe("a card", () => {
  test("manner 1: its first line names the action and its scope, and nothing has been done yet", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    expect(card.reply.card?.state).toBe("open");
    expect(card.reply.parts[0]).toEqual({
      type: "heading",
      text: "Run Act 1.0.0, “Act once”: changes something at effects.example.com",
    });
    const text = textOf(card.reply);
    for (const fact of ["act-1-2", "ada", "write", "0 of 1", "bob, cleo, dan can decide this", "expires"]) {
      expect(text.toLowerCase()).toContain(fact.toLowerCase());
    }
    expect(office.effects).toEqual([]);
  });

  test("manner 2: the approving button is the only primary one and says what it does", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    expect(labelsOf(card.reply)).toEqual(["Run It", "Reject", "Details"]);
    expect(actionsOf(card.reply).map((action) => action.type === "button" && action.style)).toEqual([
      "primary",
      undefined,
      undefined,
    ]);
  });

  test("manner 3: Details shows exactly what would be run, to whoever asks for it only", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    const turn = await office.press("bob", card, "Details");
    const { reply } = await office.shown(({ turnId }) => turnId === turn);
    const { sha256 } = actModule();
    expect(reply.visibility).toBe("only_actor");
    const code = reply.parts.find(({ type }) => type === "code");
    const subject: unknown = JSON.parse(code?.type === "code" ? code.text : "");
    expect(subject).toMatchObject({ module: "act", version: "1.0.0", sha256, capability: "act", effect: "write" });
    const source = reply.parts.find(({ type }) => type === "file");
    expect(source?.type === "file" && source.text).toContain("effects.example.com/effects/${input.id");
    expect(textOf(reply)).toContain(sha256);
  });

  test("APV-014: what moves money asks once more at the press, and needs two who did not ask", async () => {
    await using office = await officeWithOperators({ bundle: actModule({ effect: "money" }) });
    const card = await office.say("bob", ASK);
    expect(buttonOf(card.reply, "Run It").confirm?.title).toBe("Move money?");
    const own = await office.press("bob", card, "Run It");
    expect(textOf((await office.shown(({ turnId }) => turnId === own)).reply)).toContain("others must approve");
    await office.press("cleo", card, "Run It");
    await office.card(card, (reply) => textOf(reply).includes("1 of 2"));
    expect(office.effects).toEqual([]);
    await office.press("dan", card, "Run It");
    await office.shown(isResult);
    expect(office.effects).toEqual(["POST /effects/act-1-2"]);
  });

  test("the values of a private module are on no card, and in Details for those who decide only", async () => {
    await using office = await officeWithOperators({ bundle: actModule({ isPrivate: true }) });
    const card = await office.say("ada", ASK);
    expect(textOf(card.reply).toLowerCase()).not.toContain("act-1-2");
    const nosy = await office.press("eve", card, "Details");
    const refusal = await office.shown(({ turnId }) => turnId === nosy);
    expect(textOf(refusal.reply)).toContain("not_allowed");
    expect(textOf(refusal.reply).toLowerCase()).not.toContain("act-1-2");
    const entitled = await office.press("bob", card, "Details");
    expect(textOf((await office.shown(({ turnId }) => turnId === entitled)).reply).toLowerCase()).toContain("act-1-2");
    await office.press("bob", card, "Run It");
    const result = await office.shown(isResult);
    expect([result.reply.visibility, result.actor.id]).toEqual(["only_actor", "ada"]);
  });
});
