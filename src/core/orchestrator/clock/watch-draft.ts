import { z } from "zod";
import { CapabilityName, ModuleName } from "#core/contract/ids.ts";
import { JsonObject } from "#core/contract/json.ts";
import { ValuePath, WatchTest } from "#core/contract/watch.ts";

/** A wish to be told, as far as it is understood. */
export const WatchDraft = z.object({
  /** What was said behind “tell me when”. */
  clause: z.string().max(300),
  often: z.enum(["once", "whenever"]),
  module: ModuleName,
  capability: CapabilityName,
  input: JsonObject,
  /** Which of its values, and what must be so, where that was chosen. */
  of: z.object({ path: ValuePath, test: WatchTest }).exactOptional(),
  /** It is so already, and the next time is meant. */
  isAnyway: z.literal(true).exactOptional(),
});
export type WatchDraft = z.infer<typeof WatchDraft>;
