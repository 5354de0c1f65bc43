import { spawnSync } from "node:child_process";
import { nodeCommand, WORKING_FOLDER } from "#sandbox/launch/node-command.ts";
import type { Engine } from "./engine.ts";

/** A start takes 60 ms. A machine too busy for this has said nothing about the addon. */
const PATIENCE_MS = 10_000;

/**
 * Why isolated-vm does not load on this machine; undefined when it does. Asked of a process like the runners, since what
 * loads a faulty addon goes down with it, and the service has no use for V8's isolates in its own.
 */
export function findAddonFault({ program }: Engine): string | undefined {
  const [command = process.execPath, ...args] = nodeCommand({ ...program, script: 'import "isolated-vm";', args: [] });
  const tried = spawnSync(command, args, {
    cwd: WORKING_FOLDER,
    env: {},
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
    timeout: PATIENCE_MS,
    killSignal: "SIGKILL",
  });
  if (tried.status === 0 || tried.error !== undefined) return undefined;
  const line = /^\w*Error.*$/m.exec(tried.stderr)?.[0] ?? `its process ended with ${tried.signal ?? tried.status}`;
  return `isolated-vm does not load: ${line.slice(0, 200)}`;
}
