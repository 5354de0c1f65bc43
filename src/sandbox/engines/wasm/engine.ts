import type { Engine } from "#sandbox/engines/engine.ts";

/** WebAssembly modules, with no import at all. */
export function createWasmEngine(): Engine {
  return {
    name: "webassembly",
    program: { name: "webassembly", script: "", args: [], readable: [], addons: false, compiler: true, nodeFlags: [] },
    refuses: () => "not built yet",
  };
}
