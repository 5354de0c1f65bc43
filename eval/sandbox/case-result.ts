import { z } from "zod";

/** How strange code ended in one engine. */
const Ended = z.strictObject({
  status: z.string(),
  /** Whether it ended in time, in one of the ways there are, and left everything else as it was. */
  contained: z.boolean(),
  ms: z.number(),
  peakMib: z.number(),
});
export type Ended = z.infer<typeof Ended>;

/** What one case came to. */
export const CaseResult = z.strictObject({
  id: z.string(),
  /** Absent when it was run; else why it was not. */
  notRun: z.string().optional(),
  /** Signs that strange code came out of its fences. */
  escapes: z.array(z.string()),
  /** Signs that the service that ran it was harmed. */
  deaths: z.array(z.string()),
  /** Expectations that were not met: what was expected, what came. */
  wrong: z.array(z.string()),
  /** What static inspection said, with everything else left out. */
  inspected: z.enum(["rejected", "passed"]).optional(),
  /** What became of it when it ran although nobody had looked at it, by engine. */
  ran: z.record(z.string(), Ended).optional(),
  /** How it ended, for whoever reads the table of cases. */
  saw: z.string(),
});
export type CaseResult = z.infer<typeof CaseResult>;

/** A result with nothing against it yet. */
export function blank(id: string, saw: string = ""): CaseResult {
  return { id, escapes: [], deaths: [], wrong: [], saw };
}

/** The result of a case that there is no way to run. */
export function notRun(id: string, why: string): CaseResult {
  return { ...blank(id, "not run"), notRun: why };
}
