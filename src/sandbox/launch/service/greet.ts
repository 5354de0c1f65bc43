import { connect, type Socket } from "node:net";
import type { Fence } from "#core/contract/validation.ts";
import { readFrames } from "./frames.ts";
import { FromService } from "./protocol.ts";

/** How long the service may take to greet: it does so before anything else. */
const HELLO_MS = 3_000;

/** A connection to the runner service after its greeting. */
export interface Connection {
  readonly socket: Socket;
  readonly fences: Readonly<Record<string, readonly Fence[]>>;
  /** Hears every frame from now on, and at last, once, that there will be no more. */
  listen(onFrame: (frame: FromService) => void, onEnd: (why: string) => void): void;
}

/**
 * Connects to the runner service.
 * @param build our own: a service of another is not used
 * @returns the connection, or in words why there is none
 */
export function greet(socketPath: string, build: string): Promise<Connection | string> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    // A refusal can come in one piece with the greeting, before anyone listens.
    const early: FromService[] = [];
    let hear = (frame: FromService): void => {
      early.push(frame);
    };
    let end = (why: string): void => {
      clearTimeout(late);
      resolve(why);
    };
    let trouble = `the runner service at ${socketPath} closed the connection`;
    const breakOff = (why: string): void => {
      trouble = why;
      socket.destroy();
    };
    const late = setTimeout(() => breakOff(`the runner service at ${socketPath} does not answer`), HELLO_MS);
    const receive = (raw: unknown): void => {
      const read = FromService.safeParse(raw);
      if (!read.success) return breakOff(`the runner service at ${socketPath} speaks another language`);
      const frame = read.data;
      if (frame.type !== "hello") return hear(frame);
      if (frame.build !== build) {
        return breakOff(
          `the runner service at ${socketPath} is another build (${frame.build}) than this NEXUS (${build}); start both from one release`,
        );
      }
      clearTimeout(late);
      resolve({
        socket,
        fences: frame.fences,
        listen(onFrame, onEnd) {
          for (const frame of early) onFrame(frame);
          hear = onFrame;
          end = onEnd;
          if (socket.destroyed) onEnd(trouble);
        },
      });
    };
    readFrames(socket, receive, breakOff);
    socket.on("error", (error: NodeJS.ErrnoException) => {
      trouble = `the runner service at ${socketPath} cannot be reached (${error.code ?? error.message})`;
    });
    socket.on("close", () => end(trouble));
  });
}
