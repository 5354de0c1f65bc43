import { createHash } from "node:crypto";
import { z } from "zod";
import type { HookRequest, HookScheme } from "#core/contract/hook.ts";
import type { Json } from "#core/contract/json.ts";

const SlackEvent = z.object({ event_id: z.string().regex(/^[\w-]{1,100}$/) });
const StripeEvent = z.object({ id: z.string().regex(/^evt_\w{1,200}$/) });
const Named = z.union([
  z.object({ id: z.union([z.string().min(1), z.number()]) }),
  z.object({ event_id: z.string().min(1) }),
]);

/**
 * The names that an event has in what was signed. A sender that signs the time signs anew each time it tries again, so
 * that its signature names a try and not the event: https://docs.stripe.com/webhooks#verify-manually
 */
export function eventNames(scheme: HookScheme, { headers, body }: HookRequest, read: Json): readonly string[] {
  if (scheme !== "timestamped") return [];
  const slack = headers["x-slack-signature"] === undefined ? undefined : SlackEvent.safeParse(read).data?.event_id;
  if (slack !== undefined) return [`event:${slack}`];
  // What else is in an event of Stripe's may change between two tries.
  const stripe = headers["stripe-signature"] === undefined ? undefined : StripeEvent.safeParse(read).data?.id;
  if (stripe !== undefined) return [`event:${stripe}`];
  // An id of somebody else's may be that of what the event is about: all of it has to be the same.
  return Named.safeParse(read).success ? [`body:${createHash("sha256").update(body).digest("base64url")}`] : [];
}
