import type { Cell, CellExit } from "#sandbox/launch/cell.ts";
import type { Program } from "#sandbox/launch/program.ts";
import { writeFrame } from "./frames.ts";
import type { Connection } from "./greet.ts";
import type { FromService, ToService } from "./protocol.ts";

/** What may wait to be read by the service before the process is given up: it takes nothing any more. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
/** How long the service may take to say that a process it was to kill is gone. */
const FAREWELL_MS = 2_000;

/** A fenced process of the runner service, seen from here. What it is told before it is there waits for it. */
export function createSocketCell(program: Program, connecting: Promise<Connection | string>): Cell {
  const exited = Promise.withResolvers<CellExit>();
  const outbox: ToService[] = [{ type: "start", program: program.name }];
  let connection: Connection | undefined;
  let isAlive = true;
  let watch = 0;
  let peakMib = 0;
  let onMessage = (_message: unknown): void => {};
  let farewell: NodeJS.Timeout | undefined;

  const end = (exit: CellExit): void => {
    isAlive = false;
    clearTimeout(farewell);
    exited.resolve(exit);
    connection?.socket.destroy();
  };
  const tell = (frame: ToService): void => {
    if (connection === undefined) {
      outbox.push(frame);
      return;
    }
    writeFrame(connection.socket, frame);
    if (connection.socket.writableLength > MAX_WAITING_BYTES) {
      end({ why: "exit", detail: "the runner service takes nothing any more" });
    }
  };
  const kill = (): void => {
    if (!isAlive) return;
    isAlive = false;
    tell({ type: "kill" });
    farewell = setTimeout(() => end({ why: "exit", detail: "SIGKILL" }), FAREWELL_MS);
  };
  const receive = (frame: FromService): void => {
    if (frame.type === "message") onMessage(frame.message);
    else if (frame.type === "peak") {
      if (frame.watch === watch) peakMib = Math.max(peakMib, frame.mib);
    } else if (frame.type === "exit") {
      end(frame.why === "memory" ? { why: "memory" } : { why: "exit", detail: frame.detail });
    } else if (frame.type === "refused") end({ why: "exit", detail: frame.why });
    else frame.type satisfies "hello";
  };

  void connecting.then((reached) => {
    if (typeof reached === "string") return end({ why: "exit", detail: reached });
    connection = reached;
    // Nobody waits for it any more: killed before it was there, or given up by its owner.
    if (!isAlive) return end({ why: "exit", detail: "SIGKILL" });
    reached.listen(receive, (why) => end({ why: "exit", detail: why }));
    for (const frame of outbox.splice(0)) tell(frame);
  });

  return {
    exited: exited.promise,
    isAlive: () => isAlive,
    send: (message) => {
      if (isAlive) tell({ type: "message", message });
    },
    onMessage(listener) {
      onMessage = listener;
    },
    limitMemory(capMib) {
      watch += 1;
      peakMib = 0;
      if (isAlive) tell(capMib === undefined ? { type: "limit", watch } : { type: "limit", watch, capMib });
    },
    peakMib: () => peakMib,
    kill,
  };
}
