import { expect, test } from "vitest";
import wabt from "wabt";
import { compileLimited, type Compiled } from "./compile-limited.ts";

declare const WebAssembly: {
  readonly Instance: new (module: Compiled, imports: object) => { readonly exports: { grow(pages: number): number } };
};

const toolkit = await wabt();
const build = (text: string): Uint8Array => toolkit.parseWat("module.wat", text).toBinary({}).buffer;
const GROW = `(func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))`;

test.each([
  ["without a limit of its own", "(memory 3)"],
  ["with a wider limit", "(memory 3 60000)"],
  ["with much to start with", `(memory 3) (data (i32.const 0) "${"x".repeat(1_000)}")`],
])("a binary %s cannot take more memory than it is given", (_name, memory) => {
  const { exports } = new WebAssembly.Instance(compileLimited(build(`(module ${memory} ${GROW})`), 20), {});
  const refused = -1;
  expect(exports.grow(20 * 16 - 2)).toBe(refused);
  expect(exports.grow(20 * 16 - 3)).toBe(3);
  expect(exports.grow(1)).toBe(refused);
});

test("a binary whose memory is not its own is refused", () => {
  expect(() => compileLimited(build("(module)"), 20)).toThrow("the binary has no memory");
});
