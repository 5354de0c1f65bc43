import { expect, test } from "vitest";
import { ActionToken } from "#core/contract/message.ts";
import { mayOpenForm } from "#core/contract/verbs.ts";
import { Reply } from "#core/contract/reply.ts";
import { messageFaultsOf } from "#test/discord-faults.ts";
import { CANCEL, readPress } from "./buttons.ts";
import { renderConfirmation, renderConfirmationDone } from "./confirm.ts";
import { renderReply } from "./reply.ts";

const token = ActionToken.parse(`n1.apv.${"a".repeat(22)}.${"t".repeat(16)}`);
const confirm = { title: "Pay @everyone?", text: "It **cannot** be taken back.", ok: "Pay" };

test("a press says which button it was, and whether to ask first", () => {
  const rejects = token.replace("apv", "rej");
  expect(readPress(token)).toEqual({ token, mustConfirm: false });
  expect(readPress(`${rejects}*2`)).toEqual({ token: rejects, mustConfirm: false });
  expect(readPress(`?${token}`)).toEqual({ token, mustConfirm: true });
  expect(readPress(CANCEL)).toBeUndefined();
  expect(mayOpenForm(`?${rejects}*2`)).toBe(true);
});

test("a button that asks first leads to a second step, whose button counts", () => {
  const items = [{ type: "button", label: "Pay Ann", token, style: "danger", confirm }];
  const reply = Reply.parse({ summary: "Pay?", parts: [{ type: "actions", items }], visibility: "everyone" });
  const { messages, confirmations } = renderReply(reply, { pictures: true });
  expect(JSON.stringify(messages)).toContain(`"custom_id":"?${token}"`);
  const step = renderConfirmation(token, "Pay Ann", confirmations.get(token));
  expect(step.content?.replaceAll("\u2060", "·")).toBe("**Pay @·everyone?**\nIt **cannot** be taken back.");
  expect(step.components).toMatchObject([{ components: [{ label: "Pay", custom_id: token }, { custom_id: CANCEL }] }]);
  expect(messageFaultsOf(step)).toEqual([]);
});

test("a second step whose words are forgotten asks with the words of the button", () => {
  const step = renderConfirmation(token, "Pay Ann", undefined);
  expect(step.content).toBe("**Pay Ann?**\nThis may not be easy to take back.");
});

test("a second step that was answered has no buttons left", () => {
  expect(renderConfirmationDone(true).components).toEqual([]);
  expect(renderConfirmationDone(false).content).toBe("Okay, I left it as it is.");
});
