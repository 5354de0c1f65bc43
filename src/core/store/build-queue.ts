import { sql } from "kysely";
import type { BuildId, OrgId } from "#core/contract/ids.ts";
import type { Access } from "./access.ts";
import { type StoredBuild, toBuild } from "./builds.ts";

/** The builds of every org, as they are worked on and shown. */
export interface BuildQueue {
  /** Takes the oldest that is queued, of an org of which nothing is worked on; undefined when `most` are worked on. */
  claim(holder: string, most: number): Promise<{ readonly org: OrgId; readonly build: StoredBuild } | undefined>;
  /** Puts back what other processes were working on. */
  releaseOthers(holder: string): Promise<number>;
  /** Those with a change that nobody has been told of, the oldest first. */
  unannounced(limit: number): Promise<{ readonly org: OrgId; readonly build: StoredBuild }[]>;
  /** Its turn is in the inbox, for this change. */
  announced(org: OrgId, id: BuildId, change: number): Promise<void>;
}

/** Makes the view of all builds. */
export function createBuildQueue(access: Access): BuildQueue {
  return {
    claim: async (holder, most) => {
      const waiting = access.db
        .selectFrom("builds")
        .where(sql<boolean>`state = 'queued'`)
        .select("id")
        .limit(1);
      // Mostly there is nothing, and to read that costs no flush.
      if ((await waiting.executeTakeFirst()) === undefined) return undefined;
      return access.write(async (db) => {
        const working = await db
          .selectFrom("builds")
          .where(sql<boolean>`state = 'working'`)
          .select("org_id")
          .execute();
        if (working.length >= most) return undefined;
        const busy = working.map(({ org_id }) => org_id);
        const queued = db.selectFrom("builds").where(sql<boolean>`state = 'queued'`);
        const free = busy.length === 0 ? queued : queued.where("org_id", "not in", busy);
        const next = await free.selectAll().orderBy("updated_at").orderBy("id").limit(1).executeTakeFirst();
        const build = toBuild(next && { ...next, state: "working" });
        if (next === undefined || build === undefined) return undefined;
        await db
          .updateTable("builds")
          .set({ state: "working", holder, attempts: sql`attempts + 1` })
          .where("org_id", "=", next.org_id)
          .where("id", "=", next.id)
          .execute();
        return { org: next.org_id, build };
      });
    },
    releaseOthers: (holder) =>
      access.write(async (db) => {
        const freed = await db
          .updateTable("builds")
          .set({ state: "queued", holder: null })
          .where(sql<boolean>`state = 'working'`)
          .where("holder", "!=", holder)
          .executeTakeFirst();
        return Number(freed.numUpdatedRows);
      }),
    unannounced: async (limit) => {
      const rows = await access.db
        .selectFrom("builds")
        .where(sql<boolean>`announced_no < change_no`)
        .selectAll()
        .orderBy("updated_at")
        .limit(limit)
        .execute();
      return rows.flatMap((row) => {
        const build = toBuild(row);
        return build === undefined ? [] : [{ org: row.org_id, build }];
      });
    },
    announced: (org, id, change) =>
      access.write(async (db) => {
        await db
          .updateTable("builds")
          .set({ announced_no: change })
          .where("org_id", "=", org)
          .where("id", "=", id)
          .where("announced_no", "<", change)
          .execute();
      }, "crash"),
  };
}
