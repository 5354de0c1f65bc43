import { z } from "zod";
import { Finding } from "#core/contract/validation.ts";

/** What the inspector's process says. It has read strange code, so its word is read like a stranger's. */
export const FromInspector = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ready") }),
  z.strictObject({
    type: z.literal("inspected"),
    findings: z.array(Finding).max(500),
    /** JavaScript by path. */
    compiled: z.array(z.tuple([z.string().max(300), z.string().max(300_000)])).max(200),
    lines: z.int().min(0),
    usesIntl: z.boolean(),
  }),
  z.strictObject({
    type: z.literal("mutants"),
    mutants: z
      .array(
        z.strictObject({
          file: z.string().max(300),
          line: z.int().min(1),
          column: z.int().min(1),
          change: z.string().max(400),
          code: z.string().max(300_000),
        }),
      )
      .max(1_000),
    possible: z.int().min(0),
  }),
]);
export type FromInspector = z.infer<typeof FromInspector>;
