import { refuse, reply } from "./answer.ts";
import { applicationFlags, type Gateway } from "./gateway.ts";
import type { Handlers } from "./rest.ts";
import type { Town } from "./town.ts";
import { guildWire, memberWire, userWire } from "./wire.ts";
import type { World } from "./world.ts";

type Operations = keyof Handlers &
  (
    | `GET /${"gateway" | "users" | "guilds" | "oauth2"}/${string}`
    | "GET /applications/@me"
    | "POST /users/@me/channels"
  );

/** The routes about the bot itself, and about guilds and people. */
export function createAccountRoutes(
  world: World,
  gateway: Gateway,
  town: Town,
  origin: () => string,
): Pick<Handlers, Operations> {
  function application(): Record<string, unknown> {
    return {
      id: world.applicationId,
      name: "NEXUS",
      type: null,
      icon: null,
      description: "",
      summary: "",
      bot_public: true,
      bot_require_code_grant: false,
      verify_key: "0".repeat(64),
      flags: applicationFlags(gateway.privileged),
      flags_new: String(applicationFlags(gateway.privileged)),
      redirect_uris: [],
      interactions_endpoint_url: null,
      role_connections_verification_url: null,
      approximate_guild_count: [...world.guilds.values()].filter(({ botPresent }) => botPresent).length,
      approximate_user_install_count: 0,
      approximate_user_authorization_count: 0,
      explicit_content_filter: 0,
      eligible_oauth2_scopes: [],
      team: null,
      owner: userWire(world.users.get(world.botUserId)),
      bot: userWire(world.users.get(world.botUserId)),
    };
  }

  return {
    "GET /gateway/bot": () => {
      const used = gateway.handshakes.filter(({ kind }) => kind === "identify").length;
      const session_start_limit = {
        total: 1000,
        remaining: Math.max(0, 1000 - used),
        reset_after: 1,
        max_concurrency: 1,
      };
      return reply({ url: `${origin().replace("http", "ws")}/gateway/`, shards: 1, session_start_limit });
    },
    "GET /users/@me": () =>
      reply({ ...userWire(world.users.get(world.botUserId)), verified: true, mfa_enabled: true, locale: "en-US" }),
    "GET /users/{user_id}": ({ parameters }) => {
      const user = world.users.get(parameters["user_id"] ?? "");
      return user === undefined ? refuse(404, 10013, "Unknown User") : reply(userWire(user));
    },
    "GET /applications/@me": () => reply(application()),
    "GET /oauth2/applications/@me": () => reply(application()),
    "POST /users/@me/channels": ({ body }) => {
      const recipient =
        typeof body === "object" && body !== null && "recipient_id" in body ? String(body.recipient_id) : "";
      if (recipient === world.botUserId) return refuse(403, 50007, "Cannot send messages to this user");
      if (!world.users.has(recipient)) return refuse(400, 50033, "Invalid Recipient(s)");
      return reply(town.dmWire(recipient));
    },
    "GET /guilds/{guild_id}": ({ parameters }) => {
      const guild = world.guilds.get(parameters["guild_id"] ?? "");
      return guild?.botPresent === true ? reply(guildWire(guild)) : refuse(404, 10004, "Unknown Guild");
    },
    "GET /guilds/{guild_id}/members/{user_id}": ({ parameters }) => {
      const guild = world.guilds.get(parameters["guild_id"] ?? "");
      if (guild?.botPresent !== true) return refuse(404, 10004, "Unknown Guild");
      const userId = parameters["user_id"] ?? "";
      const member = guild.members.get(userId);
      return member === undefined
        ? // A bot may ask; that somebody is no member is an answer, not a fault.
          reply({ message: "Unknown Member", code: 10007 }, 404)
        : reply({ ...memberWire(guild, userId), user: userWire(world.users.get(userId)) });
    },
  };
}
