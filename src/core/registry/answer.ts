import { z } from "zod";
import { fillReply } from "#core/contract/fill-reply.ts";
import { Json } from "#core/contract/json.ts";
import type { AdapterRunResult, RunFacts } from "#core/contract/invocation.ts";
import type { Capability } from "#core/contract/manifest.ts";
import { ModuleOutput } from "#core/contract/module.ts";
import { ModulePart } from "#core/contract/reply.ts";

/** The part of a result that is the module's and can be shown again: everything but the facts of one run. */
export const Answer = z.object({
  summary: z.string(),
  data: Json.optional(),
  shared: z.string().optional(),
  parts: z.array(ModulePart),
  asOfMs: z.int(),
  sample: z.boolean(),
  remember: z.record(z.string(), Json),
  choices: z.custom<Extract<AdapterRunResult, { ok: true }>["choices"]>().optional(),
  next: z.array(z.string()),
});
export type Answer = z.infer<typeof Answer>;

export type ModuleProblem = Extract<ModuleOutput, { error: unknown }>["error"];

export type ReadOutput =
  | { readonly kind: "answer"; readonly answer: Answer }
  | { readonly kind: "error"; readonly error: ModuleProblem }
  /** Not what a module may return; `why` is for the log. */
  | { readonly kind: "invalid"; readonly why: string };

/** Reads what a module returned. Nothing of it is believed that the contract does not know. */
export function readOutput(output: unknown, capability: Capability, sample: boolean, now: Date): ReadOutput {
  const read = ModuleOutput.safeParse(output);
  if (!read.success) return { kind: "invalid", why: z.prettifyError(read.error).slice(0, 2_000) };
  if ("error" in read.data) return { kind: "error", error: read.data.error };
  const { data, shared, parts, asOf, remember, choices, next } = read.data;
  return {
    kind: "answer",
    answer: {
      summary: read.data.summary ?? fillReply(capability.reply, data) ?? capability.title,
      ...(data === undefined ? {} : { data }),
      ...(shared === undefined ? {} : { shared }),
      parts: parts ?? [],
      asOfMs: (asOf === undefined ? now : new Date(asOf)).getTime(),
      // Whatever the module says: an answer made without its credential cannot be the real thing.
      sample: sample || read.data.sample === true,
      remember: pick(remember ?? {}, capability),
      choices,
      next: next ?? [],
    },
  };
}

/** The envelope of a good answer. */
export function toResult(answer: Answer, facts: RunFacts, stale: boolean): Extract<AdapterRunResult, { ok: true }> {
  return {
    ok: true,
    summary: answer.summary,
    data: answer.data,
    ...(answer.shared === undefined ? {} : { shared: answer.shared }),
    parts: answer.parts,
    asOf: new Date(answer.asOfMs),
    sample: answer.sample,
    remember: answer.remember,
    choices: answer.choices,
    files: { changes: [], seen: new Map() },
    next: answer.next,
    stale,
    facts,
  };
}

/** Only slots can be remembered. */
function pick(remember: Record<string, Json>, capability: Capability): Record<string, Json> {
  return Object.fromEntries(Object.entries(remember).filter(([slot]) => slot in capability.slots));
}
