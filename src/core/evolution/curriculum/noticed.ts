import type { OrgId, PersonId } from "#core/contract/ids.ts";
import { cosine, NEAR } from "./clusters.ts";
import type { Noticed } from "./curriculum.ts";
import type { KnownTerms, LookDeps } from "./look.ts";
import { servesThose } from "./serves.ts";
import { termsOf } from "./terms.ts";

const WEEK_MS = 7 * 24 * 60 * 60_000;
/** Enough to count people by; the newest. */
const MOST_COMPARED = 1_000;

/** What is known of a request that is being made: how many made the like, and whether a module does it after all. */
export async function noticeOf(
  deps: Pick<LookDeps, "store" | "clock" | "topics" | "modules">,
  org: OrgId,
  person: PersonId,
  text: string,
  known: KnownTerms,
): Promise<Noticed> {
  const terms = termsOf(text, deps.topics);
  const since = new Date(deps.clock().getTime() - WEEK_MS);
  const rows = terms.size === 0 ? [] : await deps.store.forOrg(org).unmet.since(since, MOST_COMPARED);
  const others = new Set<PersonId>();
  for (const { id, text: said, person: by, principal } of rows) {
    if (by === person || others.has(principal)) continue;
    const of = known.get(id) ?? termsOf(said, deps.topics);
    if (cosine(terms, of) >= NEAR) others.add(principal);
  }
  const serves = servesThose(await deps.modules(org), [text]);
  return { people: others.size + 1, ...(serves && { serves }) };
}
