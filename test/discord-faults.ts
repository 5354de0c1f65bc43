import { bodyCheck } from "#test/platforms/discord/body-schema.ts";
import { everyComponent, MessageBody } from "#test/platforms/discord/message-body.ts";
import { messageFaults } from "#test/platforms/discord/message-rules.ts";
import type { DiscordMessage, DiscordRendering } from "#bot/discord/render/rendering.ts";

/** What Discord would refuse of a rendering: by its published specification, and by the limits that this leaves out. */
export function faultsOf({ messages, files, filesWith }: DiscordRendering): string[] {
  return messages.flatMap((message, index) => {
    const filenames = index === filesWith ? files.map(({ name }) => name) : [];
    const descriptions = index === filesWith ? files.map(({ description }) => description) : [];
    return [...messageFaultsOf(message, filenames, descriptions), ...pingsIn(message)];
  });
}

/** As `faultsOf`, of one message without files. */
export function messageFaultsOf(
  message: DiscordMessage,
  filenames: readonly string[] = [],
  descriptions: readonly string[] = [],
): string[] {
  const attachments = filenames.map((filename, id) => ({ id: String(id), filename, description: descriptions[id] }));
  const body: unknown = JSON.parse(JSON.stringify({ ...message, allowed_mentions: { parse: [] }, attachments }));
  const byDocument = bodyCheck()("POST /channels/{channel_id}/messages", body);
  const read = MessageBody.parse(body);
  const proposal = { content: read.content ?? "", embeds: [], components: read.components ?? [], filenames };
  const byRule = messageFaults(read, { ...proposal, flags: message.flags }, false);
  const own = [
    ...(filenames.length > 10 ? ["more than ten files"] : []),
    ...filenames.filter((name) => !/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name)).map((name) => `unsafe name ${name}`),
    ...(new Set(filenames).size < filenames.length ? ["two files of one name"] : []),
    ...(message.content === "" ? ["no content"] : []),
    ...((message.content ?? "").split("\n").filter((line) => line.startsWith("```")).length % 2 === 1
      ? ["broken fence"]
      : []),
  ];
  return [...byDocument, ...byRule].map(({ path, code, message }) => `${path} ${code}: ${message}`).concat(own);
}

/** Everything of a message that a person reads, labels included. */
export function textsOf(message: DiscordMessage): string[] {
  return [...spokenTexts(message), ...componentsOf(message).flatMap(({ label }) => label ?? [])];
}

/** What in a message would be a mention. Discord finds none in labels. */
function pingsIn(message: DiscordMessage): string[] {
  return spokenTexts(message).flatMap((text) => text.match(MENTION) ?? []);
}

const MENTION = /@everyone|@here|<@[!&]?\d+>|<#\d+>|<\/[^<>\n]+:\d+>|<a?:\w+:\d+>/gi;

function spokenTexts(message: DiscordMessage): string[] {
  const displays = componentsOf(message).flatMap(({ content }) => content ?? []);
  return message.content === undefined ? displays : [message.content, ...displays];
}

function componentsOf({ components }: DiscordMessage) {
  const read = MessageBody.parse(JSON.parse(JSON.stringify({ components })));
  return everyComponent(read.components ?? []).map(({ component }) => component);
}
