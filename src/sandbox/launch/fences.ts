import type { Fence } from "#core/contract/validation.ts";
import { findProfile, type Found } from "./find-profile.ts";
import { hasOnlyLoopback, isAlreadyWithoutPrivileges } from "./own-process.ts";
import { commandLine } from "./profile.ts";
import type { Program } from "./program.ts";
import { findTools, type Tools } from "./tools.ts";

/** How processes are fenced in on this machine. */
export interface LocalFences {
  /** What stands around a process of this program. */
  list(program: Pick<Program, "compiler">): readonly Fence[];
  /** The command line that starts a program: what raises the fences, Node, its flags and the script. */
  commandLine(program: Program): readonly [string, ...string[]];
}

/**
 * Works out which fences this machine allows, by starting a process behind them: 60 ms when all is well, 50 more for each
 * part that does not work.
 */
export function raiseFences(tools: Tools = findTools()): LocalFences {
  const found = findProfile(tools);
  return {
    list: (program) => [...listFences(found), compilerFence(program)],
    commandLine: (program) => commandLine(found.profile, program, tools),
  };
}

function listFences({ profile, failures }: Found): Fence[] {
  const isLinux = process.platform === "linux";
  const uid = process.getuid?.();
  const network: Fence =
    profile.namespaces !== "none"
      ? { name: "network", up: true }
      : isLinux && hasOnlyLoopback()
        ? { name: "network", up: true, why: "this whole machine or container has none" }
        : down("network", failures.namespaces);
  const user: Fence = profile.nobody
    ? { name: "user", up: true }
    : uid !== undefined && uid !== 0
      ? { name: "user", up: true, why: `the service's own, which is not root (uid ${uid})` }
      : down("user", failures.nobody);
  return [
    { name: "process", up: true },
    { name: "environment", up: true },
    profile.emptyRoot
      ? { name: "files", up: true }
      : note("files", `by Node's permissions alone: ${failures.emptyRoot}`),
    network,
    user,
    profile.privileges || (isLinux && isAlreadyWithoutPrivileges())
      ? { name: "privileges", up: true }
      : down("privileges", failures.privileges),
    profile.limits ? { name: "limits", up: true } : down("limits", failures.limits),
    isLinux ? { name: "memory", up: true } : down("memory", "only Linux tells what a process holds"),
  ];
}

function compilerFence({ compiler }: Pick<Program, "compiler">): Fence {
  return compiler ? down("compiler", "WebAssembly does not exist without") : { name: "compiler", up: true };
}

function down(name: Fence["name"], why: string): Fence {
  return { name, up: false, why: why.slice(0, 300) };
}

/** A fence that stands, but not on every foot. */
function note(name: Fence["name"], why: string): Fence {
  return { name, up: true, why: why.slice(0, 300) };
}
