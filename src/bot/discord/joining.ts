import type { Joining } from "#core/contract/door.ts";
import { NexusError } from "#core/contract/errors.ts";
import { PORTAL, type TriedToken, tryToken } from "./try-token.ts";

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
      const tried = await tryToken(token, apiUrl, AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]));
      signal.throwIfAborted();
      if (tried.outcome === "refused") throw refused(tried.detail, tried.say);
      if (tried.outcome === "unreachable") throw unreachable(tried);
      const { id, name, username, mayReadContent } = tried.bot;
      await open(token, signal);
      return {
        summary: `Discord is connected: ${name}, as @${username}.`,
        next: [
          `Invite me to your server: ${inviteLink(id)}`,
          `There, say “@${username} help”, or type /nexus. Or write to me directly.`,
          !mayReadContent
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

const TIMEOUT_MS = 15_000;
const TOKEN = "token";
/** https://docs.discord.com/developers/topics/permissions */
const PERMISSIONS = "311385246784";

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
  // A header can hold no other characters, and neither does a token.
  if (!/^[\w.-]{20,200}$/.test(token))
    throw refused("not the shape of a token", "That does not look like a bot token.");
  return token;
}

function refused(detail: string, say: string): NexusError {
  return new NexusError("join_failed", detail, {
    say,
    hint: `On the Bot page of ${PORTAL} press Reset Token, copy the new one and enter that.`,
  });
}

function unreachable({ detail, cause }: Extract<TriedToken, { outcome: "unreachable" }>): NexusError {
  return cause === undefined
    ? new NexusError("join_failed", detail, {
        say: "Discord cannot check the token right now.",
        hint: "Try again in a minute; the token may well be right.",
      })
    : new NexusError("join_failed", "Discord could not be reached", {
        cause,
        say: "Discord cannot be reached from here.",
        hint: "Check the network and any proxy, then try again.",
      });
}
