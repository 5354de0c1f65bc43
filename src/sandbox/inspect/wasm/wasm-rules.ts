import type { Finding } from "#core/contract/validation.ts";

/** What a WebAssembly module is held to. docs/wasm-modules.md explains the interface behind these. */
export const WASM_RULES = {
  "wasm.magic": {
    severity: "error",
    hint: "Build a core WebAssembly module, version 1: no component, no text format.",
  },
  "wasm.size": {
    severity: "error",
    hint: "Build for size and strip it; leave out what is not used. Tables of data belong into data/.",
  },
  "wasm.malformed": { severity: "error", hint: "Build it again and do not edit the binary by hand." },
  "wasm.section": {
    severity: "error",
    hint: "Build for WebAssembly 1.0 with bulk memory, without threads, exceptions and shared libraries.",
  },
  "wasm.custom": {
    severity: "error",
    hint: "Strip it: only the custom sections name, producers and target_features may stay, 64 KiB together.",
  },
  "wasm.import": {
    severity: "error",
    hint: "Import nothing. What the module needs of the outside it asks for in the answer of handle.",
  },
  "wasm.export": {
    severity: "error",
    hint: "Export memory, allocate (i32) -> i32 and handle (i32, i32) -> i64; _initialize () is allowed, nothing else is called.",
  },
  "wasm.memory": {
    severity: "error",
    hint: "Declare one memory of 32 bits with a maximum of at most 16 pages for each MiB of limits.memoryMib.",
  },
  "wasm.table": {
    severity: "error",
    hint: "One table of functions, at most 10,000 entries, filled when it is loaded.",
  },
  "wasm.start": { severity: "error", hint: "Export what the start function does as _initialize: it is called first." },
  "wasm.instruction": {
    severity: "error",
    hint: "Turn this feature off in the compiler: WebAssembly 1.0, sign extension, saturating conversion, multi-value and bulk memory are there.",
  },
  "wasm.invalid": {
    severity: "error",
    hint: "The compiler or whatever changed its output has a fault: build it again.",
  },
  "wasm.egress": {
    severity: "warning",
    hint: "Cover each host with a test: the report lists every request that the tests made.",
  },
} as const satisfies Record<string, Pick<Finding, "severity" | "hint">>;
export type WasmRule = keyof typeof WASM_RULES;

/** Tells that a rule is broken. `at` is in bytes from the start of the binary. */
export type Report = (rule: WasmRule, message: string, at?: number) => void;

/** A name of the binary's making, fit for a finding: cut and quoted. */
export function quoteName(name: string): string {
  return `“${showPlain(name, 60)}”`;
}

/** A text with strange words in it, cut, and only plain letters as they are. */
export function showPlain(text: string, maxChars: number): string {
  const cut = text.length > maxChars ? `${text.slice(0, maxChars)}...` : text;
  return cut.replaceAll(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
