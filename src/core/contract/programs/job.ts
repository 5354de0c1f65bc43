import { z } from "zod";
import { Moment } from "./page.ts";

/** Something NEXUS does by itself. */
export const JobResource = z.object({
  name: z.string(),
  /** As it follows “NEXUS …”. */
  what: z.string(),
  nextAt: Moment,
  running: z.boolean(),
  /** How many runs in a row have failed. */
  failures: z.number().int(),
  last: z
    .object({ startedAt: Moment, endedAt: Moment, outcome: z.enum(["done", "failed"]), result: z.string() })
    .exactOptional(),
});
export type JobResource = z.infer<typeof JobResource>;

export const JobParams = z.strictObject({ name: z.string().regex(/^[a-z][a-z-]{1,40}$/) });
