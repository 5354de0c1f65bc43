import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { aborted } from "./install-platform.ts";

const Step = z.object({ step: z.string(), text: z.string() });
/** One write to the disk: its name, which is the same each time the same is done, and what it is. */
export type Step = z.infer<typeof Step>;

/** The service as it runs once. */
export interface RunningService {
  /** Resolves once it has started. */
  readonly started: Promise<void>;
  /** Begins to count what is written, once the start is over. */
  arm(signal: AbortSignal): Promise<void>;
  /** What it wrote while it counted. */
  readonly steps: readonly Step[];
  /** Resolves when it has ended, with whether that was by SIGKILL. */
  readonly ended: Promise<boolean>;
  /** Ends it by SIGKILL. */
  kill(): void;
  end(): Promise<void>;
}

/** When a service is to die by itself: before the step of a name, counted from the start or from when it is armed. */
export interface Death {
  readonly step: string;
  readonly countFrom: "start" | "asked";
}

/** Starts the service of the drill. @param complaints takes what it writes to its standard error, and an end by itself */
export function startService(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  complaints: string[],
): RunningService {
  const program = fileURLToPath(new URL("install-service.ts", import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [program, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "", NEXUS_RUNNERS: "1", NEXUS_LOCALE: "en-CA", NEXUS_TIME_ZONE: "UTC", ...env },
  });
  const steps: Step[] = [];
  const started = Promise.withResolvers<void>();
  const armed = Promise.withResolvers<void>();
  if (child.stdout !== null) {
    createInterface(child.stdout).on("line", (line) => {
      if (line === "started") started.resolve();
      else if (line === "armed") armed.resolve();
      else steps.push(Step.parse(JSON.parse(line)));
    });
  }
  let isWanted = false;
  // What is cut short by a quick end may complain of that.
  child.stderr?.setEncoding("utf8").on("data", (text: string) => void (isWanted || complaints.push(text)));
  const ended = once(child, "close").then(([code, signal]) => {
    if (!isWanted && signal !== "SIGKILL") complaints.push(`it ended by itself: ${code ?? signal}`);
    return signal === "SIGKILL";
  });
  return {
    steps,
    started: started.promise,
    ended,
    async arm(signal) {
      const gone = Promise.race([ended, aborted(signal)]);
      await Promise.race([started.promise, gone]);
      child.kill("SIGUSR2");
      await Promise.race([armed.promise, gone]);
      signal.throwIfAborted();
    },
    kill: () => void child.kill("SIGKILL"),
    async end() {
      isWanted = true;
      child.kill("SIGTERM");
      const timer = setTimeout(() => {
        complaints.push("it did not end when it was asked to");
        child.kill("SIGKILL");
      }, LONGEST_END_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Three times what the drill gives answers to finish, and more than any end took on a busy machine. */
const LONGEST_END_MS = 15_000;
