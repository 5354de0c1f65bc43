import type { Manifest } from "#core/contract/manifest.ts";
import type { Finding } from "#core/contract/validation.ts";
import { MalformedWasm } from "./wasm/byte-reader.ts";
import { readBinary, type WasmFacts } from "./wasm/read-binary.ts";
import { quoteName, type Report, showPlain, WASM_RULES } from "./wasm/wasm-rules.ts";

/** The part of the engine's own WebAssembly that reads and does not run. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => unknown;
};

/** Largest `module.wasm`, in bytes. */
export const MAX_WASM_BYTES = 1_048_576;
const PAGES_PER_MIB = 16;
const MAX_FINDINGS = 50;
const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const FILE = "module.wasm";

/** What the host calls. `_initialize` may be missing. */
const CALLED: ReadonlyMap<string, string> = new Map([
  ["allocate", "(i32) -> (i32)"],
  ["handle", "(i32, i32) -> (i64)"],
  ["_initialize", "() -> ()"],
]);
const NEEDED = ["memory", "allocate", "handle"];
const KINDS = ["function", "table", "memory", "global", "tag"];

/** Finds what is wrong with a `module.wasm` by reading it, and what about it cannot be known that way. Never throws. */
export function inspectWasm(bytes: Uint8Array, manifest: Pick<Manifest, "hosts" | "limits">): Finding[] {
  const findings = inspectBinary(bytes, manifest.limits.memoryMib);
  if (manifest.hosts.length === 0) return findings;
  const hosts = manifest.hosts.map(({ host }) => host).join(", ");
  const message = `whether it needs ${hosts} cannot be read from the binary: its requests are observed in tests`;
  return [
    ...findings,
    { rule: "wasm.egress", file: FILE, message: message.slice(0, 400), ...WASM_RULES["wasm.egress"] },
  ];
}

/** The same without a manifest: what the engine asks before it compiles anything. */
export function inspectBinary(bytes: Uint8Array, memoryMib: number): Finding[] {
  const findings: Finding[] = [];
  const report: Report = (rule, message, at) => {
    if (findings.length >= MAX_FINDINGS) return;
    const place = at === undefined ? "" : ` (at byte ${at})`;
    findings.push({ rule, file: FILE, message: `${message}${place}`.slice(0, 400), ...WASM_RULES[rule] });
  };
  if (bytes.length > MAX_WASM_BYTES) report("wasm.size", `it is ${bytes.length} bytes, ${MAX_WASM_BYTES} at most`);
  else if (HEADER.some((byte, index) => bytes[index] !== byte)) {
    report("wasm.magic", "it does not begin as a WebAssembly binary of version 1 does");
  } else checkBinary(bytes, memoryMib, report);
  if (findings.length === 0) validate(bytes, report);
  return findings;
}

function checkBinary(bytes: Uint8Array, memoryMib: number, report: Report): void {
  try {
    const facts = readBinary(bytes, report);
    if (!facts.hasImports) checkExports(facts, report);
    checkMemory(facts, memoryMib, report);
  } catch (error) {
    if (!(error instanceof MalformedWasm)) throw error;
    report("wasm.malformed", error.message, error.at);
  }
}

function checkExports({ types, functions, globals, exports }: WasmFacts, report: Report): void {
  for (const name of NEEDED) {
    if (!exports.some((each) => each.name === name)) report("wasm.export", `it does not export ${name}`);
  }
  for (const { name, kind, index, at } of exports) {
    const signature = kind === 0 ? types[functions[index] ?? -1] : undefined;
    const wanted = CALLED.get(name);
    // Linkers leave a few addresses behind as constants.
    if (kind === 3 && globals[index]?.mutable === false && wanted === undefined) continue;
    if (kind === 2 && index === 0 && name === "memory") continue;
    if (wanted === undefined || signature === undefined) {
      report("wasm.export", `it exports the ${KINDS[kind] ?? "thing"} ${quoteName(name)}`, at);
    } else if (signature !== wanted) report("wasm.export", `${name} is ${signature} and must be ${wanted}`, at);
  }
}

function checkMemory({ memories }: WasmFacts, memoryMib: number, report: Report): void {
  if (memories.length > 1) report("wasm.memory", `it has ${memories.length} memories`);
  for (const { minimum, maximum, at } of memories) {
    const pages = memoryMib * PAGES_PER_MIB;
    if (maximum === undefined) report("wasm.memory", "its memory has no maximum", at);
    const most = Math.max(minimum, maximum ?? 0);
    if (most > pages) report("wasm.memory", `its memory is up to ${most} pages, and ${memoryMib} MiB are ${pages}`, at);
  }
}

/** The engine's own word on it, given only for what is allowed. */
function validate(bytes: Uint8Array, report: Report): void {
  if (WebAssembly.validate(bytes)) return;
  try {
    // Fails at the same place, and says where.
    void new WebAssembly.Module(bytes);
    report("wasm.invalid", "the engine finds it invalid");
  } catch (error) {
    // It quotes the names of functions.
    const reason = error instanceof Error ? showPlain(error.message, 300) : "no reason given";
    report("wasm.invalid", `the engine finds it invalid: ${reason}`);
  }
}
