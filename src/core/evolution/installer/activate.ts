import { z } from "zod";
import type { AuditAct, AuditDraft } from "#core/contract/audit.ts";
import { newId, type PersonId, type Sha256 } from "#core/contract/ids.ts";
import type { JsonObject } from "#core/contract/json.ts";
import { type ActorRef, personRef } from "#core/contract/principal.ts";
import type { Activation, OrgStore } from "#core/store/store.ts";

/** What moves a pointer, but for its place in the history. */
export type Move = Omit<Activation, "at" | "id" | "was">;

/** Moves what is live in the transaction under way, and keeps what was. */
export async function activate(own: OrgStore, move: Move): Promise<void> {
  const pointer = await own.moduleInstalls.get(move.module);
  const [head] = await own.moduleInstalls.history(move.module);
  const was = pointer === undefined ? undefined : (await own.moduleInstalls.activation(pointer.activation))?.to;
  await own.moduleInstalls.activate({ ...move, id: newId(z.uuidv7(), head?.id), was });
}

/** Who did something, as the audit names them; nobody is NEXUS itself. */
export function doneBy(person: PersonId | undefined): ActorRef {
  return person === undefined ? { kind: "system", id: "nexus" } : personRef(person);
}

/** What the audit says of a change of what is installed. */
export function moduleEntry(
  act: AuditAct,
  about: {
    readonly module: string;
    readonly sha256: Sha256 | undefined;
    readonly by: ActorRef;
    readonly right: string;
  },
  detail: JsonObject,
): AuditDraft {
  return {
    act,
    outcome: "done",
    actor: about.by,
    right: about.right,
    subject: { kind: "module", id: about.module, ...(about.sha256 !== undefined && { sha256: about.sha256 }) },
    detail,
  };
}
