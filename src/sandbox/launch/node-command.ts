import type { Program } from "./program.ts";

/** Bare specifiers of a script resolve from here; the process itself need not be able to read it. */
export const WORKING_FOLDER = import.meta.dirname;

/** Node, its flags and the script: the innermost part of the command line. */
export function nodeCommand(program: Program): string[] {
  return [
    process.execPath,
    "--permission",
    ...(program.addons ? ["--allow-addons"] : []),
    ...program.readable.map((path) => `--allow-fs-read=${path}`),
    "--disable-proto=delete",
    "--max-old-space-size=64",
    "--v8-pool-size=1",
    "--single-threaded-gc",
    // Without its guard regions, of 10 GB each, WebAssembly fits into a limit on addresses.
    program.compiler ? "--disable-wasm-trap-handler" : "--jitless",
    ...program.nodeFlags,
    "--input-type=module",
    "--eval",
    program.script,
    ...program.args,
  ];
}
