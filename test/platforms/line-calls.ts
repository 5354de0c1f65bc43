import type { Socket } from "node:net";
import type { Json } from "#core/contract/json.ts";

/** Calls across a socket, in both directions: one JSON object a line. */
export interface LineCalls {
  /** Calls the other side. Rejects when it fails there, when the line closes, or when `signal` fires. */
  call(method: string, params: Json, signal?: AbortSignal): Promise<Json>;
  /** Resolves when the line is closed. */
  readonly closed: Promise<void>;
  close(): void;
}

/** Opens calls on a connected socket; `answer` is what the other side may ask of us. */
export function openLineCalls(socket: Socket, answer: (method: string, params: Json) => Promise<Json>): LineCalls {
  const pending = new Map<number, { resolve: (value: Json) => void; reject: (error: Error) => void }>();
  const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>();
  let lastId = 0;

  function send(line: Line): void {
    // A peer that was killed in the middle is what this line is for; `close` tells whoever waits.
    if (!socket.destroyed) socket.write(`${JSON.stringify(line)}\n`);
  }

  async function respond(id: number, method: string, params: Json): Promise<void> {
    try {
      send({ id, ok: await answer(method, params) });
    } catch (error) {
      send({ id, failed: error instanceof Error ? error.message : String(error) });
    }
  }

  function receive(text: string): void {
    const line: Line = JSON.parse(text);
    if ("method" in line) {
      void respond(line.id, line.method, line.params);
      return;
    }
    const waiting = pending.get(line.id);
    pending.delete(line.id);
    if ("failed" in line) waiting?.reject(new Error(line.failed));
    else waiting?.resolve(line.ok);
  }

  let incomplete = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => {
    const lines = (incomplete + chunk).split("\n");
    incomplete = lines.pop() ?? "";
    for (const line of lines) receive(line);
  });
  socket.on("error", () => socket.destroy());
  socket.on("close", () => {
    for (const { reject } of pending.values()) reject(new Error("the line was closed"));
    pending.clear();
    onClosed();
  });

  return {
    closed,
    close: () => socket.destroy(),
    call: (method, params, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<Json>();
      if (socket.destroyed) reject(new Error("the line was closed"));
      lastId += 1;
      pending.set(lastId, { resolve, reject });
      signal?.addEventListener("abort", () => reject(new Error("the call was aborted")), { once: true });
      send({ id: lastId, method, params });
      return promise;
    },
  };
}

type Line = { id: number; method: string; params: Json } | { id: number; ok: Json } | { id: number; failed: string };
