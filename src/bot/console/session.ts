import type { Duplex } from "node:stream";
import { asNexusError, NexusError } from "#core/contract/errors.ts";
import type { Received } from "#core/contract/door.ts";
import type { OutboxId } from "#core/contract/ids.ts";
import type { Log } from "#core/contract/ports.ts";
import { readMessages, writeMessage } from "./json-lines.ts";
import { type FromDoor, FromTerminal, type Hello, PROTOCOL_VERSION, type Send, type Welcome } from "./protocol.ts";

/** One terminal that is attached, as the door sees it. */
export interface Session {
  readonly hello: Hello;
  send(message: FromDoor): void;
  /** Sends a reply and resolves when the terminal has drawn it. @throws NexusError terminal_detached when it goes first */
  show(reply: Extract<FromDoor, { type: "reply" }>, signal: AbortSignal): Promise<void>;
}

export interface SessionHost {
  welcome(): Promise<Welcome>;
  attached(session: Session): void;
  detached(session: Session): void;
  receive(hello: Hello, send: Send): Promise<Received>;
  stop(hello: Hello): boolean;
}

/** Serves one terminal until its stream ends. Never throws. */
export async function serveSession(stream: Duplex, host: SessionHost, log: Log): Promise<void> {
  const shown = new Map<OutboxId, PromiseWithResolvers<void>>();
  let session: Session | undefined;
  stream.on("error", (error) => log.debug({ err: error }, "console connection broke"));
  try {
    for await (const message of readMessages(stream, FromTerminal)) {
      if (message.type === "hello") {
        if (session !== undefined) throw new Error("a second hello");
        session = await greet(stream, message, host, shown);
        if (session === undefined) return;
      } else if (session === undefined) {
        throw new Error("the first message is not hello");
      } else if (message.type === "drawn") {
        shown.get(message.outboxId)?.resolve();
      } else if (message.type === "stop") {
        session.send({ type: "stopped", wasRunning: host.stop(session.hello) });
      } else {
        await receive(session, message, host, log);
      }
    }
  } catch (error) {
    log.warn({ err: error }, "console connection dropped");
  } finally {
    if (session !== undefined) host.detached(session);
    for (const waiting of shown.values()) waiting.reject(detachedError());
    stream.destroy();
  }
}

/** No terminal shows this conversation at the moment; delivery keeps the reply until one does. */
export function detachedError(): NexusError {
  return new NexusError("terminal_detached", "no terminal is attached to the conversation");
}

async function greet(
  stream: Duplex,
  hello: Hello,
  host: SessionHost,
  shown: Map<OutboxId, PromiseWithResolvers<void>>,
): Promise<Session | undefined> {
  const send = (message: FromDoor) => void writeMessage(stream, message);
  if (hello.protocol !== PROTOCOL_VERSION) {
    send({
      type: "refused",
      say: "This terminal and the running NEXUS are of different versions.",
      hint: "Restart NEXUS, then attach again.",
    });
    stream.end();
    return undefined;
  }
  const session: Session = {
    hello,
    send,
    show: (reply, signal) => show(send, reply, shown, signal),
  };
  send({ type: "welcome", protocol: PROTOCOL_VERSION, welcome: await host.welcome() });
  host.attached(session);
  return session;
}

async function show(
  send: (message: FromDoor) => void,
  reply: Extract<FromDoor, { type: "reply" }>,
  shown: Map<OutboxId, PromiseWithResolvers<void>>,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const drawn = Promise.withResolvers<void>();
  const abort = () => drawn.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  shown.set(reply.outboxId, drawn);
  try {
    send(reply);
    await drawn.promise;
  } finally {
    shown.delete(reply.outboxId);
    signal.removeEventListener("abort", abort);
  }
}

async function receive(session: Session, message: Send, host: SessionHost, log: Log): Promise<void> {
  try {
    const received = await host.receive(session.hello, message);
    const turnId = received.accepted ? received.turnId : received.duplicateOf;
    session.send({ type: "accepted", id: message.id, turnId });
  } catch (error) {
    const { say, hint, code } = asNexusError(error);
    log.warn({ err: error, code }, "console input refused");
    session.send({ type: "rejected", id: message.id, code, say, hint });
  }
}
