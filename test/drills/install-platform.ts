import { EventEmitter, once } from "node:events";
import { createServer, type Server } from "node:net";
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { ConversationKey, OutboxId, TurnId } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import { type ActionToken, Conversation, type Inbound, MessageRef } from "#core/contract/message.ts";
import { type Action, Reply } from "#core/contract/reply.ts";
import { openLineCalls, type LineCalls } from "#test/platforms/line-calls.ts";
import { testActor } from "#test/platforms/test-message.ts";

const SentOutbound = z.object({
  id: OutboxId,
  turnId: TurnId,
  conversation: Conversation,
  reply: Reply,
  edits: MessageRef.optional(),
});
/** One reply as it appeared on the platform. */
export type Appeared = z.infer<typeof SentOutbound>;

/** The chat platform of the installation drill: people who write and press, and what they see. */
export interface InstallPlatform extends Disposable {
  readonly socketPath: string;
  /** Everything that appeared, in order, but what was sent twice. */
  readonly shown: readonly Appeared[];
  /** How often something was sent again that had appeared. */
  readonly repeated: number;
  /** Resolves when a service is there. */
  ready(signal: AbortSignal): Promise<void>;
  /** Forgets what appeared: another story begins. */
  forget(): void;
  /** Somebody says something; resolves with its turn, whichever service takes it in the end. */
  say(person: string, text: string, signal: AbortSignal): Promise<TurnId>;
  press(person: string, token: ActionToken, signal: AbortSignal): Promise<TurnId>;
  /** The first that fits, once it is there. */
  appeared(fits: (one: Appeared) => boolean, signal: AbortSignal): Promise<Appeared>;
}

/**
 * Opens the platform on a Unix socket. It repeats an event until it is acknowledged, as platforms do.
 * @param onShown is told of each reply that has just appeared and is not acknowledged yet
 */
export async function openInstallPlatform(socketPath: string, onShown?: () => void): Promise<InstallPlatform> {
  const shown: Appeared[] = [];
  let repeated = 0;
  const changes = new EventEmitter<{ change: [] }>();
  changes.setMaxListeners(0);
  let door = Promise.withResolvers<LineCalls>();

  function answer(line: LineCalls, method: string, params: Json): Json {
    if (method === "hello") {
      door.resolve(line);
      return null;
    }
    const outbound = SentOutbound.parse(params);
    const { platform, tenantId, channelId } = outbound.conversation;
    const ref = {
      platform,
      tenantId,
      channelId,
      messageId: outbound.edits?.messageId ?? outbound.id,
      ephemeral: false,
    };
    const isThere = shown.some(({ id }) => id === outbound.id);
    if (method === "probe") return isThere ? { state: "delivered", ref } : { state: "absent" };
    if (isThere) repeated += 1;
    else shown.push(outbound);
    changes.emit("change");
    onShown?.();
    return ref;
  }

  const server: Server = createServer((socket) => {
    const line: LineCalls = openLineCalls(socket, (method, params) => Promise.resolve(answer(line, method, params)));
    void line.closed.then(async () => {
      if ((await Promise.race([door.promise, Promise.resolve(undefined)])) === line) door = Promise.withResolvers();
    });
  });
  server.listen(socketPath);
  await once(server, "listening");

  async function deliver(inbound: Inbound, signal: AbortSignal): Promise<TurnId> {
    const event: Json = JSON.parse(JSON.stringify(inbound));
    for (;;) {
      signal.throwIfAborted();
      const line = await Promise.race([door.promise, aborted(signal)]);
      const turn = await line.call("event", event, signal).then(
        (answered) => TurnId.parse(answered),
        () => undefined,
      );
      if (turn !== undefined) return turn;
      // The line of a service that died is closed in a moment, and the next one says hello.
      await Promise.race([line.closed, aborted(signal)]);
    }
  }
  const from = (person: string) => ({
    dedupeKeys: [`test:${randomUUID()}`],
    sentAtMs: Date.now(),
    actor: testActor("acme", person),
    conversation: OFFICE,
  });

  return {
    socketPath,
    shown,
    get repeated() {
      return repeated;
    },
    async ready(signal) {
      await Promise.race([door.promise, aborted(signal)]);
    },
    forget: () => void shown.splice(0),
    say: (person, text, signal) =>
      deliver({ ...from(person), kind: "message", text, addressedBy: "mention", attachments: [] }, signal),
    press: (person, token, signal) => deliver({ ...from(person), kind: "action", token, values: [] }, signal),
    async appeared(fits, signal) {
      for (;;) {
        const found = shown.find(fits);
        if (found !== undefined) return found;
        await once(changes, "change", { signal });
      }
    },
    [Symbol.dispose]: () => void server.close(),
  };
}

/** Where everybody of the drill is. */
export const OFFICE: Conversation = {
  key: ConversationKey.parse("test:acme:office"),
  platform: "test",
  tenantId: "acme",
  channelId: "office",
  name: "#office",
  kind: "channel",
  audience: "members",
};

/** The token of the button with that label. @throws Error when it is not there */
export function tokenOf({ reply }: Appeared, label: string): ActionToken {
  const buttons = reply.parts.flatMap((part): readonly Action[] => (part.type === "actions" ? part.items : []));
  const found = buttons.find((action) => action.type === "button" && action.label === label);
  if (found?.type !== "button") {
    throw new Error(`no button “${label}” under “${reply.summary}”: ${buttons.map((one) => one.label).join(", ")}`);
  }
  return found.token;
}

/** Rejects when the time is up. */
export async function aborted(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, "abort");
  throw signal.reason;
}
