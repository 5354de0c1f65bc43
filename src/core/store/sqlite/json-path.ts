import { type RawBuilder, sql } from "kysely";

/** The value at a path such as `$.run.runUnits` of a column that holds JSON; null where there is none. */
export function jsonPath<T>(column: string, path: string): RawBuilder<T> {
  return sql<T>`json_extract(${sql.ref(column)}, ${path})`;
}
