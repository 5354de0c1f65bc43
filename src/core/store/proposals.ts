import type { OrgId, PersonId, ProposalId, TurnId } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import type { Access } from "./access.ts";
import type { Database } from "./database.ts";

export type ProposalState = Database["proposals"]["state"];

/** How many asked for something, on how many days, and how often. */
export interface ProposalCounts {
  readonly asks: number;
  readonly askers: number;
  readonly days: number;
}

/** A proposal as it is kept. What is JSON here is read by whoever made it. */
export interface StoredProposal extends ProposalCounts {
  readonly id: ProposalId;
  /** Four characters by which people name it; unique among those that are not over. */
  readonly code: string;
  readonly label: string;
  readonly meaning: Json;
  readonly remedy: Json;
  /** Most of the requests want something changed. */
  readonly writes: boolean;
  readonly specification: { readonly text: string; readonly by: string } | undefined;
  readonly state: ProposalState;
  readonly cardTurn: TurnId | undefined;
  readonly proposedAt: Date;
  readonly decided: { readonly at: Date; readonly by: PersonId | undefined } | undefined;
  readonly createdAt: Date;
}

/** The proposals of one org. */
export interface Proposals {
  add(proposal: Omit<StoredProposal, "state" | "cardTurn" | "decided" | "createdAt">): Promise<void>;
  get(id: ProposalId): Promise<StoredProposal | undefined>;
  /** The newest with this code. */
  byCode(code: string): Promise<StoredProposal | undefined>;
  /** The oldest first. */
  all(): Promise<StoredProposal[]>;
  /** Moves it on; false when it is in none of those states any more. */
  move(id: ProposalId, from: readonly ProposalState[], to: ProposalState, by: PersonId | undefined): Promise<boolean>;
  /** Puts it to people again. */
  reopen(id: ProposalId, now: Date): Promise<boolean>;
  /** What is known of how often it is asked for. */
  count(id: ProposalId, counts: ProposalCounts): Promise<void>;
  specify(id: ProposalId, specification: { readonly text: string; readonly by: string }): Promise<void>;
  /** The turn that posted its card, by which the card is found again. */
  posted(id: ProposalId, turn: TurnId): Promise<void>;
}

/** Makes the repository of an org's proposals. */
export function createProposals(access: Access, org: OrgId): Proposals {
  const all = () => access.db.selectFrom("proposals").where("org_id", "=", org).selectAll();
  const change = (id: ProposalId, values: Partial<Omit<Database["proposals"], "id" | "org_id">>) =>
    access.write(async (db) => {
      await db.updateTable("proposals").set(values).where("org_id", "=", org).where("id", "=", id).execute();
    });
  return {
    add: ({ id, code, label, meaning, remedy, writes, specification, asks, askers, days, proposedAt }) =>
      access.write(async (db) => {
        await db
          .insertInto("proposals")
          .values({
            id,
            org_id: org,
            code,
            label,
            meaning_json: JSON.stringify(meaning),
            remedy_json: JSON.stringify(remedy),
            writes: writes ? 1 : 0,
            specification: specification?.text ?? null,
            specification_model: specification?.by ?? null,
            state: "open",
            asks,
            askers,
            days,
            card_turn: null,
            handed_at: null,
            proposed_at: proposedAt.getTime(),
            decided_at: null,
            decided_by: null,
            created_at: access.clock().getTime(),
          })
          .execute();
      }),
    get: async (id) => {
      const row = await all().where("id", "=", id).executeTakeFirst();
      return row && toProposal(row);
    },
    byCode: async (code) => {
      const row = await all().where("code", "=", code).orderBy("id", "desc").limit(1).executeTakeFirst();
      return row && toProposal(row);
    },
    all: async () => (await all().orderBy("id").execute()).map(toProposal),
    move: (id, from, to, by) =>
      access.write(async (db) => {
        const moved = await db
          .updateTable("proposals")
          .set({ state: to, decided_at: access.clock().getTime(), decided_by: by ?? null })
          .where("org_id", "=", org)
          .where("id", "=", id)
          .where("state", "in", [...from])
          .executeTakeFirst();
        return moved.numUpdatedRows === 1n;
      }),
    reopen: (id, now) =>
      access.write(async (db) => {
        const reopened = await db
          .updateTable("proposals")
          .set({ state: "open", proposed_at: now.getTime(), handed_at: null })
          .where("org_id", "=", org)
          .where("id", "=", id)
          .where("state", "=", "not_now")
          .executeTakeFirst();
        return reopened.numUpdatedRows === 1n;
      }),
    count: (id, { asks, askers, days }) => change(id, { asks, askers, days }),
    specify: (id, { text, by }) => change(id, { specification: text, specification_model: by }),
    posted: (id, turn) => change(id, { card_turn: turn }),
  };
}

/** The proposals of every org that nobody has been shown yet. */
export interface DueProposals {
  find(limit: number): Promise<{ org: OrgId; id: ProposalId; proposedAt: Date }[]>;
  /** Its turn is in the inbox, or there is nobody to be shown it. */
  handed(id: ProposalId, proposedAt: Date): Promise<void>;
}

/** Makes the view of what is to be shown. */
export function createDueProposals(access: Access): DueProposals {
  return {
    find: async (limit) => {
      const rows = await access.db
        .selectFrom("proposals")
        .where("handed_at", "is", null)
        .where("state", "=", "open")
        .select(["org_id", "id", "proposed_at"])
        .orderBy("proposed_at")
        .orderBy("id")
        .limit(limit)
        .execute();
      return rows.map(({ org_id, id, proposed_at }) => ({ org: org_id, id, proposedAt: new Date(proposed_at) }));
    },
    handed: (id, proposedAt) =>
      access.write(async (db) => {
        await db
          .updateTable("proposals")
          .set({ handed_at: access.clock().getTime() })
          .where("id", "=", id)
          .where("proposed_at", "=", proposedAt.getTime())
          .execute();
      }),
  };
}

function toProposal(row: Database["proposals"]): StoredProposal {
  const { specification, specification_model, decided_at, decided_by } = row;
  return {
    id: row.id,
    code: row.code,
    label: row.label,
    meaning: JSON.parse(row.meaning_json),
    remedy: JSON.parse(row.remedy_json),
    writes: row.writes === 1,
    specification: specification === null ? undefined : { text: specification, by: specification_model ?? "" },
    state: row.state,
    asks: row.asks,
    askers: row.askers,
    days: row.days,
    cardTurn: row.card_turn ?? undefined,
    proposedAt: new Date(row.proposed_at),
    decided: decided_at === null ? undefined : { at: new Date(decided_at), by: decided_by ?? undefined },
    createdAt: new Date(row.created_at),
  };
}
