import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import { vi } from "vitest";
import { readMessages, writeMessage } from "#bot/console/json-lines.ts";
import { FromDoor, PROTOCOL_VERSION, type Send } from "#bot/console/protocol.ts";
import type { TurnId } from "#core/contract/ids.ts";
import type { ActionToken } from "#core/contract/message.ts";
import type { Form, Reply } from "#core/contract/reply.ts";

/** A reply as the door sent it. */
export type Shown = Extract<FromDoor, { type: "reply" }>;

/** A turn that was begun, and its first reply. */
export interface Begun {
  readonly turnId: TurnId;
  readonly reply: Promise<Reply>;
}

/** A terminal that speaks the console's protocol and draws nothing. */
export interface ConsoleTerminal extends AsyncDisposable {
  /** Says something and waits for the first reply. Rejects when the door does not accept it. */
  say(text: string, files?: readonly string[]): Promise<Reply>;
  /** Sends without waiting for the answer. */
  begin(text: string, files?: readonly string[]): Promise<Begun>;
  pressToken(token: ActionToken): Promise<Reply>;
  submit(form: Form, values: Readonly<Record<string, string | { secret: string }>>): Promise<Reply>;
  /** Ctrl-C. */
  stop(): void;
  /** Everything the door has shown so far, in order; of one turn when it is named. */
  shown(turnId?: TurnId): readonly Shown[];
  /** Every message of the door, as it came over the line. */
  transcript(): string;
}

/** How long a story waits for what must happen; the modules' own limits are shorter. */
export const PATIENCE = { timeout: 15_000, interval: 20 };

/** Attaches to a channel of the console over `duplex`. */
export function openTerminal(duplex: Duplex, channel = "main"): ConsoleTerminal {
  const accepted = new Map<string, PromiseWithResolvers<TurnId>>();
  const replies: Shown[] = [];
  const lines: string[] = [];
  const listen = async (): Promise<void> => {
    for await (const message of readMessages(duplex, FromDoor)) {
      lines.push(JSON.stringify(message));
      if (message.type === "accepted") accepted.get(message.id)?.resolve(message.turnId);
      if (message.type === "rejected") accepted.get(message.id)?.reject(new Error(JSON.stringify(message)));
      if (message.type === "reply") {
        replies.push(message);
        writeMessage(duplex, { type: "drawn", outboxId: message.outboxId });
      }
    }
  };
  const listening = listen().catch(() => undefined);
  writeMessage(duplex, { type: "hello", protocol: PROTOCOL_VERSION, channel, pictures: false });

  const shown = (turnId?: TurnId) => replies.filter((reply) => turnId === undefined || reply.turnId === turnId);
  const firstOf = async (turnId: TurnId): Promise<Reply> => {
    const first = await vi.waitUntil(() => shown(turnId)[0], PATIENCE);
    return first.reply;
  };
  const send = async (message: Send): Promise<Begun> => {
    const turn = Promise.withResolvers<TurnId>();
    accepted.set(message.id, turn);
    writeMessage(duplex, message);
    const turnId = await turn.promise;
    return { turnId, reply: firstOf(turnId) };
  };
  const ask = async (message: Send): Promise<Reply> => (await send(message)).reply;
  return {
    say: (text, files = []) => ask({ type: "say", id: randomUUID(), text, files: [...files] }),
    async begin(text, files = []) {
      const begun = await send({ type: "say", id: randomUUID(), text, files: [...files] });
      // Who does not wait for the answer is not to be told that it never came.
      begun.reply.catch(() => undefined);
      return begun;
    },
    pressToken: (token) => ask({ type: "press", id: randomUUID(), token }),
    submit: (form, values) => ask({ type: "submit", id: randomUUID(), token: form.token, values: { ...values } }),
    stop: () => void writeMessage(duplex, { type: "stop" }),
    shown,
    transcript: () => lines.join("\n"),
    async [Symbol.asyncDispose]() {
      duplex.destroy();
      await listening;
    },
  };
}
