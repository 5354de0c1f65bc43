import type { Selectable } from "kysely";
import type { OrgId, PersonId, TurnId } from "#core/contract/ids.ts";
import { Actor, Conversation } from "#core/contract/message.ts";
import type { Access } from "./access.ts";
import { type CredentialKey, ownerOf } from "./credentials.ts";
import type { ExpiryTables } from "./tables/expiry.ts";

type Row = ExpiryTables["credential_notices"];

/** What one person was told on one day about one credential. */
export interface CredentialNotice extends CredentialKey {
  readonly id: string;
  readonly reader: PersonId;
  /** `YYYY-MM-DD` in the reader's zone. */
  readonly day: string;
  /** Which connection it is about. */
  readonly connectedAt: Date;
  readonly stage: string;
  /** Whether the reader looks after the credential, or was told because that one did nothing. */
  readonly toldAs: Row["told_as"];
  readonly endsAt?: Date;
  readonly actor: Actor;
  readonly conversation: Conversation;
  readonly state: Row["state"];
  readonly answer?: "later" | "given";
  /** The turn that showed its card. */
  readonly turn?: TurnId;
  readonly createdAt: Date;
}

/** What the people of one org were told about credentials. */
export interface CredentialNotices {
  /** Keeps one to be told; false when that reader was told of that credential on that day. */
  add(notice: Omit<CredentialNotice, "state" | "answer" | "turn" | "createdAt">): Promise<boolean>;
  get(id: string): Promise<CredentialNotice | undefined>;
  /** Everything that is remembered, the oldest first. */
  list(): Promise<CredentialNotice[]>;
  /** The last that was shown to somebody and is not over. */
  lastShown(reader: PersonId): Promise<CredentialNotice | undefined>;
  /** Its turn is in the inbox. */
  handed(id: string): Promise<void>;
  /** Its card is what that turn posted. */
  shown(id: string, turn: TurnId): Promise<void>;
  answered(id: string, answer: "later" | "given"): Promise<void>;
  over(id: string): Promise<void>;
}

/** Makes the repository of what people were told about credentials. */
export function createCredentialNotices(access: Access, org: OrgId): CredentialNotices {
  const own = () => access.db.selectFrom("credential_notices").where("org_id", "=", org).selectAll();
  const change = (id: string, values: Partial<Row>): Promise<void> =>
    access.write(async (db) => {
      await db
        .updateTable("credential_notices")
        .set(values)
        .where("org_id", "=", org)
        .where("id", "=", id)
        .where("state", "<>", "over")
        .execute();
    });
  return {
    add: ({ id, name, owner, reader, day, connectedAt, stage, toldAs, endsAt, actor, conversation }) =>
      access.write(async (db) => {
        const { numInsertedOrUpdatedRows } = await db
          .insertInto("credential_notices")
          .values({
            id,
            org_id: org,
            name,
            owner: owner ?? "",
            reader,
            day,
            connected_at: connectedAt.getTime(),
            stage,
            told_as: toldAs,
            ends_at: endsAt?.getTime() ?? null,
            actor_json: JSON.stringify(actor),
            conversation_json: JSON.stringify(conversation),
            state: "new",
            answer: null,
            turn_id: null,
            created_at: access.clock().getTime(),
          })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst();
        return (numInsertedOrUpdatedRows ?? 0n) > 0n;
      }),
    get: async (id) => {
      const row = await own().where("id", "=", id).executeTakeFirst();
      return row && toNotice(row);
    },
    list: async () => (await own().orderBy("created_at").orderBy("id").execute()).map(toNotice),
    lastShown: async (reader) => {
      const row = await own()
        .where("reader", "=", reader)
        .where("state", "=", "shown")
        .orderBy("created_at", "desc")
        .orderBy("id", "desc")
        .executeTakeFirst();
      return row && toNotice(row);
    },
    handed: (id) => change(id, { state: "handed" }),
    shown: (id, turn) => change(id, { state: "shown", turn_id: turn }),
    answered: (id, answer) => change(id, { answer }),
    over: (id) => change(id, { state: "over" }),
  };
}

function toNotice(row: Selectable<Row>): CredentialNotice {
  return {
    id: row.id,
    name: row.name,
    ...ownerOf(row.owner),
    reader: row.reader,
    day: row.day,
    connectedAt: new Date(row.connected_at),
    stage: row.stage,
    toldAs: row.told_as,
    ...(row.ends_at !== null && { endsAt: new Date(row.ends_at) }),
    actor: Actor.parse(JSON.parse(row.actor_json)),
    conversation: Conversation.parse(JSON.parse(row.conversation_json)),
    state: row.state,
    ...(row.answer !== null && { answer: row.answer }),
    ...(row.turn_id !== null && { turn: row.turn_id }),
    createdAt: new Date(row.created_at),
  };
}
