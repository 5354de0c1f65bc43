import { WebClient } from "@slack/web-api";
import type { Joining } from "#core/contract/door.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { Log } from "#core/contract/ports.ts";
import { type Self, whoAmI } from "./connect/who-am-i.ts";
import { APP_SETTINGS, whatIsMissing } from "./connect/door-state.ts";
import { readManifest } from "./manifest.ts";
import { boltLog } from "./web/bolt-log.ts";
import { slackErrorOf } from "./web/slack-error.ts";

export interface SlackJoiningOptions {
  /** Default: https://slack.com/api/ */
  readonly apiUrl?: string;
  /** Opens the door with tokens that work. */
  readonly open: (tokens: { botToken: string; appToken: string }, signal: AbortSignal) => Promise<void>;
}

/** Connects one Slack workspace over Socket Mode: three clicks there, two tokens here. */
export function createSlackJoining({ apiUrl = "https://slack.com/api/", open }: SlackJoiningOptions): Joining {
  return {
    guide() {
      const { creationUrl } = readManifest();
      return {
        platform: "slack",
        title: "Slack",
        steps: [
          "Open the link and choose your workspace, then press **Next** and **Create**. Everything is filled in.",
          "Under **Install App** press **Install to Workspace** and allow it. Copy the **Bot User OAuth Token** (xoxb-…).",
          "Under **Basic Information**, **App-Level Tokens**, press **Generate Token and Scopes**, add " +
            "`connections:write`, press **Generate** and copy the token (xapp-…).",
        ],
        link: { label: "Create the Slack App", url: creationUrl },
        withoutLink:
          "No browser on this machine? At https://api.slack.com/apps press **Create New App**, **From a manifest**, and " +
          "paste `deploy/slack-manifest.json`.",
        fields: [
          { id: "botToken", label: "Bot User OAuth Token", type: "secret", hint: "Begins with xoxb-" },
          { id: "appToken", label: "App-Level Token", type: "secret", hint: "Begins with xapp-" },
        ],
      };
    },
    async join(values, signal) {
      const { botToken, appToken } = readTokens(values);
      const { self, wrong } = await tryBoth({ botToken, appToken }, apiUrl);
      if (self === undefined || wrong.length > 0) throw refused(wrong);
      signal.throwIfAborted();
      await open({ botToken, appToken }, signal);
      return {
        summary: `Slack is connected: ${self.teamName}.`,
        next: [
          "Say hi there: open **nexus** under Apps and send a direct message.",
          "To be known there as the owner, say `link` here and send the code to **nexus** in that direct message.",
          "In a channel, invite it with `/invite @nexus`, then mention it.",
        ],
      };
    },
  };
}

/** @throws NexusError join_failed naming each token that is not what its name says */
function readTokens(values: Readonly<Record<string, string>>): { botToken: string; appToken: string } {
  const botToken = (values["botToken"] ?? "").trim();
  const appToken = (values["appToken"] ?? "").trim();
  if (botToken.startsWith("xapp-") && appToken.startsWith("xoxb-")) {
    throw refused(["The two tokens are in each other's place."]);
  }
  const wrong = [
    ...shapeOf(botToken, "xoxb-", "the Bot User OAuth Token", "under Install App"),
    ...shapeOf(appToken, "xapp-", "the App-Level Token", "under Basic Information, App-Level Tokens"),
  ];
  if (wrong.length > 0) throw refused(wrong);
  return { botToken, appToken };
}

function shapeOf(token: string, start: string, name: string, where: string): string[] {
  if (token.startsWith(start) && token.length > start.length) return [];
  const found = token.startsWith("xoxp-") ? " That is a user token, which speaks for a person." : "";
  return [`The first field wants ${name}, which begins with ${start}: find it ${where}.${found}`].map((text) =>
    start === "xapp-" ? text.replace("first", "second") : text,
  );
}

async function tryBoth(
  { botToken, appToken }: { botToken: string; appToken: string },
  apiUrl: string,
): Promise<{ self: Self | undefined; wrong: string[] }> {
  const [self, app] = await Promise.all([tryBot(botToken, apiUrl), tryApp(appToken, apiUrl)]);
  const wrong = [...(typeof self === "string" ? [self] : []), ...(app === undefined ? [] : [app])];
  if (typeof self === "string") return { self: undefined, wrong };
  if (!self.isBot)
    wrong.push("The first token speaks for a person. The bot's own begins with xoxb-: under Install App.");
  const missing = readManifest().botScopes.filter((scope) => !self.scopes.includes(scope));
  const add = whatIsMissing(missing, []);
  if (add !== undefined) wrong.push(`The app lacks permissions: ${add}.`);
  return { self, wrong };
}

async function tryBot(token: string, apiUrl: string): Promise<Self | string> {
  try {
    return await whoAmI(token, apiUrl, quiet);
  } catch (thrown) {
    const error = slackErrorOf(thrown);
    if (error === undefined) throw unreachable(thrown);
    return `Slack refuses the bot token (${error}). Copy it again from Install App, at ${APP_SETTINGS}.`;
  }
}

async function tryApp(token: string, apiUrl: string): Promise<string | undefined> {
  const client = new WebClient(token, {
    slackApiUrl: apiUrl,
    logger: quiet,
    timeout: 10_000,
    retryConfig: { retries: 0 },
  });
  try {
    await client.apps.connections.open();
    return undefined;
  } catch (thrown) {
    const error = slackErrorOf(thrown);
    if (error === undefined) throw unreachable(thrown);
    if (error === "missing_scope") return "The app-level token needs the scope connections:write: generate another.";
    if (error === "not_allowed_token_type") return "The second field wants the app-level token (xapp-…).";
    if (error === "socket_mode_not_enabled" || error === "forbidden_team") {
      return `Socket Mode is off: switch it on under Socket Mode, at ${APP_SETTINGS}.`;
    }
    return `Slack refuses the app-level token (${error}). Generate another under Basic Information, at ${APP_SETTINGS}.`;
  }
}

function refused(wrong: readonly string[]): NexusError {
  return new NexusError("join_failed", wrong.join(" "), {
    say: wrong.join(" "),
    hint: "Nothing was kept. Correct that and try again.",
  });
}

function unreachable(cause: unknown): NexusError {
  return new NexusError("join_failed", "Slack could not be reached", {
    cause,
    say: "Slack could not be reached.",
    hint: "Check this machine's connection to slack.com and try again.",
  });
}

const NO_LOG: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
/** What Slack answers is told to whoever is joining; a log would only repeat it. */
const quiet = boltLog(NO_LOG);
