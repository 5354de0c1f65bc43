import { EventEmitter, once } from "node:events";
import { createServer, type Server } from "node:net";
import { z } from "zod";
import { ERRORS } from "#core/contract/errors.ts";
import { OutboxId, TurnId } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import type { Inbound, MessageRef } from "#core/contract/message.ts";
import { Conversation } from "#core/contract/message.ts";
import { openEffectsWorld } from "./effects-world.ts";
import { openLineCalls, type LineCalls } from "#test/platforms/line-calls.ts";

/** One reply as it appeared on the platform. */
export interface Shown {
  readonly outboxId: OutboxId;
  readonly turnId: TurnId;
  readonly channel: string;
  readonly summary: string;
  readonly kind: "answer" | "uncertain" | "other";
}

/** The outside world of the kill drill: a chat platform, and effects that must not happen twice. */
export interface KillPlatform {
  /** Every reply that appeared, in order; the same one twice when it was sent twice. */
  readonly shown: readonly Shown[];
  /** How often each effect was had, by its name. */
  readonly effects: ReadonlyMap<string, number>;
  /** Where effects are had, over HTTP on loopback. */
  readonly port: number;
  /** Delivers one event and resolves with its turn once it is acknowledged; undefined when the service died on it. */
  deliver(inbound: Inbound): Promise<TurnId | undefined>;
  /** Resolves when a reply to each of these turns has appeared. */
  allAnswered(turns: readonly TurnId[]): Promise<void>;
  [Symbol.dispose](): void;
}

/**
 * Opens the platform on a Unix socket.
 * @param onCall is told of every effect and every reply that has just happened and is not answered yet
 */
export async function openKillPlatform(socketPath: string, onCall: () => void): Promise<KillPlatform> {
  const shown: Shown[] = [];
  const appeared = new EventEmitter<{ reply: [] }>();
  let door = Promise.withResolvers<LineCalls>();

  async function answer(line: LineCalls, method: string, params: Json): Promise<Json> {
    switch (method) {
      case "hello":
        door.resolve(line);
        return null;
      case "deliver": {
        const outbound = SentOutbound.parse(params);
        shown.push(toShown(outbound));
        appeared.emit("reply");
        onCall();
        return refFor(outbound);
      }
      case "probe": {
        const outbound = SentOutbound.parse(params);
        const isThere = shown.some(({ outboxId }) => outboxId === outbound.id);
        return isThere ? { state: "delivered", ref: refFor(outbound) } : { state: "absent" };
      }
      default:
        throw new Error(`the platform cannot ${method}`);
    }
  }

  const server: Server = createServer((socket) => {
    const line: LineCalls = openLineCalls(socket, (method, params) => answer(line, method, params));
    void line.closed.then(() => forget(line));
  });
  server.listen(socketPath);

  const world = await openEffectsWorld(onCall);

  /** The door of a killed service is replaced by the promise of the next one's. */
  async function forget(line: LineCalls): Promise<void> {
    const current = await Promise.race([door.promise, Promise.resolve(undefined)]);
    if (current === line) door = Promise.withResolvers();
  }

  return {
    shown,
    effects: world.effects,
    port: world.port,
    deliver: async (inbound) => {
      const line = await door.promise;
      try {
        return TurnId.parse(await line.call("event", JSON.parse(JSON.stringify(inbound))));
      } catch {
        return undefined;
      }
    },
    allAnswered: async (turns) => {
      for (;;) {
        const next = once(appeared, "reply");
        const answered = new Set(shown.map(({ turnId }) => turnId));
        if (turns.every((turn) => answered.has(turn))) return;
        await next;
      }
    },
    [Symbol.dispose]: () => {
      server.close();
      world[Symbol.dispose]();
    },
  };
}

const SentOutbound = z.object({
  id: OutboxId,
  turnId: TurnId,
  conversation: Conversation,
  reply: z.object({ summary: z.string() }),
});
type SentOutbound = z.infer<typeof SentOutbound>;

function toShown({ id, turnId, conversation, reply }: SentOutbound): Shown {
  const isUncertain = reply.summary.startsWith(ERRORS.step_uncertain.cause);
  const kind = reply.summary.startsWith("done") ? "answer" : isUncertain ? "uncertain" : "other";
  return { outboxId: id, turnId, channel: conversation.channelId, summary: reply.summary, kind };
}

function refFor({ id, conversation }: SentOutbound): MessageRef {
  const { platform, tenantId, channelId } = conversation;
  return { platform, tenantId, channelId, messageId: id, ephemeral: false };
}
