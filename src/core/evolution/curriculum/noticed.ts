import type { OrgId, PersonId } from "#core/contract/ids.ts";
import { cosine, NEAR } from "./clusters.ts";
import type { Noticed } from "./curriculum.ts";
import type { KnownTerms, LookDeps } from "./look.ts";
import { offeredFor } from "./remedy.ts";
import { servesThose } from "./serves.ts";
import { tellingWords, termsOf } from "./terms.ts";

const WEEK_MS = 7 * 24 * 60 * 60_000;
/** Enough to count people by; the newest. */
const MOST_COMPARED = 1_000;

/** What is known of a request that is being made: how many made the like, and whether a module does it after all. */
export async function noticeOf(
  deps: Pick<LookDeps, "store" | "clock" | "topics" | "modules" | "indexes" | "log">,
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
  const here = await deps.modules(org);
  const serves = servesThose(here, [text]);
  if (serves !== undefined) return { people: others.size + 1, serves };
  const offered = await offeredNow(deps, text);
  const isNew = !here.some(({ manifest }) => manifest.name === offered?.module);
  return { people: others.size + 1, ...(offered && isNew && { offered }) };
}

/** Somebody waits: an index that takes its time is not waited for. */
async function offeredNow(
  { indexes, topics, log }: Pick<LookDeps, "topics" | "indexes" | "log">,
  text: string,
): Promise<Noticed["offered"]> {
  const [named] = topics.namedIn(text);
  try {
    const topic = named === undefined ? undefined : topics.find(named);
    const found = await offeredFor(tellingWords(text), topic, indexes, AbortSignal.timeout(OFFER_MS));
    return found && { module: found.module, title: found.title };
  } catch (err) {
    log.warn({ err }, "the module indexes could not be searched in time");
    return undefined;
  }
}

const OFFER_MS = 800;
