import { z } from "zod";
import { BuildSource } from "#core/contract/build-source.ts";
import { BuildId, ModuleName, PersonId, ProposalId, Sha256 } from "#core/contract/ids.ts";
import { Moment } from "./page.ts";

/** A wish for a module, as far as it has come. */
export const BuildResource = z.object({
  id: BuildId,
  /** What is typed in chat: `build W7K3`. */
  code: z.string(),
  need: z.string(),
  /** What it is built from; what was handed in is not repeated. */
  source: z.enum(["url", "document", "exchange", "index", "pack", "words"]),
  askedBy: PersonId,
  /** Everyone whose words or edits went into it: none of them may approve it. */
  contributors: z.array(PersonId),
  proposal: ProposalId.exactOptional(),
  /** `ready`: it passed. `asked`: it waits for people to agree. `given_up`: it could not be made to pass. */
  state: z.enum(["queued", "working", "ready", "asked", "installed", "rejected", "given_up", "stopped", "failed"]),
  steps: z.array(
    z.object({
      name: z.enum(["read", "specify", "write", "check", "repair", "ask"]),
      state: z.enum(["waiting", "doing", "done", "failed"]),
      note: z.string().exactOptional(),
    }),
  ),
  rounds: z.array(
    z.object({
      round: z.number().int(),
      sha256: Sha256,
      ok: z.boolean(),
      /** The change against the round before, as a unified diff. */
      diff: z.string(),
      units: z.number(),
      said: z.string().exactOptional().describe("What a model said of it. Nobody has checked it."),
    }),
  ),
  spentUnits: z.number(),
  allowedUnits: z.number(),
  result: z.object({ sha256: Sha256, module: ModuleName, version: z.string() }).exactOptional(),
  review: z
    .object({ by: z.string(), concerns: z.array(z.string()), isRewritten: z.boolean() })
    .exactOptional()
    .describe(
      "What a model that did not write it said of it, before it was written anew if it was. Nobody has checked it.",
    ),
  failure: z.object({ code: z.string(), said: z.string(), hint: z.string() }).exactOptional(),
  createdAt: Moment,
  updatedAt: Moment,
});
export type BuildResource = z.infer<typeof BuildResource>;

/** What there is to read of a build beside its checklist. */
export const BuildPapersResource = z.object({
  files: z.array(z.object({ path: z.string(), text: z.string() })),
  /** What the sandbox found, in the schema `urn:nexus:validation-report:1`. */
  report: z.record(z.string(), z.unknown()).exactOptional(),
  specification: z.string().exactOptional(),
  notes: z.array(z.string()),
  feedback: z.array(z.object({ by: PersonId, words: z.string() })),
});
export type BuildPapersResource = z.infer<typeof BuildPapersResource>;

/** What is to be built. */
export const BuildBody = z.strictObject({
  need: z.string().max(500).exactOptional().describe("What it is for, in words; chooses what of the API is taken."),
  source: BuildSource,
});
export type BuildBody = z.infer<typeof BuildBody>;

/** What a build should do differently; left out, its source is read again. */
export const BuildFeedbackBody = z.strictObject({ words: z.string().max(2_000).exactOptional() });

/** One file of a draft, as it is to be. */
export const DraftFileBody = z.strictObject({ path: z.string().min(1).max(200), text: z.string().max(262_144) });

export const BuildParams = z.strictObject({ id: BuildId });
