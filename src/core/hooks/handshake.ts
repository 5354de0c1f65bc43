import { z } from "zod";
import { NexusError } from "#core/contract/errors.ts";
import type { HookRequest, HookScheme } from "#core/contract/hook.ts";
import type { Json } from "#core/contract/json.ts";

/** A delivery by which a sender tries an address before it uses it: it is noted, and told to nobody. */
export interface Handshake {
  /** As the sender names it. */
  readonly event: string;
  /** What is to be said back; absent where the status alone is the answer. */
  readonly challenge?: string;
}

/** https://docs.slack.dev/reference/events/url_verification */
const UrlVerification = z.object({ type: z.literal("url_verification"), challenge: z.string() });
/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#ping */
const Ping = z.object({ zen: z.string(), hook_id: z.number() });
/** https://docs.stripe.com/api/v2/core/event-destinations/ping */
const StripePing = z.object({ type: z.literal("v2.core.event_destination.ping") });

/** What a challenge is made of: nothing in it means anything to whoever reads the answer. */
const CHALLENGE = /^[A-Za-z0-9_.=-]{1,200}$/;

/**
 * The handshake in a delivery, or undefined where it is news. Only for what its signature has proven: who cannot sign is
 * repeated nothing, and so the unsigned ways to try an address (a token in the query of a GET) are not taken.
 * @throws NexusError request_invalid where what is to be said back is no challenge
 */
export function handshakeIn(scheme: HookScheme, { headers }: HookRequest, body: Json): Handshake | undefined {
  // The event's name is not signed, so that the body has to say it, too.
  if (scheme === "github" && headers["x-github-event"] === "ping" && Ping.safeParse(body).success) {
    return { event: "ping" };
  }
  if (scheme !== "timestamped") return undefined;
  const asked = headers["x-slack-signature"] === undefined ? undefined : UrlVerification.safeParse(body).data;
  if (asked === undefined) return StripePing.safeParse(body).success ? { event: "ping" } : undefined;
  if (CHALLENGE.test(asked.challenge)) return { event: "url_verification", challenge: asked.challenge };
  throw new NexusError("request_invalid", "a challenge that is none", {
    say: "The challenge in it is none that I say back.",
  });
}
