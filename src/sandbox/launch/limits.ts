import type { Program } from "./program.ts";

/**
 * Processor seconds a process may use in its life; then the kernel ends it. It is the fence behind the fence: a call has
 * its own time limit, and the pool lets a runner go at `RETIRE_CPU_S`. One more call of the longest kind (60 s) on two
 * threads stays below.
 */
export const CPU_LIMIT_S = 300;

/** Processor seconds after which a pool replaces a runner, so that none meets `CPU_LIMIT_S` in good conduct. */
export const RETIRE_CPU_S = 120;

/**
 * Flags of `prlimit`. Without V8's compiler Node itself takes 0.6 GB of addresses and isolated-vm lets a heap in trouble
 * grow by 1 GB; with it, code ranges need 1.3 GB, and what WebAssembly reserves shrinks to what there is.
 * @param threads kernel tasks: of this process alone in a user namespace of its own, else of all its user has
 */
export function limitFlags(program: Pick<Program, "compiler">, threads: number | undefined): string[] {
  return [
    `--as=${program.compiler ? "4294967296" : "2684354560"}`,
    `--cpu=${CPU_LIMIT_S}`,
    "--nofile=64",
    "--core=0",
    // Not a byte to any file. The channel to the parent is a socket, which this does not count.
    "--fsize=0",
    ...(threads === undefined ? [] : [`--nproc=${threads}`]),
  ];
}
