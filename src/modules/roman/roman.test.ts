import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import wabt from "wabt";
import { readFolder } from "#sandbox/bundle/read-folder.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { answered, refused, useModules } from "#test/module-kit.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));
const modules = useModules();
const sandbox = createSandbox({ log: { debug() {}, info() {}, warn() {}, error() {} }, runners: 2, spares: 0 });
afterAll(() => sandbox[Symbol.asyncDispose]());

test("module.wasm is byte for byte what its text gives", async () => {
  const toolkit = await wabt();
  const text = readFileSync(`${folder}module.wat`, "utf8");
  const { buffer } = toolkit.parseWat("module.wat", text).toBinary({});
  expect(Buffer.from(buffer).equals(readFileSync(`${folder}module.wasm`))).toBe(true);
});

test("every number from 1 to 3,999 is the same there and back", async () => {
  await using roman = await modules.open("roman");
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 3_999 }), async (number) => {
      const { summary } = answered(await roman.run("toRoman", { number }));
      const numeral = /^\d+ is ([IVXLCDM]+)\.$/.exec(summary)?.[1] ?? "";
      expect(answered(await roman.run("fromRoman", { numeral })).summary).toBe(`${numeral} is ${number}.`);
    }),
    { numRuns: 150 },
  );
});

test("whatever text is not a numeral is refused by its slot", async () => {
  await using roman = await modules.open("roman");
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 40 }), async (numeral) => {
      const result = await roman.run("fromRoman", { numeral });
      if (/^[ivxlcdm]+$/i.test(numeral)) return;
      expect(refused(result)).toMatchObject({ code: "slot_invalid", slot: "numeral" });
    }),
    { numRuns: 150 },
  );
});

test(
  "it passes validation as a stranger's module would, by its own tests and the host's",
  { timeout: 60_000 },
  async () => {
    const { entries, findings } = readFolder(folder);
    expect(findings).toEqual([]);
    const report = await sandbox.validate(entries, { installed: [], mutants: 0 }, new AbortController().signal);
    expect(report).toMatchObject({
      ok: true,
      module: { name: "roman", entry: "webassembly" },
      static: { ok: true, findings: [] },
      engines: { first: "webassembly" },
    });
    expect(report.tests.passed).toBe(22);
    expect(report.probes.passed).toBe(report.probes.total);
  },
);
