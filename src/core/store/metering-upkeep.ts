import { sql } from "kysely";
import { z } from "zod";
import type { OrgId } from "#core/contract/ids.ts";
import type { JsonObject } from "#core/contract/json.ts";
import { Actor, Conversation } from "#core/contract/message.ts";
import { wholePlace } from "#core/contract/whole-place.ts";
import type { Access } from "./access.ts";
import { jsonPath } from "./sqlite/json-path.ts";

/** A use that is still held. */
export interface LeftHold {
  readonly org: OrgId;
  readonly id: string;
  readonly day: string;
  readonly kind: "module" | "model";
  /** The module, or `provider/model`. */
  readonly name: string;
  readonly heldMilli: number;
  readonly heldMicroUsd: number | undefined;
}

/** Something that admins have not been told yet. */
export interface UntoldNotice {
  readonly org: OrgId;
  readonly topic: string;
  readonly detail: JsonObject;
}

/** Where somebody can be told something that nobody else reads. */
export interface PrivatePlace {
  readonly actor: Actor;
  readonly conversation: Conversation;
}

const Place = z.object({ actor: Actor, conversation: Conversation });

/** What the metering of all orgs looks after by itself. */
export interface MeteringUpkeep {
  /** What other processes held, or anybody since before `before`: nothing that is used takes that long. */
  leftHolds(holder: string, before: Date): Promise<LeftHold[]>;
  untold(limit: number): Promise<UntoldNotice[]>;
  told(org: OrgId, topic: string): Promise<void>;
  /**
   * Where each of these people, by their platform's ids, last spoke to NEXUS alone, not in the thread of what that was
   * about: nobody would look for anything else there. All who did when none is named.
   */
  privatePlaces(org: OrgId, externalIds: readonly string[] | undefined): Promise<PrivatePlace[]>;
  /** Forgets single uses and notices older than `before`. What the days came to stays. @returns how many rows went */
  forget(before: Date): Promise<number>;
}

/** Makes the upkeep of metering. */
export function createMeteringUpkeep(access: Access): MeteringUpkeep {
  const { db } = access;
  return {
    leftHolds: async (holder, before) => {
      const rows = await db
        .selectFrom("meter_uses")
        .where(sql<boolean>`state = 'held'`)
        .where((or) => or.or([or("holder", "!=", holder), or("started_at", "<", before.getTime())]))
        .select(["org_id", "id", "day", "kind", "name", "held_milli", "held_micro_usd"])
        .orderBy("id")
        .execute();
      return rows.map(({ org_id, id, day, kind, name, held_milli, held_micro_usd }) => ({
        org: org_id,
        id,
        day,
        kind,
        name,
        heldMilli: held_milli,
        heldMicroUsd: held_micro_usd ?? undefined,
      }));
    },
    untold: async (limit) => {
      const rows = await db
        .selectFrom("quota_notices")
        .where(sql<boolean>`told_at is null`)
        .select(["org_id", "topic", "detail_json"])
        .orderBy("created_at")
        .limit(limit)
        .execute();
      return rows.map(({ org_id, topic, detail_json }) => {
        const detail: JsonObject = JSON.parse(detail_json);
        return { org: org_id, topic, detail };
      });
    },
    told: (org, topic) =>
      access.write(async (inside) => {
        await inside
          .updateTable("quota_notices")
          .set({ told_at: access.clock().getTime() })
          .where("org_id", "=", org)
          .where("topic", "=", topic)
          .execute();
      }),
    privatePlaces: async (org, externalIds) => {
      const actorId = jsonPath<string>("inbound_json", "$.actor.id");
      const alone = db
        .selectFrom("inbox")
        .where("org_id", "=", org)
        .where(jsonPath<string>("inbound_json", "$.conversation.audience"), "=", "just_me")
        // What a program asked for, or what became due, says nothing of where somebody reads.
        .where(jsonPath<string>("inbound_json", "$.kind"), "not in", ["program", "due"]);
      const meant = externalIds === undefined ? alone : alone.where(actorId, "in", externalIds);
      const rows = await db
        .selectFrom("inbox")
        .where("org_id", "=", org)
        .where(
          "id",
          "in",
          meant.groupBy(actorId).select(({ fn }) => fn.max("id").as("latest")),
        )
        .select("inbound_json")
        .orderBy("id")
        .execute();
      return rows.map(({ inbound_json }) => {
        const { actor, conversation } = Place.parse(JSON.parse(inbound_json));
        return { actor, conversation: wholePlace(conversation) };
      });
    },
    forget: (before) =>
      access.write(async (inside) => {
        const at = before.getTime();
        const uses = await inside
          .deleteFrom("meter_uses")
          .where("started_at", "<", at)
          .where(sql<boolean>`state <> 'held'`)
          .executeTakeFirst();
        const raises = await inside.deleteFrom("quota_raises").where("until", "<", at).executeTakeFirst();
        const notices = await inside
          .deleteFrom("quota_notices")
          .where("created_at", "<", at)
          .where(sql<boolean>`told_at is not null`)
          .executeTakeFirst();
        return Number(uses.numDeletedRows + raises.numDeletedRows + notices.numDeletedRows);
      }),
  };
}
