import { z } from "zod";
import type { OutboxId } from "#core/contract/ids.ts";
import { LEVELS, type Level } from "./sent-so-far.ts";

/**
 * What a message of ours says of itself to programs, so that one whose sending was interrupted is found again. Other
 * apps can read it: it holds no more than where the message belongs.
 */
export const NexusReply = z.object({
  event_type: z.literal("nexus_reply"),
  event_payload: z.object({
    id: z.string(),
    part: z.coerce.number().int(),
    of: z.coerce.number().int(),
    level: z.enum(LEVELS),
  }),
});
export type NexusReply = z.infer<typeof NexusReply>;

/** The metadata of message `part` (from 0) of the reply's `of`. */
export function metadataOf(id: OutboxId, part: number, of: number, level: Level): NexusReply {
  return { event_type: "nexus_reply", event_payload: { id, part, of, level } };
}
