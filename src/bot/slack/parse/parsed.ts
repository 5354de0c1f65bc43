import type { Actor, Conversation, Inbound } from "#core/contract/message.ts";

/** What a payload carries for answering it in ways that run out: a form within 3 s, five private words within 30 min. */
export interface Answering {
  readonly triggerId?: string;
  readonly responseUrl?: string;
  /** The message only one person sees that was pressed; the response URL can replace it. */
  readonly pressedTs?: string;
}

/** What one payload of Slack's means here. */
export type Parsed =
  | { readonly kind: "inbound"; readonly inbound: Inbound; readonly answering?: Answering }
  /** A message in a thread that does not name NEXUS: for it only when it takes part there. */
  | { readonly kind: "follow_up"; readonly inbound: Inbound }
  | { readonly kind: "home_opened"; readonly actor: Actor; readonly place: Conversation; readonly tab: string }
  | { readonly kind: "stopped"; readonly place: Conversation }
  | { readonly kind: "left"; readonly tenantId: string; readonly enterpriseId?: string }
  | { readonly kind: "ignored"; readonly reason: string };

/** For payloads that ask nothing of NEXUS. */
export function ignored(reason: string): Parsed {
  return { kind: "ignored", reason };
}
