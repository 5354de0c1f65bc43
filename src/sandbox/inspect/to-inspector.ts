import type { Manifest } from "#core/contract/manifest.ts";

/** What the inspector's process is asked. It does one thing and is gone. */
export type ToInspector =
  | {
      readonly type: "inspect";
      /** TypeScript by path. */
      readonly sources: readonly (readonly [string, string])[];
      readonly manifest: Manifest;
      /** The WebAssembly entry, as base64. */
      readonly wasm?: string;
      readonly allowGlobals: readonly string[];
    }
  | {
      readonly type: "mutate";
      /** JavaScript by path. */
      readonly compiled: readonly (readonly [string, string])[];
      readonly limit: number;
      readonly seed: string;
    };
