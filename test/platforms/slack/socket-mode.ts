import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import type { Envelope, Sent, Transport } from "./transport.ts";

/** The app's WebSockets. https://docs.slack.dev/apis/events-api/using-socket-mode */
export interface SocketMode extends Transport, Disposable {
  readonly connections: number;
  /** A fresh address for apps.connections.open; it works once. */
  mintUrl(origin: string): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Asks every connection to be replaced; until then events still arrive on the old one too. */
  rotate(): void;
  /** Breaks every connection without a word. */
  drop(): void;
  /** Connections stay open, and nothing arrives on them until `resume`. */
  pause(): void;
  resume(): void;
}

/** https://docs.slack.dev/apis/events-api/using-socket-mode#multiple-connections */
const MOST_CONNECTIONS = 10;
/** Once pinged, the real client gives a connection up that is not pinged again within 30 s. */
const PING_INTERVAL_MS = 10_000;
const Acknowledgement = z.looseObject({ envelope_id: z.string(), payload: z.unknown().optional() });

/** Creates the socket side of Slack. `complain` hears what no correct client sends. */
export function createSocketMode(appId: string, complain: (error: string, detail: string) => void): SocketMode {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const open = new Set<WebSocket>();
  const waiting = new Map<string, { socket: WebSocket; settle: (sent: Sent) => void; accepts: boolean }>();
  const wakeUps = new Set<() => void>();
  let paused = false;
  let turn = 0;

  const heartbeat = setInterval(() => {
    for (const socket of open) socket.ping();
  }, PING_INTERVAL_MS);
  heartbeat.unref();

  const isReady = (): boolean => open.size > 0 && !paused;
  function wake(): void {
    if (!isReady()) return;
    for (const each of wakeUps) each();
    wakeUps.clear();
  }

  function welcome(socket: WebSocket): void {
    if (open.size >= MOST_CONNECTIONS) {
      socket.send(JSON.stringify({ type: "disconnect", reason: "too_many_websockets" }));
      socket.close();
      complain("too_many_websockets", `an app has at most ${MOST_CONNECTIONS} connections`);
      return;
    }
    open.add(socket);
    socket.on("message", (data) => hear(socket, Buffer.isBuffer(data) ? data.toString("utf8") : ""));
    socket.on("error", () => socket.terminate());
    socket.on("close", () => leave(socket));
    const debug = { host: "loopback", build_number: 1, approximate_connection_time: 18_060 };
    const hello = { num_connections: open.size, debug_info: debug, connection_info: { app_id: appId } };
    socket.send(JSON.stringify({ type: "hello", ...hello }));
    wake();
  }

  function leave(socket: WebSocket): void {
    open.delete(socket);
    for (const [id, one] of waiting) {
      if (one.socket !== socket) continue;
      waiting.delete(id);
      one.settle({ outcome: "lost" });
    }
  }

  function hear(socket: WebSocket, text: string): void {
    const read = Acknowledgement.safeParse(parse(text));
    if (!read.success) return complain("invalid_acknowledgement", text.slice(0, 200));
    const { envelope_id: id, payload } = read.data;
    const one = waiting.get(id);
    if (one === undefined) return complain("unknown_envelope", `envelope ${id} was never sent, or acknowledged twice`);
    if (one.socket !== socket) return complain("wrong_socket", `envelope ${id} came on another connection`);
    const isEmpty = payload === undefined || JSON.stringify(payload) === "{}";
    if (!one.accepts && !isEmpty) complain("unexpected_response_payload", `envelope ${id} takes no payload`);
    waiting.delete(id);
    one.settle({ outcome: "acked", payload: isEmpty ? undefined : payload });
  }

  return {
    get isReady() {
      return isReady();
    },
    get connections() {
      return open.size;
    },
    mintUrl(origin) {
      const ticket = randomUUID();
      tickets.add(ticket);
      return `${origin.replace(/^http/, "ws")}/link/?ticket=${ticket}&app_id=${appId}`;
    },
    upgrade(request, socket, head) {
      const url = new URL(request.url ?? "/", "http://loopback");
      if (url.pathname !== "/link/" || !tickets.delete(url.searchParams.get("ticket") ?? "")) {
        socket.end("HTTP/1.1 404 Not Found\r\n\r\n");
        return;
      }
      server.handleUpgrade(request, socket, head, welcome);
    },
    async ready(signal) {
      while (!isReady() && !signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wakeUps.add(resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
        await promise;
      }
      return !signal.aborted;
    },
    send(envelope, signal) {
      const { promise, resolve } = Promise.withResolvers<Sent>();
      const sockets = [...open];
      turn += 1;
      const socket = sockets[turn % sockets.length];
      if (socket === undefined || socket.readyState !== WebSocket.OPEN) {
        resolve({ outcome: "lost" });
        return promise;
      }
      const id = randomUUID();
      const accepts = envelope.type !== "events_api";
      waiting.set(id, { socket, settle: resolve, accepts });
      signal.addEventListener("abort", () => resolve({ outcome: "lost" }), { once: true });
      socket.send(JSON.stringify(toFrame(envelope, id, accepts)));
      return promise;
    },
    rotate() {
      const frame = JSON.stringify({
        type: "disconnect",
        reason: "refresh_requested",
        debug_info: { host: "loopback" },
      });
      for (const socket of open) socket.send(frame);
    },
    drop() {
      for (const socket of open) socket.terminate();
    },
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
      wake();
    },
    [Symbol.dispose]() {
      clearInterval(heartbeat);
      for (const socket of open) socket.terminate();
      server.close();
    },
  };
}

function toFrame({ type, payload, retry }: Envelope, id: string, accepts: boolean): Record<string, unknown> {
  const frame = { envelope_id: id, type, accepts_response_payload: accepts, payload };
  return type === "events_api" ? { ...frame, retry_attempt: retry.attempt, retry_reason: retry.reason } : frame;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
