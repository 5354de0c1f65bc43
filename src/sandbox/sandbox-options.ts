import type { Log } from "#core/contract/ports.ts";
import type { FenceName } from "#core/contract/validation.ts";
import type { EngineChoice } from "./engines/engines.ts";
import type { Launcher } from "./launch/cell.ts";

/** How a sandbox is set up. */
export interface SandboxOptions {
  readonly log: Log;
  /** What runs scripts. Left out, V8 where its addon loads, else QuickJS. */
  readonly engine?: EngineChoice;
  /** NEXUS's own, for reports of what it validated. */
  readonly version?: string;
  /** The socket of a runner service, which starts the processes. Left out, they start on this machine. */
  readonly socket?: string | undefined;
  /** What starts the processes, instead of either. Closed with the sandbox. */
  readonly launcher?: Launcher;
  /** Fences without which no stranger's code runs. Left out: those that keep it from the network, files and secrets. */
  readonly minimum?: readonly FenceName[] | undefined;
  /** Runner processes at most, spares included; some 66 MiB each while they are idle. */
  readonly runners?: number;
  /** Runners kept warm for a bundle that has none. */
  readonly spares?: number;
  /** A bundle's isolate is renewed after so many calls, its process after twice as many. */
  readonly callsPerIsolate?: number;
  /** How long a call waits for a runner before it is told that all are busy. */
  readonly waitMs?: number;
  /** Calls that may wait, for all orgs together. */
  readonly waiting?: number;
  /** An idle runner is let go after this. */
  readonly idleMs?: number;
  /** What a runner process may hold before it is killed. */
  readonly memoryCapMib?: number;
}
