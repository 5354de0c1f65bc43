import type { ConversationKey, OrgId, PersonId, TurnId } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import type { Access } from "./access.ts";
import { jsonPath } from "./sqlite/json-path.ts";

/** Why each turn of one org was answered as it was: what the Why button shows. */
export interface Decisions {
  /** Records the decision of a turn; a second one for the same turn replaces the first. */
  add(turn: TurnId, conversation: ConversationKey, decision: Json): Promise<void>;
  get(turn: TurnId): Promise<Json | undefined>;
  /** How many turns have been answered since, and with how many run units; of one person, or of all. */
  usage(since: Date, person?: PersonId): Promise<Usage>;
  lastIn(conversation: ConversationKey): Promise<{ turn: TurnId; decision: Json } | undefined>;
}

export interface Usage {
  readonly turns: number;
  readonly runUnits: number;
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
    usage: async (since, person) => {
      const all = own().where("created_at", ">=", since.getTime());
      const meant = person === undefined ? all : all.where(jsonPath("decision_json", "$.person"), "=", person);
      const { turns, units } = await meant
        .select(({ fn }) => [
          fn.countAll<number>().as("turns"),
          fn.sum<number | null>(jsonPath<number>("decision_json", "$.run.runUnits")).as("units"),
        ])
        .executeTakeFirstOrThrow();
      return { turns, runUnits: Math.round((units ?? 0) * 100) / 100 };
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
