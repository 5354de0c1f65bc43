import type { BuildId, OrgId, PersonId, ProposalId, TurnId } from "#core/contract/ids.ts";
import type { Actor, Conversation } from "#core/contract/message.ts";
import type { ActorRef } from "#core/contract/principal.ts";
import type { ValidationReport } from "#core/contract/validation.ts";
import type { Repositories } from "#core/store/store.ts";
import type { BuildSource } from "#core/contract/build-source.ts";
import type { Build, BuildState } from "./build.ts";

/** A wish for a module, as somebody had it. */
export interface BuildRequest {
  readonly org: OrgId;
  /** The turn whose first reply is the checklist: it is redrawn in place. */
  readonly turn: TurnId;
  readonly author: PersonId;
  readonly actor: Actor;
  readonly conversation: Conversation;
  /** As the audit names who asked: the person, or a program in their name. */
  readonly by: ActorRef;
  /** What it is for, in words of people. May be empty where the source says it all. */
  readonly need: string;
  readonly source: BuildSource;
  readonly proposal?: ProposalId;
}

/** A build that is begun when the turn's transaction calls `commit`, and otherwise never was. */
export interface BuildOpening {
  readonly build: Build;
  /** False when the same is being built already, or waits for people: then this is that one. */
  readonly isNew: boolean;
  readonly commit: (inside: Repositories) => Promise<void>;
}

/** A change of a build, for the turn's own transaction. */
export interface BuildChange {
  readonly build: Build;
  readonly commit: (inside: Repositories) => Promise<void>;
}

/** What there is to read of a build beside its checklist: what is attached when it ends badly. */
export interface BuildPapers {
  /** Every file of the module as it was tried last, by path. */
  readonly files: ReadonlyMap<string, string>;
  readonly report?: ValidationReport;
  readonly specification?: string;
  /** The last change as a unified diff; empty when there was none. */
  readonly lastDiff: string;
  /** What the builder or a model noted for whoever approves. */
  readonly notes: readonly string[];
  /** What people said it should do differently, the oldest first. */
  readonly feedback: readonly { readonly by: PersonId; readonly words: string }[];
}

/** Modules being built, in the background: rows that are worked on, step by step, and taken up again after a restart. */
export interface Builds {
  /** @throws NexusError too_many_requests when too many of this org's are under way */
  open(request: BuildRequest): Promise<BuildOpening>;
  get(org: OrgId, id: BuildId): Promise<Build | undefined>;
  byCode(org: OrgId, code: string): Promise<Build | undefined>;
  /** The newest first, from behind `after`. */
  list(org: OrgId, query: { readonly after?: BuildId; readonly limit: number }): Promise<readonly Build[]>;
  papers(org: OrgId, id: BuildId): Promise<BuildPapers>;
  /** The turn whose first reply is the checklist. */
  shownBy(org: OrgId, id: BuildId): Promise<TurnId | undefined>;
  /** Ends what is queued or worked on; false when there is nothing to stop. */
  stop(org: OrgId, id: BuildId, by: ActorRef): Promise<boolean>;
  /**
   * Builds it anew with what somebody says should be different; they are a contributor from then on. Without a word its
   * source is read again.
   * @param turn whose first reply is the new checklist; left out, the old one is redrawn
   * @throws NexusError build_unknown | conflict while it is being worked on
   */
  feedback(org: OrgId, id: BuildId, words: string, by: PersonId, turn?: TurnId): Promise<BuildChange>;
  /**
   * Puts one file of a draft in the place of what it was, and checks the whole anew; whoever does is a contributor.
   * @throws NexusError build_unknown | conflict | request_invalid
   */
  editDraft(
    org: OrgId,
    id: BuildId,
    file: { readonly path: string; readonly text: string },
    by: { readonly person: PersonId; readonly ref: ActorRef },
    turn?: TurnId,
  ): Promise<BuildChange & { readonly diff: string }>;
  /** Notes in a turn's transaction what became of a build that was ready: asked about, installed, rejected, or ready again. */
  settle(
    inside: Repositories,
    org: OrgId,
    id: BuildId,
    as: Extract<BuildState, "ready" | "asked" | "installed" | "rejected">,
  ): Promise<void>;
  /** Looks for work now. */
  wake(): void;
  /** Takes up what a former process left, and whatever comes. */
  begin(): Promise<void>;
  /** Ends the work of this process; what is under way is taken up again by the next. */
  finish(): Promise<void>;
}
