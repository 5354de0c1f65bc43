import type { BuildId, OrgId, PersonId, ProposalId, TurnId } from "#core/contract/ids.ts";

/** The tables of this migration, as Kysely sees them. */
export interface BuildsTables {
  /** Wishes for modules, and how far each has come. */
  builds: {
    id: BuildId;
    org_id: OrgId;
    code: string;
    need: string;
    /** What it is built from, without what was handed in: that is a part. */
    source_json: string;
    author_id: PersonId;
    actor_json: string;
    conversation_json: string;
    /** Ids of everyone whose words went into it. */
    contributors_json: string;
    proposal_id: ProposalId | null;
    state: "queued" | "working" | "ready" | "asked" | "installed" | "rejected" | "given_up" | "stopped" | "failed";
    steps_json: string;
    spent_units: number;
    cost_micro_usd: number;
    /** What it may spend in all; grows with each new try that people ask for. */
    allowed_units: number;
    result_json: string | null;
    failure_json: string | null;
    /** Who wrote it, what was noted and said of it. */
    written_json: string | null;
    /** What is being built, for what: while it is open no other of its org is the same. Null once it is over. */
    open_key: string | null;
    /** The same, kept when it is over. */
    source_key: string;
    /** The turn whose first reply is the checklist. */
    shown_by: TurnId;
    /** Counts what is to be shown; and how far people have been shown it. */
    change_no: number;
    announced_no: number;
    /** The process that works on it. */
    holder: string | null;
    /** How often it was taken up; more than a few times, and it is what ends the process. */
    attempts: number;
    created_at: number;
    updated_at: number;
  };
  /** What a build keeps of its own: documents, bytes, reports. One row for each kind. */
  build_parts: {
    build_id: BuildId;
    org_id: OrgId;
    part: string;
    body: string;
  };
  /** What was tried in which round, with the bytes. */
  build_rounds: {
    build_id: BuildId;
    org_id: OrgId;
    round: number;
    round_json: string;
    entries: string;
  };
  /** What people said a build should do differently. */
  build_feedback: {
    id: string;
    build_id: BuildId;
    org_id: OrgId;
    person_id: PersonId;
    words: string;
    created_at: number;
  };
}
