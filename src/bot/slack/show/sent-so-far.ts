import type { OutboxId } from "#core/contract/ids.ts";

/** How a reply is drawn: with Slack's own charts and tables, with what every Slack knows, or as mere text. */
export const LEVELS = ["native", "plain", "text"] as const;
export type Level = (typeof LEVELS)[number];

/** What is there of a reply that takes several messages and files. */
export interface SentSoFar {
  level: Level;
  /** The timestamp of each message, by its number in the reply. */
  readonly messages: Map<number, string>;
  /** The files that are there, by their number in the reply: two may have one name. */
  readonly files: Set<number>;
}

const MOST_KEPT = 500;

/** Remembers what was sent of each reply until it is all there, so that a second try sends the rest only. */
export function createSentReplies() {
  const sent = new Map<OutboxId, SentSoFar>();
  return {
    of(id: OutboxId): SentSoFar {
      const known = sent.get(id) ?? { level: "native", messages: new Map<number, string>(), files: new Set<number>() };
      sent.delete(id);
      sent.set(id, known);
      for (const oldest of sent.keys()) {
        if (sent.size <= MOST_KEPT) break;
        sent.delete(oldest);
      }
      return known;
    },
    done: (id: OutboxId) => void sent.delete(id),
  };
}
export type SentReplies = ReturnType<typeof createSentReplies>;
