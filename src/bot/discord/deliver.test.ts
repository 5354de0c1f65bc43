import { expect, test, vi } from "vitest";
import type { ChartRenderer } from "#bot/chart-png.ts";
import { GateId, newId } from "#core/contract/ids.ts";
import type { Reply } from "#core/contract/reply.ts";
import { say, startScripted, TOWN, token } from "#test/discord-kit.ts";

const { general, ada, bob, guild } = TOWN;
const unlimited = new AbortController().signal;
const long = (paragraphs: number) =>
  Array.from(
    { length: paragraphs },
    (_, index) => `Paragraph ${index}. ${"Lorem ipsum dolor sit amet. ".repeat(12)}`,
  ).join("\n\n");

/** A house in which Ada has said something that the test answers itself. */
async function heard(options: Parameters<typeof startScripted>[1] = {}, channel: string = general) {
  const house = await startScripted(() => undefined, options);
  const { id } = house.discord.post({ channel, user: ada, text: "go", mentionsBot: true });
  await vi.waitUntil(() => house.inbounds.length === 1);
  const [inbound] = house.inbounds;
  if (inbound === undefined) throw new Error("nothing was heard");
  return { house, discord: house.discord, inbound, questionId: id };
}

test("a reply sent twice, or whose answer was lost, is shown once", async () => {
  const { house, discord, inbound } = await heard();
  await using _ = house;
  const outbound = house.outbound(inbound, say("Once."));
  discord.loseResponse("POST /channels/{channel_id}/messages", 1);
  await house.door.deliver(outbound, unlimited).catch(() => undefined);
  const ref = await house.door.deliver(outbound, unlimited);
  const again = await house.door.deliver(outbound, unlimited);
  expect(again.messageId).toBe(ref.messageId);
  expect(discord.messages(general).filter(({ content }) => content.includes("Once."))).toHaveLength(1);
  expect(discord.refusals).toEqual([]);
});

test("an interrupted sending is looked for: there, not there, or nobody can tell", async () => {
  const { house, discord, inbound } = await heard();
  await using _ = house;
  const sent = house.outbound(inbound, say("Here."));
  const ref = await house.door.deliver(sent, unlimited);
  expect(await house.door.probe(sent, unlimited)).toEqual({ state: "delivered", ref });
  expect(await house.door.probe(house.outbound(inbound, say("Not sent.")), unlimited)).toEqual({ state: "absent" });
  const alone = house.outbound(inbound, say("Edit"), { edits: ref });
  expect(await house.door.probe(alone, unlimited)).toEqual({ state: "unknown" });
  expect(discord.refusals).toEqual([]);
});

test("manner 41: a long answer goes into a thread on the question, and its buttons work there", async () => {
  const { house, discord, inbound, questionId } = await heard();
  await using _ = house;
  const actions: Reply["parts"][number] = {
    type: "actions",
    items: [{ type: "button", label: "Why", token: token("why") }],
  };
  const reply = say(long(10), { parts: [{ type: "text", markdown: long(10) }, actions] });
  await house.door.deliver(house.outbound(inbound, reply), unlimited);
  const [thread] = discord.threads(general);
  expect(thread?.id).toBe(questionId);
  expect(discord.messages(general)).toHaveLength(1);
  const pieces = discord.messages(questionId);
  expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.at(-1)?.buttons.map(({ label }) => label)).toContain("Why");
  await discord.press({ messageId: pieces.at(-1)?.id ?? "", user: ada, label: "Why" });
  await vi.waitUntil(() => house.inbounds.length === 2);
  expect(house.inbounds[1]).toMatchObject({
    token: token("why"),
    conversation: { key: inbound.conversation.key, channelId: general, threadId: questionId },
  });
  await house.door.deliver(house.outbound(house.inbounds[1] ?? inbound, say("Because.")), unlimited);
  expect(discord.messages(questionId).at(-1)?.content).toContain("Because.");
  expect(discord.refusals).toEqual([]);
});

test("a long answer to a question that is gone is given where it was asked", async () => {
  const { house, discord, inbound, questionId } = await heard();
  await using _ = house;
  discord.remove({ channel: general, id: questionId });
  await house.door.deliver(house.outbound(inbound, say(long(10))), unlimited);
  const contents = discord.messages(general).map(({ content }) => content);
  expect(contents.length).toBeGreaterThan(1);
  expect(contents.join(" ")).toContain("Paragraph 9.");
});

test("a long answer that was interrupted goes on where it stopped", async () => {
  const { house, discord, inbound, questionId } = await heard();
  await using _ = house;
  const outbound = house.outbound(inbound, say(long(14)));
  discord.fail("POST /channels/{channel_id}/messages", 500, 0, 4);
  await expect(house.door.deliver(outbound, unlimited)).rejects.toMatchObject({ code: "upstream_unavailable" });
  await house.door.deliver(outbound, unlimited);
  const contents = discord.messages(questionId).map(({ content }) => content);
  expect(new Set(contents).size).toBe(contents.length);
  expect(contents.join(" ")).toContain("Paragraph 13.");
});

test("manner 28: a private answer to a public message comes as a direct message, and its buttons work there", async () => {
  const { house, discord, inbound, questionId } = await heard();
  await using _ = house;
  const parts: Reply["parts"] = [
    { type: "text", markdown: "You spent $812." },
    { type: "actions", items: [{ type: "button", label: "Post Here Anyway", token: token("pub") }] },
  ];
  await house.door.deliver(house.outbound(inbound, say("$812", { parts, visibility: "only_actor" })), unlimited);
  expect(discord.messages(general)[1]).toMatchObject({
    content: "I've sent you that in a direct message.",
    replyTo: questionId,
  });
  expect(JSON.stringify(discord.messages(general))).not.toContain("$812");
  const direct = discord.dm(ada).id;
  expect(discord.messages(direct)[0]?.content).toContain("$812");
  await discord.press({ channel: direct, user: ada, label: "Post Here Anyway" });
  await vi.waitUntil(() => house.inbounds.length === 2);
  expect(house.inbounds[1]).toMatchObject({
    actor: { tenantId: guild },
    conversation: { channelId: general, threadId: direct, audience: "just_me", tenantId: guild },
  });
  expect(discord.refusals).toEqual([]);
});

test("someone who takes no direct messages is told so, without the data", async () => {
  const { house, discord, inbound } = await heard();
  await using _ = house;
  discord.setDms(ada, false);
  const ref = await house.door.deliver(house.outbound(inbound, say("$812", { visibility: "only_actor" })), unlimited);
  const note = discord.messages(general).find(({ id }) => id === ref.messageId);
  expect(note?.content).toContain("you take no direct messages from me");
  expect(JSON.stringify(discord.messages(general))).not.toContain("$812");
});

test("manner 7: a decided card is redrawn in place, without its buttons and without a ping", async () => {
  const { house, discord, inbound } = await heard();
  await using _ = house;
  const gate = newId(GateId);
  const open = say("Run weather", {
    parts: [
      { type: "heading", text: "Run weather" },
      { type: "actions", items: [{ type: "button", label: "Run It", token: token("apv"), style: "primary" }] },
    ],
    card: { gate, state: "open" },
  });
  const ref = await house.door.deliver(house.outbound(inbound, open), unlimited);
  expect(discord.messages(general)[1]).toMatchObject({ isV2: true });
  const closed = say("Approved by <@5002>", { card: { gate, state: "closed" } });
  await house.door.deliver(house.outbound(inbound, closed, { edits: ref }), unlimited);
  const card = discord.messages(general)[1];
  expect(card).toMatchObject({ id: ref.messageId, isV2: true, buttons: [], pings: [] });
  expect(card?.text).toContain("Approved by");
  expect(discord.refusals).toEqual([]);
});

test("manner 32: thanks are answered with a reaction", async () => {
  const { house, discord, inbound, questionId } = await heard();
  await using _ = house;
  await house.door.deliver(house.outbound(inbound, say("You're welcome.", { gesture: "thanks" })), unlimited);
  expect(discord.messages(general)).toHaveLength(1);
  expect(Object.keys(discord.messages(general)[0]?.reactions ?? {})).toEqual(["\u{1F44D}"]);
  expect(questionId).not.toBe("");
  expect(discord.refusals).toEqual([]);
});

test("a chart comes as a picture with its takeaway as alternative text; without a renderer its figures are written", async () => {
  const chart: Reply["parts"][number] = {
    type: "chart",
    kind: "bar",
    title: "Spending",
    takeaway: "August was dearest.",
    categories: ["Jul", "Aug"],
    series: [{ name: "CAD", values: [100, 140] }],
    format: { type: "number" },
  };
  const renderer: ChartRenderer = {
    render: () => Promise.resolve(Buffer.from("png")),
    checkFonts: () => Promise.resolve(true),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const drawn = await heard({ renderer });
  await using _ = drawn.house;
  await drawn.house.door.deliver(drawn.house.outbound(drawn.inbound, say("x", { parts: [chart] })), unlimited);
  const [picture] = drawn.discord.messages(general)[1]?.attachments ?? [];
  expect(picture).toMatchObject({
    contentType: "image/png",
    description: expect.stringContaining("August was dearest."),
  });
  expect(drawn.discord.refusals).toEqual([]);

  const plain = await heard();
  await using __ = plain.house;
  await plain.house.door.deliver(plain.house.outbound(plain.inbound, say("x", { parts: [chart] })), unlimited);
  expect(plain.discord.messages(general)[1]?.content).toContain("140");
  expect(plain.discord.refusals).toEqual([]);
});

test("manner 65: a missing permission is named in the status and to the one who asked", async () => {
  const { house, discord, inbound } = await heard();
  await using _ = house;
  discord.setPermissions(general, ["VIEW_CHANNEL", "READ_MESSAGE_HISTORY"]);
  const failing = house.door.deliver(house.outbound(inbound, say("Hello.")), unlimited);
  await expect(failing).rejects.toMatchObject({
    code: "platform_refused",
    say: expect.stringContaining("Send Messages"),
  });
  expect(house.door.state().detail).toContain("#general: ");
  expect(house.door.state().detail).toContain("Send Messages");
  expect(discord.messages(discord.dm(ada).id)[0]?.content).toContain("I lack the permission");
});

test("manner 42: a rate limit is waited out while it is short, and left to the queue when it is long", async () => {
  const { house, discord, inbound } = await heard();
  await using _ = house;
  discord.rateLimit("POST /channels/{channel_id}/messages", { times: 1, retryAfterMs: 200 });
  await house.door.deliver(house.outbound(inbound, say("Short.")), unlimited);
  discord.rateLimit("POST /channels/{channel_id}/messages", { times: 1, retryAfterMs: 60_000 });
  const long = house.door.deliver(house.outbound(inbound, say("Long.")), unlimited);
  await expect(long).rejects.toMatchObject({ code: "rate_limited", retryable: true });
});

test("a channel that is gone is no reason to try again", async () => {
  const { house, discord, inbound } = await heard();
  await using _ = house;
  discord.fail("POST /channels/{channel_id}/messages", 404, 10_003);
  const failing = house.door.deliver(house.outbound(inbound, say("Hello.")), unlimited);
  await expect(failing).rejects.toMatchObject({ code: "platform_refused", retryable: false });
});

test("manner 70: what Discord refuses to draw is said in plain words, once", async () => {
  const { house, discord, inbound } = await heard();
  await using _ = house;
  discord.fail("POST /channels/{channel_id}/messages", 400, 50_035);
  await house.door.deliver(house.outbound(inbound, say("Sunny, 21 °C")), unlimited);
  expect(discord.messages(general).filter(({ content }) => content.includes("Sunny, 21 °C"))).toHaveLength(1);
});

test("an answer to somebody in a direct message is no reply and is never private", async () => {
  const house = await startScripted(() => say("Hello.", { visibility: "only_actor" }));
  await using _ = house;
  const { discord } = house;
  const channel = discord.dm(bob).id;
  discord.post({ channel, user: bob, text: "hi" });
  await vi.waitUntil(() => discord.messages(channel).length === 2);
  expect(discord.messages(channel)[1]).toMatchObject({ replyTo: undefined, ephemeralFor: undefined });
  expect(discord.refusals).toEqual([]);
});
