import { moment } from "#core/contract/moment.ts";
import type { Action, Part, Reply } from "#core/contract/reply.ts";
import type { Evidence, Proposal, Remedy } from "#core/evolution/curriculum/curriculum.ts";
import { buttons, clip, type Composer } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";

/** What a card shows beside the proposal itself. */
export interface ProposalFacts {
  /** As far as everybody may know who reads the card. */
  readonly evidence: readonly Evidence[];
  /** What a call to a source takes here on average; undefined while nobody knows. Run units. */
  readonly unitsPerCall: number | undefined;
  /** Who decided, for one that is not open any more. */
  readonly decidedBy?: string;
}

/**
 * The card of a proposal. It quotes nobody: what people said is pointed at where everybody may open it, and elsewhere a
 * number.
 */
export function proposalCard(composer: Composer, proposal: Proposal, facts: ProposalFacts): Reply {
  const { code, state, label } = proposal;
  const title = `Proposal: ${inert(label)}`;
  const isOpen = state === "open";
  const parts: Part[] = [
    { type: "heading", text: title },
    ...(isOpen ? [] : [{ type: "notice", tone: "info", text: standingOf(proposal, facts.decidedBy) } as const]),
    { type: "fields", items: fieldsOf(proposal, facts) },
    ...linksOf(facts.evidence),
    ...draftOf(proposal),
    ...(isOpen
      ? [{ type: "context", markdown: textPath(code) } as const, ...buttons(proposalButtons(composer, proposal))]
      : []),
  ];
  const how = isOpen ? askedBy(proposal) : standingOf(proposal, facts.decidedBy);
  return { summary: `${title} (${code}): ${how}`, parts, visibility: "everyone" };
}

/** **Build It**, **Not Now**, **Never** and **Details**. */
export function proposalButtons(composer: Composer, { id }: Pick<Proposal, "id">): Action[] {
  const press = (does: "build" | "not_now" | "never" | "details") => ({ verb: "prp", proposal: id, do: does }) as const;
  const never = composer.button("Never", press("never"));
  return [
    composer.button("Build It", press("build"), "primary"),
    composer.button("Not Now", press("not_now")),
    never.type === "button"
      ? {
          ...never,
          confirm: {
            title: "Never propose this again?",
            text: "Nobody is asked about it any more, in whatever words it comes.",
            ok: "Never",
          },
        }
      : never,
    composer.button("Details", press("details")),
  ];
}

/** What somebody who may know of it sees of a proposal: with the words of messages that they may open. */
export function proposalDetails(composer: Composer, proposal: Proposal, facts: ProposalFacts): Reply {
  const card = proposalCard(composer, proposal, facts);
  const said = facts.evidence.flatMap((one): Part[] =>
    one.kind === "message"
      ? [{ type: "context", markdown: `${moment(one.at, "date_time")}: “${clip(inert(one.text), MOST_QUOTED)}”` }]
      : [],
  );
  const at = card.parts.findIndex(({ type }) => type === "sources");
  return { ...card, parts: at < 0 ? card.parts : card.parts.toSpliced(at, 0, ...said), visibility: "only_actor" };
}

/** What became of a proposal, in one line. */
export function standingOf({ state }: Proposal, by: string | undefined): string {
  const who = by === undefined ? "" : `, ${state === "building" ? "asked" : "decided"} by ${inert(by)}`;
  switch (state) {
    case "open":
      return "It waits for a decision.";
    case "building":
      return `Building${who}.`;
    case "not_now":
      return `Not now${who}. It comes back when more people ask, in two weeks at the earliest.`;
    case "never":
      return `Never${who}. I do not propose it again.`;
    case "done":
      return "It is there.";
    default:
      return state satisfies never;
  }
}

/** `asked by 3 people on 2 days, 5 times` */
export function askedBy({ askers, days, asks }: Proposal): string {
  const people = askers === 1 ? "one person" : `${askers} people`;
  const when = days === 1 ? "on one day" : `on ${days} days`;
  return `asked by ${people} ${when}, ${asks} times`;
}

const MOST_QUOTED = 200;

function fieldsOf(proposal: Proposal, { evidence, unitsPerCall }: ProposalFacts) {
  const { remedy, writes } = proposal;
  const hidden = evidence.reduce((sum, one) => (one.kind === "hidden" ? sum + one.count : sum), 0);
  const elsewhere = hidden === 0 ? "" : `; ${hidden} where not everybody reads, which I do not show`;
  const units =
    unitsPerCall === undefined
      ? []
      : [{ label: "Estimate", value: `${unitsPerCall} units a call, as calls take here` }];
  return [
    { label: "Asked for", value: `${askedBy(proposal)}${elsewhere}` },
    { label: "Could come from", value: sourceWords(remedy) },
    ...needsWords(remedy, writes),
    ...units,
  ];
}

function sourceWords(remedy: Remedy): string {
  switch (remedy.kind) {
    case "index":
      return `${inert(remedy.title)} ${inert(remedy.version)}, a module of the index ${inert(remedy.index)}`;
    case "api":
      return `${inert(remedy.title)}, whose API is described publicly`;
    case "document":
      return `${inert(remedy.title)}, by your document ${inert(remedy.name)}`;
    case "known":
      return `perhaps ${inert(remedy.title)}: I would need the address of its API document`;
    case "words":
      return "nothing I know: I would need an API document, or a model that writes it";
    default:
      return remedy satisfies never;
  }
}

function needsWords(remedy: Remedy, writes: boolean) {
  const effect = writes ? "to read and to change: each change is approved by itself" : "to read";
  const does = writes ? "reads and changes: each change is approved by itself" : "reads only";
  switch (remedy.kind) {
    case "api":
    case "known": {
      const key = remedy.key ? "one token" : "no token";
      return [{ label: "Needs", value: `${inert(remedy.host)} (${effect}), ${key}` }];
    }
    case "document":
      return remedy.host === undefined ? [] : [{ label: "Needs", value: `${inert(remedy.host)} (${effect})` }];
    case "index":
    case "words":
      return [{ label: "Does", value: does }];
    default:
      return remedy satisfies never;
  }
}

function linksOf(evidence: readonly Evidence[]): Part[] {
  const items = evidence.flatMap((one) =>
    one.kind === "message" ? [{ title: `Message of ${one.at.toISOString().slice(0, 10)}`, url: one.permalink }] : [],
  );
  return items.length === 0 ? [] : [{ type: "sources", items: items.slice(0, MOST_LINKS) }];
}

const MOST_LINKS = 5;

/** A model's words come last, and say whose they are. */
function draftOf({ specification }: Proposal): Part[] {
  if (specification === undefined) return [];
  const by = inert(specification.by);
  return [{ type: "context", markdown: `Drafted by ${by}, checked by nobody: ${inert(specification.text)}` }];
}

function textPath(code: string): string {
  return `Or say \`build proposal ${code}\`, \`proposal ${code} not now\`, \`proposal ${code} never\` or \`proposal ${code}\`.`;
}
