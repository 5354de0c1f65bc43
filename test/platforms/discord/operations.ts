/** What the loopback Discord serves, as `METHOD /path` of version 10. Source: https://discord.com/developers/docs/reference */
export const OPERATIONS = [
  "GET /gateway/bot",
  "GET /users/@me",
  "GET /users/{user_id}",
  "POST /users/@me/channels",
  "GET /applications/@me",
  "GET /oauth2/applications/@me",
  "GET /applications/{application_id}/commands",
  "PUT /applications/{application_id}/commands",
  "GET /applications/{application_id}/guilds/{guild_id}/commands",
  "PUT /applications/{application_id}/guilds/{guild_id}/commands",
  "GET /guilds/{guild_id}",
  "GET /guilds/{guild_id}/members/{user_id}",
  "GET /channels/{channel_id}",
  "PATCH /channels/{channel_id}",
  "POST /channels/{channel_id}/typing",
  "GET /channels/{channel_id}/messages",
  "POST /channels/{channel_id}/messages",
  "GET /channels/{channel_id}/messages/{message_id}",
  "PATCH /channels/{channel_id}/messages/{message_id}",
  "DELETE /channels/{channel_id}/messages/{message_id}",
  "PUT /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me",
  "DELETE /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me",
  "POST /channels/{channel_id}/messages/{message_id}/threads",
  "POST /channels/{channel_id}/threads",
  "POST /interactions/{interaction_id}/{interaction_token}/callback",
  "POST /webhooks/{webhook_id}/{webhook_token}",
  "GET /webhooks/{webhook_id}/{webhook_token}/messages/@original",
  "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original",
  "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/@original",
  "GET /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}",
  "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}",
  "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}",
] as const;

export type Operation = (typeof OPERATIONS)[number];

/** The operation that `METHOD /path` (decoded, without the version) asks for, and what stands in its braces. */
export function findOperation(
  method: string,
  path: string,
): { operation: Operation; parameters: Readonly<Record<string, string>> } | undefined {
  const given = path.split("/");
  for (const operation of OPERATIONS) {
    const [verb, template = ""] = operation.split(" ");
    const wanted = template.split("/");
    if (verb !== method || wanted.length !== given.length) continue;
    const parameters: Record<string, string> = {};
    const fits = wanted.every((part, index) => {
      const value = given[index] ?? "";
      if (!part.startsWith("{")) return part === value;
      parameters[part.slice(1, -1)] = value;
      return value !== "";
    });
    if (fits) return { operation, parameters };
  }
  return undefined;
}
