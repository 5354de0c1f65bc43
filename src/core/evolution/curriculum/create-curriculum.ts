import type { OrgId } from "#core/contract/ids.ts";
import type { StoredProposal } from "#core/store/store.ts";
import { createApiDocuments, NO_DOCUMENTS } from "./api-documents.ts";
import { readApiCatalogue } from "./api-catalogue.ts";
import type { Curriculum, Proposal, ProposalState } from "./curriculum.ts";
import type { CurriculumDeps } from "./curriculum-deps.ts";
import { evidenceFor } from "./evidence.ts";
import { type KnownTerms, lookAt, LOOK_BACK_MS, type LookDeps, MOST_ASKS } from "./look.ts";
import { createNearInMeaning } from "./near-in-meaning.ts";
import { noticeOf } from "./noticed.ts";
import { withBuilds } from "./proposed-builds.ts";
import { readProposal } from "./read-proposal.ts";
import { createSpecify } from "./specify.ts";

/** However little is asked, what was put off is thought of again this often. */
const AT_LEAST_EVERY_MS = 60 * 60_000;

/** Makes the curriculum. */
export function createCurriculum(deps: CurriculumDeps): Curriculum {
  const { store, settings, clock, log } = deps;
  const documents = settings.apis === undefined ? NO_DOCUMENTS : createApiDocuments(settings.apis, log);
  const calendar = new Intl.DateTimeFormat("en-CA", { timeZone: deps.timeZone, dateStyle: "short" });
  const lookDeps: LookDeps = {
    ...deps,
    topics: readApiCatalogue(),
    documents,
    near: createNearInMeaning(deps),
    specify: createSpecify(deps),
    dayOf: (at) => calendar.format(at),
  };
  const known = new Map<OrgId, KnownTerms>();
  const looked = new Map<OrgId, { readonly newest: string; readonly atMs: number }>();
  const termsOf = (org: OrgId): KnownTerms => {
    const terms = known.get(org) ?? new Map();
    known.set(org, terms);
    for (const oldest of terms.keys()) {
      if (terms.size <= 2 * MOST_ASKS) break;
      terms.delete(oldest);
    }
    return terms;
  };
  const all = async (org: OrgId): Promise<readonly Proposal[]> => {
    const rows = await store.forOrg(org).proposals.all();
    return (await withBuilds(deps, org, rows)).toReversed().map((row) => readProposal(org, row));
  };
  const one = async (org: OrgId, row: StoredProposal | undefined): Promise<Proposal | undefined> => {
    const [settled] = row === undefined ? [] : await withBuilds(deps, org, [row]);
    return settled && readProposal(org, settled);
  };

  return {
    async look(signal) {
      if (settings.perWeek === 0) return [];
      const nowMs = clock().getTime();
      const made: Proposal[] = [];
      for (const { org, newest } of await store.unmetOrgs.find(new Date(nowMs - LOOK_BACK_MS))) {
        signal.throwIfAborted();
        const last = looked.get(org);
        if (last?.newest === newest && nowMs - last.atMs < AT_LEAST_EVERY_MS) continue;
        // Before it is known whether it works out: what fails is not tried again and again.
        looked.set(org, { newest, atMs: nowMs });
        made.push(...(await lookAt(lookDeps, org, termsOf(org), signal)));
      }
      return made;
    },
    all,
    open: async (org) => (await all(org)).filter(({ state }) => state === "open"),
    get: async (org, id) => one(org, await store.forOrg(org).proposals.get(id)),
    byCode: async (org, code) => one(org, await store.forOrg(org).proposals.byCode(code)),
    evidence: (proposal, viewer, where, signal) => evidenceFor(deps, proposal, viewer, where, signal),
    decideIn: (inside, { org, id }, as, by) => inside.forOrg(org).proposals.move(id, FROM[as], as, by),
    async firstAsk(org, id) {
      const asks = await store.forOrg(org).unmet.of(id, MOST_ASKS);
      const first = asks.find(({ said }) => said !== undefined);
      if (first?.said === undefined) return undefined;
      const { person, said, text, createdAt } = first;
      const { actor, place, message } = said;
      return { person, actor, conversation: place, text, at: createdAt, ...(message && { message }) };
    },
    async sourceOf({ remedy }) {
      switch (remedy.kind) {
        case "index":
          return { kind: "index", index: remedy.index, module: remedy.module, version: remedy.version };
        case "api":
          return { kind: "url", url: remedy.url };
        case "document": {
          const text = await documents.text(remedy.name);
          return text === undefined ? undefined : { kind: "document", name: remedy.name, text };
        }
        case "words":
          return deps.drafting !== undefined && deps.drafting.models.all().length > 0 ? { kind: "words" } : undefined;
        case "known":
          return undefined;
        default:
          return remedy satisfies never;
      }
    },
    noticed: (org, person, text) => noticeOf(lookDeps, org, person, text, termsOf(org)),
  };
}

/** From where each state can be reached. */
const FROM: Readonly<Record<ProposalState, readonly ProposalState[]>> = {
  open: ["building"],
  not_now: ["open"],
  never: ["open", "not_now"],
  building: ["open", "not_now"],
  done: ["building", "open", "not_now"],
};
