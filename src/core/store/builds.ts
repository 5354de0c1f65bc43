import { sql, type UpdateObject } from "kysely";
import type { BuildId, OrgId, PersonId, ProposalId, TurnId } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import { Actor, Conversation } from "#core/contract/message.ts";
import type { Access } from "./access.ts";
import type { Database } from "./database.ts";

export type BuildRowState = Database["builds"]["state"];

/** A build as it is kept. The store does not look into what it consists of. */
export interface StoredBuild {
  readonly id: BuildId;
  readonly code: string;
  readonly need: string;
  readonly source: Json;
  readonly author: PersonId;
  readonly actor: Actor;
  readonly conversation: Conversation;
  readonly contributors: Json;
  readonly proposal?: ProposalId;
  readonly state: BuildRowState;
  readonly steps: Json;
  readonly spentUnits: number;
  readonly costMicroUsd: number;
  readonly allowedUnits: number;
  readonly result?: Json;
  readonly failure?: Json;
  readonly written?: Json;
  readonly sourceKey: string;
  readonly shownBy: TurnId;
  /** How often something of it has changed that people are shown. */
  readonly change: number;
  /** How often it was taken up since somebody last asked for it. */
  readonly attempts: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What can change of a build. Null takes a value away. */
export interface BuildUpdate {
  readonly state?: BuildRowState;
  readonly steps?: Json;
  readonly contributors?: Json;
  readonly spentUnits?: number;
  readonly costMicroUsd?: number;
  readonly allowedUnits?: number;
  readonly result?: Json | null;
  readonly failure?: Json | null;
  readonly written?: Json | null;
  readonly shownBy?: TurnId;
}

/** The builds of one org. */
export interface BuildRows {
  /** @throws when another open one is the same */
  add(
    build: Omit<StoredBuild, "change" | "attempts" | "createdAt" | "updatedAt" | "spentUnits" | "costMicroUsd">,
  ): Promise<void>;
  get(id: BuildId): Promise<StoredBuild | undefined>;
  /** The newest with this code. */
  byCode(code: string): Promise<StoredBuild | undefined>;
  /** The open one of this key. */
  openOn(key: string): Promise<StoredBuild | undefined>;
  /** The newest of this key that was installed. */
  installedFrom(key: string): Promise<StoredBuild | undefined>;
  /** How many are queued or worked on. */
  countRunning(): Promise<number>;
  /** The newest first, from behind `after`. */
  page(query: { readonly after?: BuildId; readonly limit: number }): Promise<StoredBuild[]>;
  /** Changes one that is in one of these states and is to be shown again; false when it is in none of them. */
  update(id: BuildId, from: readonly BuildRowState[], change: BuildUpdate): Promise<boolean>;
}

/** Makes the repository of an org's builds. */
export function createBuildRows(access: Access, org: OrgId): BuildRows {
  const now = (): number => access.clock().getTime();
  const all = () => access.db.selectFrom("builds").where("org_id", "=", org).selectAll();
  const of = (id: BuildId) => all().where("id", "=", id);
  return {
    add: (build) =>
      access.write(async (db) => {
        await db
          .insertInto("builds")
          .values({
            id: build.id,
            org_id: org,
            code: build.code,
            need: build.need,
            source_json: JSON.stringify(build.source),
            author_id: build.author,
            actor_json: JSON.stringify(build.actor),
            conversation_json: JSON.stringify(build.conversation),
            contributors_json: JSON.stringify(build.contributors),
            proposal_id: build.proposal ?? null,
            state: build.state,
            steps_json: JSON.stringify(build.steps),
            spent_units: 0,
            cost_micro_usd: 0,
            allowed_units: build.allowedUnits,
            open_key: build.sourceKey,
            source_key: build.sourceKey,
            shown_by: build.shownBy,
            change_no: 0,
            announced_no: 0,
            attempts: 0,
            created_at: now(),
            updated_at: now(),
          })
          .execute();
      }),
    get: async (id) => toBuild(await of(id).executeTakeFirst()),
    byCode: async (code) =>
      toBuild(await all().where("code", "=", code).orderBy("id", "desc").limit(1).executeTakeFirst()),
    openOn: async (key) => toBuild(await all().where("open_key", "=", key).executeTakeFirst()),
    installedFrom: async (key) =>
      toBuild(
        await all()
          .where("source_key", "=", key)
          .where("state", "=", "installed")
          .orderBy("id", "desc")
          .limit(1)
          .executeTakeFirst(),
      ),
    countRunning: async () => {
      const { count } = await access.db
        .selectFrom("builds")
        .where("org_id", "=", org)
        .where("state", "in", ["queued", "working"])
        .select(({ fn }) => fn.countAll<number>().as("count"))
        .executeTakeFirstOrThrow();
      return count;
    },
    page: async ({ after, limit }) => {
      const rest = after === undefined ? all() : all().where("id", "<", after);
      const rows = await rest.orderBy("id", "desc").limit(limit).execute();
      return rows.flatMap((row) => toBuild(row) ?? []);
    },
    update: (id, from, change) =>
      access.write(async (db) => {
        const changed = await db
          .updateTable("builds")
          .set({ ...toColumns(change), change_no: sql`change_no + 1`, updated_at: now() })
          .where("org_id", "=", org)
          .where("id", "=", id)
          .where("state", "in", [...from])
          .executeTakeFirst();
        return changed.numUpdatedRows === 1n;
      }),
  };
}

/** While a build is in one of these, no other may be the same. */
const OPEN: readonly BuildRowState[] = ["queued", "working", "ready", "asked"];

function toColumns(change: BuildUpdate): UpdateObject<Database, "builds"> {
  const { state, steps, contributors, spentUnits, costMicroUsd, allowedUnits, result, failure, written, shownBy } =
    change;
  const nullable = (value: Json | null): string | null => (value === null ? null : JSON.stringify(value));
  return {
    ...(state && { state, ...(state !== "working" && { holder: null }) }),
    ...(state && !OPEN.includes(state) && { open_key: null }),
    ...(state === "queued" && { open_key: sql<string>`source_key`, attempts: 0 }),
    ...(steps !== undefined && { steps_json: JSON.stringify(steps) }),
    ...(contributors !== undefined && { contributors_json: JSON.stringify(contributors) }),
    ...(spentUnits !== undefined && { spent_units: spentUnits }),
    ...(costMicroUsd !== undefined && { cost_micro_usd: costMicroUsd }),
    ...(allowedUnits !== undefined && { allowed_units: allowedUnits }),
    ...(result !== undefined && { result_json: nullable(result) }),
    ...(failure !== undefined && { failure_json: nullable(failure) }),
    ...(written !== undefined && { written_json: nullable(written) }),
    ...(shownBy !== undefined && { shown_by: shownBy }),
  };
}

/** A row as it is read. */
export function toBuild(row: Database["builds"] | undefined): StoredBuild | undefined {
  if (row === undefined) return undefined;
  const json = (text: string): Json => JSON.parse(text);
  return {
    id: row.id,
    code: row.code,
    need: row.need,
    source: json(row.source_json),
    author: row.author_id,
    actor: Actor.parse(JSON.parse(row.actor_json)),
    conversation: Conversation.parse(JSON.parse(row.conversation_json)),
    contributors: json(row.contributors_json),
    ...(row.proposal_id !== null && { proposal: row.proposal_id }),
    state: row.state,
    steps: json(row.steps_json),
    spentUnits: row.spent_units,
    costMicroUsd: row.cost_micro_usd,
    allowedUnits: row.allowed_units,
    ...(row.result_json !== null && { result: json(row.result_json) }),
    ...(row.failure_json !== null && { failure: json(row.failure_json) }),
    ...(row.written_json !== null && { written: json(row.written_json) }),
    sourceKey: row.source_key,
    shownBy: row.shown_by,
    attempts: row.attempts,
    change: row.change_no,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}
