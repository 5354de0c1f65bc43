import type { Gate } from "#core/approval/approval.ts";
import { isExcluded, PLAIN_TERMS, policyUnder, type Terms } from "#core/approval/judge.ts";
import { includesRole } from "#core/contract/gate.ts";
import type { OrgId, PersonId } from "#core/contract/ids.ts";
import { whoMay } from "#core/contract/permission.ts";
import type { Member } from "#core/store/store.ts";
import type { OrchestratorDeps } from "#core/orchestrator/scene.ts";
import { InstallSubject } from "./install-subject.ts";

type Deps = Pick<OrchestratorDeps, "store" | "roles">;

/**
 * Whose words are in what is asked for, and whether this org lets whoever asks approve it alone.
 * @param solo whether it does; left out, as it is set
 */
export async function termsOf(
  deps: Pick<OrchestratorDeps, "store">,
  org: OrgId,
  gate: Pick<Gate, "kind" | "subject">,
  solo?: boolean,
): Promise<Terms> {
  if (gate.kind !== "install") return PLAIN_TERMS;
  const { contributors: named } = InstallSubject.parse(gate.subject);
  const others = await Promise.all(named.map((person) => otherNames(deps, org, person)));
  const contributors = new Set([...named, ...others.flat()]);
  return { contributors, solo: solo ?? (await deps.store.forOrg(org).gates.soloSince()) !== undefined };
}

/** The other names that whoever somebody is has in this org: of another platform, say. */
export async function otherNames(
  { store }: Pick<OrchestratorDeps, "store">,
  org: OrgId,
  person: PersonId,
): Promise<readonly PersonId[]> {
  const linked = await store.people.linkedWith({ org, person });
  return linked.filter((one) => one.org === org).map((one) => one.person);
}

/** A request with its policy as it holds now. @param solo as in `termsOf` */
export async function underTerms(
  deps: Pick<OrchestratorDeps, "store">,
  org: OrgId,
  gate: Gate,
  solo?: boolean,
): Promise<Gate> {
  return { ...gate, policy: policyUnder(gate.policy, await termsOf(deps, org, gate, solo)) };
}

/** Those known here who may approve it. @param solo as in `termsOf` */
export async function mayApprove(
  deps: Deps,
  org: OrgId,
  gate: Pick<Gate, "kind" | "subject" | "policy" | "author">,
  solo?: boolean,
): Promise<readonly Member[]> {
  const terms = await termsOf(deps, org, gate, solo);
  const deciders = await deps.roles.withRole(org, gate.policy.role);
  return deciders.filter(({ person }) => !isExcluded(gate, person, terms));
}

/** Whether what is to be read before it is decided has not reached people yet. */
export function isUnread({ kind, state, attachedAt }: Pick<Gate, "kind" | "state" | "attachedAt">): boolean {
  return kind === "install" && state === "open" && attachedAt === undefined;
}

/** What a card says of its own rules beside who must agree; nothing for most. @param solo as in `termsOf` */
export async function ruleLines(deps: Deps, org: OrgId, gate: Gate, solo?: boolean): Promise<string[]> {
  if (gate.kind !== "install" || gate.state !== "open") return [];
  const terms = await termsOf(deps, org, gate, solo);
  const lines = terms.solo ? ["Solo mode: whoever asked may approve this alone. `solo off` ends it."] : [];
  const { approvals, role } = policyUnder(gate.policy, terms);
  const able = await mayApprove(deps, org, gate, solo);
  // At the terminal nobody was given a role, and whoever asks may do everything.
  const isOwn = terms.solo && !able.some(({ person }) => person === gate.author);
  const ownToo = isOwn && includesRole(await deps.roles.roleOf(org, gate.author), role);
  const known = able.length + (ownToo ? 1 : 0);
  if (known >= approvals) return lines;
  const who = known === 0 ? "nobody here" : `only ${known} here`;
  return [
    ...lines,
    `It takes ${approvals} of ${whoMay(role)} who had no part in it, and I know ${who} who could. ` +
      "An owner can make somebody operator, or say `solo on`: then whoever asks may approve alone.",
  ];
}
