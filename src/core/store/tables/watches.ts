import type { OrgId, PersonId, WatchId } from "#core/contract/ids.ts";
import type { WatchState } from "#core/contract/watch.ts";

/** The tables of this migration, as Kysely sees them. */
export interface WatchesTables {
  watches: {
    id: WatchId;
    org_id: OrgId;
    person_id: PersonId;
    code: string;
    plan_json: string;
    state: WatchState;
    /** What ended it. */
    why: string | null;
    /** What the last look saw, for the next to compare with. */
    seen_json: string | null;
    next_at: number;
    /** Since when a look is in the inbox; null while none is. */
    handed_at: number | null;
    looked_at: number | null;
    told_at: number | null;
    tellings: number;
    /** Looks in a row that came back with nothing. */
    failures: number;
    failing_since: number | null;
    ends_at: number;
    /** Counts what people change about it. */
    revision: number;
    created_at: number;
    changed_at: number;
  };
}
