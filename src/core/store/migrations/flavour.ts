import type { RawBuilder } from "kysely";

/** What differs between engines in a `create table`. */
export interface Flavour {
  /** The type that holds epoch milliseconds. */
  readonly time: "integer" | "bigint";
  /** What stands after the closing bracket of a table. */
  readonly tableEnd: RawBuilder<unknown>;
}
