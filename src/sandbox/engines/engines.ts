import type { Bundle } from "#core/contract/module.ts";
import type { EngineName } from "#core/contract/validation.ts";
import type { Engine } from "./engine.ts";
import { createIsolateEngine } from "./isolate/engine.ts";
import { createQuickjsEngine } from "./quickjs/engine.ts";
import { createWasmEngine } from "./wasm/engine.ts";

/** The engines of this machine. */
export interface Engines {
  /** Runs script modules: V8, or QuickJS where V8's addon does not load. */
  readonly scripts: Engine;
  readonly named: Readonly<Record<EngineName, Engine>>;
  forBundle(bundle: Pick<Bundle, "wasm">): Engine;
}

/** Makes the engines ready to be started. Starts nothing. */
export function createEngines(): Engines {
  const named = { v8: createIsolateEngine(), quickjs: createQuickjsEngine(), webassembly: createWasmEngine() };
  const scripts = named.v8;
  return { scripts, named, forBundle: ({ wasm }) => (wasm === undefined ? scripts : named.webassembly) };
}
