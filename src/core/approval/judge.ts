import { type GatePolicy, includesRole, type Role } from "#core/contract/gate.ts";
import type { PersonId } from "#core/contract/ids.ts";
import type { StoredGate } from "#core/store/store.ts";

/** One person's word, as it is about to count. */
export interface Word {
  readonly person: PersonId;
  /** Their role now. */
  readonly role: Role;
  readonly verdict: "approve" | "reject";
  /** The other names that the same human has in this org: they have one word, and no more of it under another name. */
  readonly alsoAs?: readonly PersonId[];
}

/** What of the rules is not fixed with a request, but holds at each word anew. */
export interface Terms {
  /** Whose words went into what is asked for. Where its author may not approve, neither may they. */
  readonly contributors: ReadonlySet<PersonId>;
  /** The org lets whoever asks for something like this approve it alone. */
  readonly solo: boolean;
}

/** The terms of a request that nobody but its author has a part in. */
export const PLAIN_TERMS: Terms = { contributors: new Set(), solo: false };

/** A policy as it holds under its terms: whoever asks may approve alone where the org says so. */
export function policyUnder(policy: GatePolicy, { solo }: Pick<Terms, "solo">): GatePolicy {
  return solo ? { ...policy, approvals: Math.min(policy.approvals, 1), notAuthor: false } : policy;
}

/** Whether somebody may not approve, because it is their own. */
export function isExcluded(
  { policy, author }: Pick<StoredGate, "policy" | "author">,
  person: PersonId,
  terms: Terms,
): boolean {
  return policyUnder(policy, terms).notAuthor && (person === author || terms.contributors.has(person));
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
  terms: Terms = PLAIN_TERMS,
): Ruling {
  const { author } = gate;
  const policy = policyUnder(gate.policy, terms);
  if (gate.expiresAt <= now) return { state: "expired" };
  if (word.verdict === "reject" && word.person === author) return { state: "decides", as: "withdrawn" };
  if (!includesRole(word.role, policy.role)) return { state: "not_allowed" };
  if (word.verdict === "reject") return { state: "decides", as: "rejected" };
  const names = [word.person, ...(word.alsoAs ?? [])];
  if (names.some((name) => isExcluded(gate, name, terms))) return { state: "author_excluded" };
  // A word that counted under other terms counts under these, or not.
  const before = new Set([...approversOf(gate)].filter((person) => !isExcluded(gate, person, terms)));
  const isRepeated = names.some((name) => before.has(name));
  const count = before.size + (isRepeated ? 0 : 1);
  if (count >= policy.approvals) return { state: "decides", as: "approved" };
  return { state: isRepeated ? "repeats" : "counts" };
}

/** Everybody who has approved so far. */
export function approversOf(gate: Pick<StoredGate, "votes">): ReadonlySet<PersonId> {
  return new Set(gate.votes.filter(({ verdict }) => verdict === "approve").map(({ person }) => person));
}
