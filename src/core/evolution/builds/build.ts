import { z } from "zod";
import type { BuildSource } from "#core/contract/build-source.ts";
import {
  type BuildId,
  type ModuleName,
  type OrgId,
  type PersonId,
  type ProposalId,
  Sha256,
} from "#core/contract/ids.ts";
import type { Actor, Conversation } from "#core/contract/message.ts";
import type { Review } from "#core/evolution/installer/installer.ts";

/** One line of the checklist. */
export const BuildStep = z.strictObject({
  name: z.enum(["read", "specify", "write", "check", "repair", "ask"]),
  state: z.enum(["waiting", "doing", "done", "failed"]),
  /** One line, plain: what came of it. */
  note: z.string().max(300).exactOptional(),
});
export type BuildStep = z.infer<typeof BuildStep>;

/**
 * `working` is taken up again after a restart. `ready` has a bundle that passed, `asked` waits for people, `given_up`
 * could not be made to pass.
 */
export const BuildState = z.enum([
  "queued",
  "working",
  "ready",
  "asked",
  "installed",
  "rejected",
  "given_up",
  "stopped",
  "failed",
]);
export type BuildState = z.infer<typeof BuildState>;

/** One round of proving: what was tried, what came of it and what it cost. */
export const BuildRound = z.strictObject({
  round: z.int().min(0),
  sha256: Sha256,
  /** Hash of the findings, so that a round that changes nothing is seen. */
  findings: Sha256,
  ok: z.boolean(),
  /** The change against the round before, as a unified diff. */
  diff: z.string(),
  units: z.number(),
  costMicroUsd: z.int().exactOptional(),
  /** What the model said of it, if one did. Data. */
  said: z.string().max(1_000).exactOptional(),
});
export type BuildRound = z.infer<typeof BuildRound>;

/** What is kept of one change, in a round or a draft; characters. */
export const MAX_DIFF_CHARS = 200_000;

/** One wish for a module, from its request to what became of it. */
export interface Build {
  readonly id: BuildId;
  readonly org: OrgId;
  /** Four characters by which people name it: `W7K3`. */
  readonly code: string;
  readonly need: string;
  readonly source: BuildSource;
  readonly author: PersonId;
  readonly actor: Actor;
  /** Where its checklist stands and its end is told. */
  readonly conversation: Conversation;
  /** Everyone whose words went into it: they may not approve it. The author among them. */
  readonly contributors: readonly PersonId[];
  /** The proposal it came from. */
  readonly proposal?: ProposalId;
  readonly state: BuildState;
  readonly steps: readonly BuildStep[];
  readonly rounds: readonly BuildRound[];
  readonly spentUnits: number;
  /** What it may spend in all; each new try that people ask for adds as much as a build may. */
  readonly allowedUnits: number;
  /** What passed, or was tried last. */
  readonly result?: { readonly sha256: Sha256; readonly module: ModuleName; readonly version: string };
  /** What a model that did not write it said of it, if one was asked. */
  readonly review?: Review;
  /** What to say of a build that ended badly: an error's code and words. */
  readonly failure?: { readonly code: string; readonly say: string; readonly hint: string };
  /** Counts what people are to be shown of it: a newer one is on its way when this has grown. */
  readonly change: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
