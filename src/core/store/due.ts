import { sql, type RawBuilder } from "kysely";

/** The longest that anything waits for its next try. */
export const LONGEST_WAIT_MS = 60_000;

/**
 * Whether the time in a column has come. One that lies further ahead than anything waits was set before the clock went
 * back, and has come too.
 */
export function isDue(column: string, now: number): RawBuilder<boolean> {
  return sql<boolean>`(${sql.ref(column)} <= ${now} or ${sql.ref(column)} > ${now + LONGEST_WAIT_MS})`;
}
