import { DiscordAPIError, HTTPError, RateLimitError } from "discord.js";
import { z } from "zod";
import { NexusError } from "#core/contract/errors.ts";

/** https://docs.discord.com/developers/topics/opcodes-and-status-codes#json */
export const CODES = {
  unknownChannel: 10_003,
  unknownMember: 10_007,
  unknownMessage: 10_008,
  unknownUser: 10_013,
  unknownInteraction: 10_062,
  acknowledgedAlready: 40_060,
  missingAccess: 50_001,
  cannotMessageUser: 50_007,
  missingPermissions: 50_013,
  invalidBody: 50_035,
  threadExists: 160_004,
} as const;

/** What Discord said, without what was asked: a request holds what people wrote, and its address may hold a token. */
const Refusal = z.object({ status: z.number(), code: z.number() });
type Refusal = z.infer<typeof Refusal>;

/** Discord's own number for what went wrong; undefined when it never came to an answer. */
export function codeOf(error: unknown): number | undefined {
  return error instanceof NexusError ? Refusal.safeParse(error.cause).data?.code : undefined;
}

/** Whether Discord refused because NEXUS lacks a permission there. */
export function isDenied(error: unknown): boolean {
  const code = codeOf(error);
  return code === CODES.missingAccess || code === CODES.missingPermissions;
}

/** A failed call as an error of ours: whether a later try can help is all that delivery wants to know. */
export function failureOf(error: unknown): NexusError {
  if (error instanceof NexusError) return error;
  if (error instanceof RateLimitError) {
    return new NexusError("rate_limited", `Discord asks to wait ${error.retryAfter} ms on ${error.route}`, {
      say: "Discord asks for fewer messages.",
    });
  }
  if (error instanceof DiscordAPIError) {
    const cause: Refusal = { status: error.status, code: Number(error.code) };
    if (error.status === 401) {
      return new NexusError("platform_refused", "Discord refuses the bot token", {
        cause,
        say: "Discord refuses the bot token.",
        hint: "Reset it on the Bot page of the developer portal, then connect Discord again.",
      });
    }
    return new NexusError("platform_refused", `Discord answered ${error.status} ${error.code}: ${error.message}`, {
      cause,
      ...SAID.get(Number(error.code)),
      isPlaceGone: PLACE_GONE.includes(Number(error.code)),
    });
  }
  if (error instanceof HTTPError) {
    const code = error.status === 429 ? "rate_limited" : "upstream_unavailable";
    return new NexusError(code, `Discord answered ${error.status}`, { say: "Discord is not answering as it should." });
  }
  return new NexusError("upstream_unavailable", "Discord could not be reached", {
    cause: error,
    say: "Discord is not answering.",
  });
}

/** Nothing can be posted there any more, whatever it is. */
const PLACE_GONE: readonly number[] = [
  CODES.unknownChannel,
  CODES.missingAccess,
  CODES.missingPermissions,
  CODES.cannotMessageUser,
];

const SAID: ReadonlyMap<number, { say: string }> = new Map([
  [CODES.unknownChannel, { say: "That channel is gone, or I cannot see it." }],
  [CODES.unknownMessage, { say: "That message is gone." }],
  [CODES.missingAccess, { say: "I am not allowed to see that channel." }],
  [CODES.missingPermissions, { say: "I lack a permission in that channel." }],
  [CODES.cannotMessageUser, { say: "That person takes no direct messages from me." }],
]);
