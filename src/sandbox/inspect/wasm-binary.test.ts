import fc from "fast-check";
import { describe, expect, test } from "vitest";
import wabt from "wabt";
import { Finding } from "#core/contract/validation.ts";
import { inspectWasm } from "./wasm-binary.ts";
import { WASM_RULES } from "./wasm/wasm-rules.ts";

/** The engine's own reading, to hold ours against. */
declare const WebAssembly: {
  readonly Module: (new (bytes: Uint8Array) => object) & {
    imports(module: object): { name: string }[];
    exports(module: object): { name: string; kind: string }[];
  };
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: { memory: { grow(n: number): number } } };
};

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
const build = (text: string): Uint8Array => toolkit.parseWat("module.wat", text, FEATURES).toBinary({}).buffer;

const MEMORY = `(memory (export "memory") 1 16)`;
const ALLOCATE = `(func (export "allocate") (param i32) (result i32) (i32.const 8))`;
const HANDLE = `(func (export "handle") (param i32 i32) (result i64) (i64.const 0))`;
/** A sound module with something more in it. */
const withMore = (more: string): Uint8Array => build(`(module ${MEMORY} ${ALLOCATE} ${HANDLE} ${more})`);
const withCode = (code: string, more = ""): Uint8Array => withMore(`${more} (func (local v128) ${code})`);
const withNumbers = (code: string, more = ""): Uint8Array => withMore(`${more} (func ${code})`);
const sound = withMore("");
const limits = { timeoutMs: 1_000, memoryMib: 8, fetches: 0, outputChars: 1_000, fileBytes: 0 };
const inspect = (bytes: Uint8Array): Finding[] => inspectWasm(bytes, { hosts: [], limits });
const section = (id: number, ...content: number[]): Uint8Array =>
  Buffer.concat([sound, Buffer.from([id, content.length, ...content])]);
const custom = (name: string, bytes = 0): Uint8Array => {
  const size = 1 + name.length + bytes;
  const length = Buffer.from([(size & 0x7f) | 0x80, ((size >> 7) & 0x7f) | 0x80, size >> 14]);
  return Buffer.concat([
    sound,
    Buffer.from([0]),
    length,
    Buffer.from([name.length]),
    Buffer.from(name),
    Buffer.alloc(bytes),
  ]);
};
/** Everything a module may use, so that its mutants reach all of the reader. */
const rich = build(`(module
  (type $two (func (param i32 i32) (result i32 i32)))
  (memory (export "memory") 1 16)
  (global (export "__heap_base") i32 (i32.const 4096))
  (global $next (mut i64) (i64.const -1))
  (table 3 3 funcref)
  (elem (i32.const 1) $swap $swap)
  (data (i32.const 1024) "text")
  (data $later "later")
  (func $swap (type $two) (local.get 1) (local.get 0))
  (func (export "_initialize") (memory.init $later (i32.const 0) (i32.const 0) (i32.const 5)) (data.drop $later))
  (func (export "allocate") (param i32) (result i32) (local f32 f64)
    (block (loop (br_if 1 (i32.eqz (local.get 0))) (br_table 0 1 (i32.const 1))))
    (if (result i32) (i32.lt_u (local.get 0) (i32.const 64)) (then (i32.const 8)) (else (i32.const 16))))
  (func (export "handle") (param i32 i32) (result i64)
    (drop (drop (call_indirect (type $two) (i32.const 1) (i32.const 2) (i32.const 1))))
    (drop (select (result i64) (i64.const 1) (i64.const 2) (i32.const 0)))
    (i64.store offset=65 align=1 (i32.const 0) (i64.trunc_sat_f64_s (f64.const 1.5)))
    (memory.copy (i32.const 0) (i32.const 8) (i32.const 8)) (memory.fill (i32.const 0) (i32.const 0) (i32.const 8))
    (drop (i32.extend8_s (memory.grow (memory.size)))) (drop (f32.const 1))
    (i64.const 0)))`);

describe("what a WebAssembly module may be", () => {
  test("the three exports and nothing else pass", () => {
    expect(inspect(sound)).toEqual([]);
  });

  test("what compilers make of ordinary code passes: a table of functions, constants, bulk memory, several results", () => {
    expect(inspect(rich)).toEqual([]);
  });

  test.each(["name", "producers", "target_features"])("the section %s may stay", (name) => {
    expect(inspect(custom(name, 20))).toEqual([]);
  });

  test("hosts cannot be read from a binary, and whoever approves it is told so", () => {
    const hosts = [{ host: "api.example.com", methods: ["GET" as const], pathPrefixes: ["/"] }];
    expect(inspectWasm(sound, { hosts, limits })).toEqual([
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
    build(`(module ${memory} ${allocate} ${handle})`);
  test.each([
    ["text", Buffer.from("(module)"), "wasm.magic", "does not begin"],
    ["a component", Buffer.from("0061736d0d000100", "hex"), "wasm.magic", "version 1"],
    ["nothing", new Uint8Array(), "wasm.magic", "does not begin"],
    ["larger than 1 MiB", custom("name", 1_048_576), "wasm.size", "1048576 at most"],
    ["cut off", sound.subarray(0, sound.length - 1), "wasm.malformed", "longer than it is"],
    [
      "a function that goes on after its end",
      Buffer.from(sound).fill(0x0b, sound.length - 3, sound.length - 2),
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
      build(`(module (import "env" "now\\0a" (func)) ${MEMORY} ${ALLOCATE} ${HANDLE})`),
      "wasm.import",
      "“env” “now\\u000a”",
    ],
    [
      "an imported memory",
      build(`(module (import "env" "m" (memory 1 1)) ${ALLOCATE} ${HANDLE})`),
      "wasm.import",
      "“env” “m”",
    ],
    ["no exports", build("(module)"), "wasm.export", "does not export memory"],
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
    const importing = build(`(module (import "env" "now" (func)) ${MEMORY} ${ALLOCATE} ${HANDLE})`);
    expect(inspect(importing).map(({ rule }) => rule)).toEqual(["wasm.import"]);
  });

  test("a thousand faults are told of in at most 50 findings", () => {
    const many = withMore(Array.from({ length: 1_000 }, (_, n) => `(func (export "f${n}"))`).join(""));
    expect(inspect(many)).toHaveLength(50);
  });
});

describe("whatever bytes come", () => {
  /** Sound binaries with a few of their bytes changed, taken out, put in or cut off. */
  const mutants = fc
    .tuple(
      fc.constantFrom(sound, rich),
      fc.array(fc.tuple(fc.constantFrom("set", "put", "take", "cut"), fc.nat(), fc.nat(255)), {
        minLength: 1,
        maxLength: 4,
      }),
    )
    .map(([bytes, changes]) => {
      const mutant = [...bytes];
      for (const [how, where, byte] of changes) {
        const at = 8 + (where % Math.max(1, mutant.length - 8));
        if (how === "cut" && where % 7 === 0) mutant.length = at;
        else mutant.splice(at, how === "put" ? 0 : 1, ...(how === "take" ? [] : [byte]));
      }
      return Uint8Array.from(mutant);
    });

  test("a mutant is read to an end, and what passes is by the engine's own reading what it should be", () => {
    let passed = 0;
    fc.assert(
      fc.property(mutants, (bytes) => {
        const findings = inspect(bytes);
        for (const finding of findings) Finding.parse(finding);
        if (findings.length > 0) return;
        passed += 1;
        const module = new WebAssembly.Module(bytes);
        expect(WebAssembly.Module.imports(module)).toEqual([]);
        const exported = WebAssembly.Module.exports(module).map(({ name, kind }) => `${kind} ${name}`);
        expect(exported).toEqual(expect.arrayContaining(["memory memory", "function allocate", "function handle"]));
        const unexpected = exported.filter(
          (each) => !/^(?:global|memory memory$|function (?:allocate|handle|_initialize)$)/.test(each),
        );
        expect(unexpected).toEqual([]);
        // What it says of its memory is what the engine holds it to.
        expect(["does not load", "refused"]).toContain(growTooFar(module));
      }),
      { numRuns: 20_000 },
    );
    expect(passed).toBeGreaterThan(200);
  });

  test("noise behind a true beginning is read to an end", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const bytes = Buffer.concat([sound.subarray(0, 8), noise]);
        for (const finding of inspect(bytes)) Finding.parse(finding);
      }),
      { numRuns: 5_000 },
    );
  });

  test("1 MiB of the longest list, the deepest nesting or the most sections is read in one go", () => {
    const head = sound.subarray(0, 8);
    const body = (fill: number[]): Uint8Array => {
      const code = Buffer.from(Array.from({ length: 1_000_000 / fill.length }, () => fill).flat());
      return Buffer.concat([head, Buffer.from([10, 0xc6, 0x84, 0x3d, 1, 0xc0, 0x84, 0x3d]), code]);
    };
    const all = [
      Buffer.concat([head, ...Array.from({ length: 300_000 }, () => Buffer.from([0, 1, 0]))]),
      body([0x02, 0x40]),
      body([0x0e, 0xff, 0xff, 0xff, 0x7f]),
      body([0x80]),
    ];
    for (const bytes of all) expect(inspect(bytes).length).toBeGreaterThan(0);
  });
});

test("every rule has a hint that fits a finding", () => {
  for (const [rule, { severity, hint }] of Object.entries(WASM_RULES))
    Finding.parse({ rule, severity, hint, message: "m" });
});

/** What comes of growing a memory beyond all it may have. A module whose own data does not fit has none. */
function growTooFar(module: object): string {
  let memory;
  try {
    ({ memory } = new WebAssembly.Instance(module, {}).exports);
  } catch {
    return "does not load";
  }
  try {
    return `has ${memory.grow(129)} pages and more`;
  } catch {
    return "refused";
  }
}

/** wabt refuses to write such code, so a number's type is changed afterwards. */
function badlyTyped(): Uint8Array {
  const bytes = Buffer.from(withNumbers("(drop (i32.add (i32.const 1) (i32.const 2)))"));
  bytes[bytes.lastIndexOf(0x6a)] = 0x7c;
  return bytes;
}
