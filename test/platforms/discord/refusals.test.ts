import { expect, test } from "vitest";
import { call, openDiscord } from "./bare-bot.ts";

const V2 = 1 << 15;
const quiet = { allowed_mentions: { parse: [] } };
const text = (content: string) => ({ type: 10, content });
const button = (custom_id: string, more: object = {}) => ({ type: 2, style: 1, label: "Go", custom_id, ...more });
const row = (...components: unknown[]) => ({ type: 1, components });
const card = (...components: unknown[]) => ({ ...quiet, flags: V2, components: [{ type: 17, components }] });
const rows = (...components: unknown[]) => ({ ...quiet, content: "x", components });
const field = (value: string) => ({ name: "n", value });

test.for<[what: string, body: object, why: string]>([
  ["nothing at all", { ...quiet, content: " " }, "50006"],
  ["2,001 characters", { ...quiet, content: "x".repeat(2001) }, "content: BASE_TYPE_MAX_LENGTH"],
  ["4,001 characters", { ...quiet, content: "x".repeat(4001) }, "content: SPEC_MAXLENGTH"],
  ["a field that Discord does not know", { ...quiet, content: "x", colour: "red" }, "colour"],
  ["a number for content", { ...quiet, content: 7 }, "content: SPEC_TYPE"],
  ["a nonce of 26 characters", { ...quiet, content: "x", nonce: "n".repeat(26) }, "nonce"],
  ["enforce_nonce without a nonce", { ...quiet, content: "x", enforce_nonce: true }, "nonce: BASE_TYPE_REQUIRED"],
  ["an ephemeral message outside an interaction", { ...quiet, content: "x", flags: 64 }, "FLAGS_EPHEMERAL"],
  ["no word on mentions", { content: "x" }, "ALLOWED_MENTIONS_MISSING"],
  ["mentions allowed without parse", { content: "x", allowed_mentions: { users: ["42"] } }, "ALLOWED_MENTIONS_MISSING"],
  ["@everyone let through", { content: "@everyone", allowed_mentions: { parse: ["everyone"] } }, "WOULD_PING"],
  ["@here let through", { content: "@here", allowed_mentions: { parse: ["everyone"] } }, "WOULD_PING"],
  ["a role let through", { content: "<@&9>", allowed_mentions: { parse: ["roles"] } }, "WOULD_PING"],
  ["a person let through", { content: "<@42>", allowed_mentions: { parse: ["users"] } }, "WOULD_PING"],
  [
    "a person named in a card, let through",
    { ...card(text("<@42>")), allowed_mentions: { parse: ["users"] } },
    "WOULD_PING",
  ],
  ["parsing left on", { content: "x", allowed_mentions: { parse: ["users"] } }, "ALLOWED_MENTIONS_PARSE"],
  ["eleven embeds", { ...quiet, embeds: Array.from({ length: 11 }, () => ({ title: "t" })) }, "embeds: SPEC_MAXITEMS"],
  ["an embed title of 257", { ...quiet, embeds: [{ title: "t".repeat(257) }] }, "embeds.0.title"],
  [
    "embeds of more than 6,000 characters",
    {
      ...quiet,
      embeds: [{ description: "d".repeat(4000) }, { fields: [field("v".repeat(1000)), field("v".repeat(1000))] }],
    },
    "MAX_EMBED_SIZE_EXCEEDED",
  ],
  ["an embed field of 1,025", { ...quiet, embeds: [{ fields: [field("v".repeat(1025))] }] }, "fields.0.value"],
  ["six buttons in a row", rows(row(..."abcdef".split("").map((id) => button(id)))), "components"],
  ["six rows", rows(..."abcdef".split("").map((id) => row(button(id)))), "components: BASE_TYPE_BAD_LENGTH"],
  ["an empty row", rows(row()), "components"],
  ["the same custom_id twice", rows(row(button("a"), button("a"))), "COMPONENT_CUSTOM_ID_DUPLICATED"],
  ["a custom_id of 101", rows(row(button("a".repeat(101)))), "custom_id"],
  ["an empty custom_id", rows(row(button(""))), "custom_id"],
  ["a label of 81", rows(row(button("a", { label: "l".repeat(81) }))), "label"],
  ["a button without label or emoji", rows(row(button("a", { label: "" }))), "BUTTON_COMPONENT_LABEL_OR_EMOJI"],
  ["a link button without a link", rows(row(button("a", { style: 5 }))), "BUTTON_COMPONENT_URL"],
  ["a button with a link", rows(row(button("a", { url: "https://example.com" }))), "BUTTON_COMPONENT_URL"],
  ["a button outside a row", rows(button("a")), "components"],
  ["a component that does not exist", rows({ type: 99 }), "components"],
  ["a field that a button does not have", rows(row(button("a", { tooltip: "t" }))), "tooltip"],
  ["a card without the flag", { ...card(text("x")), flags: 0 }, "UNION_TYPE_CHOICES"],
  ["content beside a card", { ...card(text("x")), content: "x" }, "LEGACY_FIELDS"],
  ["embeds beside a card", { ...card(text("x")), embeds: [{ title: "t" }] }, "LEGACY_FIELDS"],
  [
    "41 components, nested included",
    card(...Array.from({ length: 40 }, () => text("x"))),
    "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
  ],
  [
    "a card of 4,001 characters",
    card(text("x".repeat(2000)), text("x".repeat(2001))),
    "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
  ],
  ["an empty text display", card(text("")), "content"],
  [
    "a file that was not sent",
    card({ type: 13, file: { url: "attachment://a.txt" } }),
    "UNFURLED_MEDIA_ITEM_NOT_FOUND",
  ],
  ["an attachment that was not sent", { ...quiet, content: "x", attachments: [{ id: "0" }] }, "ATTACHMENT_NOT_FOUND"],
  [
    "a reply to a message that is not there",
    { ...quiet, content: "x", message_reference: { message_id: "7" } },
    "REPLIES_UNKNOWN_MESSAGE",
  ],
])("a message is refused: %s", async ([, body, why]) => {
  const discord = await openDiscord();
  const answer = await call(discord, "POST", "/channels/200/messages", body);
  expect(answer.status).toBe(400);
  expect(discord.refusals.map((each) => each.why).join()).toContain(why);
  expect(discord.messages("200")).toEqual([]);
});

test.for<[what: string, body: object]>([
  ["2,000 characters", { ...quiet, content: "x".repeat(2000) }],
  ["names that ping nobody", { ...quiet, content: "@everyone <@42> <@&9>" }],
  ["a card of 4,000 characters", card(text("x".repeat(4000)))],
  ["40 components", card(...Array.from({ length: 39 }, () => text("x")))],
  [
    "five rows of five buttons",
    rows(...[0, 1, 2, 3, 4].map((y) => row(...[0, 1, 2, 3, 4].map((x) => button(`${x}${y}`))))),
  ],
  [
    "embeds of 6,000 characters",
    { ...quiet, embeds: [{ description: "d".repeat(4000) }, { description: "d".repeat(2000) }] },
  ],
  ["a select menu", rows(row({ type: 3, custom_id: "s", options: [{ label: "l", value: "v" }] }))],
  [
    "a reply to a lost message that may be lost",
    { ...quiet, content: "x", message_reference: { message_id: "7", fail_if_not_exists: false } },
  ],
])("a message is accepted: %s", async ([, body]) => {
  const discord = await openDiscord();
  const answer = await call(discord, "POST", "/channels/200/messages", body);
  expect(discord.refusals).toEqual([]);
  expect(answer.status).toBe(200);
  expect(discord.messages("200")[0]?.pings).toEqual([]);
});

const ask = { name: "nexus", description: "Ask" };
const option = (more: object) => [{ ...ask, options: [{ type: 3, name: "text", description: "d", ...more }] }];

test.for<[what: string, commands: object[], why: string]>([
  ["a name with capitals", [{ ...ask, name: "Nexus" }], "APPLICATION_COMMAND_INVALID_NAME"],
  ["a name with a space", [{ ...ask, name: "ask nexus" }], "APPLICATION_COMMAND_INVALID_NAME"],
  ["a name of 33", [{ ...ask, name: "n".repeat(33) }], "name"],
  ["no description", [{ name: "nexus" }], "description: BASE_TYPE_REQUIRED"],
  ["a description of 101", [{ ...ask, description: "d".repeat(101) }], "description"],
  ["the same name twice", [ask, ask], "APPLICATION_COMMANDS_DUPLICATE_NAME"],
  ["a described message command", [{ ...ask, type: 3 }], "APPLICATION_COMMAND_CONTEXT_MENU"],
  [
    "26 options",
    [{ ...ask, options: Array.from({ length: 26 }, (_, i) => ({ type: 3, name: `o${i}`, description: "d" })) }],
    "options",
  ],
  ["choices and autocomplete", option({ autocomplete: true, choices: [{ name: "a", value: "a" }] }), "CHOICES_INVALID"],
  [
    "a required option last",
    [
      {
        ...ask,
        options: [...(option({})[0]?.options ?? []), { type: 3, name: "b", description: "d", required: true }],
      },
    ],
    "REQUIRED_INVALID",
  ],
  [
    "an option beside a sub-command",
    [{ ...ask, options: [...(option({})[0]?.options ?? []), { type: 1, name: "b", description: "d" }] }],
    "TYPE_INVALID",
  ],
  [
    "more than 8,000 characters",
    [
      {
        ...ask,
        options: Array.from({ length: 25 }, (_, i) => ({
          type: 1,
          name: `s${i}`,
          description: "d".repeat(100),
          options: Array.from({ length: 3 }, (_, j) => ({ type: 3, name: `o${j}`, description: "d".repeat(100) })),
        })),
      },
    ],
    "APPLICATION_COMMAND_TOO_LARGE",
  ],
])("a command is refused: %s", async ([, commands, why]) => {
  const discord = await openDiscord();
  const answer = await call(discord, "PUT", `/applications/${discord.applicationId}/guilds/100/commands`, commands);
  expect(answer.status).toBe(400);
  expect(discord.refusals.map((each) => each.why).join()).toContain(why);
  expect(discord.commands("100")).toEqual([]);
});
