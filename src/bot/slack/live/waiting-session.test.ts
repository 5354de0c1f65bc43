import { expect, test, vi } from "vitest";
import { GateId, newId } from "#core/contract/ids.ts";
import type { Reply } from "#core/contract/reply.ts";
import { CHANNEL, PERSON, startScriptedSlack, textReply, token } from "#test/slack-kit.ts";

const unlimited = new AbortController().signal;
const buttons: Reply["parts"] = [
  { type: "actions", items: [{ type: "button", label: "Approve", token: token("apv") }] },
];

/** The card of an approval, open or decided. */
function card(gate: GateId, state: "open" | "closed"): Reply {
  return textReply(`Approve ${gate}?`, { card: { gate, state }, ...(state === "open" && { parts: buttons }) });
}

test("while an approval is open its thread is seen to wait for a person, over a restart too, and no longer", async () => {
  const [one, two] = [newId(GateId), newId(GateId)];
  const asked = [card(one, "open"), card(two, "open"), textReply("still waiting")];
  await using nexus = await startScriptedSlack(() => asked.shift());
  const { slack, memory } = nexus;
  const say = (text: string, threadTs?: string) =>
    slack.post({
      channel: CHANNEL,
      user: PERSON,
      text: `<@${slack.botUserId}> ${text}`,
      ...(threadTs && { threadTs }),
    });
  const { ts } = await say("do it");
  const status = () => slack.status(CHANNEL, ts);
  await vi.waitUntil(() => status() === "suspended");
  await say("do that too", ts);
  await vi.waitUntil(() => nexus.delivered.length === 2);
  await say("well?", ts);
  await vi.waitUntil(() => nexus.delivered.length === 3 && status() === "suspended");

  // The process ends, and the next one begins with the same memory: both requests are still open.
  await nexus.door[Symbol.asyncDispose]();
  await using next = await startScriptedSlack(() => undefined, { slack, memory });
  const close = async (index: number, gate: GateId) => {
    const [inbound, edits] = [nexus.inbounds[index], nexus.delivered[index]?.ref];
    if (inbound === undefined || edits === undefined) throw new Error("no card was shown");
    await next.door.deliver(next.outbound(inbound, card(gate, "closed"), { edits }), unlimited);
  };
  await close(0, one);
  const statuses = () => slack.calls.filter(({ method }) => method === "agents.sessions.setStatus");
  const before = statuses().length;
  await close(1, two);
  await vi.waitUntil(() => status() === "active");
  // The first decision changed nothing: the second request was still open.
  expect(statuses()).toHaveLength(before + 1);
  await vi.waitUntil(async () => (await memory.keys("cards:")).length === 0);
  expect(slack.refusals).toEqual([]);
});
