import { z } from "zod";
import type { SlackConnection } from "./slack/door.ts";
import type { SocketTokens } from "./slack/connect/try-tokens.ts";

export interface PlatformSettings {
  readonly slack: {
    readonly botToken?: string | undefined;
    readonly appToken?: string | undefined;
    readonly signingSecret?: string | undefined;
    readonly clientId?: string | undefined;
    readonly clientSecret?: string | undefined;
    readonly publicUrl?: string | undefined;
    readonly host: string;
    readonly port: number;
    readonly apiUrl: string;
  };
  readonly discord: {
    readonly token?: string | undefined;
    readonly messageContent: boolean;
    readonly apiUrl: string;
  };
}

/** Where a door's memory keeps, sealed, the tokens that the owner entered. */
export const ENTERED = "tokens";

/** How Slack is reached: as the settings say, else with the tokens that were entered; undefined when nothing is known. */
export function knownSlackConnection(
  settings: PlatformSettings["slack"],
  entered: string | undefined,
): SlackConnection | undefined {
  return configuredSlack(settings) ?? enteredSlack(entered);
}

/** The bot token of Discord: of the settings, else the one that was entered. */
export function knownDiscordToken(
  { token }: PlatformSettings["discord"],
  entered: string | undefined,
): string | undefined {
  return token ?? entered;
}

/** Slack's tokens as they are kept. */
export function writeSlackTokens({ botToken, appToken }: SocketTokens): string {
  return JSON.stringify([botToken, appToken]);
}

const Tokens = z.tuple([z.string(), z.string()]);

function configuredSlack(slack: PlatformSettings["slack"]): SlackConnection | undefined {
  const { botToken, appToken, signingSecret, clientId, clientSecret, publicUrl, host, port } = slack;
  if (botToken !== undefined && appToken !== undefined) return { mode: "socket", botToken, appToken };
  if (signingSecret === undefined || clientId === undefined || clientSecret === undefined) return undefined;
  return {
    mode: "http",
    signingSecret,
    clientId,
    clientSecret,
    host,
    port,
    ...(publicUrl !== undefined && { publicUrl }),
  };
}

function enteredSlack(entered: string | undefined): SlackConnection | undefined {
  if (entered === undefined) return undefined;
  const [botToken, appToken] = Tokens.parse(JSON.parse(entered));
  return { mode: "socket", botToken, appToken };
}
