import type { ModuleName, OrgId, PersonId, ProposalId } from "#core/contract/ids.ts";
import type { Actor, Conversation, MessageRef } from "#core/contract/message.ts";
import type { Repositories } from "#core/store/store.ts";
import type { BuildSource } from "#core/contract/build-source.ts";

/** What could serve a need. */
export type Remedy =
  | {
      readonly kind: "index";
      readonly index: string;
      readonly module: ModuleName;
      readonly version: string;
      readonly title: string;
    }
  /** A public API whose document or GraphQL endpoint is known. */
  | {
      readonly kind: "api";
      readonly title: string;
      readonly url: string;
      readonly host: string;
      readonly key: boolean;
    }
  /** A document of the operator's own, by its file's name. */
  | { readonly kind: "document"; readonly title: string; readonly name: string; readonly host?: string }
  /** An API that is known by name: somebody has to say where its document is. */
  | { readonly kind: "known"; readonly title: string; readonly host: string; readonly key: boolean }
  /** Only a model could write it, or somebody brings a document. */
  | { readonly kind: "words" };

export type ProposalState = "open" | "not_now" | "never" | "building" | "done";

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
  /** Most of the requests want something changed, and not only told. */
  readonly writes: boolean;
  /** A model's draft of what is needed, and which model's; absent without one. */
  readonly specification?: { readonly text: string; readonly by: string };
  readonly state: ProposalState;
  readonly createdAt: Date;
  /** When it was last put to people: what was put off can come again. */
  readonly proposedAt: Date;
  readonly decided?: { readonly at: Date; readonly by: PersonId | undefined };
}

/** What is behind a proposal, as far as one viewer may know of it. */
export type Evidence =
  | { readonly kind: "message"; readonly at: Date; readonly text: string; readonly permalink: string }
  /** What was said where the viewer may not read: only how often. */
  | { readonly kind: "hidden"; readonly count: number };

/** What is known of a request at the moment it is made in vain. Numbers, and nothing of what others said. */
export interface Noticed {
  /** How many people asked for the like this week, this one among them. */
  readonly people: number;
  /** A module that seems to do it, with a way to ask for it; off here, or on. */
  readonly serves?: {
    readonly module: ModuleName;
    readonly title: string;
    readonly example: string;
    readonly isOff: boolean;
  };
  /** A module of an index that seems to do it, and is not installed here. */
  readonly offered?: { readonly module: ModuleName; readonly title: string };
}

/** Notices what people ask for in vain, and proposes modules. */
export interface Curriculum {
  /**
   * Looks at what was asked in vain of late and makes proposals that are due, within the weekly cap. Where nothing was
   * asked since the last look, nothing is done.
   */
  look(signal: AbortSignal): Promise<readonly Proposal[]>;
  /** Those that wait for a decision, the newest first. */
  open(org: OrgId): Promise<readonly Proposal[]>;
  /** Whatever became of them, the newest first. */
  all(org: OrgId): Promise<readonly Proposal[]>;
  get(org: OrgId, id: ProposalId): Promise<Proposal | undefined>;
  byCode(org: OrgId, code: string): Promise<Proposal | undefined>;
  /**
   * Why it was proposed, as far as may be shown in a place.
   * @param viewer who alone sees it; undefined when everybody there does
   */
  evidence(
    proposal: Proposal,
    viewer: PersonId | undefined,
    where: Conversation,
    signal: AbortSignal,
  ): Promise<readonly Evidence[]>;
  /**
   * Decides on one, inside the transaction of the turn that does; false when somebody else has decided otherwise. A build
   * that ended badly makes it `open` again.
   */
  decideIn(
    inside: Repositories,
    proposal: Pick<Proposal, "org" | "id">,
    as: ProposalState,
    by: PersonId | undefined,
  ): Promise<boolean>;
  /** Who asked first, and where: the one to be told when it is there. Undefined when nobody can be told any more. */
  firstAsk(
    org: OrgId,
    id: ProposalId,
  ): Promise<
    | {
        readonly person: PersonId;
        readonly actor: Actor;
        readonly conversation: Conversation;
        readonly text: string;
        readonly at: Date;
        /** The message itself, where there is one. */
        readonly message?: MessageRef;
      }
    | undefined
  >;
  /** What a build of it starts from; undefined when somebody has to bring a document first. */
  sourceOf(proposal: Proposal): Promise<BuildSource | undefined>;
  /** What is known of a request that is being made in vain. */
  noticed(org: OrgId, person: PersonId, text: string): Promise<Noticed>;
}
