import { sql } from "kysely";
import type { GateId, OrgId } from "#core/contract/ids.ts";
import { Actor, Conversation } from "#core/contract/message.ts";
import type { Access } from "./access.ts";

/** An open approval of which people are to be reminded. */
export interface UnremindedGate {
  readonly org: OrgId;
  readonly gate: GateId;
  readonly actor: Actor;
  readonly conversation: Conversation;
  /** Which of its reminders it is, from 1. */
  readonly reminder: number;
}

/** Approvals of all orgs that have waited for long, for the clock. */
export interface UnremindedGates {
  /** @param afterMs after how long people are reminded of one, the shortest first; ms. Of several that have come, the last counts. */
  find(now: Date, afterMs: readonly number[], limit: number): Promise<UnremindedGate[]>;
  /** It is in the inbox, with those before it, and need not be found again. */
  handed(gate: GateId, reminder: number): Promise<void>;
}

/** Makes the view of what people are to be reminded of. */
export function createUnremindedGates(access: Access): UnremindedGates {
  return {
    find: async (now, afterMs, limit) => {
      const at = now.getTime();
      const come = afterMs.map((ms, index) => ({ before: at - ms, reminder: index + 1 }));
      if (come.length === 0) return [];
      const rows = await access.db
        .selectFrom("gates")
        .where(sql<boolean>`state = 'open'`)
        .where("expires_at", ">", at)
        .where((or) =>
          or.or(
            come.map(({ before, reminder }) => or.and([or("created_at", "<=", before), or("reminded", "<", reminder)])),
          ),
        )
        .select(["id", "org_id", "author_json", "conversation_json", "created_at"])
        .orderBy("created_at")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        org: row.org_id,
        gate: row.id,
        actor: Actor.parse(JSON.parse(row.author_json)),
        conversation: Conversation.parse(JSON.parse(row.conversation_json)),
        reminder: come.filter(({ before }) => row.created_at <= before).length,
      }));
    },
    handed: (gate, reminder) =>
      access.write(async (db) => {
        await db
          .updateTable("gates")
          .set({ reminded: reminder })
          .where("id", "=", gate)
          .where("reminded", "<", reminder)
          .execute();
      }),
  };
}
