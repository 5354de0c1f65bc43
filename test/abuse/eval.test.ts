import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { digestEntries } from "#core/contract/bundle.ts";
import { readPack } from "#sandbox/bundle/pack.ts";
import { honestBundle } from "#eval/sandbox/bundle-case.ts";
import { AbuseCase, readCases } from "#eval/sandbox/case-file.ts";
import { craftZip } from "#eval/sandbox/crafted-zip.ts";
import { tryCases } from "#eval/sandbox/crew.ts";
import { likelyInput } from "#eval/sandbox/likely-input.ts";
import { regrow } from "#eval/sandbox/regrow.ts";
import { runCases } from "#eval/sandbox/sandbox.ts";

const folder = mkdtempSync(join(tmpdir(), "nexus-eval-"));
afterAll(() => rmSync(folder, { recursive: true }));

const abuse = (id: string, parts: object): AbuseCase => AbuseCase.parse({ id, payloadType: "module-source", ...parts });
const source = (body: string): string => `export async function run(input, nexus) { ${body} }`;

describe("a catalogue of attacks", () => {
  test("is judged case by case, and what is as it must be leaves no mark", { timeout: 60_000 }, async () => {
    const report = await runCases([
      abuse("A-1", { group: "good", expected: "pass", payload: source("return { back: input.text };") }),
      abuse("A-2", { group: "bad", expected: "static-reject", payload: source("return eval('1');") }),
      abuse("A-3", { group: "bad", expected: "contained", payload: source("await new Promise(() => {});") }),
      abuse("A-4", { expected: "runtime-deny", payloadType: "url", payload: "https://127.0.0.1/v1/x" }),
      abuse("A-5", { expected: "pass", payloadType: "url", payload: "https://api.example.com/v1/x" }),
      abuse("A-6", {
        expected: "static-reject",
        payloadType: "structured",
        layer: "bundle intake",
        payload: [{ path: "../x.ts" }],
      }),
      abuse("A-7", {
        expected: "static-reject",
        payloadType: "structured",
        group: "manifest",
        payload: { postInstall: "x" },
      }),
      abuse("A-8", { expected: "pass", payloadType: "structured", group: "manifest", payload: {} }),
      abuse("A-9", { expected: "contained", payloadType: "scenario" }),
    ]);
    expect(report.figures).toMatchObject({
      cases: 9,
      run: 8,
      uncovered: 1,
      "static: to be rejected": 1,
      "static: rejected": 1,
      "static off, v8: run": 3,
      "static off, v8: contained": 3,
      "must pass": 3,
      "must pass: passed": 3,
      "group bad: ok": 2,
    });
    expect(report.bars.map(({ name, value }) => [name, value])).toEqual([
      ["escapes", 0],
      ["service deaths", 0],
      ["wrong verdicts", 0],
    ]);
    expect(report.ok).toBe(true);
  });

  test("shows what is not as it must be", { timeout: 60_000 }, async () => {
    const report = await runCases([
      abuse("B-1", { expected: "contained", payload: source("return { escaped: true };") }),
      abuse("B-2", { expected: "static-reject", payload: source("return { back: 1 };") }),
      abuse("B-3", { expected: "pass", payload: source("throw new Error('no');") }),
      abuse("B-4", { expected: "pass", payloadType: "url", payload: "https://evil.example/" }),
      abuse("B-5", { expected: "pass", payloadType: "structured", group: "manifest", payload: { postInstall: "x" } }),
      abuse("B-6", {
        expected: "static-reject",
        payloadType: "structured",
        group: "bundle",
        payload: [{ path: "README.md", data: "hello" }],
      }),
    ]);
    expect(report.figures).toMatchObject({ escapes: 1, "wrong verdicts": 5 });
    expect(report.ok).toBe(false);
  });

  test("counts a service that dies or hangs, and goes on with another", async () => {
    const script = join(folder, "service.mjs");
    writeFileSync(
      script,
      `process.on("message", ({ id }) => {
        if (id === "C-1") process.kill(process.pid, "SIGKILL");
        if (id === "C-2") for (;;);
        process.send({ result: { id, escapes: [], deaths: [], wrong: [], saw: "well" }, serviceMib: 1 });
      });`,
    );
    const cases = ["C-0", "C-1", "C-2", "C-3"].map((id) => abuse(id, { expected: "contained" }));
    const { results } = await tryCases(cases, { workers: 1, script: pathToFileURL(script), caseMs: 1_500 });
    expect([...results.values()].map(({ id, deaths }) => [id, ...deaths])).toEqual([
      ["C-0"],
      ["C-1", "the service ended (SIGKILL)"],
      ["C-2", "the service hung for 1.5 s"],
      ["C-3"],
    ]);
  });

  test("may hold keys nobody knows, and is read in part by group, by id or by the letters of ids", async () => {
    const path = join(folder, "cases.json");
    const cases = [
      { id: "ESC-001", group: "escape", expected: "contained", payloadType: "scenario", cite: ["x"] },
      { id: "NET-001", group: "egress", expected: "pass", payloadType: "url", payload: "x" },
    ];
    writeFileSync(path, JSON.stringify({ schema: "nexus.abuse-cases/1", more: 1, cases }));
    const ids = async (only?: string) => (await readCases(path, only)).map(({ id }) => id);
    expect(await ids()).toEqual(["ESC-001", "NET-001"]);
    expect(await ids("escape")).toEqual(["ESC-001"]);
    expect(await ids("NET")).toEqual(["NET-001"]);
    expect(await ids("net-001")).toEqual(["NET-001"]);
    writeFileSync(path, JSON.stringify({ schema: "something/2", cases }));
    await expect(readCases(path)).rejects.toThrow("is not a file of cases");
  });
});

describe("what a catalogue only describes", () => {
  test.each([
    ["generated: export async function run(){ return ((((((((((((((((((((((((((((((… (400039 chars)", 400_039],
    ['generated: const T=[{a:1,b:"x"},{a:1,b:"x"},{a:1,b:"x"},{a:1,b:"x"},{a:… (4200058 chars)', 4_200_058],
    [
      "generated: export async function run(){ return [/a(b|c)*d/,/a(b|c)*d/,/a(b|c)*d/,/a(b|c… (660048 chars)",
      660_048,
    ],
  ])("is grown again to its length: %s", (description, length) => {
    const grown = regrow(description, "") ?? "";
    expect(Math.abs(grown.length - length)).toBeLessThan(64);
    expect(grown).toContain("function run");
    expect(grown.split("(").length).toBe(grown.split(")").length);
  });

  test("is made from what the attack says, or left alone", () => {
    expect(regrow("generated, see attack text", "packed payload: 20 KB base64 literal")?.length).toBeGreaterThan(
      20_480,
    );
    expect(regrow("generated, see attack text", "something else")).toBeUndefined();
  });

  test("gets an input with what its source reads", () => {
    expect(likelyInput(source("return input.q + input.extra + input.many.map((x) => x);"))).toEqual({
      q: "rain",
      extra: "1",
      many: [1, 2, 3],
    });
  });

  test("is packed so that only what is wrong with it is wrong", async () => {
    const honest = [...honestBundle()].map(([path, data]) => ({ path, data }));
    const { entries, findings } = await readPack(craftZip(honest));
    expect(findings).toEqual([]);
    expect(digestEntries(entries)).toBe(digestEntries(honestBundle()));
    const refused = async (entry: Partial<Parameters<typeof craftZip>[0][number]>) =>
      (await readPack(craftZip([...honest, { path: "x.ts", data: Buffer.from("x"), ...entry }]))).findings.length > 0;
    expect(await refused({})).toBe(false);
    for (const type of ["symlink", "fifo", "device", "hardlink"]) expect(await refused({ type })).toBe(true);
    expect(await refused({ declaredSize: 0 })).toBe(true);
    expect(await refused({ declaredSize: 4_000_000_000 })).toBe(true);
    expect(await refused({ path: "module.ts" })).toBe(true);
  });
});
