import type { ModuleName, OrgId, PersonId, ProposalId } from "#core/contract/ids.ts";
import type { Conversation } from "#core/contract/message.ts";
import type { BuildSource } from "#core/evolution/builds/build.ts";

/** What could serve a need. */
export type Remedy =
  | { readonly kind: "installed"; readonly module: ModuleName; readonly title: string }
  | {
      readonly kind: "index";
      readonly index: string;
      readonly module: ModuleName;
      readonly version: string;
      readonly title: string;
    }
  | { readonly kind: "api"; readonly title: string; readonly url: string; readonly host: string }
  /** Only a model could write it. */
  | { readonly kind: "words" };

/** A need that several people had, or one for several days, with what could serve it. */
export interface Proposal {
  readonly id: ProposalId;
  readonly org: OrgId;
  /** Four characters by which people name it. */
  readonly code: string;
  /** What they asked for, in a few words that are nobody's private ones. */
  readonly label: string;
  readonly askers: number;
  readonly days: number;
  readonly asks: number;
  readonly remedy: Remedy;
  /** A model's draft of what is needed, labelled as such; absent without one. */
  readonly specification?: string;
  readonly state: "open" | "not_now" | "never" | "building" | "done";
  readonly createdAt: Date;
}

/** One request behind a proposal, as far as one viewer may know of it. */
export type Evidence =
  | { readonly kind: "message"; readonly at: Date; readonly text: string; readonly permalink?: string }
  /** What was said where the viewer may not read: only how often. */
  | { readonly kind: "hidden"; readonly count: number };

/** Notices what people ask for in vain, and proposes modules. */
export interface Curriculum {
  /** Looks at what was asked in vain of late and makes proposals that are due, within the weekly cap. */
  look(signal: AbortSignal): Promise<readonly Proposal[]>;
  open(org: OrgId): Promise<readonly Proposal[]>;
  get(org: OrgId, id: ProposalId): Promise<Proposal | undefined>;
  /** What a viewer may see of why it was proposed, asked where they are. */
  evidence(org: OrgId, id: ProposalId, viewer: PersonId, where: Conversation): Promise<readonly Evidence[]>;
  decide(org: OrgId, id: ProposalId, as: "not_now" | "never" | "building" | "done"): Promise<Proposal | undefined>;
  /** Who asked first, and where: the one to be told when it is there. */
  firstAsk(
    org: OrgId,
    id: ProposalId,
  ): Promise<{ person: PersonId; conversation: Conversation; text: string } | undefined>;
  /** What a build of it starts from. */
  sourceOf(proposal: Proposal): BuildSource;
}
