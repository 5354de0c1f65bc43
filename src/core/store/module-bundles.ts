import type { ModuleName, OrgId, PersonId, Sha256 } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import type { Access } from "./access.ts";
import type { Database } from "./database.ts";

/** A bundle as it is kept. Nothing of it is believed because it lies here: whoever reads it finds the digests anew. */
export interface StoredBundle {
  readonly sha256: Sha256;
  readonly module: ModuleName;
  readonly version: string;
  readonly entries: Uint8Array;
  readonly compiled: Uint8Array;
  readonly manifestSha256: Sha256;
  readonly compiledSha256: Sha256;
  /** As it was written: its digest is of these characters. */
  readonly reportText: string;
  readonly reportSha256: Sha256;
  readonly provenance: Json;
  readonly contributors: readonly PersonId[];
  readonly notes: Json;
  readonly summary: Json | undefined;
  readonly stagedAt: Date;
}

/** What a bundle is called, without its bytes. */
export type BundleName = Pick<StoredBundle, "sha256" | "module" | "version" | "stagedAt">;

/** The bundles of one org, by their digest. */
export interface ModuleBundles {
  /** Keeps it, in place of what was kept under its digest. */
  put(bundle: Omit<StoredBundle, "stagedAt">): Promise<void>;
  get(sha256: Sha256): Promise<StoredBundle | undefined>;
  /** Those of a module, the newest first. */
  of(module: ModuleName): Promise<readonly BundleName[]>;
  /** Adds people whose words went into it, so that they may not decide on it. */
  addContributors(sha256: Sha256, people: readonly PersonId[]): Promise<void>;
}

/** Makes the repository of an org's bundles. */
export function createModuleBundles(access: Access, org: OrgId): ModuleBundles {
  const all = () => access.db.selectFrom("module_bundles").where("org_id", "=", org);
  return {
    put: (bundle) =>
      access.write(async (db) => {
        const row = { ...toRow(bundle), staged_at: access.clock().getTime() };
        await db
          .insertInto("module_bundles")
          .values({ ...row, org_id: org })
          .onConflict((conflict) => conflict.columns(["org_id", "sha256"]).doUpdateSet(row))
          .execute();
      }),
    get: async (sha256) => {
      const row = await all().where("sha256", "=", sha256).selectAll().executeTakeFirst();
      return row && toBundle(row);
    },
    of: async (module) => {
      const rows = await all()
        .where("module", "=", module)
        .select(["sha256", "module", "version", "staged_at"])
        .orderBy("staged_at", "desc")
        .execute();
      return rows.map(({ staged_at, ...name }) => ({ ...name, stagedAt: new Date(staged_at) }));
    },
    addContributors: (sha256, people) =>
      access.write(async (db) => {
        const row = await db
          .selectFrom("module_bundles")
          .where("org_id", "=", org)
          .where("sha256", "=", sha256)
          .select("contributors_json")
          .executeTakeFirst();
        if (row === undefined) return;
        const known: PersonId[] = JSON.parse(row.contributors_json);
        const contributors_json = JSON.stringify([...new Set([...known, ...people])]);
        await db
          .updateTable("module_bundles")
          .set({ contributors_json })
          .where("org_id", "=", org)
          .where("sha256", "=", sha256)
          .execute();
      }),
  };
}

function toRow(bundle: Omit<StoredBundle, "stagedAt">): Omit<Database["module_bundles"], "org_id" | "staged_at"> {
  return {
    sha256: bundle.sha256,
    module: bundle.module,
    version: bundle.version,
    entries: bundle.entries,
    compiled: bundle.compiled,
    manifest_sha256: bundle.manifestSha256,
    compiled_sha256: bundle.compiledSha256,
    report_json: bundle.reportText,
    report_sha256: bundle.reportSha256,
    provenance_json: JSON.stringify(bundle.provenance),
    contributors_json: JSON.stringify(bundle.contributors),
    notes_json: JSON.stringify(bundle.notes),
    summary_json: bundle.summary === undefined ? null : JSON.stringify(bundle.summary),
  };
}

function toBundle(row: Database["module_bundles"]): StoredBundle {
  const provenance: Json = JSON.parse(row.provenance_json);
  const notes: Json = JSON.parse(row.notes_json);
  const summary: Json | undefined = row.summary_json === null ? undefined : JSON.parse(row.summary_json);
  const contributors: PersonId[] = JSON.parse(row.contributors_json);
  return {
    sha256: row.sha256,
    module: row.module,
    version: row.version,
    entries: row.entries,
    compiled: row.compiled,
    manifestSha256: row.manifest_sha256,
    compiledSha256: row.compiled_sha256,
    reportText: row.report_json,
    reportSha256: row.report_sha256,
    provenance,
    contributors,
    notes,
    summary,
    stagedAt: new Date(row.staged_at),
  };
}
