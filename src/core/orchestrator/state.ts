import { z } from "zod";
import { CapabilityName, ModuleName, TurnId } from "#core/contract/ids.ts";
import { JsonObject } from "#core/contract/json.ts";

const Use = z.object({ module: ModuleName, capability: CapabilityName, input: JsonObject });

/** What a conversation remembers between turns: enough to understand “and Porto?”, a bare answer, and `why`. */
export const ConversationState = z.object({
  /** The last capability that answered, and with what. */
  last: Use.exactOptional(),
  /** The slot NEXUS has just asked for. */
  pending: Use.extend({
    slot: z.string(),
    /** The words that led to the question. */
    text: z.string().exactOptional(),
  }).exactOptional(),
  /** The last turn that answered something, for `why` without a button. */
  answered: TurnId.exactOptional(),
});
export type ConversationState = z.infer<typeof ConversationState>;

/** The stored state, or an empty one where there is none, or one that an older NEXUS wrote differently. */
export function readState(stored: unknown): ConversationState {
  const parsed = ConversationState.safeParse(stored ?? {});
  return parsed.success ? parsed.data : {};
}
