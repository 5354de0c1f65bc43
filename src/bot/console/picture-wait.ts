import type { OutboxId } from "#core/contract/ids.ts";
import type { ReplyMessage } from "./dialogue.ts";

/** Keeps count of the pictures that are still to come for a reply. */
export interface PictureWait {
  expect(message: ReplyMessage): void;
  /** True when it was the last that was waited for. */
  arrived(outboxId: OutboxId): boolean;
  /** Resolves when all of a reply's pictures have come or failed, or after `limitMs`. */
  settled(message: ReplyMessage, limitMs: number): Promise<void>;
}

/** The door sends a picture, or word that there is none, for every chart of a reply. */
export function createPictureWait(): PictureWait {
  const outstanding = new Map<OutboxId, { count: number; done: PromiseWithResolvers<void> }>();
  return {
    expect({ outboxId, reply }) {
      const count = reply.parts.filter(({ type }) => type === "chart").length;
      if (count > 0) outstanding.set(outboxId, { count, done: Promise.withResolvers() });
    },
    arrived(outboxId) {
      const one = outstanding.get(outboxId);
      if (one === undefined) return false;
      one.count -= 1;
      if (one.count > 0) return false;
      outstanding.delete(outboxId);
      one.done.resolve();
      return true;
    },
    async settled({ outboxId }, limitMs) {
      const one = outstanding.get(outboxId);
      if (one === undefined) return;
      const timer = setTimeout(one.done.resolve, limitMs);
      await one.done.promise;
      clearTimeout(timer);
    },
  };
}
