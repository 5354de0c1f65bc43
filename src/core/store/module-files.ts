import { sql, type Kysely } from "kysely";
import { NexusError } from "#core/contract/errors.ts";
import type { ModuleName, OrgId, PersonId } from "#core/contract/ids.ts";
import type { Access } from "./access.ts";
import type { Database } from "./database.ts";

/** A change to one file of a module: its new text, or undefined to remove it. */
export interface FileChange {
  readonly path: string;
  readonly text: string | undefined;
}

/** The files modules keep, separate for each person of one org. */
export interface ModuleFiles {
  /** Paths that begin with `prefix`, sorted. */
  list(module: ModuleName, person: PersonId, prefix: string): Promise<string[]>;
  read(module: ModuleName, person: PersonId, path: string): Promise<string | undefined>;
  /**
   * All of the changes or none.
   * @param seen what the changes rest on: files as they were when read, undefined for one that was not there
   * @throws NexusError internal, worth a retry, when one of those has changed since
   */
  applyAll(
    module: ModuleName,
    person: PersonId,
    changes: readonly FileChange[],
    seen?: ReadonlyMap<string, string | undefined>,
  ): Promise<void>;
  clear(module: ModuleName, person: PersonId): Promise<void>;
}

/** Makes the repository of an org's module files. */
export function createModuleFiles(access: Access, org: OrgId): ModuleFiles {
  const owned = (module: ModuleName, person: PersonId) =>
    access.db
      .selectFrom("module_files")
      .where("org_id", "=", org)
      .where("module", "=", module)
      .where("person_id", "=", person);
  return {
    list: async (module, person, prefix) => {
      const rows = await owned(module, person)
        .where(sql<boolean>`substr(path, 1, length(${prefix})) = ${prefix}`)
        .select("path")
        .orderBy("path")
        .execute();
      return rows.map((row) => row.path);
    },
    read: (module, person, path) => find(access.db, { org_id: org, module, person_id: person, path }),
    applyAll: (module, person, changes, seen = new Map()) =>
      access.write(async (db) => {
        for (const [path, text] of seen) {
          const key = { org_id: org, module, person_id: person, path };
          if ((await find(db, key)) !== text) {
            throw new NexusError("internal", `${module}: ${path} was changed by another run meanwhile`);
          }
        }
        for (const { path, text } of changes) {
          const key = { org_id: org, module, person_id: person, path };
          if (text === undefined) await remove(db, key);
          else await save(db, key, { text, updated_at: access.clock().getTime() });
        }
      }),
    clear: (module, person) => access.write((db) => remove(db, { org_id: org, module, person_id: person })),
  };
}

interface FileKey {
  readonly org_id: OrgId;
  readonly module: ModuleName;
  readonly person_id: PersonId;
  readonly path: string;
}

async function find(db: Kysely<Database>, key: FileKey): Promise<string | undefined> {
  const row = await db
    .selectFrom("module_files")
    .where("org_id", "=", key.org_id)
    .where("module", "=", key.module)
    .where("person_id", "=", key.person_id)
    .where("path", "=", key.path)
    .select("text")
    .executeTakeFirst();
  return row?.text;
}

async function save(db: Kysely<Database>, key: FileKey, content: { text: string; updated_at: number }): Promise<void> {
  await db
    .insertInto("module_files")
    .values({ ...key, ...content })
    .onConflict((conflict) => conflict.columns(["org_id", "module", "person_id", "path"]).doUpdateSet(content))
    .execute();
}

/** Removes one file, or all of a person's when no path is given. */
async function remove(db: Kysely<Database>, key: Omit<FileKey, "path"> & { readonly path?: string }): Promise<void> {
  const all = db
    .deleteFrom("module_files")
    .where("org_id", "=", key.org_id)
    .where("module", "=", key.module)
    .where("person_id", "=", key.person_id);
  await (key.path === undefined ? all : all.where("path", "=", key.path)).execute();
}
