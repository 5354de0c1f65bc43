import type { Duplex } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type { OutboxId } from "#core/contract/ids.ts";
import { readMessages, writeMessage } from "./json-lines.ts";
import { FromDoor, type FromTerminal, type Hello, type Send } from "./protocol.ts";

export interface LinkOptions {
  readonly duplex: Duplex;
  readonly hello: Hello;
  /** Opens the connection anew after it broke. */
  readonly reconnect?: (() => Promise<Duplex>) | undefined;
  readonly onMessage: (message: FromDoor) => void;
  /** The connection broke and is being opened again. */
  readonly onLost: () => void;
  /** The connection is gone for good. */
  readonly onClosed: () => void;
}

/** A terminal's connection to the door. */
export interface Link extends AsyncDisposable {
  /** Sends now, and again after a reconnect for as long as the door has not said that it has it. */
  send(send: Send): void;
  stop(): void;
  drawn(outboxId: OutboxId): void;
}

/** How long to wait before each attempt to reconnect: half a minute in all, enough for a restart. */
const RETRY_DELAYS_MS = [50, 100, 250, 500, 1_000, 2_000, 3_000, 4_000, 5_000, 5_000, 5_000, 5_000] as const;

/** How long a door that no longer listens may hold up the end. */
const CLOSE_MS = 500;

/** Greets the door and stays connected to it until disposed of. */
export function openLink(options: LinkOptions): Link {
  const unaccepted = new Map<string, Send>();
  const closing = new AbortController();
  let duplex: Duplex = options.duplex;

  const write = (message: FromTerminal) => void writeMessage(duplex, message);
  const follow = async () => {
    duplex.on("error", () => {});
    write(options.hello);
    for (const send of unaccepted.values()) write(send);
    for await (const message of readMessages(duplex, FromDoor)) {
      if (message.type === "accepted" || message.type === "rejected") unaccepted.delete(message.id);
      if (message.type === "refused") closing.abort();
      options.onMessage(message);
    }
  };
  const stay = async () => {
    do {
      // A connection that breaks in the middle of a line ends like any other: by being opened again.
      await follow().catch(() => undefined);
      duplex.destroy();
      if (closing.signal.aborted || options.reconnect === undefined) break;
      options.onLost();
    } while (await reopen(options.reconnect));
    options.onClosed();
  };
  const reopen = async (reconnect: () => Promise<Duplex>): Promise<boolean> => {
    for (const delayMs of RETRY_DELAYS_MS) {
      try {
        await wait(delayMs, undefined, { signal: closing.signal });
        duplex = await reconnect();
        return true;
      } catch {
        if (closing.signal.aborted) return false;
      }
    }
    return false;
  };

  const ended = stay();
  return {
    send(send) {
      unaccepted.set(send.id, send);
      write(send);
    },
    stop: () => write({ type: "stop" }),
    drawn: (outboxId) => write({ type: "drawn", outboxId }),
    async [Symbol.asyncDispose]() {
      closing.abort();
      // What was said last must still arrive: that a reply was drawn, above all.
      const flushed = Promise.withResolvers<void>();
      duplex.end(flushed.resolve);
      await Promise.race([flushed.promise, ended, wait(CLOSE_MS, undefined, { ref: false })]);
      duplex.destroy();
      await ended;
    },
  };
}
