import { spawn } from "node:child_process";
import type { Cell, CellExit, Launcher } from "./cell.ts";
import { type LocalFences, raiseFences } from "./fences.ts";
import { createMemoryWatch } from "./memory-watch.ts";
import { WORKING_FOLDER } from "./node-command.ts";
import { offerToOutOfMemoryKiller } from "./out-of-memory.ts";

/** How a process ends when V8 gives up on its heap, and when a runner says so itself (SIGUSR2). */
const OUT_OF_MEMORY_SIGNALS: readonly (NodeJS.Signals | null)[] = ["SIGABRT", "SIGTRAP", "SIGILL", "SIGUSR2"];

/** Starts fenced processes on this machine: no environment, no input or output, nothing but a channel of messages. */
export function createLocalLauncher(fences: LocalFences = raiseFences()): Launcher {
  const memory = createMemoryWatch();
  return {
    ready: () => Promise.resolve(),
    fences: (program) => fences.list(program),
    start(program): Cell {
      const [command, ...args] = fences.commandLine(program);
      const child = spawn(command, args, {
        cwd: WORKING_FOLDER,
        // The zone is no secret, and with it a module's local time is the same on every machine.
        env: { TZ: "UTC" },
        stdio: ["ignore", "ignore", "ignore", "ipc"],
        serialization: "json",
      });
      const pid = child.pid ?? 0;
      const exited = Promise.withResolvers<CellExit>();
      let alive = pid !== 0;
      let overMemory = false;
      let watched: ReturnType<typeof memory.watch> | undefined;
      let peakMib = 0;
      const kill = (): void => {
        alive = false;
        child.kill("SIGKILL");
      };
      const end = (exit: CellExit): void => {
        alive = false;
        watched?.[Symbol.dispose]();
        exited.resolve(overMemory ? { why: "memory" } : exit);
      };
      child.on("error", (error) => end({ why: "exit", detail: error.message }));
      child.on("exit", (code, signal) =>
        end(
          OUT_OF_MEMORY_SIGNALS.includes(signal)
            ? { why: "memory" }
            : { why: "exit", detail: signal ?? `status ${code}` },
        ),
      );
      child.on("spawn", () => offerToOutOfMemoryKiller(pid));
      return {
        exited: exited.promise,
        isAlive: () => alive,
        send: (message) => {
          if (child.connected && typeof message === "object" && message !== null) child.send(message, () => {});
        },
        onMessage: (listener) => {
          child.on("message", listener);
        },
        limitMemory(capMib) {
          watched?.[Symbol.dispose]();
          peakMib = 0;
          watched =
            capMib === undefined
              ? undefined
              : memory.watch(pid, capMib, {
                  onSeen: (mib) => {
                    peakMib = Math.max(peakMib, mib);
                  },
                  onExceeded: () => {
                    overMemory = true;
                    kill();
                  },
                });
        },
        peakMib: () => peakMib,
        kill,
      };
    },
    async [Symbol.asyncDispose]() {
      memory[Symbol.dispose]();
    },
  };
}
