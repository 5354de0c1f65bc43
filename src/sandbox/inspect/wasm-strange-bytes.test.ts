import fc from "fast-check";
import { expect, test } from "vitest";
import { Finding } from "#core/contract/validation.ts";
import { RICH_WASM, SOUND_WASM } from "#test/wasm-binaries.ts";
import { inspectWasm } from "./wasm-binary.ts";

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

const limits = { timeoutMs: 1_000, memoryMib: 8, fetches: 0, outputChars: 1_000, fileBytes: 0 };
const inspect = (bytes: Uint8Array): Finding[] => inspectWasm(bytes, { hosts: [], limits });

/** Sound binaries with a few of their bytes changed, taken out, put in or cut off. */
const mutants = fc
  .tuple(
    fc.constantFrom(SOUND_WASM, RICH_WASM),
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
      const bytes = Buffer.concat([SOUND_WASM.subarray(0, 8), noise]);
      for (const finding of inspect(bytes)) Finding.parse(finding);
    }),
    { numRuns: 5_000 },
  );
});

test("1 MiB of the longest list, the deepest nesting or the most sections is read in one go", () => {
  const head = SOUND_WASM.subarray(0, 8);
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
