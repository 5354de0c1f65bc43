import type { OrgId, PersonId, TurnId } from "#core/contract/ids.ts";
import type { Access } from "./access.ts";

/** What the people of one org thought of answers. */
export interface Feedback {
  /** Keeps a person's word on a turn, in place of an earlier one. */
  set(turn: TurnId, person: PersonId, isHelpful: boolean): Promise<void>;
  /** A person's word on a turn, if they gave one. */
  get(turn: TurnId, person: PersonId): Promise<boolean | undefined>;
}

/** Makes the repository of an org's feedback. */
export function createFeedback(access: Access, org: OrgId): Feedback {
  return {
    set: (turn, person, isHelpful) =>
      access.write(async (db) => {
        const word = { helpful: isHelpful ? 1 : 0, created_at: access.clock().getTime() };
        await db
          .insertInto("feedback")
          .values({ org_id: org, turn_id: turn, person_id: person, ...word })
          .onConflict((conflict) => conflict.columns(["org_id", "turn_id", "person_id"]).doUpdateSet(word))
          .execute();
      }),
    get: async (turn, person) => {
      const row = await access.db
        .selectFrom("feedback")
        .where("org_id", "=", org)
        .where("turn_id", "=", turn)
        .where("person_id", "=", person)
        .select("helpful")
        .executeTakeFirst();
      return row && row.helpful === 1;
    },
  };
}
