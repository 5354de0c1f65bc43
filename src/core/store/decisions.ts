import { z } from "zod";
import type { ConversationKey, OrgId, Sha256, TurnId } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import type { Access } from "./access.ts";

/** Why each turn of one org was answered as it was: what the Why button shows. */
export interface Decisions {
  /** Records the decision of a turn; a second one for the same turn replaces the first. */
  add(turn: TurnId, conversation: ConversationKey, decision: Json): Promise<void>;
  get(turn: TurnId): Promise<Json | undefined>;
  /** How those of the last turns ended that ran some bytes, the newest first. */
  runsOf(sha256: Sha256, limit: number): Promise<{ turn: TurnId; at: Date; outcome: string }[]>;
  lastIn(conversation: ConversationKey): Promise<{ turn: TurnId; decision: Json } | undefined>;
}

/** Makes the repository of an org's decisions. */
export function createDecisions(access: Access, org: OrgId): Decisions {
  const own = () => access.db.selectFrom("decisions").where("org_id", "=", org);
  return {
    add: (turn, conversation, decision) =>
      access.write(async (db) => {
        const decision_json = JSON.stringify(decision);
        const row = { turn_id: turn, org_id: org, conversation_key: conversation, decision_json };
        await db
          .insertInto("decisions")
          .values({ ...row, created_at: access.clock().getTime() })
          .onConflict((conflict) =>
            conflict.column("turn_id").doUpdateSet({ decision_json }).where("decisions.org_id", "=", org),
          )
          .execute();
      }),
    get: async (turn) => {
      const row = await own().where("turn_id", "=", turn).select("decision_json").executeTakeFirst();
      if (!row) return undefined;
      const decision: Json = JSON.parse(row.decision_json);
      return decision;
    },
    runsOf: async (sha256, limit) => {
      const rows = await own()
        .select(["turn_id", "created_at", "decision_json"])
        .orderBy("turn_id", "desc")
        .limit(LOOKED_AT)
        .execute();
      const runs = rows.flatMap(({ turn_id: turn, created_at, decision_json }) => {
        const { run } = Ran.safeParse(JSON.parse(decision_json)).data ?? {};
        return run?.sha256 === sha256 ? [{ turn, at: new Date(created_at), outcome: run.outcome }] : [];
      });
      return runs.slice(0, limit);
    },
    lastIn: async (conversation) => {
      const row = await own()
        .where("conversation_key", "=", conversation)
        .select(["turn_id", "decision_json"])
        .orderBy("turn_id", "desc")
        .limit(1)
        .executeTakeFirst();
      if (!row) return undefined;
      const decision: Json = JSON.parse(row.decision_json);
      return { turn: row.turn_id, decision };
    },
  };
}

/** What ran longer ago than this many turns is old news. */
const LOOKED_AT = 500;

const Ran = z.object({ run: z.object({ sha256: z.string(), outcome: z.string() }) });
