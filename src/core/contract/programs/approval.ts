import { z } from "zod";
import { GATE_STATES, GateKind, GatePolicy, GateState, Role } from "#core/contract/gate.ts";
import { GateId, PersonId, Sha256 } from "#core/contract/ids.ts";
import { Moment, PageQuery } from "./page.ts";

/** A request that people decide on. */
export const ApprovalResource = z.object({
  id: GateId,
  /** What is typed in chat instead of pressing. */
  code: z.string(),
  kind: GateKind,
  title: z.string(),
  state: GateState,
  /** What those who agree agree to. */
  subjectSha256: Sha256,
  /** Exactly what would be done. Absent when it is private and you may not decide on it. */
  subject: z.record(z.string(), z.unknown()).exactOptional(),
  policy: GatePolicy,
  /** Solo mode: whoever asked may approve this alone. */
  solo: z.literal(true).exactOptional(),
  /** Of what is to be installed: whether its source has reached people, before which nobody can approve it. */
  isReadable: z.boolean().exactOptional(),
  askedBy: z.object({ person: PersonId, displayName: z.string() }),
  createdAt: Moment,
  expiresAt: Moment,
  decidedAt: Moment.exactOptional(),
  votes: z.array(
    z.object({
      person: PersonId,
      displayName: z.string(),
      role: Role,
      verdict: z.enum(["approve", "reject"]),
      reason: z.string().exactOptional(),
      at: Moment,
    }),
  ),
});
export type ApprovalResource = z.infer<typeof ApprovalResource>;

export const ApprovalParams = z.strictObject({ id: GateId });
export const ApprovalQuery = z.strictObject({ ...PageQuery.shape, state: z.enum(GATE_STATES).exactOptional() });
export type ApprovalQuery = z.infer<typeof ApprovalQuery>;

/** A word on a request, with a reason if there is one. */
export const VoteBody = z.strictObject({ reason: z.string().max(500).exactOptional() });
