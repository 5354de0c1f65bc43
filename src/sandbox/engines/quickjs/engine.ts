import type { Engine } from "#sandbox/engines/engine.ts";

/** QuickJS in WebAssembly: the second opinion, and what runs modules where isolated-vm does not load. */
export function createQuickjsEngine(): Engine {
  return {
    name: "quickjs",
    program: { name: "quickjs", script: "", args: [], readable: [], addons: false, compiler: true, nodeFlags: [] },
    refuses: () => "not built yet",
  };
}
