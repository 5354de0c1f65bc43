import { z } from "zod";
import { BuildId, PersonId, ProposalId } from "#core/contract/ids.ts";
import { Moment } from "./page.ts";

/** A need that several people had, or one for several days. Numbers, and nothing that anybody said. */
export const ProposalResource = z.object({
  id: ProposalId,
  code: z.string(),
  label: z.string(),
  askers: z.number().int(),
  days: z.number().int(),
  asks: z.number().int(),
  /** What could serve it. */
  remedy: z.object({ kind: z.enum(["index", "api", "document", "known", "words"]), title: z.string().exactOptional() }),
  state: z.enum(["open", "not_now", "never", "building", "done"]),
  /** What this request has begun to build. */
  build: BuildId.exactOptional(),
  createdAt: Moment,
  decidedBy: PersonId.exactOptional(),
});
export type ProposalResource = z.infer<typeof ProposalResource>;

/** Where the API of a proposal is described, for one that does not know. */
export const ProposalBuildBody = z.strictObject({
  from: z
    .url({ protocol: /^https$/ })
    .max(2_000)
    .exactOptional(),
});

export const ProposalParams = z.strictObject({ id: ProposalId });
