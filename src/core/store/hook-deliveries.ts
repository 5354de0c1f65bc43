import type { HookDeliveryId, HookDeliveryState } from "#core/contract/hook.ts";
import type { HookId, OrgId } from "#core/contract/ids.ts";
import type { Access } from "./access.ts";
import type { Database } from "./database.ts";

/** What came to a hook, and how far that is. */
export interface StoredDelivery {
  readonly id: HookDeliveryId;
  readonly hook: HookId;
  readonly state: HookDeliveryState;
  readonly contentType: string;
  /** What kind of event it is, as its sender names it. */
  readonly event?: string;
  readonly isTest: boolean;
  /** What came; absent once it is done. */
  readonly sealed?: string;
  /** Tries that failed. */
  readonly attempts: number;
  readonly dueAt: Date;
  readonly why?: string;
  readonly receivedAt: Date;
}

/** A delivery that is to be worked on. */
export interface DueDelivery extends StoredDelivery {
  readonly org: OrgId;
  /** A try was put into the inbox long ago, and nothing came of it. */
  readonly isLost: boolean;
}

/** What came to the hooks of every org and is to be worked on. */
export interface DueDeliveries {
  /** The longest due first, of each hook at most one: what a sender sent first is said first. */
  find(now: Date, lostBefore: Date, limit: number): Promise<DueDelivery[]>;
  /** How many tries are in the inbox, of those handed since `lostBefore`. */
  open(lostBefore: Date): Promise<number>;
  /** A try is in the inbox. @param attempts how many had failed before it */
  handed(id: HookDeliveryId, attempts: number): Promise<void>;
  /** How many were given up, everywhere. */
  dead(): Promise<number>;
}

/** Makes that view. It crosses orgs, which is its purpose. */
export function createDueDeliveries(access: Access): DueDeliveries {
  return {
    find: async (now, lostBefore, limit) => {
      const rows = await access.db
        .selectFrom("hook_deliveries as one")
        .where("one.state", "=", "waiting")
        .where("one.due_at", "<=", now.getTime())
        .where((is) => is.or([is("one.handed_at", "is", null), is("one.handed_at", "<", lostBefore.getTime())]))
        .where((is) =>
          is.not(
            is.exists(
              is
                .selectFrom("hook_deliveries as other")
                .whereRef("other.hook_id", "=", "one.hook_id")
                .where("other.state", "=", "waiting")
                .where("other.due_at", "<=", now.getTime())
                .whereRef("other.id", "<", "one.id")
                .select("other.id"),
            ),
          ),
        )
        .selectAll("one")
        .orderBy("one.due_at")
        .orderBy("one.id")
        .limit(limit)
        .execute();
      return rows.map((row) => ({ org: row.org_id, isLost: row.handed_at !== null, ...toDelivery(row) }));
    },
    open: async (lostBefore) => {
      const { total } = await access.db
        .selectFrom("hook_deliveries")
        .where("state", "=", "waiting")
        .where("handed_at", ">=", lostBefore.getTime())
        .select(({ fn }) => fn.countAll<number>().as("total"))
        .executeTakeFirstOrThrow();
      return total;
    },
    handed: (id, attempts) =>
      access.write(async (db) => {
        await db
          .updateTable("hook_deliveries")
          .set({ handed_at: access.clock().getTime() })
          .where("id", "=", id)
          .where("state", "=", "waiting")
          .where("attempts", "=", attempts)
          .execute();
      }, "crash"),
    dead: async () => {
      const { total } = await access.db
        .selectFrom("hook_deliveries")
        .where("state", "=", "dead")
        .select(({ fn }) => fn.countAll<number>().as("total"))
        .executeTakeFirstOrThrow();
      return total;
    },
  };
}

/** A row as it is read. */
export function toDelivery(row: Database["hook_deliveries"]): StoredDelivery {
  return {
    id: row.id,
    hook: row.hook_id,
    state: row.state,
    contentType: row.content_type,
    ...(row.event !== null && { event: row.event }),
    isTest: row.is_test === 1,
    ...(row.body_sealed !== null && { sealed: row.body_sealed }),
    attempts: row.attempts,
    dueAt: new Date(row.due_at),
    ...(row.why !== null && { why: row.why }),
    receivedAt: new Date(row.received_at),
  };
}
