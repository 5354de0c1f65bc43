import { v7 } from "uuid";
import type { ConversationKey, OrgId, PersonId } from "#core/contract/ids.ts";
import type { Access } from "./access.ts";

/** Something a person asked for that nothing installed can do. */
export interface UnmetIntent {
  readonly person: PersonId;
  readonly conversation: ConversationKey;
  readonly text: string;
  readonly reason: string;
}

/** What the people of one org asked for in vain, newest first. */
export interface UnmetIntents {
  add(intent: UnmetIntent): Promise<void>;
  list(limit: number): Promise<(UnmetIntent & { createdAt: Date })[]>;
}

/** Makes the repository of an org's unmet intents. */
export function createUnmetIntents(access: Access, org: OrgId): UnmetIntents {
  return {
    add: (intent) =>
      access.write(async (db) => {
        await db
          .insertInto("unmet_intents")
          .values({
            id: v7(),
            org_id: org,
            person_id: intent.person,
            conversation_key: intent.conversation,
            text: intent.text,
            reason: intent.reason,
            created_at: access.clock().getTime(),
          })
          .execute();
      }),
    list: async (limit) => {
      const rows = await access.db
        .selectFrom("unmet_intents")
        .where("org_id", "=", org)
        .selectAll()
        .orderBy("id", "desc")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        person: row.person_id,
        conversation: row.conversation_key,
        text: row.text,
        reason: row.reason,
        createdAt: new Date(row.created_at),
      }));
    },
  };
}
