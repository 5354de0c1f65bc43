import { expect, test, vi } from "vitest";
import { GateId, newId } from "#core/contract/ids.ts";
import { say, type Script, startScripted, TOWN, token } from "#test/discord-kit.ts";

const { general, ada, bob, guild } = TOWN;
const unlimited = new AbortController().signal;
const gate = newId(GateId);

/** Ada asks for what somebody else must approve. */
const asksFirst: Script = (inbound) =>
  inbound.kind === "message"
    ? say("Post to #news", {
        parts: [
          { type: "heading", text: "Post to #news" },
          {
            type: "actions",
            items: [
              {
                type: "button",
                label: "Approve",
                token: token("apv"),
                confirm: { title: "Approve this?", text: "It is posted at once.", ok: "Post It" },
              },
              { type: "button", label: "Details", token: token("gdt") },
            ],
          },
        ],
        card: { gate, state: "open" },
      })
    : undefined;

test("manner 7: a card that somebody else presses after a restart is redrawn in place, for all", async () => {
  const before = await startScripted(asksFirst);
  const { discord } = before;
  await using _ = discord;
  discord.post({ channel: general, user: ada, text: "post the news", mentionsBot: true });
  await vi.waitUntil(() => before.delivered.length === 1);
  const [card] = before.delivered;
  if (card === undefined) throw new Error("no card was shown");
  await using after = await before.restart();
  await vi.waitUntil(() => after.door.state().state === "on");

  const asked = await discord.press({ messageId: card.messageId, user: bob, label: "Approve" });
  expect(asked.original?.text).toContain("It is posted at once.");
  await discord.press({ messageId: asked.original?.id ?? "", user: bob, label: "Post It" });
  await vi.waitUntil(() => after.inbounds.length === 1);
  const [pressed] = after.inbounds;
  expect(pressed).toMatchObject({ kind: "action", token: token("apv"), actor: { id: bob, tenantId: guild } });
  if (pressed === undefined) throw new Error("nothing was pressed");

  const closed = say("Approved by Bob", { card: { gate, state: "closed" } });
  await after.door.deliver(after.outbound(pressed, closed, { edits: card }), unlimited);
  const [, redrawn, ...more] = discord.messages(general);
  expect(redrawn).toMatchObject({ id: card.messageId, isV2: true, buttons: [] });
  expect(redrawn?.text).toContain("Approved by Bob");
  expect(more).toEqual([]);
  expect(discord.refusals).toEqual([]);
  expect(discord.interactions.filter(({ late }) => late)).toEqual([]);
});

test("what one person alone was shown is not sent again after a restart, nor redrawn when that is too late", async () => {
  const before = await startScripted(asksFirst);
  const { discord } = before;
  await using _ = discord;
  discord.post({ channel: general, user: ada, text: "post the news", mentionsBot: true });
  await vi.waitUntil(() => before.delivered.length === 1);
  await discord.press({ channel: general, user: bob, label: "Details" });
  await vi.waitUntil(() => before.inbounds.length === 2);
  const pressed = before.inbounds[1];
  if (pressed === undefined) throw new Error("nothing was pressed");
  const outbound = before.outbound(pressed, say("All of it.", { visibility: "only_actor" }));
  const ref = await before.door.deliver(outbound, unlimited);
  expect(ref).toMatchObject({ ephemeral: true });

  await using after = await before.restart();
  expect(await after.door.probe(outbound, unlimited)).toEqual({ state: "delivered", ref });
  const redrawn = after.outbound(pressed, say("Over."), { edits: ref });
  await expect(after.door.deliver(redrawn, unlimited)).rejects.toMatchObject({ code: "expired", retryable: false });
  expect(discord.ephemerals(bob).map(({ content }) => content)).toEqual(["All of it."]);
  expect(discord.refusals).toEqual([]);
});
