import { sql, type Kysely } from "kysely";
import type { Outbound } from "#core/contract/door.ts";
import { OutboxId, newId, type ConversationKey, type GateId, type OrgId, type TurnId } from "#core/contract/ids.ts";
import { MessageRef, type Platform } from "#core/contract/message.ts";
import type { Access } from "./access.ts";
import type { Database } from "./database.ts";
import { isDue } from "./due.ts";

/** What is kept of a reply on its way out. */
export interface OutboxMessage extends Pick<Outbound, "conversation" | "actor" | "reply" | "source"> {
  /** When the question was asked, by the platform's clock. */
  readonly sentAtMs: number;
  /** Another reply of the same turn follows. */
  readonly hasMore?: true;
  /** The earlier reply of the same conversation that this one redraws. */
  readonly edits?: OutboxId;
}

/** A card of an approval that is, or will be, on show. */
export interface Card {
  readonly id: OutboxId;
  readonly conversation: OutboxMessage["conversation"];
  readonly actor: OutboxMessage["actor"];
}

/** One reply taken for sending, fenced by `attempt`. */
export interface Sending {
  readonly id: OutboxId;
  readonly org: OrgId;
  readonly turnId: TurnId;
  readonly message: OutboxMessage;
  /** 1 for the first try. */
  readonly attempt: number;
  /** How many tries ended in an error. */
  readonly failures: number;
  /** Whether an earlier try may have arrived. */
  readonly isInterrupted: boolean;
}

/** Replies on their way out: in order within a conversation, each sent by one sender at a time. */
export interface Outbox {
  /** Adds a reply behind all others of its conversation. */
  add(org: OrgId, turnId: TurnId, message: OutboxMessage, now: Date, expiresAt: Date): Promise<OutboxId>;
  /** Where the cards of an approval are: those not given up, and not themselves redrawings. */
  cardsOf(org: OrgId, gate: GateId): Promise<Card[]>;
  /** Everything that a turn posted anew, wherever that was. */
  postedBy(org: OrgId, turn: TurnId): Promise<Card[]>;
  /** What the platform calls a reply that was sent; undefined while it has not been, or when it never was. */
  refOf(org: OrgId, id: OutboxId): Promise<MessageRef | undefined>;
  /** Takes the oldest reply of up to `limit` conversations of a platform. */
  claim(platform: Platform, limit: number, now: Date): Promise<Sending[]>;
  /** Makes every reply that waits for its next try due at once: what kept it may have gone. */
  hurry(now: Date): Promise<void>;
  /** Ends a sending for good; false when another attempt has taken over. */
  settle(sending: Sending, outcome: SendingOutcome, now: Date): Promise<boolean>;
  /** Gives the reply back, to be tried again at `retryAt`. Its conversation waits for it. */
  release(sending: Sending, retry: { at: Date; failed: boolean; mayHaveArrived: boolean }): Promise<boolean>;
  /** Takes back what a dead process was sending. Each may have arrived, and is marked so. */
  releaseInterrupted(): Promise<number>;
  /** Ends what has waited past its expiry and says what that was. */
  expire(now: Date): Promise<Expired[]>;
  /** Forgets up to `limit` settled replies from before `before`. */
  prune(before: Date, limit: number): Promise<number>;
}

/** What waited too long. */
export type Expired = Pick<Sending, "id" | "org" | "turnId" | "message">;

export type SendingOutcome = { state: "sent"; ref: MessageRef } | { state: "expired" } | { state: "dead" };

/** Makes the outbox repository. States stand in the SQL as they are, not bound: only so can a partial index serve them. */
export function createOutbox(access: Access): Outbox {
  return {
    add: (org, turnId, message, now, expiresAt) =>
      access.write((db) => add(db, org, turnId, message, now.getTime(), expiresAt.getTime())),
    cardsOf: async (org, gate) => {
      const rows = await access.db
        .selectFrom("outbox")
        .where("org_id", "=", org)
        .where("gate_id", "=", gate)
        .where("edits_id", "is", null)
        .where("state", "not in", ["dead", "expired"])
        .select(["id", "message_json"])
        .orderBy("id")
        .execute();
      return rows.map(({ id, message_json }) => {
        const { conversation, actor }: OutboxMessage = JSON.parse(message_json);
        return { id, conversation, actor };
      });
    },
    postedBy: async (org, turn) => {
      const rows = await access.db
        .selectFrom("outbox")
        .where("org_id", "=", org)
        .where("turn_id", "=", turn)
        .where("edits_id", "is", null)
        .where("state", "not in", ["dead", "expired"])
        .select(["id", "message_json"])
        .orderBy("id")
        .execute();
      return rows.map(({ id, message_json }) => {
        const { conversation, actor }: OutboxMessage = JSON.parse(message_json);
        return { id, conversation, actor };
      });
    },
    refOf: async (org, id) => {
      const row = await access.db
        .selectFrom("outbox")
        .where("org_id", "=", org)
        .where("id", "=", id)
        .select("ref_json")
        .executeTakeFirst();
      return row?.ref_json ? MessageRef.parse(JSON.parse(row.ref_json)) : undefined;
    },
    // Mostly there is nothing, and to read that costs no flush.
    claim: async (platform, limit, now) =>
      (await isAnyReady(access.db, platform, now.getTime()))
        ? access.write((db) => claim(db, platform, limit, now.getTime()))
        : [],
    hurry: (now) =>
      access.write(async (db) => {
        const due = db.updateTable("outbox").set({ not_before: now.getTime() });
        await due
          .where(sql<boolean>`state = 'ready'`)
          .where("not_before", ">", now.getTime())
          .execute();
      }),
    // Forgotten, the reply is still marked as on its way, and is looked up before it is sent again.
    settle: (sending, outcome, now) => access.write((db) => settle(db, sending, outcome, now.getTime()), "crash"),
    release: (sending, retry) =>
      access.write(async (db) => {
        const result = await taken(db, sending)
          .set({
            state: "ready",
            not_before: retry.at.getTime(),
            failures: sending.failures + (retry.failed ? 1 : 0),
            interrupted: retry.mayHaveArrived ? 1 : 0,
          })
          .executeTakeFirst();
        return result.numUpdatedRows === 1n;
      }),
    releaseInterrupted: () =>
      access.write(async (db) => {
        const freed = await db
          .updateTable("outbox")
          .set({ state: "ready", interrupted: 1 })
          .where(sql<boolean>`state = 'sending'`)
          .executeTakeFirst();
        return Number(freed.numUpdatedRows);
      }),
    expire: (now) => access.write((db) => expire(db, now.getTime())),
    prune: (before, limit) =>
      access.write(async (db) => {
        const old = db.selectFrom("outbox").where("done_at", "<", before.getTime()).select("id").limit(limit);
        const gone = await db.deleteFrom("outbox").where("id", "in", old).executeTakeFirst();
        return Number(gone.numDeletedRows);
      }),
  };
}

async function add(
  db: Kysely<Database>,
  org: OrgId,
  turnId: TurnId,
  message: OutboxMessage,
  now: number,
  expiresAt: number,
): Promise<OutboxId> {
  const { key, platform } = message.conversation;
  // A redrawing that nobody has seen yet is of no use once there is a newer one.
  if (message.edits !== undefined) {
    const unseen = db.deleteFrom("outbox").where("org_id", "=", org).where("edits_id", "=", message.edits);
    await unseen
      .where("conversation_key", "=", key)
      .where(sql<boolean>`state = 'waiting'`)
      .execute();
  }
  const own = db.selectFrom("outbox").where("conversation_key", "=", key).select("id");
  const head = await own.where(sql<boolean>`state in ('ready', 'sending')`).executeTakeFirst();
  const waiting = own
    .where(sql<boolean>`state = 'waiting'`)
    .orderBy("id", "desc")
    .limit(1);
  const last = head && ((await waiting.executeTakeFirst()) ?? head);
  const id = newId(OutboxId, last?.id);
  await db
    .insertInto("outbox")
    .values({
      id,
      org_id: org,
      turn_id: turnId,
      conversation_key: key,
      platform,
      message_json: JSON.stringify(message),
      state: head ? "waiting" : "ready",
      attempt: 0,
      failures: 0,
      interrupted: 0,
      not_before: now,
      expires_at: expiresAt,
      gate_id: message.reply.card?.gate ?? null,
      edits_id: message.edits ?? null,
      created_at: now,
    })
    .execute();
  return id;
}

async function isAnyReady(db: Kysely<Database>, platform: Platform, now: number): Promise<boolean> {
  return (await ready(db, platform, now).limit(1).executeTakeFirst()) !== undefined;
}

function ready(db: Kysely<Database>, platform: Platform, now: number) {
  return db
    .selectFrom("outbox")
    .where(sql<boolean>`state = 'ready'`)
    .where(isDue("not_before", now))
    .where("platform", "=", platform)
    .select("id");
}

async function claim(db: Kysely<Database>, platform: Platform, limit: number, now: number): Promise<Sending[]> {
  const heads = ready(db, platform, now).orderBy("id").limit(limit);
  const rows = await db
    .updateTable("outbox")
    .set({ state: "sending", attempt: sql`attempt + 1` })
    .where("id", "in", heads)
    .returning(["id", "org_id", "turn_id", "message_json", "attempt", "failures", "interrupted"])
    .execute();
  return rows.map((row) => {
    const message: OutboxMessage = JSON.parse(row.message_json);
    return {
      id: row.id,
      org: row.org_id,
      turnId: row.turn_id,
      message,
      attempt: row.attempt,
      failures: row.failures,
      isInterrupted: row.interrupted === 1,
    };
  });
}

function taken(db: Kysely<Database>, sending: Sending) {
  return db
    .updateTable("outbox")
    .where("id", "=", sending.id)
    .where("org_id", "=", sending.org)
    .where("state", "=", "sending")
    .where("attempt", "=", sending.attempt);
}

async function settle(db: Kysely<Database>, sending: Sending, outcome: SendingOutcome, now: number): Promise<boolean> {
  const ref_json = outcome.state === "sent" ? JSON.stringify(outcome.ref) : null;
  const done = await taken(db, sending).set({ state: outcome.state, ref_json, done_at: now }).executeTakeFirst();
  if (done.numUpdatedRows !== 1n) return false;
  await promote(db, sending.message.conversation.key);
  return true;
}

async function expire(db: Kysely<Database>, now: number): Promise<Expired[]> {
  const rows = await db
    .updateTable("outbox")
    .set({ state: "expired", done_at: now })
    .where(sql<boolean>`state in ('waiting', 'ready')`)
    .where("expires_at", "<=", now)
    .returning(["id", "org_id", "turn_id", "conversation_key", "message_json"])
    .execute();
  for (const key of new Set(rows.map((row) => row.conversation_key))) await promote(db, key);
  return rows.map((row) => {
    const message: OutboxMessage = JSON.parse(row.message_json);
    return { id: row.id, org: row.org_id, turnId: row.turn_id, message };
  });
}

/** Lets the oldest waiting reply of a conversation go, unless one is still at its head. */
async function promote(db: Kysely<Database>, key: ConversationKey): Promise<void> {
  const next = db
    .selectFrom("outbox")
    .where("conversation_key", "=", key)
    .where(sql<boolean>`state = 'waiting'`)
    .where(
      sql<boolean>`not exists (select 1 from outbox head where head.conversation_key = ${key} and head.state in ('ready', 'sending'))`,
    )
    .select("id")
    .orderBy("id")
    .limit(1);
  await db.updateTable("outbox").set({ state: "ready" }).where("id", "in", next).execute();
}
