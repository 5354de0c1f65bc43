import type { Kysely } from "kysely";
import { v7 } from "uuid";
import type { BuildId, OrgId, PersonId } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import type { Access } from "./access.ts";
import type { Database } from "./database.ts";

/** What a build keeps of its own. */
export type BuildPart = "source" | "material" | "draft" | "before" | "report" | "specification";

/** What an org's builds keep: documents, bytes, what was tried in which round, and what people said of it. */
export interface BuildPapers {
  putPart(id: BuildId, part: BuildPart, body: string): Promise<void>;
  part(id: BuildId, part: BuildPart): Promise<string | undefined>;
  dropParts(id: BuildId, parts: readonly BuildPart[]): Promise<void>;
  putRound(id: BuildId, round: number, json: Json, entries: string): Promise<void>;
  rounds(id: BuildId): Promise<Json[]>;
  /** The bytes of the last round. */
  lastEntries(id: BuildId): Promise<string | undefined>;
  dropRounds(id: BuildId): Promise<void>;
  addFeedback(id: BuildId, by: PersonId, words: string): Promise<void>;
  /** The oldest first. */
  feedback(id: BuildId): Promise<{ readonly by: PersonId; readonly words: string }[]>;
}

/** Makes the repository of what an org's builds keep. */
export function createBuildPapers(access: Access, org: OrgId): BuildPapers {
  const now = (): number => access.clock().getTime();
  return {
    putPart: (id, part, body) =>
      access.write(async (db) => {
        await db
          .insertInto("build_parts")
          .values({ build_id: id, org_id: org, part, body })
          .onConflict((conflict) => conflict.columns(["org_id", "build_id", "part"]).doUpdateSet({ body }))
          .execute();
      }),
    part: async (id, part) => {
      const row = await access.db
        .selectFrom("build_parts")
        .where("org_id", "=", org)
        .where("build_id", "=", id)
        .where("part", "=", part)
        .select("body")
        .executeTakeFirst();
      return row?.body;
    },
    dropParts: (id, parts) =>
      access.write(async (db) => {
        const kept = db.deleteFrom("build_parts").where("org_id", "=", org).where("build_id", "=", id);
        await kept.where("part", "in", [...parts]).execute();
      }),
    putRound: (id, round, json, entries) =>
      access.write(async (db) => {
        const values = { round_json: JSON.stringify(json), entries };
        await db
          .insertInto("build_rounds")
          .values({ build_id: id, org_id: org, round, ...values })
          .onConflict((conflict) => conflict.columns(["org_id", "build_id", "round"]).doUpdateSet(values))
          .execute();
      }),
    rounds: async (id) => {
      const rows = await roundsOf(access.db, org, id).select("round_json").orderBy("round").execute();
      return rows.map(({ round_json }): Json => JSON.parse(round_json));
    },
    lastEntries: async (id) => {
      const last = roundsOf(access.db, org, id).select("entries").orderBy("round", "desc").limit(1);
      return (await last.executeTakeFirst())?.entries;
    },
    dropRounds: (id) =>
      access.write(async (db) => {
        await db.deleteFrom("build_rounds").where("org_id", "=", org).where("build_id", "=", id).execute();
      }),
    addFeedback: (id, by, words) =>
      access.write(async (db) => {
        const values = { id: v7(), build_id: id, org_id: org, person_id: by, words, created_at: now() };
        await db.insertInto("build_feedback").values(values).execute();
      }),
    feedback: async (id) => {
      const rows = await access.db
        .selectFrom("build_feedback")
        .where("org_id", "=", org)
        .where("build_id", "=", id)
        .select(["person_id", "words"])
        .orderBy("id")
        .execute();
      return rows.map((row) => ({ by: row.person_id, words: row.words }));
    },
  };
}

function roundsOf(db: Kysely<Database>, org: OrgId, id: BuildId) {
  return db.selectFrom("build_rounds").where("org_id", "=", org).where("build_id", "=", id);
}
