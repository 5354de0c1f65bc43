import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { ActionId, ConversationKey, newId, TurnId } from "#core/contract/ids.ts";
import type { Conversation } from "#core/contract/message.ts";
import { actionToTurnId, createTokens, turnToActionId } from "./token.ts";

const tokens = createTokens(randomBytes(32));
const id = ActionId.parse(randomBytes(16).toString("base64url"));

function place(channelId: string): Conversation {
  return {
    key: ConversationKey.parse(`test:t1:${channelId}`),
    platform: "test",
    tenantId: "t1",
    channelId,
    kind: "channel",
    audience: "members",
  };
}

test("a button opens in the place it was made for, and says what it does", () => {
  expect(tokens.open(tokens.mint("inv", id, place("c1")), place("c1"))).toEqual({ verb: "inv", id });
});

test("a button copied to another channel is refused", () => {
  expect(tokens.open(tokens.mint("inv", id, place("c1")), place("c2"))).toBeUndefined();
});

test("a button whose verb or id was edited is refused", () => {
  const token = tokens.mint("why", id, place("c1"));
  expect(tokens.open(token.replace(".why.", ".inv."), place("c1"))).toBeUndefined();
  const other = ActionId.parse(randomBytes(16).toString("base64url"));
  expect(tokens.open(token.replace(id, other), place("c1"))).toBeUndefined();
});

test("a button of a former key, or plain rubbish, is refused without an error", () => {
  const former = createTokens(randomBytes(32)).mint("say", id, place("c1"));
  for (const token of [former, "", "n1", "n1.say", "n1.say.x.y", "n2.say." + "a".repeat(40), "'; drop table actions"]) {
    expect(tokens.open(token, place("c1"))).toBeUndefined();
  }
});

test("a token fits Discord's 100 characters and Slack's 75", () => {
  expect(tokens.mint("inv", id, place("c1")).length).toBeLessThanOrEqual(60);
});

test("a turn's id survives as a button's id", () => {
  const turn = newId(TurnId);
  expect(actionToTurnId(turnToActionId(turn))).toBe(turn);
});
