import wabt from "wabt";
import { newId, OrgId } from "#core/contract/ids.ts";
import type { ModuleHost, SandboxOutcome } from "#core/contract/sandbox.ts";
import type { PooledCall } from "#sandbox/runner-pools.ts";
import { quietHost, startEngines } from "./engine-kit.ts";
import { handMadeBundle } from "./hand-made-bundle.ts";
import { callOf } from "./sandbox-call.ts";

const toolkit = await wabt();
const FEATURES = {
  exceptions: true,
  simd: true,
  threads: true,
  function_references: true,
  tail_call: true,
  reference_types: true,
  bulk_memory: true,
  gc: true,
  memory64: true,
  multi_value: true,
  sign_extension: true,
  sat_float_to_int: true,
  mutable_globals: true,
};

/** The binary of a module in the text format, whatever it uses. */
export function buildWat(text: string): Uint8Array {
  return toolkit.parseWat("module.wat", text, FEATURES).toBinary({}).buffer;
}

/** The limits of calls that name no others. */
export const WASM_LIMITS = { timeoutMs: 2_000, memoryMib: 16, fetches: 5, outputChars: 10_000, fileBytes: 0 };

/** Runs binaries in fenced processes of the WebAssembly engine. */
export function startWasm() {
  const kit = startEngines();
  const { launcher, pools } = kit;
  const engine = kit.engines.named.webassembly;
  const org = newId(OrgId);
  return {
    launcher,
    engine,
    run: (
      wasm: Uint8Array,
      more: Partial<PooledCall> = {},
      host: ModuleHost = quietHost(),
      { once = false, signal = new AbortController().signal } = {},
    ): Promise<SandboxOutcome> => {
      const call = { ...callOf(handMadeBundle(wasm), { org, limits: WASM_LIMITS }), ...more };
      return pools.run(engine, call, host, { once }, signal);
    },
    [Symbol.asyncDispose]: () => kit[Symbol.asyncDispose](),
  };
}

/** The event of `handle`, as it stands in a scripted answer. */
const EVENT = "%EVENT%";
/** Ends the call with the event as its output. */
export const DONE_WITH_EVENT = `{"type":"done","output":${EVENT}}`;

/** The answer that asks the host for these things. */
export function asking(...asks: readonly (readonly [verb: string, ...args: unknown[]])[]): string {
  return JSON.stringify({ type: "ask", asks: asks.map(([verb, ...args]) => ({ verb, args })) });
}

/** Where the event is put, and where an answer is written: 32 pages of memory, 64 at most. */
const GIVEN = 0x80000;
const ANSWER = 0x100000;

/** Data from address 1024 on. */
export function dataAt1024(text: string): string {
  const hex = Buffer.from(text).toString("hex");
  return `(data (i32.const 1024) "${hex.replaceAll(/../g, String.raw`\$&`)}")`;
}

/** A module whose `handle` is the given instructions, over the parameters $pointer and $length. */
export function withHandle(instructions: string, more = ""): Uint8Array {
  return buildWat(`(module
    (memory (export "memory") 32 64)
    ${more}
    (func (export "allocate") (param i32) (result i32) (i32.const ${GIVEN}))
    (func (export "handle") (param $pointer i32) (param $length i32) (result i64) ${instructions}))`);
}

/** A module whose `handle` answers with the first bytes of some data. */
export function answering(text: string, before = "", more = ""): Uint8Array {
  const answer = 1024n * 2n ** 32n + BigInt(Buffer.byteLength(text));
  return withHandle(`${before} (i64.const ${answer})`, dataAt1024(text) + more);
}

/** A module that answers its first event with the first text, its second with the second. */
export function scripted(...answers: readonly string[]): Uint8Array {
  let kept = "";
  const put = (text: string): string => {
    const at = 1024 + Buffer.byteLength(kept);
    kept += text;
    return `(call $put (i32.const ${at}) (i32.const ${Buffer.byteLength(text)}))`;
  };
  const steps = answers.map((answer, step) => {
    const puts = answer.split(EVENT).map(put).join("(call $put (local.get $pointer) (local.get $length))");
    return `(if (i32.eq (global.get $step) (i32.const ${step + 1})) (then ${puts}))`;
  });
  return withHandle(
    `(global.set $step (i32.add (global.get $step) (i32.const 1)))
     (global.set $end (i32.const ${ANSWER}))
     ${steps.join("\n")}
     (i64.or (i64.const ${ANSWER * 2 ** 32}) (i64.extend_i32_u (i32.sub (global.get $end) (i32.const ${ANSWER}))))`,
    `(global $step (mut i32) (i32.const 0))
     (global $end (mut i32) (i32.const 0))
     ${dataAt1024(kept)}
     (func $put (param $from i32) (param $bytes i32)
       (memory.copy (global.get $end) (local.get $from) (local.get $bytes))
       (global.set $end (i32.add (global.get $end) (local.get $bytes))))`,
  );
}
