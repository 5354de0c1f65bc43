import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from "@slack/web-api";
import { isAbort, NexusError } from "#core/contract/errors.ts";
import { APP_SETTINGS } from "#bot/slack/connect/door-state.ts";

/** Slack's own troubles, which pass. https://docs.slack.dev/reference/methods/chat.postMessage#errors */
const PASSING: readonly string[] = [
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "team_added_to_org",
  "ekm_access_denied",
  "rollup_error",
];

/** The token is not, or no longer, good. A reply waits for a new one as long as replies wait. */
const TOKEN: readonly string[] = [
  "invalid_auth",
  "not_authed",
  "account_inactive",
  "token_revoked",
  "token_expired",
  "user_removed_from_team",
  "team_disabled",
];

const IN_WORDS: Readonly<Record<string, string>> = {
  channel_not_found: "Slack does not show me that conversation: I was removed from it, or it is gone.",
  not_in_channel: "I am not a member of that channel. Invite me there with `/invite`.",
  is_archived: "That channel is archived.",
  msg_too_long: "Slack finds the reply too long.",
  restricted_action: "A setting of this workspace forbids me to post there.",
};

/** Nothing can be posted there any more, whatever it is. */
const PLACE_GONE: readonly string[] = ["channel_not_found", "not_in_channel", "is_archived"];

/** Whether an error of Slack's says that the token itself is refused. */
export function isTokenRefused(error: string): boolean {
  return TOKEN.includes(error);
}

/** Why Slack refused. */
export interface Refused {
  readonly error: string;
  /** The permission that the installation lacks, when that is why. */
  readonly needed?: string | undefined;
}

/** A refusal as an error: Slack's own troubles are tried again, everything else would be refused again. */
export function refusal(method: string, { error, needed }: Refused): NexusError {
  const detail = `${method}: ${error}`;
  if (PASSING.includes(error)) return new NexusError("upstream_unavailable", detail, { say: "Slack has trouble." });
  if (isTokenRefused(error)) {
    const say = "Slack no longer accepts the token NEXUS was given.";
    return new NexusError("upstream_unavailable", detail, { say, hint: "The owner can say `connect slack`." });
  }
  if (needed !== undefined) {
    const say = `Slack needs the permission \`${needed}\`, which NEXUS was not given there.`;
    const hint = `Whoever runs NEXUS can add it at ${APP_SETTINGS} under OAuth & Permissions, then reinstall the app.`;
    return new NexusError("platform_refused", `${detail} (${needed})`, { say, hint });
  }
  const say = IN_WORDS[error];
  const isPlaceGone = PLACE_GONE.includes(error);
  return new NexusError("platform_refused", detail, { ...(say !== undefined && { say }), isPlaceGone });
}

/** The error Slack answered with, when it answered. */
export function slackErrorOf(thrown: unknown): string | undefined {
  return thrown instanceof WebAPIPlatformError ? thrown.data.error : undefined;
}

/** Whether there was no answer at all: the call may have been heard. */
export function isUnanswered(thrown: unknown): boolean {
  if (thrown instanceof WebAPIHTTPError) return thrown.statusCode >= 500;
  return !(thrown instanceof WebAPIPlatformError) && !(thrown instanceof WebAPIRateLimitedError) && !isAbort(thrown);
}

/** What a call without an answer comes to. */
export function unanswered(method: string, cause: unknown): NexusError {
  return new NexusError("upstream_unavailable", `${method} was not answered`, {
    cause,
    say: "Slack is not answering.",
  });
}

/** Slack asks for a pause. */
export function rateLimited(method: string, seconds: number): NexusError {
  return new NexusError("rate_limited", `${method} is limited for ${seconds} s`, {
    say: "Slack asks for fewer messages.",
  });
}
