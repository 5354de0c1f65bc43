import type { ModuleName, OrgId, Sha256 } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import type { Access } from "./access.ts";
import type { Database } from "./database.ts";

/** How calls went. */
export interface CallCounts {
  readonly calls: number;
  readonly failures: number;
  /** Answers that said there was nothing. */
  readonly empties: number;
  /** How often which error came, by its code. */
  readonly codes: Readonly<Record<string, number>>;
}

export type HealthVerdict = "reverted" | "switched_off" | "told";

/** What was decided about a version, and on what. */
export interface HealthDecision {
  readonly activation: string;
  readonly module: ModuleName;
  readonly sha256: Sha256;
  readonly verdict: HealthVerdict;
  readonly detail: Json;
  readonly at: Date;
}

/** How the versions of an org's modules do. */
export interface ModuleHealth {
  /** Adds to the counts since a change, and says what they come to. */
  add(of: { activation: string; module: ModuleName; sha256: Sha256 }, counts: CallCounts): Promise<CallCounts>;
  /** What the calls of some bytes came to, whenever they were live, but for one change. */
  total(module: ModuleName, sha256: Sha256, except: string): Promise<CallCounts>;
  /** Notes what was done; false when something was before. */
  decide(activation: string, verdict: HealthVerdict, detail: Json): Promise<boolean>;
  decision(activation: string): Promise<HealthDecision | undefined>;
  told(activation: string): Promise<void>;
}

/** Makes the repository of how an org's modules do. */
export function createModuleHealth(access: Access, org: OrgId): ModuleHealth {
  return {
    add: ({ activation, module, sha256 }, counts) =>
      access.write(async (db) => {
        const before = await db
          .selectFrom("module_health")
          .where("org_id", "=", org)
          .where("activation_id", "=", activation)
          .select(COUNTS)
          .executeTakeFirst();
        const sum = before === undefined ? counts : plus(toCounts(before), counts);
        const { codes, ...numbers } = sum;
        const row = { ...numbers, codes_json: JSON.stringify(codes), updated_at: access.clock().getTime() };
        const key = { activation_id: activation, org_id: org, module, sha256 };
        await db
          .insertInto("module_health")
          .values({ ...key, ...row, ...UNDECIDED })
          .onConflict((conflict) =>
            conflict.column("activation_id").doUpdateSet(row).where("module_health.org_id", "=", org),
          )
          .execute();
        return sum;
      }, "crash"),
    total: async (module, sha256, except) => {
      const rows = await access.db
        .selectFrom("module_health")
        .where("org_id", "=", org)
        .where("module", "=", module)
        .where("sha256", "=", sha256)
        .where("activation_id", "!=", except)
        .select(COUNTS)
        .execute();
      return rows.map(toCounts).reduce(plus, NO_CALLS);
    },
    decide: (activation, verdict, detail) =>
      access.write(async (db) => {
        const decided = await db
          .updateTable("module_health")
          .set({ verdict, detail_json: JSON.stringify(detail), decided_at: access.clock().getTime() })
          .where("org_id", "=", org)
          .where("activation_id", "=", activation)
          .where("verdict", "is", null)
          .executeTakeFirst();
        return decided.numUpdatedRows === 1n;
      }),
    decision: async (activation) => {
      const row = await access.db
        .selectFrom("module_health")
        .where("org_id", "=", org)
        .where("activation_id", "=", activation)
        .selectAll()
        .executeTakeFirst();
      return row && toDecision(row);
    },
    told: (activation) =>
      access.write(async (db) => {
        await db
          .updateTable("module_health")
          .set({ told_at: access.clock().getTime() })
          .where("org_id", "=", org)
          .where("activation_id", "=", activation)
          .execute();
      }),
  };
}

/** What was decided anywhere and told nobody yet, for whoever tells. */
export interface UntoldHealth {
  find(limit: number): Promise<readonly { readonly org: OrgId; readonly activation: string }[]>;
}

/** Makes the view of what is still to be told. */
export function createUntoldHealth(access: Access): UntoldHealth {
  return {
    find: async (limit) => {
      const rows = await access.db
        .selectFrom("module_health")
        .where("verdict", "is not", null)
        .where("told_at", "is", null)
        .select(["org_id", "activation_id"])
        .orderBy("decided_at")
        .limit(limit)
        .execute();
      return rows.map(({ org_id, activation_id }) => ({ org: org_id, activation: activation_id }));
    },
  };
}

/** No calls at all. */
export const NO_CALLS: CallCounts = { calls: 0, failures: 0, empties: 0, codes: {} };

/** Two counts together. */
export function plus(one: CallCounts, other: CallCounts): CallCounts {
  const codes = new Map(Object.entries(one.codes));
  for (const [code, count] of Object.entries(other.codes)) codes.set(code, (codes.get(code) ?? 0) + count);
  return {
    calls: one.calls + other.calls,
    failures: one.failures + other.failures,
    empties: one.empties + other.empties,
    codes: Object.fromEntries(codes),
  };
}

const COUNTS = ["calls", "failures", "empties", "codes_json"] as const;

function toCounts(row: Pick<Database["module_health"], (typeof COUNTS)[number]>): CallCounts {
  const codes: CallCounts["codes"] = JSON.parse(row.codes_json);
  return { calls: row.calls, failures: row.failures, empties: row.empties, codes };
}

const UNDECIDED = { verdict: null, detail_json: null, decided_at: null, told_at: null } as const;

function toDecision(row: Database["module_health"]): HealthDecision | undefined {
  if (row.verdict === null || row.decided_at === null) return undefined;
  const detail: Json = row.detail_json === null ? null : JSON.parse(row.detail_json);
  const { activation_id: activation, module, sha256, verdict } = row;
  return { activation, module, sha256, verdict, detail, at: new Date(row.decided_at) };
}
