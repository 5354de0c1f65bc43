import type { NexusError } from "#core/contract/errors.ts";
import { type TurnId, turnReference } from "#core/contract/ids.ts";
import type { Reply } from "#core/contract/reply.ts";

/** The reply to a message that could not be answered: what happened, what to do next, and where the log has more. */
export function apologyFor(error: NexusError, turnId: TurnId): Reply {
  return {
    summary: `${error.say} ${error.hint}`,
    parts: [
      { type: "notice", tone: "error", text: error.say },
      { type: "text", markdown: error.hint },
      { type: "context", markdown: `${error.code} · ref ${turnReference(turnId)}` },
    ],
    visibility: "everyone",
  };
}
