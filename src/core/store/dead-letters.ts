import { v7 } from "uuid";
import type { ErrorCode } from "#core/contract/errors.ts";
import type { OrgId, OutboxId, TurnId } from "#core/contract/ids.ts";
import type { Access } from "./access.ts";

/** Something that was given up on, for an operator to look at. */
export interface DeadLetter {
  readonly turnId: TurnId;
  /** Set when the answer was there but could not be shown. */
  readonly outboxId?: OutboxId;
  readonly code: ErrorCode;
  /** For the log, never for chat. */
  readonly detail: string;
}

/** What was given up on, newest first. */
export interface DeadLetters {
  add(org: OrgId, letter: DeadLetter): Promise<void>;
  list(org: OrgId, limit: number): Promise<(DeadLetter & { createdAt: Date })[]>;
}

/** Makes the repository of dead letters. */
export function createDeadLetters(access: Access): DeadLetters {
  return {
    add: (org, letter) =>
      access.write(async (db) => {
        await db
          .insertInto("dead_letters")
          .values({
            id: v7(),
            org_id: org,
            turn_id: letter.turnId,
            outbox_id: letter.outboxId ?? null,
            code: letter.code,
            detail: letter.detail,
            created_at: access.clock().getTime(),
          })
          .execute();
      }),
    list: async (org, limit) => {
      const rows = await access.db
        .selectFrom("dead_letters")
        .where("org_id", "=", org)
        .selectAll()
        .orderBy("id", "desc")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        turnId: row.turn_id,
        ...(row.outbox_id !== null && { outboxId: row.outbox_id }),
        code: row.code,
        detail: row.detail,
        createdAt: new Date(row.created_at),
      }));
    },
  };
}
