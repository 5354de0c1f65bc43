/** The table of this migration, as Kysely sees it. */
export interface JobsTables {
  /** What NEXUS does by itself: one row for each job, with its last run. Of the whole house, and of no org. */
  jobs: {
    name: string;
    next_at: number;
    /** Who runs it now, and until when nobody else may; null: nobody does. */
    holder: string | null;
    held_until: number | null;
    started_at: number | null;
    ended_at: number | null;
    outcome: "done" | "failed" | null;
    /** What came of it, in numbers; of a failure, the code and the cause. */
    result: string | null;
    /** How many runs in a row have failed. */
    failures: number;
  };
}
