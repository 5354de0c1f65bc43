import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import { create } from "./create-table.ts";
import type { Flavour } from "./flavour.ts";

/** Addresses that people said are theirs, and whether a code that was mailed there came back. */
export function mail(flavour: Flavour): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await create(db, flavour, "mail_addresses", (table) =>
        table
          .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
          .addColumn("person_id", "text", (column) => column.notNull().references("people.id"))
          .addColumn("address", "text", (column) => column.notNull())
          .addColumn("state", "text", (column) => column.notNull())
          .addColumn("code_hash", "text")
          .addColumn("tries", "integer", (column) => column.notNull())
          .addColumn("asked_at", flavour.time, (column) => column.notNull())
          .addColumn("expires_at", flavour.time, (column) => column.notNull())
          .addColumn("confirmed_at", flavour.time)
          .addPrimaryKeyConstraint("mail_addresses_pk", ["org_id", "person_id", "address"]),
      );
    },
  };
}
