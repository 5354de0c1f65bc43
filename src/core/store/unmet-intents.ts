import { v7 } from "uuid";
import type { ConversationKey, OrgId, PersonId, ProposalId, TurnId } from "#core/contract/ids.ts";
import { Actor, Conversation, MessageRef } from "#core/contract/message.ts";
import type { Access } from "./access.ts";
import type { Database } from "./database.ts";

/** Why a request was in vain. */
export type UnmetKind = Database["unmet_intents"]["kind"];

/** Something a person asked for that nothing installed can do. */
export interface UnmetIntent {
  readonly person: PersonId;
  readonly conversation: ConversationKey;
  readonly text: string;
  /** In words, for whoever looks into it. */
  readonly reason: string;
  /** `no_capability` unless told. */
  readonly kind?: UnmetKind;
  /** Where it was said, and by whom, as the platform names them; who read along follows from it. */
  readonly said?: {
    readonly turn: TurnId;
    readonly actor: Actor;
    readonly place: Conversation;
    /** The message itself; left out where nobody could be pointed at it. */
    readonly message?: MessageRef;
  };
}

/** One such request as it is kept. */
export interface StoredUnmet extends Omit<UnmetIntent, "said"> {
  readonly id: string;
  /** Read when it is asked for: of thousands of requests few are looked at so closely. */
  readonly said: UnmetIntent["said"] | undefined;
  readonly kind: UnmetKind;
  readonly audience: Database["unmet_intents"]["audience"];
  /** The same for everybody who is one human. */
  readonly principal: PersonId;
  readonly proposal: ProposalId | undefined;
  readonly createdAt: Date;
}

/** What the people of one org asked for in vain. */
export interface UnmetIntents {
  add(intent: UnmetIntent): Promise<void>;
  /** The newest first. */
  list(limit: number): Promise<StoredUnmet[]>;
  /** The newest `limit` since a moment, the oldest of them first. */
  since(from: Date, limit: number): Promise<StoredUnmet[]>;
  /** Those that count for a proposal, the oldest first. */
  of(proposal: ProposalId, limit: number): Promise<StoredUnmet[]>;
  /** Makes requests count for a proposal, in place of the one they counted for. */
  assign(ids: readonly string[], proposal: ProposalId): Promise<void>;
}

/** Makes the repository of an org's unmet intents. */
export function createUnmetIntents(access: Access, org: OrgId): UnmetIntents {
  const all = () =>
    access.db
      .selectFrom("unmet_intents")
      .leftJoin("people", (join) =>
        join.onRef("people.id", "=", "unmet_intents.person_id").onRef("people.org_id", "=", "unmet_intents.org_id"),
      )
      .where("unmet_intents.org_id", "=", org)
      .selectAll("unmet_intents")
      .select("people.principal_id");
  return {
    add: ({ person, conversation, text, reason, kind = "no_capability", said }) =>
      access.write(async (db) => {
        await db
          .insertInto("unmet_intents")
          .values({
            id: v7(),
            org_id: org,
            person_id: person,
            conversation_key: conversation,
            text: text.slice(0, LONGEST),
            reason,
            kind,
            audience: said === undefined ? "alone" : AUDIENCE[said.place.audience],
            turn_id: said?.turn ?? null,
            actor_json: said === undefined ? null : JSON.stringify(said.actor),
            conversation_json: said === undefined ? null : JSON.stringify(said.place),
            message_json: said?.message === undefined ? null : JSON.stringify(said.message),
            proposal_id: null,
            created_at: access.clock().getTime(),
          })
          .execute();
      }),
    list: async (limit) => (await all().orderBy("unmet_intents.id", "desc").limit(limit).execute()).map(toUnmet),
    since: async (from, limit) => {
      const rows = await all()
        .where("unmet_intents.created_at", ">=", from.getTime())
        .orderBy("unmet_intents.id", "desc")
        .limit(limit)
        .execute();
      return rows.map(toUnmet).toReversed();
    },
    of: async (proposal, limit) => {
      const rows = await all()
        .where("unmet_intents.proposal_id", "=", proposal)
        .orderBy("unmet_intents.id")
        .limit(limit)
        .execute();
      return rows.map(toUnmet);
    },
    assign: (ids, proposal) =>
      access.write(async (db) => {
        for (let from = 0; from < ids.length; from += AT_ONCE) {
          await db
            .updateTable("unmet_intents")
            .set({ proposal_id: proposal })
            .where("org_id", "=", org)
            .where("id", "in", ids.slice(from, from + AT_ONCE))
            .execute();
        }
      }),
  };
}

/** What is longer is a document; in characters. */
const LONGEST = 2_000;
/** What one statement may name. */
const AT_ONCE = 500;

const AUDIENCE = { just_me: "alone", members: "members", external: "external" } as const satisfies Record<
  Conversation["audience"],
  StoredUnmet["audience"]
>;

/** The orgs whose people asked for something in vain. */
export interface UnmetOrgs {
  /** Each with the newest of its requests since a moment, by whose id it is seen whether there is anything new. */
  find(from: Date): Promise<{ org: OrgId; newest: string }[]>;
}

/** Makes the view of the orgs. */
export function createUnmetOrgs(access: Access): UnmetOrgs {
  return {
    find: async (from) => {
      const rows = await access.db
        .selectFrom("orgs")
        .innerJoin("unmet_intents as newest", (join) =>
          // One step into the index for each org, however much was asked there: this is looked at every few seconds.
          join.on("newest.id", "=", (eb) =>
            eb
              .selectFrom("unmet_intents as asked")
              .whereRef("asked.org_id", "=", "orgs.id")
              .select((one) => one.fn.max("asked.id").as("id")),
          ),
        )
        .where("newest.created_at", ">=", from.getTime())
        .select(["orgs.id as org", "newest.id as newest"])
        .orderBy("orgs.id")
        .execute();
      return rows;
    },
  };
}

function toUnmet(row: Database["unmet_intents"] & { readonly principal_id: PersonId | null }): StoredUnmet {
  return {
    id: row.id,
    person: row.person_id,
    principal: row.principal_id ?? row.person_id,
    conversation: row.conversation_key,
    text: row.text,
    reason: row.reason,
    kind: row.kind,
    audience: row.audience,
    get said() {
      return saidIn(row);
    },
    proposal: row.proposal_id ?? undefined,
    createdAt: new Date(row.created_at),
  };
}

function saidIn({ turn_id, actor_json, conversation_json, message_json }: Database["unmet_intents"]) {
  if (turn_id === null || actor_json === null || conversation_json === null) return undefined;
  return {
    turn: turn_id,
    actor: Actor.parse(JSON.parse(actor_json)),
    place: Conversation.parse(JSON.parse(conversation_json)),
    ...(message_json !== null && { message: MessageRef.parse(JSON.parse(message_json)) }),
  };
}
