import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  Events,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
  type Client,
  type Interaction,
} from "discord.js";
import { expect, test, vi } from "vitest";
import { call, connect, openDiscord } from "./bare-bot.ts";
import type { LoopbackDiscord } from "./discord.ts";

const NEXUS = new SlashCommandBuilder()
  .setName("nexus")
  .setDescription("Ask NEXUS")
  .addSubcommand((sub) =>
    sub
      .setName("ask")
      .setDescription("Ask something")
      .addStringOption((option) =>
        option.setName("text").setDescription("What").setRequired(true).setAutocomplete(true),
      ),
  );

/** A bot that answers every interaction with `answer`, its `/nexus` registered in the guild. */
async function answering(answer: (interaction: Interaction) => Promise<unknown>): Promise<LoopbackDiscord> {
  const discord = await openDiscord();
  const client: Client<true> = await connect(discord);
  client.on(Events.InteractionCreate, (interaction) => void answer(interaction));
  await client.application.commands.set([NEXUS, { name: "Ask NEXUS", type: 3 }], "100");
  return discord;
}
const ask = { channel: "200", user: "42", options: ["ask", { text: "weather?" }] };

test("a slash command is deferred, answered, and followed by a private word", async () => {
  const discord = await answering(async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.deferReply();
    await interaction.editReply(`${interaction.options.getString("text")} ${interaction.locale}: sunny`);
    await interaction.followUp({ content: "Only for you", flags: MessageFlags.Ephemeral });
  });
  const interaction = await discord.slash({ ...ask, locale: "de" });
  expect(interaction).toMatchObject({ ackType: 5, late: false, ephemeral: false });
  expect(interaction.ackMs).toBeLessThan(3000);
  await vi.waitUntil(() => interaction.followups.length > 0);
  expect(interaction.original).toMatchObject({ content: "weather? de: sunny", isLoading: false, viaInteraction: true });
  expect(discord.messages("200").map(({ content }) => content)).toEqual(["weather? de: sunny"]);
  expect(discord.ephemerals("42").map(({ content }) => content)).toEqual(["Only for you"]);
  expect(discord.ephemerals("43")).toEqual([]);
  expect(discord.refusals).toEqual([]);
});

test("a deferral decides who sees the answer, and the first follow-up fills it", async () => {
  const discord = await answering(async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    await interaction.followUp({ content: "said once" });
  });
  const interaction = await discord.slash(ask);
  await vi.waitUntil(() => interaction.original?.isLoading === false);
  expect(interaction).toMatchObject({ ephemeral: true, followups: [], original: { content: "said once" } });
  expect(discord.messages("200")).toEqual([]);
});

test("suggestions come while a person types", async () => {
  const discord = await answering(async (interaction) => {
    if (!interaction.isAutocomplete()) return;
    const typed = interaction.options.getFocused();
    await interaction.respond([{ name: `${typed} in Toronto`, value: "toronto" }]);
  });
  expect(await discord.autocomplete({ ...ask, options: ["ask", { text: "wea" }] })).toEqual([
    { name: "wea in Toronto", value: "toronto" },
  ]);
});

test("a click opens a form, and the form's answer redraws the card", async () => {
  const button = new ButtonBuilder().setCustomId("connect").setLabel("Connect").setStyle(ButtonStyle.Primary);
  const key = new TextInputBuilder()
    .setCustomId("key")
    .setStyle(TextInputStyle.Short)
    .setRequired(true)
    .setMinLength(3);
  const modal = new ModalBuilder()
    .setCustomId("form")
    .setTitle("Connect OpenWeather")
    .addLabelComponents(new LabelBuilder().setLabel("API key").setTextInputComponent(key));
  const discord = await answering(async (interaction) => {
    if (interaction.isChatInputCommand()) {
      await interaction.reply({
        flags: MessageFlags.IsComponentsV2,
        components: [
          new TextDisplayBuilder().setContent("Not connected"),
          new ActionRowBuilder<ButtonBuilder>({ components: [button] }),
        ],
      });
    } else if (interaction.isButton()) {
      await interaction.showModal(modal);
    } else if (interaction.isModalSubmit() && interaction.isFromMessage()) {
      await interaction.update({
        components: [
          new TextDisplayBuilder().setContent(`Connected with ${interaction.fields.getTextInputValue("key")}`),
        ],
      });
    }
  });
  const first = await discord.slash(ask);
  expect(first.original).toMatchObject({ isV2: true, buttons: [{ label: "Connect", customId: "connect" }] });
  const click = await discord.press({ channel: "200", user: "43", label: "Connect" });
  expect(click).toMatchObject({ ackType: 9, modal: { title: "Connect OpenWeather", userId: "43" } });
  expect(discord.modals("43")).toHaveLength(1);
  await expect(discord.submitModal({ modal: click, values: { key: "ab" } })).rejects.toThrow("too short");
  const submitted = await discord.submitModal({ modal: click, values: { key: "abc" } });
  expect(submitted).toMatchObject({ ackType: 7, original: { text: "Connected with abc", buttons: [] } });
  await expect(discord.press({ channel: "200", user: "43", label: "Connect" })).rejects.toThrow("no button");
  expect(discord.refusals).toEqual([]);
});

test("a click that is deferred shows no spinner, and its edit changes the message clicked", async () => {
  const discord = await answering(async (interaction) => {
    if (!interaction.isButton()) return;
    await interaction.deferUpdate();
    await interaction.editReply({ content: `Done by ${interaction.user.username}`, components: [] });
  });
  const row = { type: 1, components: [{ type: 2, style: 1, label: "Approve", custom_id: "a" }] };
  await call(discord, "POST", "/channels/200/messages", {
    content: "Approve?",
    components: [row],
    allowed_mentions: { parse: [] },
  });
  const click = await discord.press({ channel: "200", user: "42", customId: "a" });
  expect(click.ackType).toBe(6);
  await vi.waitUntil(() => click.original?.edits === 1);
  expect(discord.messages("200").map(({ content, edits }) => [content, edits])).toEqual([["Done by Kim", 1]]);
});

test("a message command carries the message it was used on", async () => {
  const discord = await answering(async (interaction) => {
    if (!interaction.isMessageContextMenuCommand()) return;
    await interaction.reply({
      content: `You mean: ${interaction.targetMessage.content}`,
      flags: MessageFlags.Ephemeral,
    });
  });
  const { id } = discord.post({ channel: "200", user: "43", text: "it rains" });
  const interaction = await discord.messageCommand({ channel: "200", messageId: id, user: "42" });
  expect(interaction).toMatchObject({ ackType: 4, ephemeral: true, original: { content: "You mean: it rains" } });
});

test("an interaction is answered once, in time, by its own token, in a way that it has", async () => {
  const discord = await answering(async () => {});
  const late = discord.slash(ask);
  const answer = (type: number, data?: object) => {
    const [{ id, token } = { id: "", token: "" }] = discord.interactions.toReversed();
    return call(discord, "POST", `/interactions/${id}/${token}/callback`, {
      type,
      ...(data === undefined ? {} : { data }),
    });
  };
  const codes: unknown[] = [];
  const note = async (sent: ReturnType<typeof answer>): Promise<number> => codes.push(Object((await sent).body).code);
  await note(answer(6));
  await note(answer(8, { choices: [] }));
  await note(answer(5, { flags: 64 | (1 << 15) }));
  await note(answer(4, { content: "pings" }));
  expect(codes).toEqual([50035, 50035, 50035, 50035]);
  expect((await late).late).toBe(true);
  await note(answer(5));
  expect(codes.at(-1)).toBe(10062);

  const prompt = discord.slash(ask);
  expect((await answer(5)).status).toBe(204);
  await note(answer(5));
  expect(codes.at(-1)).toBe(40060);
  const { token } = await prompt;
  expect(
    (
      await call(discord, "PATCH", `/webhooks/${discord.applicationId}/${token}/messages/%40original`, {
        content: "in words",
        allowed_mentions: { parse: [] },
      })
    ).status,
  ).toBe(200);
  expect((await call(discord, "POST", `/webhooks/${discord.applicationId}/another`, {})).status).toBe(404);
});

test("a modal does not answer a modal, and has one to five fields and a title of 45", async () => {
  const discord = await answering(async () => {});
  const field = (id: string) => ({ type: 18, label: "Key", component: { type: 4, custom_id: id, style: 1 } });
  const modal = (title: string, ...fields: object[]) => ({
    type: 9,
    data: { custom_id: "m", title, components: fields },
  });
  const answer = (body: object) => {
    const [{ id, token } = { id: "", token: "" }] = discord.interactions.toReversed();
    return call(discord, "POST", `/interactions/${id}/${token}/callback`, body);
  };
  const opened = discord.slash(ask);
  const bad = [
    modal("t".repeat(46), field("a")),
    modal("Title"),
    modal("Title", ...["a", "b", "c", "d", "e", "f"].map(field)),
    modal("Title", field("a"), field("a")),
    modal("Title", { ...field("a"), label: "l".repeat(46) }),
  ];
  for (const body of bad) expect((await answer(body)).status).toBe(400);
  expect((await answer(modal("Title", field("a")))).status).toBe(204);
  const submitted = discord.submitModal({ modal: await opened, values: { a: "x" } });
  expect((await answer(modal("Again", field("a")))).status).toBe(400);
  expect((await answer({ type: 5 })).status).toBe(204);
  expect((await submitted).ackType).toBe(5);
});

test("a token works for fifteen minutes", async () => {
  let now = new Date("2026-11-20T10:00:00Z");
  const discord = await openDiscord({ clock: () => now });
  const client = await connect(discord);
  client.on(Events.InteractionCreate, (interaction) => {
    if (interaction.isChatInputCommand()) void interaction.deferReply();
  });
  await client.application.commands.set([NEXUS]);
  const { token } = await discord.slash(ask);
  const follow = () =>
    call(discord, "POST", `/webhooks/${discord.applicationId}/${token}`, {
      content: "x",
      allowed_mentions: { parse: [] },
    });
  now = new Date("2026-11-20T10:14:59Z");
  expect((await follow()).status).toBe(200);
  now = new Date("2026-11-20T10:15:01Z");
  expect((await follow()).body).toMatchObject({ code: 50027 });
});

test("commands keep their ids when they are put again, and each place sees its own", async () => {
  const discord = await answering(async () => {});
  const [before] = discord.commands("100");
  await call(discord, "PUT", `/applications/${discord.applicationId}/guilds/100/commands`, [NEXUS.toJSON()]);
  expect(discord.commands("100").map(({ id, name }) => ({ id, name }))).toEqual([{ id: before?.id, name: "nexus" }]);
  expect(discord.registrations).toBe(2);
  await expect(discord.slash({ ...ask, channel: discord.dm("42").id })).rejects.toThrow("is registered");
  await expect(discord.slash({ ...ask, options: ["ask", {}] })).rejects.toThrow("needs text");
  await expect(discord.slash({ ...ask, options: ["sing"] })).rejects.toThrow("no sub-command sing");
});
