import { z } from "zod";

const ErrorCode = z.enum([
  "not_found",
  "no_data",
  "slot_invalid",
  "rate_limited",
  "upstream_unavailable",
  "upstream_invalid",
  "credential_rejected",
]);

const Method = z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]);

/** One value that a person gives. */
export const SlotDraft = z.strictObject({
  name: z.string(),
  type: z.enum(["place", "date", "number", "enum", "text"]),
  description: z.string(),
  required: z.boolean(),
  /** The question for it; empty when it is not required. */
  ask: z.string(),
  /** Of `enum`: its words, two at least. */
  values: z.array(z.string()),
});

/** One thing that must happen, as a test says it. */
export const Behaviour = z.strictObject({
  name: z.string(),
  input: z.array(z.strictObject({ slot: z.string(), json: z.string() })),
  exchanges: z.array(
    z.strictObject({ method: Method, url: z.string(), bodyIncludes: z.string(), status: z.int(), body: z.string() }),
  ),
  /** Texts that the answer in plain words must hold; empty of a failure. */
  summaryHolds: z.array(z.string()),
  error: ErrorCode.nullable(),
});

const CapabilityDraft = z.strictObject({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  effect: z.enum(["read", "write", "notify"]),
  slots: z.array(SlotDraft),
  examples: z.array(z.string()),
  credentials: z.array(z.string()),
  behaviours: z.array(Behaviour),
});

/**
 * What a model says a module is to be, before any code: as a provider can hold it to, without open objects. What it
 * comes to is read again as manifest and tests, and whatever is not sound is rejected whole.
 */
export const SpecificationDraft = z.strictObject({
  /** Why it is not to be built; null otherwise. */
  refused: z.string().nullable(),
  name: z.string(),
  title: z.string(),
  description: z.string(),
  dataClass: z.enum(["public", "internal", "private"]),
  hosts: z.array(z.strictObject({ host: z.string(), methods: z.array(Method), pathPrefixes: z.array(z.string()) })),
  credentials: z.array(
    z.strictObject({
      name: z.string(),
      title: z.string(),
      host: z.string(),
      header: z.string(),
      prefix: z.string(),
      obtainUrl: z.string(),
    }),
  ),
  capabilities: z.array(CapabilityDraft),
});
export type SpecificationDraft = z.infer<typeof SpecificationDraft>;
