import type { OrgId } from "#core/contract/ids.ts";
import type { StoredProposal } from "#core/store/store.ts";
import type { Proposal } from "./curriculum.ts";
import { StoredRemedy } from "./remedy.ts";

/** A proposal from its row. */
export function readProposal(org: OrgId, row: StoredProposal): Proposal {
  const { id, code, label, askers, days, asks, writes, specification, state, createdAt, proposedAt, decided } = row;
  const remedy = StoredRemedy.safeParse(row.remedy);
  return {
    id,
    org,
    code,
    // Its words went with whoever asked.
    label: label === "" ? "something people asked for" : label,
    askers,
    days,
    asks,
    writes,
    remedy: remedy.success ? remedy.data : { kind: "words" },
    ...(specification && { specification }),
    state,
    createdAt,
    proposedAt,
    ...(decided && { decided }),
  };
}
