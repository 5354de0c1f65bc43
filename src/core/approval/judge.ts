import { includesRole, type Role } from "#core/contract/gate.ts";
import type { PersonId } from "#core/contract/ids.ts";
import type { StoredGate } from "#core/store/store.ts";

/** One person's word, as it is about to count. */
export interface Word {
  readonly person: PersonId;
  /** Their role now. */
  readonly role: Role;
  readonly verdict: "approve" | "reject";
}

/** What a word does to an open approval. */
export type Ruling =
  | { readonly state: "decides"; readonly as: "approved" | "rejected" | "withdrawn" }
  /** One more, and not yet enough. */
  | { readonly state: "counts" }
  /** They have said so before. */
  | { readonly state: "repeats" }
  | { readonly state: "not_allowed" | "author_excluded" | "expired" };

/**
 * The rules of a vote, without a store: who may, whether it is in time, and whether it is enough. One rejection decides;
 * its author may take a request back whatever their role is.
 */
export function judge(
  gate: Pick<StoredGate, "policy" | "author" | "votes" | "expiresAt">,
  word: Word,
  now: Date,
): Ruling {
  const { policy, author } = gate;
  if (gate.expiresAt <= now) return { state: "expired" };
  if (word.verdict === "reject" && word.person === author) return { state: "decides", as: "withdrawn" };
  if (!includesRole(word.role, policy.role)) return { state: "not_allowed" };
  if (word.verdict === "reject") return { state: "decides", as: "rejected" };
  if (policy.notAuthor && word.person === author) return { state: "author_excluded" };
  const before = approversOf(gate);
  const isRepeated = before.has(word.person);
  const count = before.size + (isRepeated ? 0 : 1);
  if (count >= policy.approvals) return { state: "decides", as: "approved" };
  return { state: isRepeated ? "repeats" : "counts" };
}

/** Everybody who has approved so far. */
export function approversOf(gate: Pick<StoredGate, "votes">): ReadonlySet<PersonId> {
  return new Set(gate.votes.filter(({ verdict }) => verdict === "approve").map(({ person }) => person));
}
