import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { writeFileSync } from "node:fs";
import { dirname, sep } from "node:path";

/** How a runner process is fenced in, from the outside. */
export interface Fences {
  /** The program to start, and what comes before Node's own arguments. */
  readonly command: readonly string[];
  readonly nodeFlags: readonly string[];
  /** For `doctor`: each fence by name, and whether it stands. */
  readonly list: readonly { readonly name: string; readonly up: boolean }[];
}

export interface FenceOptions {
  /**
   * V8's compiler in the runner. Off, most of what V8 exploits are made of is gone and a context is ready sooner
   * (1.3 against 2.1 ms); pure computation in module code is 5 to 15 times slower.
   */
  readonly compiler: boolean;
}

/** Works out which fences this machine allows. Starts a process once, to learn whether it may take the network away. */
export function raiseFences(options: FenceOptions): Fences {
  const unshare = ["unshare", "--user", "--map-root-user", "--net", "--"];
  const networkless = process.platform === "linux" && spawnSync("unshare", [...unshare.slice(1), "true"]).status === 0;
  return {
    command: networkless ? [...unshare, process.execPath] : [process.execPath],
    nodeFlags: [
      ...permissionFlags(),
      "--disable-proto=delete",
      "--max-old-space-size=64",
      "--v8-pool-size=1",
      "--single-threaded-gc",
      ...(options.compiler ? [] : ["--jitless"]),
    ],
    list: [
      { name: "a process of its own", up: true },
      { name: "no file access", up: true },
      { name: "an empty network", up: networkless },
      { name: "no compiler", up: !options.compiler },
    ],
  };
}

/** The runner reads isolated-vm and nothing else. `/etc/alpine-release` is how node-gyp-build tells musl from glibc. */
function permissionFlags(): string[] {
  const require = createRequire(import.meta.url);
  const folderOf = (library: string): string => dirname(require.resolve(`${library}/package.json`)) + sep;
  const readable = [folderOf("isolated-vm"), folderOf("node-gyp-build"), "/etc/alpine-release"];
  return ["--permission", "--allow-addons", ...readable.map((path) => `--allow-fs-read=${path}`)];
}

/** Makes the kernel, short of memory, end this process before any other. Only Linux knows how. */
export function offerToOutOfMemoryKiller(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, "1000");
  } catch {
    // Another system, or the process is gone already: the parent's own watch on memory stands.
  }
}
