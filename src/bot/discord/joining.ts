import { z } from "zod";
import type { Joining } from "#core/contract/door.ts";
import { NexusError } from "#core/contract/errors.ts";

export interface DiscordJoiningOptions {
  /** Discord's REST API, without the version. */
  readonly apiUrl?: string;
  /** Opens the door with a token that Discord knows. */
  readonly open: (token: string, signal: AbortSignal) => Promise<void>;
}

/** Connects Discord while NEXUS runs: one token to bring, one link to follow. */
export function createDiscordJoining({ apiUrl = "https://discord.com/api", open }: DiscordJoiningOptions): Joining {
  return {
    guide: () => ({
      platform: "discord",
      title: "Discord",
      steps: [
        "Open the developer portal, press New Application, name it and press Create.",
        "On the Bot page press Reset Token, then Copy. Discord shows the token only this once.",
        "Come back here and enter it. I then give you the link that invites me to your server.",
      ],
      link: { label: "Open the Developer Portal", url: PORTAL },
      fields: [{ id: TOKEN, type: "secret", label: "Bot token", hint: "From the Bot page; kept encrypted here." }],
    }),

    async join(values, signal) {
      const token = readToken(values[TOKEN] ?? "");
      const { id, name, flags } = await ask(apiUrl, "/applications/@me", token, Application, signal);
      const bot = await ask(apiUrl, "/users/@me", token, User, signal);
      await open(token, signal);
      return {
        summary: `Discord is connected: ${name}, as @${bot.username}.`,
        next: [
          `Invite me to your server: ${inviteLink(id)}`,
          `There, say “@${bot.username} help”, or type /nexus. Or write to me directly.`,
          (flags & MAY_READ_CONTENT) === 0
            ? `Optional: in a thread I hear only messages that name me. To let me follow my own threads, switch on Message Content Intent on the Bot page: ${PORTAL}/${id}/bot, then start NEXUS again.`
            : "Message Content Intent is on: in a thread I answered in, you need not name me again.",
        ],
      };
    },
  };
}

/**
 * The link that adds the bot to a server, with the permissions it uses and no more: see, send, send in threads, start
 * threads, embed, attach, read history, react, use commands. No administrator, no mentioning of everyone.
 */
export function inviteLink(applicationId: string): string {
  const query = new URLSearchParams({
    client_id: applicationId,
    scope: "bot applications.commands",
    permissions: PERMISSIONS,
  });
  return `https://discord.com/oauth2/authorize?${query.toString()}`;
}

const PORTAL = "https://discord.com/developers/applications";
const TOKEN = "token";
/** https://docs.discord.com/developers/topics/permissions */
const PERMISSIONS = "311385246784";
/** Application flags GATEWAY_MESSAGE_CONTENT and its limited form: https://docs.discord.com/developers/resources/application */
const MAY_READ_CONTENT = (1 << 18) | (1 << 19);
const TIMEOUT_MS = 15_000;

const Application = z.object({ id: z.string().regex(/^\d{1,20}$/), name: z.string(), flags: z.number().default(0) });
const User = z.object({ username: z.string() });

/** The mistakes that are easily made in the portal are told apart before Discord is asked. */
function readToken(entered: string): string {
  const token = entered.trim().replace(/^Bot\s+/i, "");
  if (token === "") throw refused("no token was entered", "No token was entered.");
  if (/^\d{15,20}$/.test(token)) {
    throw refused("an application id was entered", "That is the application's ID, not the bot's token.");
  }
  if (/^[0-9a-f]{64}$/i.test(token)) {
    throw refused("a public key was entered", "That is the application's public key, not the bot's token.");
  }
  if (/^[\w-]{32}$/.test(token)) {
    throw refused(
      "a client secret was entered",
      "That looks like the application's client secret, not the bot's token.",
    );
  }
  // Header values take no other characters, and no token has any.
  if (!/^[\w.-]{20,200}$/.test(token))
    throw refused("not the shape of a token", "That does not look like a bot token.");
  return token;
}

async function ask<Answer>(
  apiUrl: string,
  path: string,
  token: string,
  schema: z.ZodType<Answer>,
  signal: AbortSignal,
): Promise<Answer> {
  const response = await reach(`${apiUrl}/v10${path}`, token, signal);
  if (response.status === 401) {
    throw refused("401", "Discord does not know that token: it is mistyped, or was reset since.");
  }
  if (response.status === 429 || response.status >= 500) {
    throw new NexusError("join_failed", `Discord answered ${response.status}`, {
      say: "Discord cannot check the token right now.",
      hint: "Try again in a minute; the token may well be right.",
    });
  }
  const answer = schema.safeParse(await response.json().catch(() => undefined));
  if (!response.ok || !answer.success) {
    throw refused(`Discord answered ${response.status}`, "Discord's answer to that token is not that of a bot.");
  }
  return answer.data;
}

async function reach(url: string, token: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, {
      headers: { authorization: `Bot ${token}` },
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
  } catch (cause) {
    signal.throwIfAborted();
    throw new NexusError("join_failed", "Discord could not be reached", {
      cause,
      say: "Discord cannot be reached from here.",
      hint: "Check the network and any proxy, then try again.",
    });
  }
}

function refused(detail: string, say: string): NexusError {
  return new NexusError("join_failed", detail, {
    say,
    hint: `On the Bot page of ${PORTAL} press Reset Token, copy the new one and enter that.`,
  });
}
