import { z } from "zod";
import { HookDeliveryId, HookDeliveryState, HookFormat, HookScheme, HookState } from "#core/contract/hook.ts";
import { HookId, PersonId } from "#core/contract/ids.ts";
import { Moment } from "./page.ts";

/** An address to which a program outside posts. Its secret is in no answer but the one that makes it. */
export const HookResource = z.object({
  id: HookId,
  code: z.string(),
  title: z.string(),
  scheme: HookScheme,
  does: z.enum(["tell", "template", "run"]),
  /** Who says what comes, where it is told in a sentence. */
  format: HookFormat.exactOptional(),
  /** The words it says, with fields in them. */
  words: z.string().exactOptional(),
  /** What it asks: `weather.forecast`; and the field that each value comes from. */
  capability: z.string().exactOptional(),
  slots: z.record(z.string(), z.string()).exactOptional(),
  state: HookState,
  owner: PersonId,
  /** `slack:T…:C…`; absent where only its owner reads. */
  channel: z.string().exactOptional(),
  /** Without a public address, only what stands behind it. */
  address: z.string(),
  /** It came with an import: its sender needs the address and a secret. */
  needsSecret: z.literal(true).exactOptional(),
  /** Deliveries that were taken. */
  taken: z.number().int(),
  lastAt: Moment.exactOptional(),
  createdAt: Moment,
});
export type HookResource = z.infer<typeof HookResource>;

/** What came to a hook. What was in it is told nowhere. */
export const HookDeliveryResource = z.object({
  id: HookDeliveryId,
  state: HookDeliveryState,
  event: z.string().exactOptional(),
  /** Tries that failed. */
  attempts: z.number().int(),
  why: z.string().exactOptional(),
  receivedAt: Moment,
});

/** A hook with what came to it last. */
export const HookDetail = HookResource.extend({
  /** When the sender last tried the address, and proved itself. */
  provenAt: Moment.exactOptional(),
  deliveries: z.array(HookDeliveryResource).max(20),
});
export type HookDetail = z.infer<typeof HookDetail>;

/** In the words a person would say it with. */
export const NewHookBody = z.strictObject({ words: z.string().min(1).max(300) });

export const HookParams = z.strictObject({ id: HookId });

/** What was done, in words. */
export const HookSet = z.object({ said: z.string() });
export type HookSet = z.infer<typeof HookSet>;

/** A new secret: the sender's own, or one made here; and for how long the one before works beside it. */
export const HookSecretBody = z.strictObject({
  secret: z
    .string()
    .min(16)
    .max(500)
    .regex(/^[\x21-\x7e]+$/, "letters, digits and signs, without spaces")
    .exactOptional(),
  overlapHours: z.number().int().min(0).max(168).default(24),
});

/** Where a program posts to and with what. `secret` is shown this once; absent where it was given. */
export const NewHookSecret = z.object({ hook: HookResource, secret: z.string().exactOptional() });
export type NewHookSecret = z.infer<typeof NewHookSecret>;
