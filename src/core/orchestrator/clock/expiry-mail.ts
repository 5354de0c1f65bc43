import type { Platform } from "#core/contract/message.ts";
import type { Reply } from "#core/contract/reply.ts";
import { say } from "#core/orchestrator/compose.ts";
import { PLATFORM_NAMES } from "#core/orchestrator/platform-name.ts";
import type { EndingWords } from "./expiry-words.ts";

/**
 * The words of a card about a credential's end as a mail. It has no buttons, and nobody reads an answer to it: it says
 * where to say what can be typed, and how to get no more.
 * @param platform where its reader speaks with NEXUS
 */
export function expiryMail({ summary, parts }: EndingWords, address: string, platform: Platform): Reply {
  const where = `${platform === "console" ? "at" : "on"} ${PLATFORM_NAMES[platform]}`;
  const how = `A mail cannot be answered: say one of these to NEXUS ${where}. There, \`email off ${address}\` ends mail to this address.`;
  return say(summary, [], [...parts, { type: "context", markdown: how }]);
}
