import { createServer, type Socket } from "node:net";
import { z } from "zod";
import type { Log } from "#core/contract/ports.ts";
import type { Fence } from "#core/contract/validation.ts";
import type { Cell, Launcher } from "#sandbox/launch/cell.ts";
import type { Program } from "#sandbox/launch/program.ts";
import { MAX_FRAME_BYTES, readFrames, writeFrame } from "./frames.ts";
import { listenOn } from "./own-socket.ts";
import { buildOf, type FromService, ToService } from "./protocol.ts";

/** What may wait to be read by NEXUS, from one process, before that process is ended: it floods. */
const MAX_WAITING_BYTES = 2 * MAX_FRAME_BYTES;

/** How long the other end may go on writing to a connection that is over. */
const FAREWELL_MS = 1_000;

export interface RunnerServiceDeps {
  readonly socketPath: string;
  /** Starts the processes here. Stays the caller's. */
  readonly launcher: Launcher;
  /** All it ever runs. */
  readonly programs: readonly Program[];
  /** Processes at once. */
  readonly processes: number;
  readonly log: Log;
}

/**
 * Starts fenced processes for a NEXUS beside it, which reaches it over a Unix socket: one connection for one process,
 * and with the connection's end the process's. It holds no secret, reads no database and takes no code but what it
 * hands to the processes.
 * @throws NexusError config_invalid when the socket cannot be made
 */
export async function startRunnerService(deps: RunnerServiceDeps): Promise<AsyncDisposable> {
  const programs = new Map(deps.programs.map((program) => [program.name, program]));
  const build = buildOf(deps.programs);
  await deps.launcher.ready();
  const fences: Record<string, Fence[]> = {};
  for (const program of deps.programs) fences[program.name] = [...deps.launcher.fences(program)];
  const open = new Set<Socket>();

  const server = createServer((socket) => {
    const tell = (frame: FromService): void => writeFrame(socket, frame);
    socket.on("error", () => {});
    tell({ type: "hello", build, fences });
    if (open.size >= deps.processes) {
      tell({ type: "refused", why: `the runner service runs as many processes as it may (${deps.processes})` });
      leave(socket);
      return;
    }
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    serve({ socket, programs, launcher: deps.launcher, log: deps.log, tell });
  });
  await listenOn(server, deps.socketPath);
  deps.log.info(
    { socket: deps.socketPath, build, fences: fences[deps.programs[0]?.name ?? ""] },
    "runner service ready",
  );
  return {
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/**
 * Says no more. What the other end is just writing is still taken: broken off, the connection would lose what was said
 * last, which is why it ends.
 */
function leave(socket: Socket): void {
  socket.end();
  socket.resume();
  setTimeout(() => socket.destroy(), FAREWELL_MS).unref();
}

/** One connection, from its first frame to its end. */
function serve(deps: {
  readonly socket: Socket;
  readonly programs: ReadonlyMap<string, Program>;
  readonly launcher: Launcher;
  readonly log: Log;
  readonly tell: (frame: FromService) => void;
}): void {
  const { socket, tell } = deps;
  let cell: Cell | undefined;
  let watch = 0;
  let toldMib = 0;
  let isOver = false;

  const refuse = (why: string): void => {
    isOver = true;
    deps.log.warn({ why }, "a connection was refused");
    cell?.kill();
    tell({ type: "refused", why });
    leave(socket);
  };
  /** Before whatever the process says, so that NEXUS knows the peak of a call when it hears of its end. */
  const tellPeak = (): void => {
    const mib = cell?.peakMib() ?? 0;
    if (mib <= toldMib) return;
    toldMib = mib;
    tell({ type: "peak", watch, mib });
  };
  const start = (name: string): void => {
    const program = deps.programs.get(name);
    if (program === undefined) return refuse(`the runner service knows no program ${JSON.stringify(name)}`);
    const started = deps.launcher.start(program);
    cell = started;
    started.onMessage((message) => {
      tellPeak();
      tell({ type: "message", message });
      if (socket.writableLength > MAX_WAITING_BYTES) started.kill();
    });
    void started.exited.then((exit) => {
      isOver = true;
      tellPeak();
      tell({ type: "exit", why: exit.why, detail: exit.why === "exit" ? exit.detail.slice(0, 300) : "" });
      leave(socket);
    });
  };
  const receive = (frame: ToService): void => {
    if (frame.type === "start") {
      if (cell === undefined) start(frame.program);
      else refuse("a connection is for one process");
      return;
    }
    if (frame.type === "kill") cell?.kill();
    else if (frame.type === "message") cell?.send(frame.message);
    else if (frame.type === "limit") {
      watch = frame.watch;
      toldMib = 0;
      cell?.limitMemory(frame.capMib);
    } else frame satisfies never;
  };

  readFrames(
    socket,
    (raw) => {
      if (isOver) return;
      const read = ToService.safeParse(raw);
      if (read.success) receive(read.data);
      else refuse(`a frame is not understood: ${z.prettifyError(read.error).slice(0, 200)}`);
    },
    refuse,
  );
  // However it ends, the process ends with it.
  socket.on("close", () => cell?.kill());
}
