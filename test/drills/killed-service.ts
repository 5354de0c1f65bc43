import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { SeededRandom } from "./seeded-random.ts";

/** A service that is killed again and again, and started again each time. */
export interface KilledService {
  readonly kills: number;
  readonly starts: number;
  /** How often the service ended by itself. */
  readonly failures: number;
  /** Fires when it has. */
  readonly broken: AbortSignal;
  /** Runs the service, and runs it again whenever it was killed, until it is stopped. */
  run(): Promise<void>;
  /** Told of everything the service does outside; some of these moments are its last. */
  onCall(): void;
  stop(): Promise<void>;
}

export interface KilledServiceOptions {
  readonly kills: number;
  /** How many calls there will be at least, so that all kills fall while there is work. */
  readonly calls: number;
  readonly random: SeededRandom;
  /** What the program is started with. */
  readonly arguments: () => readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Makes the service of a drill: `kill-service.ts`, with the arguments given. */
export function createKilledService(options: KilledServiceOptions): KilledService {
  const { random } = options;
  const moments = Array.from({ length: options.kills }, () => random.between(1, options.calls));
  moments.sort((a, b) => a - b);
  const program = fileURLToPath(new URL("kill-service.ts", import.meta.url));
  let child: ChildProcess | undefined;
  const stopping = new AbortController();
  const broken = new AbortController();
  let failures = 0;
  let calls = 0;
  let kills = 0;
  let starts = 0;

  function kill(): void {
    // One that is dead already was killed by an earlier moment; this one then comes with the next call.
    if (child && !child.killed && child.kill("SIGKILL")) kills += 1;
    else moments.unshift(calls + 1);
  }

  return {
    get kills() {
      return kills;
    },
    get failures() {
      return failures;
    },
    broken: broken.signal,
    get starts() {
      return starts;
    },
    run: async () => {
      while (!stopping.signal.aborted) {
        starts += 1;
        child = spawn(process.execPath, [program, ...options.arguments()], {
          stdio: ["ignore", "ignore", "inherit"],
          env: { ...process.env, ...options.environment },
        });
        await once(child, "exit");
        // Whoever ends without having been asked to has a defect of its own; starting it again and again hides that.
        if (!child.killed) {
          failures += 1;
          broken.abort();
          return;
        }
      }
    },
    onCall: () => {
      calls += 1;
      const moment = moments[0];
      if (moment === undefined || calls < moment) return;
      moments.shift();
      // Half of the kills come before the call is answered, half a little later, in the midst of what follows from it.
      if (random.between(0, 1) === 0) kill();
      else setTimeout(kill, random.between(0, 10));
    },
    stop: async () => {
      if (stopping.signal.aborted) return;
      stopping.abort();
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      const timer = setTimeout(() => child?.kill("SIGKILL"), 10_000);
      await exited;
      clearTimeout(timer);
    },
  };
}
