import { randomUUID } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { ActionId, type TurnId } from "#core/contract/ids.ts";
import { ActionToken, type Inbound } from "#core/contract/message.ts";
import { deriveKey } from "#core/credentials/derive-key.ts";
import { createTokens, gateToActionId } from "#core/orchestrator/token.ts";
import { testActor } from "#test/platforms/test-message.ts";
import {
  ASK,
  codeOf,
  isClosed,
  isResult,
  type Office,
  officeWithOperators,
  TWO_OTHERS,
} from "#test/stories/approval-office.ts";
import { PATIENCE } from "#test/stories/console-terminal.ts";
import { buttonOf, INNER_LIFE, textOf } from "#test/stories/house.ts";

/** What somebody who may decide is told when they press what is none of ours. */
async function toldAt(office: Office, turn: TurnId): Promise<string> {
  const { reply } = await office.shown(({ turnId }) => turnId === turn);
  expect(reply.visibility).toBe("only_actor");
  expect(textOf(reply)).not.toMatch(INNER_LIFE);
  return textOf(reply);
}

describe("a token made by somebody else", () => {
  test("APV-002: with the true name of a request and a guessed seal opens nothing", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    const { token } = buttonOf(card.reply, "Run It");
    const [, , id = ""] = token.split(".");
    const flipped = token.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
    for (const guess of [`n1.apv.${id}.${"A".repeat(16)}`, `n1.apv.${id}.`, `n1.apv.${id}`, flipped, `${token}.x`]) {
      expect(await toldAt(office, await office.pressToken("bob", ActionToken.parse(guess)))).toContain(
        "action_expired",
      );
    }
    expect(office.effects).toEqual([]);
    await office.press("bob", card, "Run It");
    await office.shown(isResult);
  });

  test("APV-003: the seal of Reject or Details does not fit Run It", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    for (const label of ["Reject", "Details"]) {
      const turned = buttonOf(card.reply, label).token.replace(/^n1\.\w+\./, "n1.apv.");
      expect(await toldAt(office, await office.pressToken("bob", ActionToken.parse(turned)))).toContain(
        "action_expired",
      );
    }
    expect(office.effects).toEqual([]);
  });

  test("APV-004: the seal of one request does not fit another", async () => {
    await using office = await officeWithOperators();
    const one = buttonOf((await office.say("ada", ASK)).reply, "Run It").token.split(".");
    const other = buttonOf((await office.say("ada", "perform drill effect act-3-4")).reply, "Run It").token.split(".");
    const mixed = [...other.slice(0, 3), one[3]].join(".");
    expect(await toldAt(office, await office.pressToken("bob", ActionToken.parse(mixed)))).toContain("action_expired");
    expect(office.effects).toEqual([]);
  });

  test("APV-025: buttons of a former key are no longer active", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    const gate = card.reply.card?.gate;
    if (gate === undefined) throw new Error("there is no card");
    const mint = (masterKey: Buffer) =>
      createTokens(deriveKey(masterKey, "action-token")).mint("apv", gateToActionId(gate), card.conversation);
    // The key of this office, which only a test knows, makes the very token of the card.
    expect(mint(Buffer.alloc(32, 7))).toBe(buttonOf(card.reply, "Run It").token);
    const former = mint(Buffer.alloc(32, 6));
    expect(await toldAt(office, await office.pressToken("bob", former))).toContain("action_expired");
    expect(office.effects).toEqual([]);
  });

  test("APV-022: whatever else stands for a token is only said to be no longer active", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    for (const junk of JUNK) {
      const token = ActionToken.parse(junk);
      expect(await toldAt(office, await office.pressToken("bob", token))).toContain("action_expired");
      const form = { token, title: "", submit: "", fields: [], opener: token };
      expect(await toldAt(office, await office.submit("bob", form, { reason: "x" }))).toContain("action_expired");
    }
    expect(office.effects).toEqual([]);
    await office.press("bob", card, "Run It");
    await office.shown(isResult);
  });
});

const JUNK = [
  "'; DROP TABLE gates; --",
  '{"verb":"apv","id":{"$ne":null}}',
  "n1.apv.__proto__.constructor",
  "n1.apv.../../../etc/passwd.x",
  "n1.constructor.AAAAAAAAAAAAAAAAAAAAAA.x",
  "\u0000\u202e💥",
  `n1.apv.${ActionId.parse("-".repeat(22))}.${"=".repeat(16)}`,
];

describe("a press that comes again", () => {
  test("APV-012: after the approval decides nothing a second time", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    await office.press("bob", card, "Run It");
    await office.card(card, isClosed);
    for (const person of ["bob", "cleo"]) {
      expect(await toldAt(office, await office.press(person, card, "Run It"))).toContain("gate_closed");
    }
    expect(office.effects).toEqual(["POST /effects/act-1-2"]);
  });

  test("APV-015: after a rejection approves nothing, nor does the code, after a restart either", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    await office.say("bob", `reject ${codeOf(card)} because no`);
    await office.card(card, isClosed);
    expect(await toldAt(office, await office.press("cleo", card, "Run It"))).toContain("gate_closed");
    await office.restart();
    expect(textOf((await office.say("bob", `approve ${codeOf(card)}`)).reply)).toContain("gate_closed");
    expect(office.effects).toEqual([]);
  });

  test("APV-013: from one person twenty times at once is one person's word", async () => {
    await using office = await officeWithOperators({ policies: { write: TWO_OTHERS } });
    const card = await office.say("ada", ASK);
    const turns = await Promise.all(Array.from({ length: 20 }, () => office.press("bob", card, "Run It")));
    await office.card(card, (reply) => textOf(reply).includes("1 of 2"));
    // Another person's word is needed, and the last of the twenty is behind us once the next is answered.
    const last = await office.press("bob", card, "Details");
    await office.shown(({ turnId }) => turnId === last);
    expect(new Set(turns).size).toBe(20);
    expect(office.effects).toEqual([]);
    await office.press("cleo", card, "Run It");
    await office.shown(isResult);
    expect(office.effects).toHaveLength(1);
  });

  test("APV-039: because its platform delivers it again is one press", async () => {
    await using office = await officeWithOperators({ policies: { write: TWO_OTHERS } });
    const card = await office.say("ada", ASK);
    const press: Inbound = {
      kind: "action",
      dedupeKeys: [`test:${randomUUID()}`],
      sentAtMs: office.now().getTime(),
      actor: testActor("acme", "bob"),
      conversation: card.conversation,
      token: buttonOf(card.reply, "Run It").token,
      values: [],
    };
    const first = await office.core.receive(press);
    const again = await Promise.all(Array.from({ length: 5 }, () => office.core.receive(press)));
    expect(first.accepted).toBe(true);
    expect(again.map(({ accepted }) => accepted)).toEqual([false, false, false, false, false]);
    await office.card(card, (reply) => textOf(reply).includes("1 of 2"));
    await office.press("cleo", card, "Run It");
    await office.shown(isResult);
    // Also once it has been decided.
    expect((await office.core.receive(press)).accepted).toBe(false);
    await vi.waitUntil(() => office.effects.length === 1, PATIENCE);
  });
});
