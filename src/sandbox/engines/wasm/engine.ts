import type { Engine } from "#sandbox/engines/engine.ts";
import { linkOwn } from "#sandbox/launch/link-own.ts";

/**
 * WebAssembly modules, with no import at all. Only V8's baseline compiler runs: the optimising one is where its faults
 * have been, and the answers of a chat bot do not need it.
 */
export function createWasmEngine(): Engine {
  return {
    name: "webassembly",
    program: {
      name: "webassembly",
      script: linkOwn(new URL("runner.ts", import.meta.url)),
      args: [],
      readable: [],
      addons: false,
      compiler: true,
      nodeFlags: [
        "--liftoff-only",
        // 256 MiB, the most a manifest can ask for.
        "--wasm-max-mem-pages=4096",
        "--wasm-max-table-size=10000",
        "--wasm-max-module-size=1048576",
        "--wasm-max-committed-code-mb=64",
      ],
    },
    sharesHeap: false,
    refuses: ({ wasm }) => (wasm === undefined ? "it is a script" : undefined),
  };
}
