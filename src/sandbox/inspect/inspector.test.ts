import { readFileSync, readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Manifest } from "#core/contract/manifest.ts";
import type { Cell, Launcher } from "#sandbox/launch/cell.ts";
import { createLocalLauncher } from "#sandbox/launch/local-launcher.ts";
import { body, manifestWith } from "#test/inspection-kit.ts";
import { createInspector, type Inspection } from "./inspector.ts";

let launcher: Launcher;
beforeAll(() => {
  launcher = createLocalLauncher();
});
afterAll(() => launcher[Symbol.asyncDispose]());

const NEVER = new AbortController().signal;
const RUN = "export function run() { return 1 }\n";

function inspectOne(code: string): Promise<Inspection> {
  return createInspector(launcher).inspect(
    { sources: new Map([["module.ts", code]]), manifest: manifestWith() },
    NEVER,
  );
}

function errors({ findings }: Inspection): string[] {
  return findings.filter(({ severity }) => severity === "error").map(({ rule }) => rule);
}

test("what runs is the source with its types taken off, letter for letter at its place", async () => {
  const source = "export async function run(input: { n: number }): Promise<number> {\n  return input.n as number;\n}\n";
  const { compiled, findings, lines, usesIntl } = await inspectOne(source);
  const code = compiled.get("module.ts") ?? "";
  expect(code).toHaveLength(source.length);
  expect(code.replace(/ +/g, " ")).toBe("export async function run(input ) {\n return input.n ;\n}\n");
  expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  expect({ lines, usesIntl }).toEqual({ lines: 4, usesIntl: false });
});

test("the mark that some editors begin a file with is no part of the code, and moves nothing", async () => {
  const code = "export function run(input: object) { return input }\n";
  const { compiled, findings } = await inspectOne(`\uFEFF${code}`);
  expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(compiled.get("module.ts")).toBe(" export function run(input        ) { return input }\n");
});

test("language data that only one engine has is noticed", async () => {
  expect((await inspectOne(body("return new Intl.NumberFormat('en').format(1)"))).usesIntl).toBe(true);
  expect((await inspectOne(body("return input.a.localeCompare(input.b)"))).usesIntl).toBe(true);
});

test("an evaluation may allow globals of its own", async () => {
  const sources = new Map([["module.ts", body("return __fetch('u')")]]);
  const subject = { sources, manifest: manifestWith({ hosts: [] }) };
  const inspector = createInspector(launcher);
  expect(errors(await inspector.inspect(subject, NEVER))).toEqual(["global.denied"]);
  expect(errors(await inspector.inspect({ ...subject, allowGlobals: ["__fetch"] }, NEVER))).toEqual([]);
});

describe("NEXUS's own modules", () => {
  test.each(["finance", "gaming", "showroom", "weather"])("%s passes", async (name) => {
    const folder = new URL(`../../modules/${name}/`, import.meta.url);
    const manifest = Manifest.parse(JSON.parse(readFileSync(new URL("manifest.json", folder), "utf8")));
    const files = readdirSync(folder).filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
    const sources = new Map(files.map((file) => [file, readFileSync(new URL(file, folder), "utf8")]));
    const inspection = await createInspector(launcher).inspect({ sources, manifest }, NEVER);
    expect(errors(inspection)).toEqual([]);
    expect([...inspection.compiled.keys()].toSorted()).toEqual(files.toSorted());
    const mutants = await createInspector(launcher).mutate(inspection.compiled, { limit: 5, seed: "a" }, NEVER);
    expect(mutants.mutants).toHaveLength(5);
    expect(mutants.possible).toBeGreaterThan(20);
  });
});

describe("what is written to bring an inspection down is a finding", () => {
  test.each([
    ["200,000 parentheses", `${RUN}const a = ${"(".repeat(200_000)}1${")".repeat(200_000)};`],
    ["5 MB", "const a = 1;\n".repeat(450_000)],
    ["40 KB of brackets", `${RUN}const a = ${"[\n".repeat(20_000)}${"]\n".repeat(20_000)};`],
    ["brackets that texts hide", `${RUN}const a = ${"(')))',\n".repeat(15_000)}1${")".repeat(15_000)};`],
    ["twenty thousand sums", `${RUN}const a = ${"1+\n".repeat(20_000)}1;`],
    ["twenty thousand choices", `${RUN}const a = ${"b?1:\n".repeat(20_000)}1;`],
    ["ten thousand arrows", `${RUN}const a = ${"x=>\n".repeat(10_000)}1;`],
    ["twenty thousand members", `${RUN}const a = b${".c\n".repeat(20_000)};`],
    ["twenty thousand otherwises", `${RUN}export function f(x) { ${"if(x)1;else\n".repeat(20_000)}1 }`],
    ["twenty thousand nots", `${RUN}const a = ${"!\n".repeat(20_000)}1;`],
    ["ten thousand conditional types", `${RUN}type A = ${"B extends C ? D :\n".repeat(10_000)}E;`],
    [
      "templates in templates",
      `${RUN}const a = ${"`${\n".repeat(199)}${"`${1}`+\n".repeat(5_000)}1${"}`\n".repeat(199)};`,
    ],
  ])("%s", async (_what, code) => {
    expect(errors(await inspectOne(code))).not.toEqual([]);
  });
});

describe("code that is dear to look at is judged all the same", () => {
  test.each([
    [
      "a name made of itself nine thousand times",
      `${RUN}${Array.from({ length: 9_000 }, (_, at) => `const v${at} = v${Math.max(0, at - 1)} + "a";`).join("\n")}`,
    ],
    ["a key of keys", `${RUN}export const run2 = (q: any) => {\n${"q[q[q[q[0]]]];\n".repeat(4_000)}};`],
    [
      "texts that double",
      `${RUN}const t0 = "x";\n${Array.from({ length: 200 }, (_, at) => `const t${at + 1} = t${at} + t${at};`).join("\n")}`,
    ],
    [
      "a list of lists",
      `${RUN}const l = ["a"]${".flatMap((x) => [x, x])".repeat(60)};\nexport const k = (o: any) => o[l.join("")];`,
    ],
    ["three hundred patterns", `${RUN}const P = [\n${"/(a|b)*c(d|e)*f[xyz]+(g|h)*i[a-w]*zz/,\n".repeat(299)}];`],
    ["patterns made to be hard", `${RUN}const P = [\n${`/${"[a-z]*".repeat(40)}x/,\n`.repeat(20)}];`],
  ])("%s", async (_what, code) => {
    const inspection = await inspectOne(code);
    expect(errors(inspection)).not.toContain("inspect.died");
    expect(inspection.compiled.size).toBe(1);
  });
});

/** A launcher whose processes run another script, so that they end as the inspector must never be seen to end. */
function runningInstead(script: string): Launcher {
  return { ...launcher, start: (program): Cell => launcher.start({ ...program, script }) };
}

describe("an inspection that dies refuses the module, and throws nothing", () => {
  test.each([
    ["its process ends", "process.exit(3);", "ended"],
    ["its process is killed", 'process.kill(process.pid, "SIGKILL");', "SIGKILL"],
    ["it hangs", 'process.on("message", () => { for (;;); }); process.send({ type: "ready" });', "too long"],
    [
      "it takes all memory",
      'const k = []; process.on("message", () => {}); process.send({ type: "ready" }); setInterval(() => k.push(Buffer.alloc(3e7, 1)), 1);',
      "memory",
    ],
    ["it says what nobody asked", 'process.send({ type: "mutants", mutants: [], possible: 0 });', "something else"],
    ["it talks nonsense", 'process.send({ type: "inspected", findings: "none" });', "cannot be read"],
    [
      "it answers with other code",
      'process.send({ type: "inspected", findings: [], compiled: [["module.ts", "evil()"]], lines: 1, usesIntl: false });',
      "other code",
    ],
  ])(
    "%s",
    async (_how, script, why) => {
      const inspector = createInspector(runningInstead(script));
      const subject = { sources: new Map([["module.ts", RUN]]), manifest: manifestWith() };
      const { findings, compiled } = await inspector.inspect(subject, NEVER);
      expect(findings).toEqual([
        expect.objectContaining({ rule: "inspect.died", severity: "error", message: expect.stringContaining(why) }),
      ]);
      expect(compiled.size).toBe(0);
    },
    15_000,
  );
});

test("an inspection that is called off ends its process", async () => {
  const cells: Cell[] = [];
  const watched: Launcher = {
    ...launcher,
    start(program) {
      const cell = launcher.start({ ...program, script: "setInterval(() => {}, 1000);" });
      cells.push(cell);
      return cell;
    },
  };
  const stop = new AbortController();
  const subject = { sources: new Map([["module.ts", RUN]]), manifest: manifestWith() };
  const pending = createInspector(watched).inspect(subject, stop.signal);
  stop.abort(new Error("called off"));
  await expect(pending).rejects.toThrow("called off");
  await cells[0]?.exited;
  expect(cells.map((cell) => cell.isAlive())).toEqual([false]);
});

test("the same module gives the same findings twice", async () => {
  const code = body("for (;;) input[input.k](new RegExp(input.p), 'https://evil.example/')");
  expect(await inspectOne(code)).toEqual(await inspectOne(code));
});
