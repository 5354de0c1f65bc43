import { z } from "zod";
import { Sha256 } from "#core/contract/ids.ts";
import type { HealthDecision } from "#core/store/store.ts";

const Version = z.object({ version: z.string(), sha256: Sha256 });
const Count = z.int().min(0);

/** The numbers on which a version was taken back, or people were told of it. */
export const HealthDetail = z.object({
  /** The version that did badly. */
  version: z.string(),
  calls: Count,
  failures: Count,
  /** Answers that said there was nothing. */
  empties: Count,
  /** Which of the two was too many. */
  of: z.enum(["failures", "empties"]),
  /** How often which error came, by its code. */
  codes: z.record(z.string(), Count),
  /** How the version before did. */
  former: z.object({ version: z.string(), calls: Count, failures: Count, empties: Count }).exactOptional(),
  /** What runs instead; absent when nothing does, or nothing was changed. */
  to: Version.exactOptional(),
  /** Why it was not taken back, when it could have been. */
  why: z.string().exactOptional(),
});
export type HealthDetail = z.infer<typeof HealthDetail>;

/** What people are told of a decision, read; undefined when it cannot be. */
export function detailOf(decision: HealthDecision | undefined): HealthDetail | undefined {
  return HealthDetail.safeParse(decision?.detail).data;
}
