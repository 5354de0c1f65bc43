import type { OutboxId, TurnId } from "#core/contract/ids.ts";
import type { FromDoor, Send } from "./protocol.ts";

export type ReplyMessage = Extract<FromDoor, { type: "reply" }>;

/** How asking ended: with a reply, or with words on why there is none. */
export type Answer =
  | { kind: "replied"; message: ReplyMessage }
  | { kind: "refused"; say: string; hint: string }
  /** Stopped, and it ended without a word. */
  | { kind: "stopped" }
  | { kind: "closed" };

export interface Dialogue {
  /** Sends one thing and waits until the last reply of its turn is drawn. */
  ask(send: Send): Promise<Answer>;
  isWaiting(): boolean;
  accepted(id: string, turnId: TurnId): void;
  refused(id: string, say: string, hint: string): void;
  /** Whether a reply is one that was not drawn before: after a reconnect the door may send it again. */
  isNew(message: ReplyMessage): boolean;
  /** Whether it is, or may yet turn out to be, the reply that is waited for. */
  isAwaited(message: ReplyMessage): boolean;
  drawn(message: ReplyMessage): void;
  /** Stops waiting. */
  giveUp(answer: Answer): void;
}

const MAX_REMEMBERED = 500;

/** Matches replies to what was asked, in whatever order the door's messages come and however often. */
export function createDialogue(send: (send: Send) => void): Dialogue {
  const outboxIds = new Map<OutboxId, true>();
  const lastReplies = new Map<TurnId, ReplyMessage>();
  let asked: { id: string; turnId?: TurnId; answer: PromiseWithResolvers<Answer> } | undefined;

  const settle = (answer: Answer) => {
    const waiting = asked;
    asked = undefined;
    waiting?.answer.resolve(answer);
  };
  const settleIfReplied = () => {
    const message = asked?.turnId === undefined ? undefined : lastReplies.get(asked.turnId);
    if (message !== undefined) settle({ kind: "replied", message });
  };

  return {
    ask(message) {
      asked = { id: message.id, answer: Promise.withResolvers() };
      const { promise } = asked.answer;
      send(message);
      return promise;
    },
    isWaiting: () => asked !== undefined,
    accepted(id, turnId) {
      if (asked?.id !== id) return;
      asked.turnId = turnId;
      settleIfReplied();
    },
    refused(id, say, hint) {
      if (asked?.id === id) settle({ kind: "refused", say, hint });
    },
    isNew: ({ outboxId }) => !outboxIds.has(outboxId),
    isAwaited: ({ turnId }) => asked !== undefined && (asked.turnId === undefined || asked.turnId === turnId),
    drawn(message) {
      remember(outboxIds, message.outboxId, true);
      if (message.hasMore !== true) remember(lastReplies, message.turnId, message);
      settleIfReplied();
    },
    giveUp: settle,
  };
}

function remember<Key, Value>(known: Map<Key, Value>, key: Key, value: Value): void {
  known.set(key, value);
  const [oldest] = known.keys();
  if (known.size > MAX_REMEMBERED && oldest !== undefined) known.delete(oldest);
}
