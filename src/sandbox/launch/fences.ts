import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import type { Fence } from "#core/contract/validation.ts";
import type { Program } from "./program.ts";

/** How processes are fenced in on this machine. */
export interface LocalFences {
  /** What stands around a process of this program. */
  list(program: Program): readonly Fence[];
  /** The command line that starts a program: wrappers, Node, its flags and the script. */
  commandLine(program: Program): readonly [string, ...string[]];
}

/** Works out which fences this machine allows. Starts a process once, to learn whether it may take the network away. */
export function raiseFences(): LocalFences {
  const unshare = ["unshare", "--user", "--map-root-user", "--net", "--"];
  const networkless = process.platform === "linux" && spawnSync("unshare", [...unshare.slice(1), "true"]).status === 0;
  return {
    list: (program) => [
      { name: "process", up: true },
      { name: "environment", up: true },
      { name: "files", up: true },
      { name: "network", up: networkless },
      { name: "memory", up: process.platform === "linux" },
      { name: "compiler", up: !program.compiler },
    ],
    commandLine: (program) => {
      const node = [process.execPath, ...nodeFlags(program), "--input-type=module", "--eval", program.script];
      const [first, ...rest] = networkless ? [...unshare, ...node] : node;
      return [first ?? process.execPath, ...rest, ...program.args];
    },
  };
}

function nodeFlags(program: Program): string[] {
  return [
    "--permission",
    ...(program.addons ? ["--allow-addons"] : []),
    ...program.readable.map((path) => `--allow-fs-read=${path}`),
    "--disable-proto=delete",
    "--max-old-space-size=64",
    "--v8-pool-size=1",
    "--single-threaded-gc",
    ...(program.compiler ? [] : ["--jitless"]),
    ...program.nodeFlags,
  ];
}

/** Makes the kernel, short of memory, end this process before any other. Only Linux knows how. */
export function offerToOutOfMemoryKiller(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, "1000");
  } catch {
    // Another system, or the process is gone already: the parent's own watch on memory stands.
  }
}
