import type { ConversationKey, OrgId, TurnId } from "./ids.ts";
import type { Inbound } from "./message.ts";

/** One claimed inbound: a lease, fenced by `attempt`. Settling with an old attempt is refused. */
export interface Claim {
  readonly turnId: TurnId;
  readonly org: OrgId;
  readonly conversationKey: ConversationKey;
  readonly inbound: Inbound;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly receivedAt: Date;
}

/**
 * The durable inbox as a queue: strict order within a conversation, none between conversations, one holder at a time.
 * SQLite implements it here; PostgreSQL can, behind the same port.
 */
export interface Queue {
  /** Stores an inbound under all its dedupe keys, or says whose duplicate it is. Resolves when it is on disk. */
  put(org: OrgId, inbound: Inbound, now: Date): Promise<{ turnId: TurnId; duplicate: boolean }>;
  /** The oldest inbound of up to `limit` conversations that nobody holds. */
  claim(holder: string, limit: number, now: Date): Promise<Claim[]>;
  /** Prolongs the lease; false when it was lost. */
  renew(claim: Claim, now: Date): Promise<boolean>;
  /** Gives the claim back, to be tried again at `retryAt`. Its conversation waits for it. */
  release(claim: Claim, retryAt: Date): Promise<void>;
}
