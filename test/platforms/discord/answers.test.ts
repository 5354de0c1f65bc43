import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { call, openDiscord } from "./bare-bot.ts";
import type { Operation } from "./operations.ts";

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(JSON.parse(readFileSync(new URL("spec/openapi.json", import.meta.url), "utf8")), "discord");

/** What Discord's specification finds wrong with an answer. */
function faultsOf(operation: Operation, status: number, body: unknown): string {
  const [method = "", path = ""] = operation.split(" ");
  const pointer = ["paths", path, method.toLowerCase(), "responses", status, "content", "application/json", "schema"]
    .map((part) => encodeURIComponent(String(part).replaceAll("~", "~0").replaceAll("/", "~1")))
    .join("/");
  const check = ajv.compile({ $ref: `discord#/${pointer}` });
  return check(body) ? "" : ajv.errorsText(check.errors);
}

test("every answer is what Discord's own specification says it is", async () => {
  const discord = await openDiscord();
  const app = discord.applicationId;
  const quiet = { allowed_mentions: { parse: [] } };
  const wrong: string[] = [];
  const check = async (operation: Operation, path: string, body?: unknown): Promise<string> => {
    const answer = await call(discord, operation.split(" ")[0] ?? "", path, body);
    const faults = faultsOf(operation, answer.status, answer.body);
    if (faults !== "") wrong.push(`${operation} ${answer.status}: ${faults}`);
    return String(Object(answer.body).id);
  };
  const button = { type: 2, style: 1, label: "Go", custom_id: "go" };
  const card = [
    { type: 17, components: [{ type: 10, content: "x" }, { type: 14 }, { type: 1, components: [button] }] },
  ];
  const attachments = [{ name: "a.txt", contentType: "text/plain", content: Buffer.from("x") }];
  const forum = discord.addChannel({ guild: "100", name: "help", type: "forum" }).id;

  await check("GET /gateway/bot", "/gateway/bot");
  await check("GET /users/@me", "/users/@me");
  await check("GET /users/{user_id}", "/users/42");
  await check("GET /applications/@me", "/applications/@me");
  await check("GET /guilds/{guild_id}", "/guilds/100");
  await check("GET /guilds/{guild_id}/members/{user_id}", "/guilds/100/members/42");
  const dm = await check("POST /users/@me/channels", "/users/@me/channels", { recipient_id: "42" });
  for (const channel of ["200", forum, dm]) await check("GET /channels/{channel_id}", `/channels/${channel}`);
  const commands = [{ name: "nexus", description: "d", options: [{ type: 1, name: "ask", description: "d" }] }];
  await check("PUT /applications/{application_id}/commands", `/applications/${app}/commands`, commands);
  await check("GET /applications/{application_id}/commands", `/applications/${app}/commands`);
  const local = `/applications/${app}/guilds/100/commands`;
  await check("PUT /applications/{application_id}/guilds/{guild_id}/commands", local, [{ name: "Ask", type: 3 }]);
  const sent = await check("POST /channels/{channel_id}/messages", "/channels/200/messages", {
    ...quiet,
    content: "x",
    nonce: "5",
    enforce_nonce: true,
  });
  discord.post({ channel: "200", user: "42", text: "hi <@43>", replyTo: sent, attachments });
  discord.addReaction({ channel: "200", messageId: sent, user: "42", emoji: "🎉" });
  await check("PATCH /channels/{channel_id}/messages/{message_id}", `/channels/200/messages/${sent}`, {
    ...quiet,
    components: [{ type: 1, components: [button] }],
    embeds: [{ title: "t" }],
  });
  await check("POST /channels/{channel_id}/messages", "/channels/200/messages", {
    ...quiet,
    flags: 1 << 15,
    components: card,
  });
  const thread = await check(
    "POST /channels/{channel_id}/messages/{message_id}/threads",
    `/channels/200/messages/${sent}/threads`,
    { name: "t" },
  );
  await check("GET /channels/{channel_id}", `/channels/${thread}`);
  await check("GET /channels/{channel_id}/messages", "/channels/200/messages");
  await check("GET /channels/{channel_id}/messages/{message_id}", `/channels/200/messages/${sent}`);
  await check("POST /channels/{channel_id}/threads", `/channels/${forum}/threads`, {
    name: "t",
    message: { ...quiet, content: "x" },
  });
  expect(wrong).toEqual([]);
  expect(discord.refusals).toEqual([]);
});
