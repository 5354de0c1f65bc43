import type { ErrorCode } from "#core/contract/errors.ts";
import type { BuildId, GateId, OrgId, TurnId } from "#core/contract/ids.ts";
import type { Access } from "./access.ts";

/** What came of something a program asked for. */
export interface ProgramAnswer {
  readonly outcome: "done" | "refused";
  /** Why it was refused. */
  readonly code?: ErrorCode;
  readonly said: string;
  readonly hint?: string;
  /** The request for approval it is about, or that it opened. */
  readonly gate?: GateId;
  /** The build it is about, or began. */
  readonly build?: BuildId;
}

/** What became of a turn that a program began; `failed` is one that ended without an answer. */
export type ProgramTurn =
  | { readonly state: "pending" | "failed" }
  | { readonly state: "answered"; readonly answer: ProgramAnswer };

/** The answers to programs in one org, by the turn that gave them. */
export interface ProgramAnswers {
  put(turn: TurnId, answer: ProgramAnswer): Promise<void>;
  /** Undefined for a turn that is not of this org, or long over. */
  get(turn: TurnId): Promise<ProgramTurn | undefined>;
}

/** Makes the repository of an org's answers to programs. */
export function createProgramAnswers(access: Access, org: OrgId): ProgramAnswers {
  return {
    put: (turn, { outcome, code, said, hint, gate, build }) =>
      access.write(async (db) => {
        const about = { gate_id: gate ?? null, build_id: build ?? null };
        const answer = { outcome, code: code ?? null, said, hint: hint ?? null, ...about };
        await db
          .insertInto("program_answers")
          .values({ turn_id: turn, org_id: org, ...answer, created_at: access.clock().getTime() })
          .execute();
      }),
    get: async (turn) => {
      const row = await access.db
        .selectFrom("program_answers")
        .where("org_id", "=", org)
        .where("turn_id", "=", turn)
        .selectAll()
        .executeTakeFirst();
      if (row !== undefined) {
        const { outcome, code, said, hint, gate_id: gate, build_id: build } = row;
        const more = { ...(code !== null && { code }), ...(hint !== null && { hint }) };
        const about = { ...(gate !== null && { gate }), ...(build !== null && { build }) };
        return { state: "answered", answer: { outcome, said, ...more, ...about } };
      }
      const inbound = await access.db
        .selectFrom("inbox")
        .where("org_id", "=", org)
        .where("id", "=", turn)
        .select("state")
        .executeTakeFirst();
      return inbound && { state: inbound.state === "done" ? "failed" : "pending" };
    },
  };
}
