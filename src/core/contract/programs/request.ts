import { z } from "zod";
import { BuildId, GateId, TurnId } from "#core/contract/ids.ts";

/** Something a program asked for that takes a turn of its own, as far as it has come. */
export const ProgramRequest = z.object({
  id: TurnId,
  state: z.enum(["pending", "done", "refused", "failed"]),
  /** What came of it, in a sentence. */
  said: z.string().exactOptional(),
  /** Why it was refused: a code of the error catalogue. */
  code: z.string().exactOptional(),
  hint: z.string().exactOptional(),
  /** The approval it is about, or waits for. */
  approval: GateId.exactOptional(),
  /** The build it is about, or began. */
  build: BuildId.exactOptional(),
});
export type ProgramRequest = z.infer<typeof ProgramRequest>;

export const RequestParams = z.strictObject({ id: TurnId });
