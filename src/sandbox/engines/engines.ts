import type { Bundle } from "#core/contract/module.ts";
import type { EngineName } from "#core/contract/validation.ts";
import type { Engine } from "./engine.ts";
import { createIsolateEngine } from "./isolate/engine.ts";
import { findAddonFault } from "./addon-fault.ts";
import { createQuickjsEngine } from "./quickjs/engine.ts";
import { createWasmEngine } from "./wasm/engine.ts";

/** The engines of this machine. */
export interface Engines {
  /** Runs script modules: V8, or QuickJS where V8's addon does not load. */
  readonly scripts: Engine;
  readonly named: Readonly<Record<EngineName, Engine>>;
  /** Why scripts run in QuickJS although nobody asked for it: slower, and without `Intl`. */
  readonly fallback: string | undefined;
  forBundle(bundle: Pick<Bundle, "wasm">): Engine;
}

/** Which engine runs scripts. `auto` is V8 where its addon loads. */
export type EngineChoice = "auto" | "v8" | "quickjs";

export interface EnginesOptions {
  /** Left out, V8 without a look. */
  readonly choice?: EngineChoice;
  /** Why V8's addon cannot be used, if it cannot. Left out, a process is started once to see (60 ms). */
  readonly findFault?: (v8: Engine) => string | undefined;
}

/** Makes the engines ready to be started. */
export function createEngines({ choice = "v8", findFault = findAddonFault }: EnginesOptions = {}): Engines {
  const named = { v8: createIsolateEngine(), quickjs: createQuickjsEngine(), webassembly: createWasmEngine() };
  const fallback = choice === "auto" ? findFault(named.v8) : undefined;
  const scripts = choice === "quickjs" || fallback !== undefined ? named.quickjs : named.v8;
  return { scripts, named, fallback, forBundle: ({ wasm }) => (wasm === undefined ? scripts : named.webassembly) };
}
