import { type Selectable, sql } from "kysely";
import { z } from "zod";
import type { OrgId, PersonId } from "#core/contract/ids.ts";
import { Actor, Conversation } from "#core/contract/message.ts";
import type { Access } from "./access.ts";
import { type CredentialKey, ownerOf } from "./credentials.ts";
import { jsonPath } from "./sqlite/json-path.ts";
import type { PrivatePlace } from "./metering-upkeep.ts";
import type { ExpiryTables } from "./tables/expiry.ts";

/** How one credential is looked after. */
export interface CredentialCheck extends CredentialKey {
  readonly connectedAt: Date;
  readonly nextAt: Date;
  /** When its source last answered for it. */
  readonly checkedAt?: Date;
  /** Its end, as its source last had it. */
  readonly endsAt?: Date;
  /** Its end moves on with each use. */
  readonly isRolling: boolean;
  /** Whom it was given to, to be connected anew with theirs, and when; and when they said that they do. */
  readonly keeper?: { readonly person: PersonId; readonly since: Date; readonly takingAt?: Date };
  /** Where whoever is told of its end last spoke to NEXUS, alone if they ever did. */
  readonly place?: PrivatePlace;
}

/** How the credentials of one org are looked after. */
export interface CredentialChecks {
  list(): Promise<CredentialCheck[]>;
  get(key: CredentialKey): Promise<CredentialCheck | undefined>;
  /** What came of a look: when to look next, and, where its source answered, what that told. */
  looked(
    key: CredentialKey,
    look: { connectedAt: Date; nextAt: Date; heard?: { at: Date; endsAt: Date | undefined; isRolling: boolean } },
  ): Promise<void>;
  /** It is to be looked at at once. */
  hurry(key: CredentialKey, at: Date): Promise<void>;
  /** Gives it to somebody to look after, or takes it back. */
  give(key: CredentialKey, keeper: PersonId | undefined, at: Date): Promise<void>;
  /** The keeper connects theirs in its place; false when it is not theirs to keep. */
  take(key: CredentialKey, keeper: PersonId, at: Date): Promise<boolean>;
  notePlace(key: CredentialKey, place: PrivatePlace): Promise<void>;
  remove(key: CredentialKey): Promise<void>;
}

/** Makes the repository of how an org's credentials are looked after. */
export function createCredentialChecks(access: Access, org: OrgId): CredentialChecks {
  const own = () => access.db.selectFrom("credential_checks").where("org_id", "=", org).selectAll();
  const change = (
    { name, owner }: CredentialKey,
    values: Partial<Omit<ExpiryTables["credential_checks"], "org_id">>,
    keeper?: PersonId,
  ): Promise<boolean> =>
    access.write(async (db) => {
      const { numUpdatedRows } = await db
        .updateTable("credential_checks")
        .set(values)
        .where("org_id", "=", org)
        .where("name", "=", name)
        .where("owner", "=", owner ?? "")
        .$if(keeper !== undefined, (update) => update.where("keeper", "=", keeper ?? null))
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    });
  return {
    list: async () => (await own().execute()).map(toCheck),
    get: async ({ name, owner }) => {
      const row = await own()
        .where("name", "=", name)
        .where("owner", "=", owner ?? "")
        .executeTakeFirst();
      return row && toCheck(row);
    },
    looked: async (key, { connectedAt, nextAt, heard }) => {
      await change(key, {
        connected_at: connectedAt.getTime(),
        next_at: nextAt.getTime(),
        ...(heard && {
          checked_at: heard.at.getTime(),
          ends_at: heard.endsAt?.getTime() ?? null,
          is_rolling: heard.isRolling ? 1 : 0,
        }),
      });
    },
    hurry: async (key, at) => void (await change(key, { next_at: at.getTime() })),
    give: async (key, keeper, at) => {
      await change(key, { keeper: keeper ?? null, keeper_at: keeper ? at.getTime() : null, taking_at: null });
    },
    take: (key, keeper, at) => change(key, { taking_at: at.getTime() }, keeper),
    notePlace: async (key, place) => void (await change(key, { place_json: JSON.stringify(place) })),
    remove: ({ name, owner }) =>
      access.write(async (db) => {
        await db
          .deleteFrom("credential_checks")
          .where("org_id", "=", org)
          .where("name", "=", name)
          .where("owner", "=", owner ?? "")
          .execute();
      }),
  };
}

/** A credential that is to be looked at now. */
export interface DueCheck extends CredentialKey {
  readonly org: OrgId;
  readonly connectedAt: Date;
  /** When that was to be; undefined for one that never was. */
  readonly nextAt: Date | undefined;
  /** The connection is another than the one that was looked at last. */
  readonly isNew: boolean;
}

/** The credentials of all orgs, as far as there is something to look after. */
export interface DueChecks {
  /** Those whose time has come, and those never looked at, the oldest first. */
  find(now: Date, limit: number): Promise<DueCheck[]>;
  /** Takes one until `until`; false when another process has. */
  claim(due: DueCheck, until: Date): Promise<boolean>;
  /** Where one of these names of a person last said something, for when they never spoke to NEXUS alone. */
  lastPlace(org: OrgId, externalIds: readonly string[]): Promise<PrivatePlace | undefined>;
  /** The orgs in which a credential ends before `horizon` or was refused, or something told of one is still on show. */
  orgs(horizon: Date): Promise<OrgId[]>;
}

/** Nothing is put off for longer: a time further ahead was set before the clock went back; ms. */
const LONGEST_MS = 8 * 24 * 60 * 60_000;

/** Makes the view of what is to be looked after. */
export function createDueChecks(access: Access): DueChecks {
  return {
    find: async (now, limit) => {
      const at = now.getTime();
      const { rows } = await sql<{
        org_id: OrgId;
        name: string;
        owner: PersonId | "";
        connected_at: number;
        next_at: number | null;
        seen_at: number | null;
      }>`select c.org_id, c.name, c.owner, coalesce(c.connected_at, c.updated_at) as connected_at, k.next_at,
          k.connected_at as seen_at
        from credentials c left join credential_checks k
          on k.org_id = c.org_id and k.name = c.name and k.owner = c.owner
        where k.next_at is null or k.next_at <= ${at} or k.next_at > ${at + LONGEST_MS}
          or k.connected_at <> coalesce(c.connected_at, c.updated_at)
        order by coalesce(k.next_at, 0) limit ${limit}`.execute(access.db);
      return rows.map(({ org_id, name, owner, connected_at, next_at, seen_at }) => ({
        org: org_id,
        name,
        ...ownerOf(owner),
        connectedAt: new Date(connected_at),
        nextAt: next_at === null ? undefined : new Date(next_at),
        isNew: seen_at !== connected_at,
      }));
    },
    claim: ({ org, name, owner, connectedAt, nextAt, isNew }, until) =>
      access.write(async (db) => {
        const values = { connected_at: connectedAt.getTime(), next_at: until.getTime() };
        if (nextAt === undefined) {
          const { numInsertedOrUpdatedRows } = await db
            .insertInto("credential_checks")
            .values({ org_id: org, name, owner: owner ?? "", ...values, is_rolling: 0 })
            .onConflict((conflict) => conflict.doNothing())
            .executeTakeFirst();
          return (numInsertedOrUpdatedRows ?? 0n) > 0n;
        }
        const { numUpdatedRows } = await db
          .updateTable("credential_checks")
          .set({ ...values, ...(isNew && { is_rolling: 0, checked_at: null, ends_at: null }) })
          .where("org_id", "=", org)
          .where("name", "=", name)
          .where("owner", "=", owner ?? "")
          .where("next_at", "=", nextAt.getTime())
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      }),
    lastPlace: async (org, externalIds) => {
      if (externalIds.length === 0) return undefined;
      const row = await access.db
        .selectFrom("inbox")
        .where("org_id", "=", org)
        .where(jsonPath<string>("inbound_json", "$.actor.id"), "in", externalIds)
        // No door leads to where a program asks, and whether an address may be written to is asked anew each time.
        .where(jsonPath<string>("inbound_json", "$.conversation.platform"), "not in", ["api", "email"])
        .select("inbound_json")
        .orderBy(
          sql`case ${jsonPath<string>("inbound_json", "$.conversation.audience")} when 'just_me' then 0 else 1 end`,
        )
        .orderBy(sql`case ${jsonPath<string>("inbound_json", "$.kind")} when 'due' then 1 else 0 end`)
        .orderBy("id", "desc")
        .executeTakeFirst();
      return row && Place.parse(JSON.parse(row.inbound_json));
    },
    orgs: async (horizon) => {
      const { rows } = await sql<{ org_id: OrgId }>`select org_id from credentials
          where refused_at is not null or expires_at < ${horizon.getTime()}
        union select org_id from credential_notices where state <> 'over'
        union select org_id from credential_checks where taking_at is not null`.execute(access.db);
      return rows.map(({ org_id }) => org_id);
    },
  };
}

const Place = z.object({ actor: Actor, conversation: Conversation });

function toCheck(row: Selectable<ExpiryTables["credential_checks"]>): CredentialCheck {
  const { name, checked_at: checkedAt, ends_at: endsAt, keeper, keeper_at: since, taking_at: takingAt } = row;
  return {
    name,
    ...ownerOf(row.owner),
    connectedAt: new Date(row.connected_at),
    nextAt: new Date(row.next_at),
    ...(checkedAt !== null && { checkedAt: new Date(checkedAt) }),
    ...(endsAt !== null && { endsAt: new Date(endsAt) }),
    isRolling: row.is_rolling === 1,
    ...(keeper !== null && {
      keeper: {
        person: keeper,
        since: new Date(since ?? 0),
        ...(takingAt !== null && { takingAt: new Date(takingAt) }),
      },
    }),
    ...(row.place_json !== null && { place: Place.parse(JSON.parse(row.place_json)) }),
  };
}
