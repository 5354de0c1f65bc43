import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import { create } from "./create-table.ts";
import type { Flavour } from "./flavour.ts";

/** Modules that an org has installed: their bytes, which is live, what came before, and what may never come again. */
export function installations(flavour: Flavour): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await create(db, flavour, "module_bundles", (table) =>
        table
          .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
          .addColumn("sha256", "text", (column) => column.notNull())
          .addColumn("module", "text", (column) => column.notNull())
          .addColumn("version", "text", (column) => column.notNull())
          .addColumn("manifest_sha256", "text", (column) => column.notNull())
          .addColumn("compiled_sha256", "text", (column) => column.notNull())
          .addColumn("report_sha256", "text", (column) => column.notNull())
          .addColumn("provenance_json", "text", (column) => column.notNull())
          .addColumn("contributors_json", "text", (column) => column.notNull())
          .addColumn("notes_json", "text", (column) => column.notNull())
          .addColumn("summary_json", "text")
          .addColumn("staged_at", flavour.time, (column) => column.notNull())
          .addColumn("report_json", "text", (column) => column.notNull())
          .addColumn("compiled", flavour.bytes, (column) => column.notNull())
          .addColumn("entries", flavour.bytes, (column) => column.notNull())
          .addPrimaryKeyConstraint("module_bundles_key", ["org_id", "sha256"]),
      );
      await create(db, flavour, "module_installs", (table) =>
        table
          .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
          .addColumn("module", "text", (column) => column.notNull())
          .addColumn("sha256", "text", (column) => column.notNull())
          .addColumn("activation_id", "text", (column) => column.notNull())
          .addColumn("is_pinned", "integer", (column) => column.notNull())
          .addPrimaryKeyConstraint("module_installs_key", ["org_id", "module"])
          // No pointer without its bytes.
          .addForeignKeyConstraint("module_installs_bundle", ["org_id", "sha256"], "module_bundles", [
            "org_id",
            "sha256",
          ]),
      );
      await create(db, flavour, "module_activations", (table) =>
        table
          .addColumn("id", "text", (column) => column.primaryKey().notNull())
          .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
          .addColumn("module", "text", (column) => column.notNull())
          .addColumn("sha256", "text")
          .addColumn("version", "text")
          .addColumn("was_sha256", "text")
          .addColumn("was_version", "text")
          .addColumn("reason", "text", (column) => column.notNull())
          .addColumn("gate_id", "text")
          .addColumn("approved_json", "text", (column) => column.notNull())
          .addColumn("done_by", "text")
          .addColumn("lock_json", "text", (column) => column.notNull())
          .addColumn("created_at", flavour.time, (column) => column.notNull()),
      );
      await db.schema
        .createIndex("module_activations_module")
        .on("module_activations")
        .columns(["org_id", "module", "id"])
        .execute();
      await db.schema
        .createIndex("module_activations_gate")
        .on("module_activations")
        .columns(["org_id", "gate_id"])
        .execute();
      await create(db, flavour, "module_snapshots", (table) =>
        table
          .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
          .addColumn("activation_id", "text", (column) => column.notNull())
          .addColumn("module", "text", (column) => column.notNull())
          .addColumn("person_id", "text", (column) => column.notNull().references("people.id"))
          .addColumn("path", "text", (column) => column.notNull())
          .addColumn("updated_at", flavour.time, (column) => column.notNull())
          .addColumn("taken_at", flavour.time, (column) => column.notNull())
          .addColumn("text", "text", (column) => column.notNull())
          .addPrimaryKeyConstraint("module_snapshots_key", ["activation_id", "person_id", "path"]),
      );
      await db.schema.createIndex("module_snapshots_taken").on("module_snapshots").column("taken_at").execute();
      await create(db, flavour, "module_revocations", (table) =>
        table
          .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
          .addColumn("sha256", "text", (column) => column.notNull())
          .addColumn("why", "text", (column) => column.notNull())
          .addColumn("revoked_by", "text")
          .addColumn("created_at", flavour.time, (column) => column.notNull())
          .addPrimaryKeyConstraint("module_revocations_key", ["org_id", "sha256"]),
      );
      await create(db, flavour, "module_imports", (table) =>
        table
          .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
          .addColumn("module", "text", (column) => column.notNull())
          .addColumn("version", "text", (column) => column.notNull())
          .addColumn("sha256", "text", (column) => column.notNull())
          .addColumn("is_pinned", "integer", (column) => column.notNull())
          .addColumn("asked_at", flavour.time)
          .addColumn("pack", "text", (column) => column.notNull())
          .addPrimaryKeyConstraint("module_imports_key", ["org_id", "module"]),
      );
      await create(db, flavour, "module_health", (table) =>
        table
          .addColumn("activation_id", "text", (column) => column.primaryKey().notNull())
          .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
          .addColumn("module", "text", (column) => column.notNull())
          .addColumn("sha256", "text", (column) => column.notNull())
          .addColumn("calls", "integer", (column) => column.notNull())
          .addColumn("failures", "integer", (column) => column.notNull())
          .addColumn("empties", "integer", (column) => column.notNull())
          .addColumn("codes_json", "text", (column) => column.notNull())
          .addColumn("verdict", "text")
          .addColumn("detail_json", "text")
          .addColumn("decided_at", flavour.time)
          .addColumn("told_at", flavour.time)
          .addColumn("updated_at", flavour.time, (column) => column.notNull()),
      );
      await db.schema
        .createIndex("module_health_bundle")
        .on("module_health")
        .columns(["org_id", "module", "sha256"])
        .execute();
    },
  };
}
