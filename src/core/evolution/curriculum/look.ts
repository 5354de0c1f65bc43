import { setImmediate } from "node:timers/promises";
import { newCode } from "#core/contract/short-code.ts";
import { newId, type OrgId, ProposalId } from "#core/contract/ids.ts";
import type { StoredProposal, StoredUnmet } from "#core/store/store.ts";
import type { ApiDocuments } from "./api-documents.ts";
import { clusterTerms } from "./clusters.ts";
import type { Proposal } from "./curriculum.ts";
import type { CurriculumDeps } from "./curriculum-deps.ts";
import { labelOf } from "./label.ts";
import { isSameNeed, Meaning, meaningOf, nearnessOf } from "./meaning.ts";
import { type Ask, isEnough, type Need, needsOf } from "./needs.ts";
import { needsBeingBuilt } from "./proposed-builds.ts";
import type { NearInMeaning } from "./near-in-meaning.ts";
import { createOpenPlaces, type OpenPlaces } from "./open-places.ts";
import { readProposal } from "./read-proposal.ts";
import { feasibilityOf, remedyFor, type Shelves, topicOf } from "./remedy.ts";
import { asksForModule, wantsChange } from "./request.ts";
import { servesThose } from "./serves.ts";
import type { Specify } from "./specify.ts";
import { termsOf, type Terms } from "./terms.ts";
import type { Topics } from "./topics.ts";

/** What a look works with. */
export interface LookDeps extends CurriculumDeps {
  readonly topics: Topics;
  readonly documents: ApiDocuments;
  readonly near: NearInMeaning;
  readonly specify: Specify;
  readonly dayOf: (at: Date) => string;
}

/** How far back is looked. */
export const LOOK_BACK_MS = 60 * 24 * 60 * 60_000;
/** The newest so many are looked at. */
export const MOST_ASKS = 10_000;
/** So many are read before others have a turn. */
const SLICE = 250;
const WEEK_MS = 7 * 24 * 60 * 60_000;
/** What was put off does not come back before this, */
const PUT_OFF_MS = 14 * 24 * 60 * 60_000;
/** nor without so many people who had not asked before. */
const NEW_ASKERS = 3;

/** What a request that was read before is about; undefined for what is no request. By the id of its row. */
export type KnownTerms = Map<string, Terms | undefined>;

/** Looks at what one org asked for in vain, and proposes what is due. */
export async function lookAt(
  deps: LookDeps,
  org: OrgId,
  known: KnownTerms,
  signal: AbortSignal,
): Promise<readonly Proposal[]> {
  const { store, clock } = deps;
  const now = clock();
  const here = store.forOrg(org);
  const rows = await here.unmet.since(new Date(now.getTime() - LOOK_BACK_MS), MOST_ASKS);
  const asks: Ask[] = [];
  for (const [at, unmet] of rows.entries()) {
    if (at % SLICE === SLICE - 1) {
      await setImmediate();
      signal.throwIfAborted();
    }
    const terms = termsKnown(known, unmet, deps.topics);
    if (terms !== undefined) asks.push({ unmet, terms });
  }
  const nearness = await deps.near(org, asks, signal);
  const clusters = await clusterTerms(
    asks.map(({ terms }) => terms),
    nearness,
    signal,
  );
  const proposals = await here.proposals.all();
  const fresh: Need[] = [];
  for (const need of needsOf(asks, clusters, deps.dayOf)) {
    const proposal = proposalOf(need, proposals);
    if (proposal === undefined) fresh.push(need);
    else await goesOn(deps, org, proposal, need, now);
  }
  const open = createOpenPlaces(deps, signal);
  const due = fresh.filter(isEnough);
  return due.length === 0 ? [] : await propose(deps, org, { due, proposals, open, now }, signal);
}

function termsKnown(known: KnownTerms, { id, text, kind }: StoredUnmet, topics: Topics): Terms | undefined {
  if (known.has(id)) return known.get(id);
  if (kind === "ours") {
    known.set(id, undefined);
    return undefined;
  }
  // Whoever says that they wish for it has said that it is one.
  const isRequest = kind === "wish" || topics.namedIn(text).length > 0 || asksForModule(text);
  const found = isRequest ? termsOf(text, topics) : undefined;
  const terms = found?.size === 0 ? undefined : found;
  known.set(id, terms);
  return terms;
}

/** The proposal that a need is: the one that most of its requests count for, or one of the same meaning. */
function proposalOf(need: Need, proposals: readonly StoredProposal[]): StoredProposal | undefined {
  const counts = new Map<ProposalId, number>();
  for (const { unmet } of need.asks) {
    if (unmet.proposal !== undefined) counts.set(unmet.proposal, (counts.get(unmet.proposal) ?? 0) + 1);
  }
  const [most] = [...counts].toSorted(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  const counted = most && proposals.find(({ id }) => id === most[0]);
  if (counted !== undefined) return counted;
  // By meaning only what is enough to be proposed is held against what was: most requests are like no other.
  if (!isEnough(need)) return undefined;
  const meaning = meaningOf(need.centre);
  return proposals
    .flatMap((proposal) => {
      const of = Meaning.safeParse(proposal.meaning);
      return of.success && isSameNeed(meaning, of.data) ? [{ proposal, nearness: nearnessOf(meaning, of.data) }] : [];
    })
    .toSorted((a, b) => b.nearness - a.nearness)[0]?.proposal;
}

/** A need that was proposed goes on: it is counted, and what was put off may come again. */
async function goesOn(deps: LookDeps, org: OrgId, proposal: StoredProposal, need: Need, now: Date): Promise<void> {
  const { unmet, proposals } = deps.store.forOrg(org);
  const strays = need.asks.flatMap(({ unmet: { id, proposal: counted } }) => (counted === undefined ? [id] : []));
  if (strays.length > 0) await unmet.assign(strays, proposal.id);
  // Requests grow old and go; what was counted stays.
  const counts = {
    asks: Math.max(proposal.asks, need.times),
    askers: Math.max(proposal.askers, need.askers),
    days: Math.max(proposal.days, need.days),
  };
  if (counts.asks !== proposal.asks || counts.askers !== proposal.askers || counts.days !== proposal.days) {
    await proposals.count(proposal.id, counts);
  }
  if (proposal.state !== "not_now" || proposal.decided === undefined) return;
  const since = proposal.decided.at;
  if (now.getTime() - since.getTime() < PUT_OFF_MS || (await proposedLately(deps, org, now)) >= deps.settings.perWeek) {
    return;
  }
  const before = new Set(need.asks.flatMap(({ unmet: one }) => (one.createdAt <= since ? [one.principal] : [])));
  const after = new Set(need.asks.flatMap(({ unmet: one }) => (one.createdAt > since ? [one.principal] : [])));
  if ([...after].filter((one) => !before.has(one)).length >= NEW_ASKERS) await proposals.reopen(proposal.id, now);
}

async function proposedLately({ store }: Pick<LookDeps, "store">, org: OrgId, now: Date): Promise<number> {
  const all = await store.forOrg(org).proposals.all();
  return all.filter(({ proposedAt }) => now.getTime() - proposedAt.getTime() < WEEK_MS).length;
}

interface Due {
  readonly due: readonly Need[];
  readonly proposals: readonly StoredProposal[];
  readonly open: OpenPlaces;
  readonly now: Date;
}

/** Proposes the needs that matter most, as far as the week's cap goes. */
async function propose(deps: LookDeps, org: OrgId, { due, proposals, open, now }: Due, signal: AbortSignal) {
  const left = deps.settings.perWeek - (await proposedLately(deps, org, now));
  if (left <= 0) return [];
  const modules = await deps.modules(org);
  const building = await needsBeingBuilt(deps, org);
  const shelves: Shelves = { ...deps, indexes: deps.indexes, documents: await deps.documents.all() };
  const canWrite = deps.drafting !== undefined && deps.drafting.models.all().length > 0;
  const ranked = [];
  for (const need of due) {
    signal.throwIfAborted();
    const texts = need.asks.map(({ unmet }) => unmet.text);
    // What is here already is said to whoever asks next.
    if (servesThose(modules, texts) !== undefined || isBeingBuilt(deps, need, building)) continue;
    const topic = topicOf(need, deps.topics);
    const opened = new Map<string, boolean>();
    for (const { unmet } of need.asks) opened.set(unmet.id, await open(unmet));
    const label = labelOf(need, topic, ({ unmet }) => opened.get(unmet.id) ?? false);
    if (label === undefined) continue;
    const remedy = await remedyFor(need, topic, shelves, signal);
    const rank = need.askers * need.times * feasibilityOf(remedy, canWrite);
    ranked.push({ need, label, remedy, rank, opened });
  }
  const made: Proposal[] = [];
  const taken = new Set(proposals.map(({ code }) => code));
  for (const { need, label, remedy, opened } of ranked.toSorted((a, b) => b.rank - a.rank).slice(0, left)) {
    let code = newCode(deps.randomBytes);
    while (taken.has(code)) code = newCode(deps.randomBytes);
    taken.add(code);
    const { asks, askers, days, times } = need;
    const specification = await deps.specify({ org, label, remedy, asks, opened }, signal);
    const row = {
      id: newId(ProposalId),
      code,
      label,
      meaning: meaningOf(need.centre),
      remedy: JSON.parse(JSON.stringify(remedy)),
      writes: asks.filter(({ unmet }) => wantsChange(unmet.text)).length * 2 > asks.length,
      specification,
      asks: times,
      askers,
      days,
      proposedAt: now,
    };
    await deps.store.transaction(async (inside) => {
      await inside.forOrg(org).proposals.add(row);
      const ids = asks.map(({ unmet }) => unmet.id);
      await inside.forOrg(org).unmet.assign(ids, row.id);
    });
    made.push(readProposal(org, { ...row, state: "open", cardTurn: undefined, decided: undefined, createdAt: now }));
  }
  return made;
}

function isBeingBuilt({ topics }: LookDeps, need: Need, building: readonly string[]): boolean {
  const meaning = meaningOf(need.centre);
  return building.some((words) => isSameNeed(meaning, meaningOf(termsOf(words, topics))));
}
