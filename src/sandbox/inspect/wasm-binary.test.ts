import { describe, expect, test } from "vitest";
import { Finding } from "#core/contract/validation.ts";
import { ALLOCATE, HANDLE, MEMORY, RICH_WASM, SOUND_WASM, withMore } from "#test/wasm-binaries.ts";
import { buildWat } from "#test/wasm-kit.ts";
import { inspectWasm } from "./wasm-binary.ts";
import { WASM_RULES } from "./wasm/wasm-rules.ts";

const withCode = (code: string, more = ""): Uint8Array => withMore(`${more} (func (local v128) ${code})`);
const withNumbers = (code: string, more = ""): Uint8Array => withMore(`${more} (func ${code})`);
const limits = { timeoutMs: 1_000, memoryMib: 8, fetches: 0, outputChars: 1_000, fileBytes: 0 };
const inspect = (bytes: Uint8Array): Finding[] => inspectWasm(bytes, { hosts: [], limits });
const section = (id: number, ...content: number[]): Uint8Array =>
  Buffer.concat([SOUND_WASM, Buffer.from([id, content.length, ...content])]);
const custom = (name: string, bytes = 0): Uint8Array => {
  const size = 1 + name.length + bytes;
  const length = Buffer.from([(size & 0x7f) | 0x80, ((size >> 7) & 0x7f) | 0x80, size >> 14]);
  return Buffer.concat([
    SOUND_WASM,
    Buffer.from([0]),
    length,
    Buffer.from([name.length]),
    Buffer.from(name),
    Buffer.alloc(bytes),
  ]);
};

describe("what a WebAssembly module may be", () => {
  test("the three exports and nothing else pass", () => {
    expect(inspect(SOUND_WASM)).toEqual([]);
  });

  test("what compilers make of ordinary code passes: a table of functions, constants, bulk memory, several results", () => {
    expect(inspect(RICH_WASM)).toEqual([]);
  });

  test.each(["name", "producers", "target_features"])("the section %s may stay", (name) => {
    expect(inspect(custom(name, 20))).toEqual([]);
  });

  test("hosts cannot be read from a binary, and whoever approves it is told so", () => {
    const hosts = [{ host: "api.example.com", methods: ["GET" as const], pathPrefixes: ["/"] }];
    expect(inspectWasm(SOUND_WASM, { hosts, limits })).toEqual([
      expect.objectContaining({
        rule: "wasm.egress",
        severity: "warning",
        message: expect.stringContaining("whether it needs api.example.com cannot be read from the binary"),
      }),
    ]);
  });
});

describe("what a WebAssembly module may not be", () => {
  const exporting = (memory: string, allocate = ALLOCATE, handle = HANDLE): Uint8Array =>
    buildWat(`(module ${memory} ${allocate} ${handle})`);
  test.each([
    ["text", Buffer.from("(module)"), "wasm.magic", "does not begin"],
    ["a component", Buffer.from("0061736d0d000100", "hex"), "wasm.magic", "version 1"],
    ["nothing", new Uint8Array(), "wasm.magic", "does not begin"],
    ["larger than 1 MiB", custom("name", 1_048_576), "wasm.size", "1048576 at most"],
    ["cut off", SOUND_WASM.subarray(0, SOUND_WASM.length - 1), "wasm.malformed", "longer than it is"],
    [
      "a function that goes on after its end",
      Buffer.from(SOUND_WASM).fill(0x0b, SOUND_WASM.length - 3, SOUND_WASM.length - 2),
      "wasm.malformed",
      "after its end",
    ],
    ["a section twice", section(1, 0), "wasm.malformed", "wrong place"],
    ["a section of the future", section(14, 0), "wasm.section", "kind 14"],
    ["exceptions of its own", withMore("(tag)"), "wasm.section", "exceptions"],
    ["hidden bytes", custom("x-hidden", 10), "wasm.custom", "“x-hidden”"],
    ["where its source is", custom("sourceMappingURL", 10), "wasm.custom", "“sourceMappingURL”"],
    ["70 KiB of names", custom("name", 70_000), "wasm.custom", "bytes"],
    [
      "an import",
      buildWat(`(module (import "env" "now\\0a" (func)) ${MEMORY} ${ALLOCATE} ${HANDLE})`),
      "wasm.import",
      "“env” “now\\u000a”",
    ],
    [
      "an imported memory",
      buildWat(`(module (import "env" "m" (memory 1 1)) ${ALLOCATE} ${HANDLE})`),
      "wasm.import",
      "“env” “m”",
    ],
    ["no exports", buildWat("(module)"), "wasm.export", "does not export memory"],
    [
      "allocate of another kind",
      exporting(MEMORY, `(func (export "allocate") (result i32) (i32.const 0))`),
      "wasm.export",
      "allocate is () -> (i32) and must be (i32) -> (i32)",
    ],
    [
      "handle of another kind",
      exporting(MEMORY, ALLOCATE, `(func (export "handle") (param i32 i32) (result i32) (i32.const 0))`),
      "wasm.export",
      "must be (i32, i32) -> (i64)",
    ],
    [
      "handle that is no function",
      exporting(MEMORY, ALLOCATE, `(global (export "handle") i32 (i32.const 0))`),
      "wasm.export",
      "the global “handle”",
    ],
    ["a function nobody calls", withMore(`(func (export "run"))`), "wasm.export", "the function “run”"],
    ["its table for others", withMore(`(table (export "table") 1 funcref)`), "wasm.export", "the table “table”"],
    [
      "a variable for others",
      withMore(`(global (export "g") (mut i32) (i32.const 0))`),
      "wasm.export",
      "the global “g”",
    ],
    ["memory without a maximum", exporting(`(memory (export "memory") 1)`), "wasm.memory", "no maximum"],
    [
      "memory beyond its limit",
      exporting(`(memory (export "memory") 1 129)`),
      "wasm.memory",
      "up to 129 pages, and 8 MiB are 128",
    ],
    ["shared memory", exporting(`(memory (export "memory") 1 1 shared)`), "wasm.instruction", "shared memory"],
    ["memory of 64 bits", exporting(`(memory (export "memory") i64 1 1)`), "wasm.instruction", "memory of 64 bits"],
    ["a large table", withMore("(table 10001 funcref)"), "wasm.table", "10001 entries"],
    ["two tables", withMore("(table 1 funcref) (table 1 funcref)"), "wasm.table", "2 tables"],
    ["a table of host objects", withMore("(table 1 externref)"), "wasm.instruction", "something else than functions"],
    [
      "a table filled later",
      withMore("(table 1 funcref) (elem funcref (ref.null func))"),
      "wasm.instruction",
      "filled when it is loaded",
    ],
    ["a start function", withMore("(func $go) (start $go)"), "wasm.start", "start function"],
    [
      "a host object as a parameter",
      withMore("(func (param externref))"),
      "wasm.instruction",
      "something else than a number",
    ],
    [
      "a host object as a global",
      withMore("(global externref (ref.null extern))"),
      "wasm.instruction",
      "else than a number",
    ],
    ["SIMD", withCode("(drop (v128.const i32x4 0 0 0 0))"), "wasm.instruction", "no number"],
    [
      "SIMD on its stack alone",
      withNumbers("(drop (i32x4.extract_lane 0 (i32x4.splat (i32.const 1))))"),
      "wasm.instruction",
      "function 2 uses SIMD",
    ],
    ["threads", withNumbers("(drop (i32.atomic.load (i32.const 0)))"), "wasm.instruction", "function 2 uses threads"],
    ["a tail call", withNumbers("(return_call $f)", "(func $f)"), "wasm.instruction", "uses tail calls"],
    ["a reference", withNumbers("(drop (ref.null func))"), "wasm.instruction", "uses references"],
    [
      "a growing table",
      withNumbers("(drop (table.size 0))", "(table 1 funcref)"),
      "wasm.instruction",
      "changes to tables",
    ],
    [
      "a table read",
      withNumbers("(drop (table.get 0 (i32.const 0)))", "(table 1 funcref)"),
      "wasm.instruction",
      "changes to tables",
    ],
    ["a catch", withNumbers("(try (do) (catch_all))"), "wasm.instruction", "uses exceptions"],
    ["5,000 locals", withNumbers(`(local${" i32".repeat(5_000)})`), "wasm.size", "5000 locals"],
    ["code of the wrong type", badlyTyped(), "wasm.invalid", "expected type i64"],
  ] as const)("%s", (_, bytes, rule, message) => {
    const findings = inspect(bytes);
    expect(findings).toContainEqual(
      expect.objectContaining({
        rule,
        severity: "error",
        file: "module.wasm",
        message: expect.stringContaining(message),
      }),
    );
    expect(() => findings.map((finding) => Finding.parse(finding))).not.toThrow();
  });

  test("of what imports something nothing is said that its imports put in the wrong place", () => {
    const importing = buildWat(`(module (import "env" "now" (func)) ${MEMORY} ${ALLOCATE} ${HANDLE})`);
    expect(inspect(importing).map(({ rule }) => rule)).toEqual(["wasm.import"]);
  });

  test("a thousand faults are told of in at most 50 findings", () => {
    const many = withMore(Array.from({ length: 1_000 }, (_, n) => `(func (export "f${n}"))`).join(""));
    expect(inspect(many)).toHaveLength(50);
  });
});

test("every rule has a hint that fits a finding", () => {
  for (const [rule, { severity, hint }] of Object.entries(WASM_RULES))
    Finding.parse({ rule, severity, hint, message: "m" });
});

/** wabt refuses to write such code, so a number's type is changed afterwards. */
function badlyTyped(): Uint8Array {
  const bytes = Buffer.from(withNumbers("(drop (i32.add (i32.const 1) (i32.const 2)))"));
  bytes[bytes.lastIndexOf(0x6a)] = 0x7c;
  return bytes;
}
