import { createHash } from "node:crypto";
import { z } from "zod";
import { ERRORS, type ErrorCode } from "#core/contract/errors.ts";
import { CapabilityName, ModuleName, Sha256 } from "#core/contract/ids.ts";
import type { AdapterRunResult, Choices } from "#core/contract/invocation.ts";
import { Json, type JsonObject } from "#core/contract/json.ts";
import type { Capability } from "#core/contract/manifest.ts";
import { QuotaKey } from "#core/contract/quota.ts";
import { ModulePart } from "#core/contract/reply.ts";
import type { Turn } from "#core/delivery/delivery.ts";

/**
 * Runs a capability at most once per turn when it changes something outside: the result is on record, and a turn that
 * is tried again gets it from there. One that only reads just runs again.
 * @throws NexusError step_uncertain when it had begun and its end was never seen
 */
export async function runOnce(
  turn: Turn,
  module: ModuleName,
  capability: Capability,
  input: JsonObject,
  run: (beforeEffect?: () => Promise<void>) => Promise<AdapterRunResult>,
): Promise<AdapterRunResult> {
  if (capability.effect === "read") return run();
  // Two runs of one turn, one for each of two files, are two steps.
  const name = `${module}.${capability.name} ${createHash("sha256").update(JSON.stringify(input)).digest("hex")}`;
  // Waiting for a free runner is no effect yet: only its first request that is not a GET is.
  const options = { repeatable: false, begins: "when_said" } as const;
  return RecordedResult.parse(await turn.step(name, options, async (begin) => toJson(await run(begin))));
}

/**
 * Runs what only reads, and keeps its result with the turn: a turn that is tried again does not ask its source twice.
 * @param name the step's own within the turn
 */
export async function readOnce(
  turn: Pick<Turn, "step">,
  name: string,
  run: () => Promise<AdapterRunResult>,
): Promise<AdapterRunResult> {
  return RecordedResult.parse(await turn.step(name, { repeatable: true }, async () => toJson(await run())));
}

function toJson(result: AdapterRunResult): Json {
  const files = result.ok ? { ...result.files, seen: [...result.files.seen] } : undefined;
  const plain: Json = JSON.parse(JSON.stringify(files === undefined ? result : { ...result, files }));
  return plain;
}

const date = z.iso.datetime().transform((text) => new Date(text));
const errorCode = z.string().refine((code): code is ErrorCode => code in ERRORS);

/** How a limit stood, as it was recorded. */
export const RecordedQuota = QuotaKey.extend({
  limit: z.number(),
  used: z.number(),
  held: z.number(),
  resetsAt: date,
  state: z.enum(["within", "short", "reached", "busy", "closed"]),
});

const Facts = z.object({
  module: ModuleName,
  title: z.string(),
  version: z.string(),
  sha256: Sha256,
  capability: CapabilityName,
  dataClass: z.enum(["public", "internal", "private"]),
  startedAt: date,
  ms: z.number(),
  cpuMs: z.number(),
  cached: z.boolean(),
  egress: z.array(
    z.object({
      host: z.string(),
      method: z.string(),
      outcome: z.union([z.number(), z.string()]),
      ms: z.number(),
      bytes: z.number(),
    }),
  ),
  runUnits: z.number(),
  quota: RecordedQuota.exactOptional(),
  costMicroUsd: z.number().exactOptional(),
  clock: date,
  seed: z.string(),
});

/** A result as it was recorded: what JSON leaves out or turns into text is put back. */
const RecordedResult: z.ZodType<AdapterRunResult> = z
  .discriminatedUnion("ok", [
    z.object({
      ok: z.literal(true),
      summary: z.string(),
      data: Json.optional(),
      shared: z.string().exactOptional(),
      parts: z.array(ModulePart),
      asOf: date,
      sample: z.boolean(),
      remember: z.record(z.string(), Json),
      choices: z.custom<Choices>().optional(),
      files: z.object({
        changes: z.array(z.object({ path: z.string(), text: z.string().optional() })),
        seen: z.array(z.tuple([z.string(), z.string().nullable()])),
      }),
      next: z.array(z.string()),
      stale: z.boolean(),
      facts: Facts,
    }),
    z.object({
      ok: z.literal(false),
      code: errorCode,
      retryable: z.boolean(),
      say: z.string(),
      hint: z.string(),
      retryAfterS: z.number().optional(),
      slot: z.string().optional(),
      credential: z.string().optional(),
      downSince: date.optional(),
      facts: Facts,
    }),
  ])
  .transform((recorded): AdapterRunResult => {
    if (!recorded.ok) {
      const { retryAfterS, slot, credential, downSince } = recorded;
      return { ...recorded, retryAfterS, slot, credential, downSince };
    }
    const { changes, seen } = recorded.files;
    return {
      ...recorded,
      data: recorded.data,
      choices: recorded.choices,
      files: {
        changes: changes.map(({ path, text }) => ({ path, text })),
        seen: new Map(seen.map(([path, text]) => [path, text ?? undefined])),
      },
    };
  });
