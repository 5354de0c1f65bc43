import { expect, test, vi } from "vitest";
import { GateId, newId } from "#core/contract/ids.ts";
import type { Reply } from "#core/contract/reply.ts";
import { say, type Script, startScripted, TOWN, token } from "#test/discord-kit.ts";

const { general, ada, bob, guild } = TOWN;

const form: NonNullable<Reply["form"]> = {
  token: token("frm"),
  opener: token("con", "opener6789abcdefghijkl"),
  title: "Connect OpenWeather",
  submit: "Connect",
  fields: [
    { id: "key", label: "API key", type: "secret" },
    { id: "note", label: "Note", type: "text", optional: true },
  ],
};
const buttons = (...items: { label: string; verb: Parameters<typeof token>[0]; confirm?: boolean }[]) =>
  say("Choose", {
    parts: [
      {
        type: "actions",
        items: items.map(({ label, verb, confirm }) => ({
          type: "button",
          label,
          token: token(verb),
          ...(confirm === true && { confirm: { title: "Remove it?", text: "It is gone then.", ok: "Remove" } }),
        })),
      },
    ],
  });

async function houseWithButtons(script: Script, ...items: Parameters<typeof buttons>) {
  const house = await startScripted(
    (inbound, turn) => (inbound.kind === "message" ? buttons(...items) : script(inbound, turn)),
    {},
  );
  house.discord.post({ channel: general, user: ada, text: "go", mentionsBot: true });
  await vi.waitUntil(() => house.discord.messages(general).length === 2);
  await vi.waitUntil(() => house.discord.commands(guild).length > 0);
  return house;
}

test("manner 33: every deadline is met while the inbox takes longer than Discord waits", async () => {
  await using house = await startScripted(() => say("At last."), { slowMs: 3_500 });
  const { discord } = house;
  await vi.waitUntil(() => discord.commands(guild).length > 0);
  const asked = await discord.slash({ channel: general, user: ada, options: ["help"] });
  expect(asked).toMatchObject({ ackType: 5, late: false });
  await vi.waitUntil(() => asked.original?.content.includes("At last.") === true, { timeout: 10_000 });
  expect(discord.refusals).toEqual([]);
});

test("a form is the first answer to the press that asks for it, and its secret stays marked as one", async () => {
  await using house = await houseWithButtons(
    (inbound) =>
      inbound.kind === "form" ? say("Connected.", { visibility: "only_actor" }) : { ...say("Connect"), form },
    { label: "Connect", verb: "con" },
  );
  const { discord } = house;
  const pressed = await discord.press({ channel: general, user: ada, label: "Connect" });
  expect(pressed).toMatchObject({ ackType: 9, late: false, modal: { title: "Connect OpenWeather" } });
  const sent = await discord.submitModal({ modal: pressed, values: { "s:key": "owm-123456", "t:note": "home" } });
  expect(sent).toMatchObject({ ackType: 6, late: false });
  await vi.waitUntil(() => sent.followups.length === 1);
  expect(sent.followups[0]).toMatchObject({ ephemeralFor: ada });
  expect(house.inbounds.at(-1)).toMatchObject({
    kind: "form",
    token: form.token,
    values: { key: { secret: "owm-123456" }, note: "home" },
  });
  expect(JSON.stringify(discord.messages(general))).not.toContain("owm-123456");
  expect(discord.refusals).toEqual([]);
});

test("a form that comes too late to be opened is offered behind a button that opens it", async () => {
  const slow = Promise.withResolvers<void>();
  await using house = await houseWithButtons(
    async (inbound) => {
      if (inbound.kind === "action" && inbound.token === token("con")) await slow.promise;
      return { ...say("Connect", { visibility: "only_actor" }), form };
    },
    { label: "Connect", verb: "con" },
  );
  const { discord } = house;
  const pressed = await discord.press({ channel: general, user: ada, label: "Connect" });
  expect(pressed).toMatchObject({ ackType: 6, late: false });
  slow.resolve();
  await vi.waitUntil(() => discord.ephemerals(ada).length === 1);
  const again = await discord.press({ channel: general, user: ada, label: form.title });
  expect(again).toMatchObject({ ackType: 9, late: false });
  expect(discord.refusals).toEqual([]);
});

test("`/nexus connect` opens the form itself", async () => {
  await using house = await startScripted(() => ({ ...say("Connect"), form }));
  const { discord } = house;
  await vi.waitUntil(() => discord.commands(guild).length > 0);
  const asked = await discord.slash({ channel: general, user: ada, options: ["connect", { source: "openweather" }] });
  expect(asked).toMatchObject({ ackType: 9, late: false });
  expect(house.inbounds).toMatchObject([{ kind: "command", name: "connect", rest: "openweather" }]);
  const sent = await discord.submitModal({ modal: asked, values: { "s:key": "k" } });
  expect(sent).toMatchObject({ ackType: 5, ephemeral: true });
  expect(discord.refusals).toEqual([]);
});

test("manner 13: what cannot easily be taken back is asked about once more, to the presser alone", async () => {
  await using house = await houseWithButtons(() => say("Removed."), { label: "Remove", verb: "say", confirm: true });
  const { discord } = house;
  const pressed = await discord.press({ channel: general, user: bob, label: "Remove" });
  expect(pressed).toMatchObject({ ackType: 4, ephemeral: true, late: false });
  expect(discord.ephemerals(bob)[0]?.text).toContain("It is gone then.");
  const cancelled = await discord.press({ channel: general, user: bob, label: "Cancel" });
  expect(cancelled).toMatchObject({ ackType: 7 });
  expect(house.inbounds).toHaveLength(1);
  await discord.press({
    channel: general,
    user: bob,
    label: "Remove",
    messageId: discord.messages(general)[1]?.id ?? "",
  });
  const confirm = discord.ephemerals(bob).at(-1);
  const confirmed = await discord.press({ messageId: confirm?.id ?? "", user: bob, label: "Remove" });
  expect(confirmed).toMatchObject({ ackType: 7 });
  await vi.waitUntil(() => house.inbounds.length === 2);
  expect(house.inbounds[1]).toMatchObject({ kind: "action", token: token("say") });
  expect(discord.ephemerals(bob).at(-1)?.buttons).toEqual([]);
  await vi.waitUntil(() => house.delivered.length === 2);
  expect(discord.refusals).toEqual([]);
});

test("manner 28: a private answer to a public question goes to the one who asked, and the others read only that it did", async () => {
  await using house = await startScripted(() => say("You spent $812.", { visibility: "only_actor" }));
  const { discord } = house;
  await vi.waitUntil(() => discord.commands(guild).length > 0);
  const asked = await discord.slash({ channel: general, user: ada, options: ["ask", { text: "my spending" }] });
  expect(asked).toMatchObject({ ackType: 5, ephemeral: false });
  await vi.waitUntil(() => house.delivered.length === 1);
  expect(discord.messages(general)[0]?.content).toBe("I've sent that to you alone.");
  expect(discord.ephemerals(ada)[0]?.content).toContain("$812");
  expect(JSON.stringify(discord.messages(general))).not.toContain("$812");
  expect(discord.refusals).toEqual([]);
});

test("completion answers inside the deadline with what can be said", async () => {
  const complete = ["weather in Toronto", "weather tomorrow", "connect openweather", "x".repeat(150)];
  await using house = await startScripted(() => undefined, { complete });
  const { discord } = house;
  await vi.waitUntil(() => discord.commands(guild).length > 0);
  const ask = await discord.autocomplete({ channel: general, user: ada, options: ["ask", { text: "weath" }] });
  expect(ask.map(({ value }) => value)).toEqual(["weather in Toronto", "weather tomorrow"]);
  const connect = await discord.autocomplete({ channel: general, user: ada, options: ["connect", { source: "open" }] });
  expect(connect).toEqual([{ name: "openweather", value: "openweather" }]);
  expect(discord.refusals).toEqual([]);
});

test("“Ask NEXUS” on a message asks what it says, for the asker alone", async () => {
  await using house = await startScripted(() => say("Cloudy."));
  const { discord } = house;
  await vi.waitUntil(() => discord.commands(guild).length > 0);
  const { id } = discord.post({ channel: general, user: bob, text: "weather in Porto" });
  const asked = await discord.messageCommand({ channel: general, messageId: id, user: ada });
  expect(asked).toMatchObject({ ackType: 5, ephemeral: true });
  await vi.waitUntil(() => house.delivered.length === 1);
  expect(house.inbounds).toMatchObject([{ kind: "command", name: "weather", rest: "in Porto", actor: { id: ada } }]);
  expect(discord.refusals).toEqual([]);
});

test("manner 17: a button nobody can read is declined, to the presser alone", async () => {
  await using house = await startScripted(() => undefined);
  const { discord } = house;
  const card = discord.post({ channel: general, user: ada, text: "x" });
  const body = {
    content: "old",
    allowed_mentions: { parse: [] },
    components: [{ type: 1, components: [{ type: 2, style: 2, label: "Old", custom_id: `v0-${"x".repeat(80)}` }] }],
  };
  await fetch(`${discord.restUrl}/v10/channels/${general}/messages`, {
    method: "POST",
    headers: { authorization: `Bot ${discord.token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const pressed = await discord.press({ channel: general, user: ada, label: "Old" });
  expect(pressed).toMatchObject({ ackType: 4, ephemeral: true });
  expect(card.id).not.toBe("");
  expect(house.inbounds).toEqual([]);
  expect(discord.refusals).toEqual([]);
});

test("what cannot be written down is said to the one who did it", async () => {
  await using house = await startScripted(() => undefined, { failing: 1 });
  const { discord } = house;
  await vi.waitUntil(() => discord.commands(guild).length > 0);
  const asked = await discord.slash({ channel: general, user: ada, options: ["help"] });
  await vi.waitUntil(() => (asked.original?.content ?? "") !== "");
  expect(asked.original?.content).toContain("Something went wrong on my side.");
  expect(discord.refusals).toEqual([]);
});

test("what takes longer than an interaction lives is posted as by anyone", async () => {
  let now = Date.now();
  const late = Promise.withResolvers<void>();
  await using house = await startScripted(
    async () => {
      await late.promise;
      return say("At last.");
    },
    { discord: { clock: () => new Date(now) } },
  );
  const { discord } = house;
  await vi.waitUntil(() => discord.commands(guild).length > 0);
  await discord.slash({ channel: general, user: ada, options: ["ask", { text: "weather" }] });
  now += 16 * 60_000;
  late.resolve();
  await vi.waitUntil(() => house.delivered.length === 1);
  expect(discord.messages(general).at(-1)).toMatchObject({ content: "At last.", viaInteraction: false });
  expect(discord.refusals).toEqual([]);
});

test("APV-039: an interaction that Discord sends twice is answered once", async () => {
  await using house = await startScripted(() => say("Four."), { discord: {} });
  const { discord } = house;
  await vi.waitUntil(() => discord.commands(guild).length > 0);
  discord.gateway.deliveries = 3;
  const asked = await discord.slash({ channel: general, user: ada, options: ["modules"] });
  await vi.waitUntil(() => asked.original?.content === "Four.");
  expect(house.inbounds).toHaveLength(1);
  expect(discord.refusals).toEqual([]);
});

test("manner 70: a later message of a long answer that Discord refuses to draw is said in plain words, in its place", async () => {
  const paragraphs = Array.from({ length: 14 }, (_, index) => `Paragraph ${index}. ${"Lorem ipsum. ".repeat(25)}`);
  await using house = await startScripted(() => say(paragraphs.join("\n\n")));
  const { discord } = house;
  await vi.waitUntil(() => discord.commands(guild).length > 0);
  discord.fail("POST /channels/{channel_id}/messages", 400, 50_035);
  await discord.slash({ channel: general, user: ada, options: ["ask", { text: "everything" }] });
  await vi.waitUntil(() => house.delivered.length === 1);
  const shown = discord.messages(general).map(({ content }) => content);
  expect(shown.length).toBeGreaterThan(2);
  expect(shown.join(" ").match(/Paragraph \d+/g)).toEqual(paragraphs.map((_, index) => `Paragraph ${index}`));
  expect(discord.refusals).toEqual([]);
});

test("a card that was asked for alone stands where those who decide can see it", async () => {
  const gate = newId(GateId);
  await using house = await startScripted(() => say("Switch off weather", { card: { gate, state: "open" } }));
  const { discord } = house;
  await vi.waitUntil(() => discord.commands(guild).length > 0);
  const asked = await discord.slash({ channel: general, user: ada, options: ["disable", { module: "weather" }] });
  await vi.waitUntil(() => house.delivered.length === 1);
  expect(discord.messages(general)).toMatchObject([{ isV2: true, ephemeralFor: undefined }]);
  expect(house.delivered[0]).toMatchObject({ ephemeral: false });
  expect(asked.original?.content).toContain("in the channel");
  expect(discord.refusals).toEqual([]);
});
