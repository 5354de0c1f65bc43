import { sql, type Kysely } from "kysely";
import type { GateId, ModuleName, OrgId, PersonId, Sha256 } from "#core/contract/ids.ts";
import type { Access } from "./access.ts";
import type { Database } from "./database.ts";

/** Which version of a module is live. */
export interface LivePointer {
  readonly module: ModuleName;
  readonly sha256: Sha256;
  readonly activation: string;
  readonly isPinned: boolean;
}

/** One change of what is live. */
export interface Activation {
  readonly id: string;
  readonly module: ModuleName;
  /** What became live; undefined when the module went. */
  readonly to: { readonly sha256: Sha256; readonly version: string } | undefined;
  /** What was live before, and is again when this is undone; undefined when nothing was. */
  readonly was: { readonly sha256: Sha256; readonly version: string } | undefined;
  readonly reason: Database["module_activations"]["reason"];
  readonly gate?: GateId;
  readonly approvedBy: readonly PersonId[];
  readonly doneBy?: PersonId;
  readonly lock: Readonly<Record<string, { readonly version: string; readonly sha256: Sha256 }>>;
  readonly at: Date;
}

/** The modules one org has installed. What changes more than one row is for a transaction of the caller's. */
export interface ModuleInstalls {
  /** In the order in which they became live. */
  live(): Promise<readonly LivePointer[]>;
  get(module: ModuleName): Promise<LivePointer | undefined>;
  /** Writes down a change, keeps the module's files as they are for it, and moves the pointer. */
  activate(activation: Omit<Activation, "at">): Promise<void>;
  activation(id: string): Promise<Activation | undefined>;
  /** Every module that was ever live, those that are gone among them. */
  known(): Promise<ReadonlySet<string>>;
  /** The changes of a module, the newest first. */
  history(module: ModuleName): Promise<readonly Activation[]>;
  /** The change that a request for approval has led to. */
  byGate(gate: GateId): Promise<Activation | undefined>;
  pin(module: ModuleName, isPinned: boolean): Promise<void>;
  /** How many files of a module are not as they were kept before a change. */
  changedSince(module: ModuleName, activation: string): Promise<number>;
  /** Puts a module's files back as they were before a change; of those deleted since nothing comes back. */
  restore(module: ModuleName, activation: string): Promise<void>;
  /** How many files a module keeps, for how many people. */
  dataOf(module: ModuleName): Promise<{ readonly files: number; readonly people: number }>;
  /** Takes a module's files away. */
  dropData(module: ModuleName): Promise<void>;
}

/** Makes the repository of an org's installed modules. */
export function createModuleInstalls(access: Access, org: OrgId): ModuleInstalls {
  const pointers = () => access.db.selectFrom("module_installs").where("org_id", "=", org).selectAll();
  const changes = () => access.db.selectFrom("module_activations").where("org_id", "=", org).selectAll();
  return {
    live: async () => (await pointers().orderBy("activation_id").execute()).map(toPointer),
    get: async (module) => {
      const row = await pointers().where("module", "=", module).executeTakeFirst();
      return row && toPointer(row);
    },
    activate: (activation) =>
      access.write(async (db) => {
        const now = access.clock().getTime();
        await keepFiles(db, org, activation, now);
        // What one version keeps for a while means nothing to another.
        await db.deleteFrom("module_cache").where("org_id", "=", org).where("module", "=", activation.module).execute();
        await db
          .insertInto("module_activations")
          .values({ ...toRow(activation), org_id: org, created_at: now })
          .execute();
        await movePointer(db, org, activation);
      }),
    activation: async (id) => {
      const row = await changes().where("id", "=", id).executeTakeFirst();
      return row && toActivation(row);
    },
    known: async () => {
      const rows = await access.db
        .selectFrom("module_activations")
        .where("org_id", "=", org)
        .select("module")
        .distinct()
        .execute();
      return new Set(rows.map(({ module }) => module));
    },
    history: async (module) =>
      (await changes().where("module", "=", module).orderBy("id", "desc").execute()).map(toActivation),
    byGate: async (gate) => {
      const row = await changes().where("gate_id", "=", gate).limit(1).executeTakeFirst();
      return row && toActivation(row);
    },
    pin: (module, isPinned) =>
      access.write(async (db) => {
        await db
          .updateTable("module_installs")
          .set({ is_pinned: isPinned ? 1 : 0 })
          .where("org_id", "=", org)
          .where("module", "=", module)
          .execute();
      }),
    changedSince: async (module, activation) => {
      const now = sql`select person_id, path, text from module_files where org_id = ${org} and module = ${module}`;
      const then = sql`select person_id, path, text from module_snapshots
        where org_id = ${org} and activation_id = ${activation}`;
      const { rows } = await sql<{ total: number }>`select count(*) as total from (
        select person_id, path from (${now} except ${then}) as written
        union select person_id, path from (${then} except ${now}) as lost) as changed`.execute(access.db);
      return rows[0]?.total ?? 0;
    },
    restore: (module, activation) =>
      access.write(async (db) => {
        await dropFiles(db, org, module);
        await sql`insert into module_files (org_id, module, person_id, path, text, updated_at)
          select org_id, module, person_id, path, text, updated_at from module_snapshots
          where org_id = ${org} and activation_id = ${activation} and module = ${module}`.execute(db);
      }),
    dataOf: async (module) => {
      const row = await access.db
        .selectFrom("module_files")
        .where("org_id", "=", org)
        .where("module", "=", module)
        .select(({ fn }) => [fn.countAll<number>().as("files"), fn.count<number>("person_id").distinct().as("people")])
        .executeTakeFirst();
      return { files: row?.files ?? 0, people: row?.people ?? 0 };
    },
    dropData: (module) => access.write((db) => dropFiles(db, org, module)),
  };
}

/** Installed modules of all orgs, for the start. */
export interface InstalledEverywhere {
  /** Which org has which module live. */
  all(): Promise<readonly { readonly org: OrgId; readonly module: ModuleName; readonly sha256: Sha256 }[]>;
}

/** Makes the view of what is installed anywhere. */
export function createInstalledEverywhere(access: Access): InstalledEverywhere {
  return {
    all: async () => {
      const rows = await access.db
        .selectFrom("module_installs")
        .select(["org_id", "module", "sha256"])
        .orderBy("activation_id")
        .execute();
      return rows.map(({ org_id, module, sha256 }) => ({ org: org_id, module, sha256 }));
    },
  };
}

async function keepFiles(
  db: Kysely<Database>,
  org: OrgId,
  { id, module }: Pick<Activation, "id" | "module">,
  now: number,
): Promise<void> {
  await sql`insert into module_snapshots (org_id, activation_id, module, person_id, path, text, updated_at, taken_at)
    select org_id, ${id}, module, person_id, path, text, updated_at, ${now} from module_files
    where org_id = ${org} and module = ${module}`.execute(db);
}

async function movePointer(
  db: Kysely<Database>,
  org: OrgId,
  { id, module, to }: Pick<Activation, "id" | "module" | "to">,
): Promise<void> {
  if (to === undefined) {
    await db.deleteFrom("module_installs").where("org_id", "=", org).where("module", "=", module).execute();
    return;
  }
  const pointer = { sha256: to.sha256, activation_id: id, is_pinned: 0 };
  await db
    .insertInto("module_installs")
    .values({ org_id: org, module, ...pointer })
    .onConflict((conflict) => conflict.columns(["org_id", "module"]).doUpdateSet(pointer))
    .execute();
}

async function dropFiles(db: Kysely<Database>, org: OrgId, module: ModuleName): Promise<void> {
  await db.deleteFrom("module_files").where("org_id", "=", org).where("module", "=", module).execute();
}

function toPointer(row: Database["module_installs"]): LivePointer {
  const { module, sha256, activation_id: activation, is_pinned: pinned } = row;
  return { module, sha256, activation, isPinned: pinned === 1 };
}

function toRow(activation: Omit<Activation, "at">): Omit<Database["module_activations"], "org_id" | "created_at"> {
  const { id, module, to, was, reason, gate, approvedBy, doneBy, lock } = activation;
  return {
    id,
    module,
    sha256: to?.sha256 ?? null,
    version: to?.version ?? null,
    was_sha256: was?.sha256 ?? null,
    was_version: was?.version ?? null,
    reason,
    gate_id: gate ?? null,
    approved_json: JSON.stringify(approvedBy),
    done_by: doneBy ?? null,
    lock_json: JSON.stringify(lock),
  };
}

function toActivation(row: Database["module_activations"]): Activation {
  const approvedBy: PersonId[] = JSON.parse(row.approved_json);
  const lock: Activation["lock"] = JSON.parse(row.lock_json);
  return {
    id: row.id,
    module: row.module,
    to: versionOf(row.sha256, row.version),
    was: versionOf(row.was_sha256, row.was_version),
    reason: row.reason,
    ...(row.gate_id !== null && { gate: row.gate_id }),
    approvedBy,
    ...(row.done_by !== null && { doneBy: row.done_by }),
    lock,
    at: new Date(row.created_at),
  };
}

function versionOf(sha256: Sha256 | null, version: string | null): Activation["to"] {
  return sha256 === null || version === null ? undefined : { sha256, version };
}
