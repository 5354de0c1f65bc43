import type { Migration } from "kysely/migration";
import { firstTables } from "./001-first-tables.ts";
import { doorsAndGates } from "./002-doors-and-gates.ts";
import type { Flavour } from "./flavour.ts";

/** Every migration, oldest first by name. A name that has been released is never changed, and none ever goes back. */
export function migrationsFor(flavour: Flavour): Record<string, Migration> {
  return { "001-first-tables": firstTables(flavour), "002-doors-and-gates": doorsAndGates(flavour) };
}
