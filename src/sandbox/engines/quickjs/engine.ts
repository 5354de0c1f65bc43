import type { Engine } from "#sandbox/engines/engine.ts";
import { linkOwn, linkScript } from "#sandbox/launch/link-own.ts";
import { folderOf } from "#sandbox/launch/folder-of.ts";

/**
 * QuickJS in WebAssembly: the second opinion, and what runs modules where isolated-vm does not load. V8 needs its compiler
 * here, for WebAssembly does not exist without, but compiles one known binary only: module code is data to it.
 */
export function createQuickjsEngine(): Engine {
  return {
    name: "quickjs",
    program: {
      name: "quickjs",
      script: linkOwn(new URL("runner.ts", import.meta.url)),
      args: [linkScript(new URL("inside.ts", import.meta.url))],
      readable: [folderOf("quickjs-wasi")],
      addons: false,
      compiler: true,
      nodeFlags: [
        // The JavaScript of the runner is interpreted: what is compiled is QuickJS.
        "--no-opt",
        "--no-maglev",
        "--no-sparkplug",
        "--disallow-code-generation-from-strings",
        // KiB. QuickJS's own limit on its stack comes first, so that a module can catch it.
        "--stack-size=1900",
      ],
    },
    sharesHeap: false,
    refuses: ({ wasm }) => (wasm === undefined ? undefined : "it is WebAssembly"),
  };
}
