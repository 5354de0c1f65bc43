import { expect, test, vi } from "vitest";
import { CHANNEL, DIRECT, PERSON, type ScriptedSlack, startScriptedSlack, textReply, token } from "#test/slack-kit.ts";
import type { Outbound } from "#core/contract/door.ts";
import type { Inbound } from "#core/contract/message.ts";
import { Reply } from "#core/contract/reply.ts";
import type { ChartRenderer } from "#bot/chart-png.ts";

const unlimited = new AbortController().signal;
const silent = () => undefined;

/** A question that nobody has answered yet. */
async function ask(nexus: ScriptedSlack, channel = CHANNEL): Promise<Inbound> {
  const before = nexus.inbounds.length;
  await nexus.slack.post({ channel, user: PERSON, text: `<@${nexus.slack.botUserId}> hello` });
  await vi.waitUntil(() => nexus.inbounds.length > before);
  const inbound = nexus.inbounds.at(-1);
  if (inbound === undefined) throw new Error("nothing came in");
  return inbound;
}

const ours = (nexus: ScriptedSlack, channel = CHANNEL) => nexus.slack.messages(channel).filter(({ isOurs }) => isOurs);

test("manner 31: a reply shows no previews, and says by its metadata which one it is", async () => {
  await using nexus = await startScriptedSlack(silent);
  const outbound = nexus.outbound(await ask(nexus), textReply("see https://nexus.test"));
  const ref = await nexus.door.deliver(outbound, unlimited);
  const [message] = ours(nexus);
  expect(message?.ts).toBe(ref.messageId);
  expect(message?.metadata).toMatchObject({ event_type: "nexus_reply", event_payload: { id: outbound.id } });
  const call = nexus.slack.calls.find(({ method }) => method === "chat.postMessage");
  expect(call?.body).not.toHaveProperty("reply_broadcast");
  expect(nexus.slack.refusals).toEqual([]);
});

test("a reply whose answer was lost is found again, and not posted twice", async () => {
  await using nexus = await startScriptedSlack(silent);
  const outbound = nexus.outbound(await ask(nexus), textReply("once"));
  expect(await nexus.door.probe(outbound, unlimited)).toEqual({ state: "absent" });
  nexus.slack.faults.loseResponse("chat.postMessage", 1);
  await expect(nexus.door.deliver(outbound, unlimited)).rejects.toMatchObject({ code: "upstream_unavailable" });
  const probe = await nexus.door.probe(outbound, unlimited);
  expect(probe).toMatchObject({ state: "delivered", ref: { messageId: ours(nexus)[0]?.ts } });
  expect(ours(nexus)).toHaveLength(1);
});

test("of a long reply that was interrupted, only the rest is sent", async () => {
  const long = Array.from({ length: 400 }, (_, index) => `Sentence ${index} says something of some length.`).join(" ");
  await using nexus = await startScriptedSlack(silent);
  const outbound = nexus.outbound(await ask(nexus), textReply(long, { summary: "A long one." }));
  nexus.slack.faults.loseResponse("chat.postMessage", 1);
  await expect(nexus.door.deliver(outbound, unlimited)).rejects.toMatchObject({ retryable: true });
  expect(await nexus.door.probe(outbound, unlimited)).toEqual({ state: "absent" });
  const ref = await nexus.door.deliver(outbound, unlimited);
  const parts = ours(nexus).map(({ metadata }) => metadata);
  expect(parts.length).toBeGreaterThan(1);
  expect(parts).toMatchObject(parts.map((_, part) => ({ event_payload: { id: outbound.id, part, of: parts.length } })));
  expect(ours(nexus).at(-1)?.ts).toBe(ref.messageId);
  expect(nexus.slack.refusals).toEqual([]);
});

test("manner 28: what is for one person only is seen by nobody else", async () => {
  await using nexus = await startScriptedSlack(silent);
  const reply = textReply("you spent 5.00", { visibility: "only_actor" });
  const ref = await nexus.door.deliver(nexus.outbound(await ask(nexus), reply), unlimited);
  expect(ref.ephemeral).toBe(true);
  expect(ours(nexus)).toEqual([]);
  expect(nexus.slack.ephemerals(PERSON)).toMatchObject([{ text: "you spent 5.00" }]);
});

test("in a direct message there is nobody to hide from", async () => {
  await using nexus = await startScriptedSlack(silent);
  const reply = textReply("you spent 5.00", { visibility: "only_actor" });
  await nexus.door.deliver(nexus.outbound(await ask(nexus, DIRECT), reply), unlimited);
  expect(ours(nexus, DIRECT)).toHaveLength(1);
});

test("a command is answered unseen, even where NEXUS is not a member", async () => {
  await using nexus = await startScriptedSlack(() => textReply("only you see this"));
  nexus.slack.addChannel({ id: "C0FAR", name: "far", kind: "channel", members: [PERSON], withoutBot: true });
  await nexus.slack.slash({ command: "/nexus", text: "status", channel: "C0FAR", user: PERSON });
  await vi.waitUntil(() => nexus.slack.ephemerals(PERSON).length === 1);
  expect(nexus.inbounds[0]).toMatchObject({ kind: "command", name: "status", rest: "" });
  expect(nexus.slack.messages("C0FAR")).toEqual([]);
  expect(nexus.slack.acks).toMatchObject([{ type: "slash_commands", late: false }]);
});

test("a command's answer outlives its response address", async () => {
  await using nexus = await startScriptedSlack(silent);
  await nexus.slack.slash({ command: "/nexus", text: "status", channel: CHANNEL, user: PERSON });
  const [inbound] = nexus.inbounds;
  if (inbound === undefined) throw new Error("nothing came in");
  for (let index = 0; index < 7; index += 1) {
    await nexus.door.deliver(nexus.outbound(inbound, textReply(`answer ${index}`)), unlimited);
  }
  expect(nexus.slack.ephemerals(PERSON).map(({ text }) => text)).toEqual(
    Array.from({ length: 7 }, (_, index) => `answer ${index}`),
  );
  expect(nexus.slack.refusals).toEqual([]);
});

test("manner 32: thanks are answered with a reaction", async () => {
  await using nexus = await startScriptedSlack(silent);
  const inbound = await ask(nexus);
  const reply = textReply("You're welcome.", { gesture: "thanks" });
  await nexus.door.deliver(nexus.outbound(inbound, reply), unlimited);
  await nexus.door.deliver(nexus.outbound(inbound, reply), unlimited);
  expect(ours(nexus)).toEqual([]);
  const names = nexus.slack.reactions(CHANNEL, inbound.source?.messageId ?? "").map(({ name }) => name);
  expect(names).toContain("raised_hands");
});

test("a card is redrawn in place, however often", async () => {
  await using nexus = await startScriptedSlack(silent);
  const inbound = await ask(nexus);
  const buttons: Reply["parts"] = [
    { type: "actions", items: [{ type: "button", label: "Approve", token: token("apv") }] },
  ];
  const open = textReply("Approve?", { parts: [{ type: "text", markdown: "Approve?" }, ...buttons] });
  const edits = await nexus.door.deliver(nexus.outbound(inbound, open), unlimited);
  const closing: Outbound = nexus.outbound(inbound, textReply("Approved by Ana."), { edits });
  await nexus.door.deliver(closing, unlimited);
  await nexus.door.deliver(closing, unlimited);
  expect(ours(nexus)).toMatchObject([{ ts: edits.messageId, text: "Approved by Ana.", edited: true }]);
  expect(JSON.stringify(ours(nexus))).not.toContain(token("apv"));
});

test("manner 70: when Slack refuses the drawing, the words are delivered once", async () => {
  await using nexus = await startScriptedSlack(silent);
  const outbound = nexus.outbound(await ask(nexus), textReply("**plain** enough"));
  nexus.slack.faults.fail("chat.postMessage", "invalid_blocks", 2);
  await nexus.door.deliver(outbound, unlimited);
  expect(ours(nexus)).toMatchObject([{ text: "*plain* enough", blocks: [] }]);
});

test("an answer that is late says so, in mere words too", async () => {
  await using nexus = await startScriptedSlack(silent);
  const outbound = nexus.outbound(await ask(nexus), textReply("# sunny"), { delayedMs: 12 * 60_000 });
  nexus.slack.faults.fail("chat.postMessage", "invalid_blocks", 2);
  await nexus.door.deliver(outbound, unlimited);
  expect(ours(nexus)).toMatchObject([{ text: "Delayed 12 min.\n\n*sunny*", blocks: [] }]);
});

test("manner 42: a limited method is left alone for as long as Slack asks, and then goes on", async () => {
  await using nexus = await startScriptedSlack(silent);
  const outbound = nexus.outbound(await ask(nexus), textReply("patience"));
  nexus.slack.faults.rateLimit("chat.postMessage", { times: 1, retryAfterS: 1 });
  await nexus.door.deliver(outbound, unlimited);
  const calls = nexus.slack.calls.filter(({ method }) => method === "chat.postMessage");
  const [first, second] = calls;
  expect(calls).toHaveLength(2);
  expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(950);
});

test("what Slack will not take for long is handed back to be tried later, without asking again", async () => {
  await using nexus = await startScriptedSlack(silent);
  const inbound = await ask(nexus);
  nexus.slack.faults.rateLimit("chat.postMessage", { times: 1, retryAfterS: 60 });
  for (let tries = 0; tries < 3; tries += 1) {
    const sending = nexus.door.deliver(nexus.outbound(inbound, textReply("later")), unlimited);
    await expect(sending).rejects.toMatchObject({ code: "rate_limited", retryable: true });
  }
  expect(nexus.slack.calls.filter(({ method }) => method === "chat.postMessage")).toHaveLength(1);
});

test("a message nobody waits for does not hold up one that somebody does", async () => {
  await using nexus = await startScriptedSlack(silent);
  const inbound = await ask(nexus);
  const { source: _source, ...place } = inbound;
  nexus.slack.faults.rateLimit("chat.postMessage", { times: 1, retryAfterS: 60 });
  const digest = nexus.door.deliver(nexus.outbound(place, textReply("digest")), unlimited);
  await expect(digest).rejects.toMatchObject({ code: "rate_limited" });
  await nexus.door.deliver(nexus.outbound(inbound, textReply("answer")), unlimited);
  expect(ours(nexus).map(({ text }) => text)).toEqual(["answer"]);
});

test("an archived channel is not tried again", async () => {
  await using nexus = await startScriptedSlack(silent);
  const inbound = await ask(nexus);
  nexus.slack.archive(CHANNEL);
  await expect(nexus.door.deliver(nexus.outbound(inbound, textReply("hi")), unlimited)).rejects.toMatchObject({
    code: "platform_refused",
    say: "That channel is archived.",
  });
});

test("a file goes into the thread after its message", async () => {
  await using nexus = await startScriptedSlack(silent);
  const file = {
    type: "file",
    name: "list.csv",
    mimeType: "text/csv",
    text: "a,b\n",
    description: "All rows",
  } as const;
  const reply = textReply("The list is attached.", { parts: [{ type: "text", markdown: "The list." }, file] });
  const outbound = nexus.outbound(await ask(nexus), reply);
  await nexus.door.deliver(outbound, unlimited);
  expect(nexus.slack.uploads).toMatchObject([{ name: "list.csv", channels: [CHANNEL] }]);
  expect(await nexus.door.probe(outbound, unlimited)).toMatchObject({ state: "delivered" });
  expect(nexus.slack.refusals).toEqual([]);
});

test("a chart that Slack will not draw itself comes as a picture in the thread", async () => {
  const drawn: string[] = [];
  const renderer: ChartRenderer = {
    async render({ title }) {
      drawn.push(title);
      return Buffer.from("a picture");
    },
    checkFonts: async () => true,
    [Symbol.asyncDispose]: async () => undefined,
  };
  await using nexus = await startScriptedSlack(silent, { renderer });
  const chart = {
    type: "chart",
    kind: "bar",
    title: "Spending",
    takeaway: "Food is most of it.",
    categories: ["Food", "Rent"],
    series: [{ name: "CAD", values: [1, 2] }],
    format: { type: "number" },
  } as const;
  const inbound = await ask(nexus);
  const reply = { ...textReply("Food is most of it."), parts: [{ ...chart, categories: [...chart.categories] }] };
  nexus.slack.faults.fail("chat.postMessage", "invalid_blocks", 1);
  await nexus.door.deliver(nexus.outbound(inbound, Reply.parse(reply)), unlimited);
  expect(drawn).toEqual(["Spending"]);
  expect(nexus.slack.uploads).toMatchObject([
    { altText: expect.stringContaining("Food is most of it."), channels: [CHANNEL] },
  ]);
  expect(ours(nexus).length).toBeGreaterThan(0);
});
