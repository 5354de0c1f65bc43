import type { AuditEntry } from "#core/contract/audit.ts";
import { NOBODY, type OrgId, PersonId } from "#core/contract/ids.ts";
import type { ActorRef } from "#core/contract/principal.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps } from "#core/orchestrator/scene.ts";

type Deps = Pick<OrchestratorDeps, "store">;

/**
 * The names of those whom entries name by id, looked up as they are now: the audit keeps no name, so that a person can
 * be forgotten and the record still stands.
 */
export async function namesIn(
  deps: Deps,
  org: OrgId,
  entries: readonly Pick<AuditEntry, "actor" | "detail">[],
): Promise<(actor: ActorRef) => string> {
  const people = entries.filter(({ actor }) => actor.kind === "person").map(({ actor }) => actor.id);
  const names = new Map<string, string>();
  for (const id of new Set(people)) names.set(id, await personName(deps, org, id));
  return (actor) => {
    switch (actor.kind) {
      case "person":
        return names.get(actor.id) ?? ERASED;
      case "key":
        return `the API key ${actor.id}`;
      case "job":
        return `the job ${inert(actor.id)}`;
      case "system":
        return actor.id === "nexus" || actor.id === "metering" ? "NEXUS" : inert(actor.id);
      default:
        return actor.kind satisfies never;
    }
  };
}

/** What a person is called here. */
export async function personName({ store }: Deps, org: OrgId, id: string): Promise<string> {
  if (id === NOBODY) return "NEXUS itself";
  const person = PersonId.safeParse(id).data;
  const member = person && (await store.forOrg(org).roles.member(person));
  return member === undefined ? ERASED : inert(member.displayName);
}

const ERASED = "somebody who has been deleted";
