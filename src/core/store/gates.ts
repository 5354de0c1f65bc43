import { sql, type Kysely } from "kysely";
import { GatePolicy, type GateKind, type GateState, type Role } from "#core/contract/gate.ts";
import type { GateId, OrgId, PersonId, Sha256, TurnId } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import { Actor, Conversation } from "#core/contract/message.ts";
import type { Access } from "./access.ts";
import type { Database } from "./database.ts";

/** One person's word on an approval. */
export interface StoredVote {
  readonly person: PersonId;
  readonly displayName: string;
  /** Their role when they gave it. */
  readonly role: Role;
  readonly verdict: "approve" | "reject";
  readonly reason?: string;
  readonly turn: TurnId;
  readonly at: Date;
}

/** An approval as it is kept. */
export interface StoredGate {
  readonly id: GateId;
  /** What a person types instead of pressing; unique among what is open in the org. */
  readonly code: string;
  readonly kind: GateKind;
  /** What requests about the same thing share. */
  readonly topic: string;
  readonly title: string;
  readonly subjectSha256: Sha256;
  readonly subject: Json;
  /** What the card shows of it. */
  readonly facts: Json;
  readonly policy: GatePolicy;
  readonly author: PersonId;
  readonly authorActor: Actor;
  /** Where it was asked for, and where its author is told the outcome. */
  readonly conversation: Conversation;
  readonly openedBy: TurnId;
  readonly state: GateState;
  readonly decided?: { readonly turn: TurnId; readonly at: Date };
  /** When all that is to be read before it is decided had reached people; absent until then. */
  readonly attachedAt?: Date;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** In the order they were given. */
  readonly votes: readonly StoredVote[];
}

/** Approvals of one org. */
export interface Gates {
  /** @throws when another open one has the code */
  add(gate: Omit<StoredGate, "state" | "decided" | "attachedAt" | "votes">): Promise<void>;
  get(id: GateId): Promise<StoredGate | undefined>;
  /** The newest with this code, whatever became of it: at most one of them is open. */
  byCode(code: string): Promise<StoredGate | undefined>;
  /** Those that wait for a decision, the oldest first. */
  open(): Promise<StoredGate[]>;
  /** Whatever became of them, the newest first, from behind `after`. */
  page(query: { state?: GateState; after?: GateId; limit: number }): Promise<StoredGate[]>;
  /** The newest about a topic. */
  latestOn(topic: string): Promise<StoredGate | undefined>;
  /** Ends an open one; false when something else has. */
  close(id: GateId, state: Exclude<GateState, "open">, turn: TurnId, now: Date): Promise<boolean>;
  /** Keeps a vote in place of the person's earlier one. */
  vote(id: GateId, vote: StoredVote): Promise<void>;
  /** What is to be read before it is decided has reached people. */
  attached(id: GateId, at: Date): Promise<void>;
  /** Since when whoever asks for a module may approve it alone; undefined: they may not. */
  soloSince(): Promise<Date | undefined>;
  setSolo(since: Date | undefined): Promise<void>;
  /** Where cards go when it is not where they were asked for. */
  channel(): Promise<Conversation | undefined>;
  setChannel(conversation: Conversation | undefined): Promise<void>;
}

/** Makes the repository of an org's approvals. */
export function createGates(access: Access, org: OrgId): Gates {
  const all = () => access.db.selectFrom("gates").where("org_id", "=", org).selectAll();
  const one = async (row: GateRow | undefined): Promise<StoredGate | undefined> =>
    row && (await withVotes(access.db, org, [row]))[0];
  return {
    add: (gate) =>
      access.write(async (db) => {
        await db
          .insertInto("gates")
          .values({ ...toRow(gate), org_id: org })
          .execute();
      }),
    get: async (id) => one(await all().where("id", "=", id).executeTakeFirst()),
    byCode: async (code) => one(await all().where("code", "=", code).orderBy("id", "desc").limit(1).executeTakeFirst()),
    open: async () =>
      withVotes(
        access.db,
        org,
        await all()
          .where(sql<boolean>`state = 'open'`)
          .orderBy("id")
          .execute(),
      ),
    page: async ({ state, after, limit }) => {
      const inState = state === undefined ? all() : all().where("state", "=", state);
      const rest = after === undefined ? inState : inState.where("id", "<", after);
      return withVotes(access.db, org, await rest.orderBy("id", "desc").limit(limit).execute());
    },
    latestOn: async (topic) =>
      one(await all().where("topic", "=", topic).orderBy("id", "desc").limit(1).executeTakeFirst()),
    close: (id, state, turn, now) =>
      access.write(async (db) => {
        const closed = await db
          .updateTable("gates")
          .set({ state, decided_turn: turn, decided_at: now.getTime() })
          .where("org_id", "=", org)
          .where("id", "=", id)
          .where(sql<boolean>`state = 'open'`)
          .executeTakeFirst();
        return closed.numUpdatedRows === 1n;
      }),
    vote: (id, { person, displayName, role, verdict, reason, turn, at }) =>
      access.write(async (db) => {
        const word = {
          display_name: displayName,
          role,
          verdict,
          reason: reason ?? null,
          turn_id: turn,
          voted_at: at.getTime(),
        };
        await db
          .insertInto("gate_votes")
          .values({ gate_id: id, org_id: org, person_id: person, ...word })
          .onConflict((conflict) =>
            conflict.columns(["gate_id", "person_id"]).doUpdateSet(word).where("gate_votes.org_id", "=", org),
          )
          .execute();
      }),
    attached: (id, at) =>
      access.write(async (db) => {
        await db
          .updateTable("gates")
          .set({ attached_at: at.getTime() })
          .where("org_id", "=", org)
          .where("id", "=", id)
          .where("attached_at", "is", null)
          .execute();
      }),
    soloSince: async () => {
      const row = await access.db.selectFrom("orgs").where("id", "=", org).select("solo_at").executeTakeFirst();
      return row?.solo_at ? new Date(row.solo_at) : undefined;
    },
    setSolo: (since) =>
      access.write(async (db) => {
        const solo_at = since?.getTime() ?? null;
        await db.updateTable("orgs").set({ solo_at }).where("id", "=", org).execute();
      }),
    channel: async () => {
      const row = await access.db.selectFrom("orgs").where("id", "=", org).select("approvals_json").executeTakeFirst();
      return row?.approvals_json ? Conversation.parse(JSON.parse(row.approvals_json)) : undefined;
    },
    setChannel: (conversation) =>
      access.write(async (db) => {
        const approvals_json = conversation === undefined ? null : JSON.stringify(conversation);
        await db.updateTable("orgs").set({ approvals_json }).where("id", "=", org).execute();
      }),
  };
}

/** Approvals of all orgs whose time is over, for the clock. */
export interface OverdueGates {
  find(now: Date, limit: number): Promise<{ org: OrgId; gate: GateId; actor: Actor; conversation: Conversation }[]>;
}

/** Makes the view of what is overdue. */
export function createOverdueGates(access: Access): OverdueGates {
  return {
    find: async (now, limit) => {
      const rows = await access.db
        .selectFrom("gates")
        .where(sql<boolean>`state = 'open'`)
        .where("expires_at", "<=", now.getTime())
        .select(["id", "org_id", "author_json", "conversation_json"])
        .orderBy("expires_at")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        org: row.org_id,
        gate: row.id,
        actor: Actor.parse(JSON.parse(row.author_json)),
        conversation: Conversation.parse(JSON.parse(row.conversation_json)),
      }));
    },
  };
}

type GateRow = Database["gates"];

function toRow(gate: Parameters<Gates["add"]>[0]): Omit<GateRow, "org_id"> {
  return {
    id: gate.id,
    code: gate.code,
    kind: gate.kind,
    topic: gate.topic,
    title: gate.title,
    subject_sha256: gate.subjectSha256,
    subject_json: JSON.stringify(gate.subject),
    facts_json: JSON.stringify(gate.facts),
    policy_json: JSON.stringify(gate.policy),
    author_id: gate.author,
    author_json: JSON.stringify(gate.authorActor),
    conversation_json: JSON.stringify(gate.conversation),
    opened_turn: gate.openedBy,
    state: "open",
    decided_turn: null,
    decided_at: null,
    attached_at: null,
    reminded: 0,
    created_at: gate.createdAt.getTime(),
    expires_at: gate.expiresAt.getTime(),
  };
}

async function withVotes(db: Kysely<Database>, org: OrgId, rows: readonly GateRow[]): Promise<StoredGate[]> {
  if (rows.length === 0) return [];
  const votes = await db
    .selectFrom("gate_votes")
    .where("org_id", "=", org)
    .where(
      "gate_id",
      "in",
      rows.map(({ id }) => id),
    )
    .selectAll()
    .orderBy("voted_at")
    .orderBy("turn_id")
    .execute();
  const byGate = Map.groupBy(votes, ({ gate_id }) => gate_id);
  return rows.map((row) => toGate(row, byGate.get(row.id) ?? []));
}

function toGate(row: GateRow, votes: readonly Database["gate_votes"][]): StoredGate {
  const subject: Json = JSON.parse(row.subject_json);
  const facts: Json = JSON.parse(row.facts_json);
  const { decided_turn: turn, decided_at: at } = row;
  return {
    id: row.id,
    code: row.code,
    kind: row.kind,
    topic: row.topic,
    title: row.title,
    subjectSha256: row.subject_sha256,
    subject,
    facts,
    policy: GatePolicy.parse(JSON.parse(row.policy_json)),
    author: row.author_id,
    authorActor: Actor.parse(JSON.parse(row.author_json)),
    conversation: Conversation.parse(JSON.parse(row.conversation_json)),
    openedBy: row.opened_turn,
    state: row.state,
    ...(turn !== null && at !== null && { decided: { turn, at: new Date(at) } }),
    ...(row.attached_at !== null && { attachedAt: new Date(row.attached_at) }),
    createdAt: new Date(row.created_at),
    expiresAt: new Date(row.expires_at),
    votes: votes.map((vote) => ({
      person: vote.person_id,
      displayName: vote.display_name,
      role: vote.role,
      verdict: vote.verdict,
      ...(vote.reason !== null && { reason: vote.reason }),
      turn: vote.turn_id,
      at: new Date(vote.voted_at),
    })),
  };
}
