import { HookDeliveryId, type HookPlan, type HookState } from "#core/contract/hook.ts";
import { type HookId, newId, type OrgId, type PersonId } from "#core/contract/ids.ts";
import type { Access } from "./access.ts";
import { toDelivery, type StoredDelivery } from "./hook-deliveries.ts";
import { type SealedSecret, type StoredHook, toHook } from "./stored-hook.ts";

/** What is written down of a delivery that was taken. */
export interface NewDelivery {
  readonly id: HookDeliveryId;
  readonly hook: HookId;
  readonly contentType: string;
  readonly event?: string;
  readonly isTest: boolean;
  readonly sealed: string;
  /** Every name under which it may come again. */
  readonly keys: readonly string[];
}

/** How a try ended. */
export type DeliveryEnd =
  | { readonly as: "done" | "dropped" }
  | { readonly as: "dead"; readonly why: string }
  /** It failed, and is tried again. */
  | { readonly as: "waiting"; readonly why: string; readonly dueAt: Date };

/** The hooks of one org, and what came to them. */
export interface Hooks {
  /** Sets a hook; what there is keeps its secret. @param secret of a new one */
  put(hook: Pick<StoredHook, "id" | "person" | "code" | "plan">, secret: SealedSecret): Promise<void>;
  get(id: HookId): Promise<StoredHook | undefined>;
  /** The one under a code that has not ended. */
  byCode(code: string): Promise<StoredHook | undefined>;
  /** Those that have not ended, the oldest first. */
  all(): Promise<StoredHook[]>;
  setState(id: HookId, from: readonly HookState[], to: HookState): Promise<boolean>;
  /** Gives it to somebody else. */
  adopt(id: HookId, person: PersonId, plan: HookPlan): Promise<void>;
  /** Exchanges the secret, unless somebody else has; the one before works until `formerUntil`. */
  renew(id: HookId, secret: SealedSecret, formerUntil: Date | undefined): Promise<boolean>;
  /** The secret is shown now; false when it has been already, or is another. */
  show(id: HookId, version: number): Promise<boolean>;
  /** Takes a delivery, with all its names; false when one of them has been seen. */
  accept(delivery: NewDelivery): Promise<boolean>;
  /** Notes that the sender of a hook has tried its address; the note before it goes. @param event as the sender names it */
  prove(id: HookId, event: string): Promise<void>;
  /** When the sender of a hook last tried its address. */
  proof(id: HookId): Promise<StoredDelivery | undefined>;
  /** How many deliveries to a hook wait. */
  waiting(id: HookId): Promise<number>;
  delivery(id: HookDeliveryId): Promise<StoredDelivery | undefined>;
  /** The newest first. */
  deliveries(id: HookId, limit: number): Promise<StoredDelivery[]>;
  /** What was given up, the newest first. */
  dead(limit: number): Promise<StoredDelivery[]>;
  /** Ends a try; false when it has ended. @param attempts how many had failed before it */
  settle(id: HookDeliveryId, attempts: number, end: DeliveryEnd): Promise<boolean>;
  /** Takes up again what was given up. @returns how many */
  retry(hook: HookId): Promise<number>;
}

/** Makes the repository of an org's hooks. */
export function createHooks(access: Access, org: OrgId): Hooks {
  const now = (): number => access.clock().getTime();
  const every = () => access.db.selectFrom("hooks").where("org_id", "=", org).selectAll();
  const came = () => access.db.selectFrom("hook_deliveries").where("org_id", "=", org).selectAll();
  return {
    put: ({ id, person, code, plan }, { sealed, version }) =>
      access.write(async (db) => {
        const values = { person_id: person, plan_json: JSON.stringify(plan), state: "on" as const, changed_at: now() };
        const fresh = { secret_sealed: sealed, secret_version: version, taken: 0, created_at: now() };
        await db
          .insertInto("hooks")
          .values({ id, org_id: org, code, ...values, ...fresh })
          .onConflict((conflict) => conflict.column("id").doUpdateSet(values).where("hooks.org_id", "=", org))
          .execute();
      }),
    get: async (id) => {
      const row = await every().where("id", "=", id).executeTakeFirst();
      return row && toHook(row);
    },
    byCode: async (code) => {
      const row = await every().where("code", "=", code).where("state", "!=", "ended").executeTakeFirst();
      return row && toHook(row);
    },
    all: async () => (await every().where("state", "!=", "ended").orderBy("id").execute()).map(toHook),
    setState: (id, from, to) =>
      access.write(async (db) => {
        const set = await db
          .updateTable("hooks")
          .set({ state: to, changed_at: now() })
          .where("org_id", "=", org)
          .where("id", "=", id)
          .where("state", "in", from)
          .executeTakeFirst();
        return set.numUpdatedRows === 1n;
      }),
    adopt: (id, person, plan) =>
      access.write(async (db) => {
        await db
          .updateTable("hooks")
          .set({ person_id: person, plan_json: JSON.stringify(plan), changed_at: now() })
          .where("org_id", "=", org)
          .where("id", "=", id)
          .execute();
      }),
    renew: (id, { sealed, version }, formerUntil) =>
      access.write(async (db) => {
        const renewed = await db
          .updateTable("hooks")
          .set((is) => ({
            former_sealed: formerUntil === undefined ? null : is.ref("secret_sealed"),
            former_until: formerUntil?.getTime() ?? null,
            secret_sealed: sealed,
            secret_version: version,
            shown_at: null,
            changed_at: now(),
          }))
          .where("org_id", "=", org)
          .where("id", "=", id)
          .where("secret_version", "=", version - 1)
          .executeTakeFirst();
        return renewed.numUpdatedRows === 1n;
      }),
    show: (id, version) =>
      access.write(async (db) => {
        const shown = await db
          .updateTable("hooks")
          .set({ shown_at: now() })
          .where("org_id", "=", org)
          .where("id", "=", id)
          .where("secret_version", "=", version)
          .where("shown_at", "is", null)
          .executeTakeFirst();
        return shown.numUpdatedRows === 1n;
      }),
    accept: ({ id, hook, contentType, event, isTest, sealed, keys }) =>
      access.write(async (db) => {
        const of = await db
          .updateTable("hooks")
          .set((is) => ({ taken: is("taken", "+", 1), last_at: now() }))
          .where("org_id", "=", org)
          .where("id", "=", hook)
          .where("state", "!=", "ended")
          // None of its names has been seen.
          .where((is) =>
            is.not(
              is.exists(
                is
                  .selectFrom("hook_keys")
                  .where("org_id", "=", org)
                  .where("hook_id", "=", hook)
                  .where("key", "in", keys.length === 0 ? [""] : keys)
                  .select("key"),
              ),
            ),
          )
          .executeTakeFirst();
        if (of.numUpdatedRows !== 1n) return false;
        for (const key of keys) {
          await db.insertInto("hook_keys").values({ hook_id: hook, key, org_id: org, seen_at: now() }).execute();
        }
        await db
          .insertInto("hook_deliveries")
          .values({
            id,
            org_id: org,
            hook_id: hook,
            state: "waiting",
            content_type: contentType,
            event: event ?? null,
            is_test: isTest ? 1 : 0,
            body_sealed: sealed,
            attempts: 0,
            due_at: now(),
            received_at: now(),
          })
          .execute();
        return true;
      }),
    prove: (id, event) =>
      access.write(async (db) => {
        const proofs = db.deleteFrom("hook_deliveries").where("org_id", "=", org).where("hook_id", "=", id);
        await proofs.where("state", "=", "proof").execute();
        const [at, none] = [now(), { content_type: "", is_test: 0, body_sealed: null, attempts: 0 }];
        const times = { due_at: at, received_at: at, ended_at: at };
        await db
          .insertInto("hook_deliveries")
          .values({ id: newId(HookDeliveryId), org_id: org, hook_id: id, state: "proof", event, ...none, ...times })
          .execute();
      }),
    proof: async (id) => {
      const row = await came().where("hook_id", "=", id).where("state", "=", "proof").executeTakeFirst();
      return row && toDelivery(row);
    },
    waiting: async (id) => {
      const { total } = await access.db
        .selectFrom("hook_deliveries")
        .where("org_id", "=", org)
        .where("hook_id", "=", id)
        .where("state", "=", "waiting")
        .select(({ fn }) => fn.countAll<number>().as("total"))
        .executeTakeFirstOrThrow();
      return total;
    },
    delivery: async (id) => {
      const row = await came().where("id", "=", id).executeTakeFirst();
      return row && toDelivery(row);
    },
    deliveries: async (id, limit) =>
      (
        await came()
          .where("hook_id", "=", id)
          .where("state", "!=", "proof")
          .orderBy("id", "desc")
          .limit(limit)
          .execute()
      ).map(toDelivery),
    dead: async (limit) =>
      (await came().where("state", "=", "dead").orderBy("id", "desc").limit(limit).execute()).map(toDelivery),
    settle: (id, attempts, end) =>
      access.write(async (db) => {
        const isOver = end.as !== "waiting";
        const settled = await db
          .updateTable("hook_deliveries")
          .set({
            state: end.as,
            handed_at: null,
            attempts: "why" in end ? attempts + 1 : attempts,
            why: "why" in end ? end.why : null,
            ...(end.as === "waiting" && { due_at: end.dueAt.getTime() }),
            ...(isOver && { ended_at: now() }),
            // What is dead can be taken up again; of what is over nothing is kept.
            ...((end.as === "done" || end.as === "dropped") && { body_sealed: null }),
          })
          .where("org_id", "=", org)
          .where("id", "=", id)
          .where("state", "=", "waiting")
          .where("attempts", "=", attempts)
          .executeTakeFirst();
        return settled.numUpdatedRows === 1n;
      }),
    retry: (hook) =>
      access.write(async (db) => {
        const again = await db
          .updateTable("hook_deliveries")
          .set({ state: "waiting", due_at: now(), handed_at: null, ended_at: null })
          .where("org_id", "=", org)
          .where("hook_id", "=", hook)
          .where("state", "=", "dead")
          .where("body_sealed", "is not", null)
          .executeTakeFirst();
        return Number(again.numUpdatedRows);
      }),
  };
}
