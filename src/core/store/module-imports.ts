import type { ModuleName, OrgId, Sha256 } from "#core/contract/ids.ts";
import type { Access } from "./access.ts";

/** A module that an imported file brought: to be checked and asked about here as if somebody had handed it in. */
export interface ModuleImport {
  readonly module: ModuleName;
  readonly version: string;
  /** What the file says it is. */
  readonly sha256: Sha256;
  /** Whether it was kept at this version there, and is to be here. */
  readonly isPinned: boolean;
  /** The packed module, Base64. */
  readonly pack: string;
}

/** Modules that were imported into one org and are not installed yet. */
export interface ModuleImports {
  /** In place of another version of the module. */
  put(wanted: ModuleImport): Promise<void>;
  get(module: ModuleName): Promise<Omit<ModuleImport, "pack"> | undefined>;
  /** Notes that people are asked. */
  asked(module: ModuleName): Promise<void>;
  remove(module: ModuleName): Promise<void>;
}

/** Makes the repository of what was imported into an org. */
export function createModuleImports(access: Access, org: OrgId): ModuleImports {
  return {
    put: ({ module, version, sha256, isPinned, pack }) =>
      access.write(async (db) => {
        const row = { version, sha256, is_pinned: isPinned ? 1 : 0, pack, asked_at: null };
        await db
          .insertInto("module_imports")
          .values({ org_id: org, module, ...row })
          .onConflict((conflict) => conflict.columns(["org_id", "module"]).doUpdateSet(row))
          .execute();
      }),
    get: async (module) => {
      const row = await access.db
        .selectFrom("module_imports")
        .where("org_id", "=", org)
        .where("module", "=", module)
        .select(["module", "version", "sha256", "is_pinned"])
        .executeTakeFirst();
      return row && { module: row.module, version: row.version, sha256: row.sha256, isPinned: row.is_pinned === 1 };
    },
    asked: (module) =>
      access.write(async (db) => {
        await db
          .updateTable("module_imports")
          .set({ asked_at: access.clock().getTime() })
          .where("org_id", "=", org)
          .where("module", "=", module)
          .execute();
      }),
    remove: (module) =>
      access.write(async (db) => {
        await db.deleteFrom("module_imports").where("org_id", "=", org).where("module", "=", module).execute();
      }),
  };
}

/** What was imported anywhere and nobody has been asked about. */
export interface WaitingImports {
  find(limit: number): Promise<readonly (ModuleImport & { readonly org: OrgId })[]>;
}

/** Makes the view of what waits. */
export function createWaitingImports(access: Access): WaitingImports {
  return {
    find: async (limit) => {
      const rows = await access.db
        .selectFrom("module_imports")
        .where("asked_at", "is", null)
        .selectAll()
        .orderBy("org_id")
        .orderBy("module")
        .limit(limit)
        .execute();
      return rows.map(({ org_id: org, module, version, sha256, is_pinned, pack }) => ({
        org,
        module,
        version,
        sha256,
        isPinned: is_pinned === 1,
        pack,
      }));
    },
  };
}
