import { z } from "zod";
import type { Problem } from "./source.ts";

/** What the library throws when Google answered with an error status. */
const Refusal = z.object({
  response: z.object({
    status: z.number(),
    headers: z.instanceof(Headers),
    data: z.unknown(),
  }),
});

/** https://developers.google.com/workspace/calendar/api/guides/errors */
const Body = z.object({ error: z.object({ errors: z.array(z.object({ reason: z.string() })).min(1) }) });

const RATE_REASONS = ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded"];
const RECONNECT = "Connect again with `connect calendar`.";

/** An answer that does not say what the documentation promises. */
export const UNREADABLE: Problem = {
  code: "upstream_invalid",
  say: "Google Calendar answered with something I cannot read.",
  hint: "Try again in a minute.",
};

/** A failed request in plain words, with the next step. */
export function explain(error: unknown): Problem {
  const refusal = Refusal.safeParse(error);
  // The broker brought no answer, or none that is data.
  if (!refusal.success) {
    return { code: "upstream_unavailable", say: "Google Calendar is not answering.", hint: "Try again in a minute." };
  }
  const { status, headers, data } = refusal.data.response;
  const body = Body.safeParse(data);
  const reason = body.success ? body.data.error.errors[0]?.reason : undefined;
  if (status === 429 || (status === 403 && reason !== undefined && RATE_REASONS.includes(reason))) {
    return rateLimited(headers, reason);
  }
  if (status === 401) {
    return {
      code: "credential_rejected",
      say: "Google says the access was withdrawn or has expired.",
      hint: RECONNECT,
    };
  }
  if (status === 403) return forbidden(reason);
  if (status === 404) {
    return { code: "not_found", say: "Google finds no calendar in the connected account.", hint: RECONNECT };
  }
  if (status === 410) {
    return { code: "upstream_invalid", say: "The calendar changed while I was reading it.", hint: "Ask again." };
  }
  if (status >= 500 || status === 408) {
    return {
      code: "upstream_unavailable",
      say: "Google Calendar has a problem of its own.",
      hint: "Try again in a minute.",
    };
  }
  return UNREADABLE;
}

function forbidden(reason: string | undefined): Problem {
  if (reason === "accessNotConfigured") {
    return {
      code: "credential_rejected",
      say: "The Google Calendar API is not turned on in the project of the stored client ID.",
      hint: "Turn it on at https://console.cloud.google.com/apis/library/calendar-json.googleapis.com, then ask again.",
    };
  }
  return {
    code: "credential_rejected",
    say: "The connected Google account did not give the permissions that reading the calendar needs.",
    hint: "Connect again with `connect calendar`, and leave every box ticked.",
  };
}

function rateLimited(headers: Headers, reason: string | undefined): Problem {
  const say = "Google Calendar asks for fewer requests.";
  if (reason === "dailyLimitExceeded") {
    return {
      code: "rate_limited",
      say,
      hint: "The project's daily limit is used up; it starts anew at midnight Pacific time.",
    };
  }
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  const known = Number.isInteger(seconds) && seconds >= 0 && seconds <= 86_400;
  return { code: "rate_limited", say, ...(known ? { retryAfterS: seconds } : {}) };
}
