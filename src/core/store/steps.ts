import type { OrgId, TurnId } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import type { Access } from "./access.ts";

/** What is on record of a step of a turn. */
export type StepRecord = { state: "started" } | { state: "done"; outputJson: string };

/** What a turn has done already, so that trying it again does not do it again. */
export interface Steps {
  find(org: OrgId, turn: TurnId, name: string): Promise<StepRecord | undefined>;
  start(org: OrgId, turn: TurnId, name: string): Promise<void>;
  finish(org: OrgId, turn: TurnId, name: string, output: Json): Promise<void>;
  /** Whether the turn has begun any step. */
  any(org: OrgId, turn: TurnId): Promise<boolean>;
}

/** Makes the repository of steps. */
export function createSteps(access: Access): Steps {
  const of = (org: OrgId, turn: TurnId) =>
    access.db.selectFrom("steps").where("org_id", "=", org).where("turn_id", "=", turn);
  const now = (): number => access.clock().getTime();
  return {
    find: async (org, turn, name) => {
      const row = await of(org, turn).where("name", "=", name).select(["state", "output_json"]).executeTakeFirst();
      if (!row) return undefined;
      if (row.state === "started" || row.output_json === null) return { state: "started" };
      return { state: "done", outputJson: row.output_json };
    },
    start: (org, turn, name) =>
      access.write(async (db) => {
        const row = { turn_id: turn, org_id: org, name, state: "started", started_at: now() } as const;
        await db.insertInto("steps").values(row).execute();
      }),
    finish: (org, turn, name, output) =>
      access.write(async (db) => {
        const done = { state: "done", output_json: JSON.stringify(output) } as const;
        await db
          .insertInto("steps")
          .values({ turn_id: turn, org_id: org, name, started_at: now(), ...done })
          .onConflict((conflict) => conflict.columns(["turn_id", "name"]).doUpdateSet(done))
          .execute();
      }),
    any: async (org, turn) => (await of(org, turn).select("name").limit(1).executeTakeFirst()) !== undefined,
  };
}
