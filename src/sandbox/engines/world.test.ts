import { afterAll, describe, expect, test } from "vitest";
import type { ModuleHost, SandboxOutcome } from "#core/contract/sandbox.ts";
import type { PooledCall } from "#sandbox/runner-pools.ts";
import { quietHost, SCRIPT_ENGINES, startEngines } from "#test/engine-kit.ts";

const kit = startEngines();
afterAll(() => kit[Symbol.asyncDispose]());

describe.each(SCRIPT_ENGINES)("a module in %s", (engine) => {
  const run = (
    code: string | Readonly<Record<string, string>>,
    more?: Partial<PooledCall>,
    host?: ModuleHost,
  ): Promise<SandboxOutcome> => kit.run(engine, code, more, host);

  test("gets its input and its answer comes back, letters of all kinds whole", async () => {
    const input = { text: "é😀\u0000\u2028 \ud800" };
    const outcome = await run("return { again: input.text, length: input.text.length };", { input });
    expect(outcome).toMatchObject({ status: "completed", output: { again: input.text, length: 7 } });
  });

  test("reaches fetch, cache, files and log, in order, as plain data", async () => {
    const seen: unknown[] = [];
    const outcome = await run(
      `const page = await nexus.fetch("https://api.example.com/x", { method: "POST", body: "b", headers: { accept: "a" } });
       await nexus.cache.set("k", { a: [1] }, 60);
       await nexus.files.write("notes.txt", "text");
       nexus.log("done");
       return { page, cached: await nexus.cache.get("k"), missing: await nexus.files.read("none"), files: await nexus.files.list("") };`,
      {},
      quietHost({
        fetch: async (url, init) => {
          seen.push([url, init]);
          return { ok: false, code: "timeout", detail: "slow" };
        },
        cacheGet: async () => ({ a: [1] }),
        cacheSet: async (...args) => void seen.push(args),
        fileWrite: async (...args) => void seen.push(args),
        fileList: async () => ["notes.txt"],
        log: (message) => seen.push(message),
      }),
    );
    expect(outcome).toMatchObject({
      output: { page: { ok: false, code: "timeout", detail: "slow" }, cached: { a: [1] }, files: ["notes.txt"] },
    });
    expect(seen).toEqual([
      ["https://api.example.com/x", { method: "POST", body: "b", headers: { accept: "a" } }],
      ["k", { a: [1] }, 60],
      ["notes.txt", "text"],
      "done",
    ]);
  });

  test("may make many requests at once, and each gets its own answer; those beyond its limit never reach the host", async () => {
    const body = `const all = []; for (let i = 0; i < 9; i += 1) all.push(nexus.fetch("https://a.example/" + i));
      return (await Promise.all(all)).map((answer) => answer.code ?? answer.body.at(-1));`;
    const refused = Array.from({ length: 4 }, () => "too_many_calls");
    const asked: string[] = [];
    const fetch: ModuleHost["fetch"] = async (url) => {
      asked.push(url);
      return { ok: true, status: 200, headers: {}, body: url };
    };
    const outcome = await run(body, {}, quietHost({ fetch }));
    expect(outcome).toMatchObject({ output: ["0", "1", "2", "3", "4", ...refused] });
    expect(asked).toHaveLength(5);
  });

  test("sees a clock that stands still", async () => {
    const body = `const first = Date.now(); for (let i = 0; i < 1e5; i += 1);
      return [first === Date.now(), Date(), String(new Date()), nexus.now().toISOString(), new Date(0).toTimeString(),
        new Date(2020, 1, 2).toISOString(), new Date() instanceof Date, Date.length, Date.name,
        new Date().constructor === Date];`;
    const text = "Wed Mar 04 2026 05:06:07 GMT+0000 (Coordinated Universal Time)";
    const zone = "00:00:00 GMT+0000 (Coordinated Universal Time)";
    expect(await run(body)).toMatchObject({
      output: [true, text, text, "2026-03-04T05:06:07.000Z", zone, "2020-02-02T00:00:00.000Z", true, 7, "Date", true],
    });
  });

  test("of several files imports them beside and below, each once, also when they import each other", async () => {
    const code = {
      "module.ts": `import { even } from "./even.ts"; import { odd } from "./odd.ts"; import { loads } from "./deep/loads.ts";
        export { look } from "./look.ts";
        export async function run() { return [even(6), odd(6), loads]; }`,
      "even.ts": `import { odd } from "./odd.ts"; import { loads } from "./deep/loads.ts"; loads.push("even", Date.now());
        export const even = (n) => n === 0 || odd(n - 1);`,
      "odd.ts": `import { even } from "./even.ts"; import { loads } from "./deep/loads.ts"; loads.push("odd");
        export const odd = (n) => n !== 0 && even(n - 1);`,
      "deep/loads.ts": `import { first } from "./first.ts"; export const loads = [first];`,
      "deep/first.ts": `export const first = "first";`,
      "look.ts": `export async function look() { return "seen"; }`,
    };
    for (let i = 0; i < 3; i += 1) {
      const output = [true, false, ["first", "odd", "even", i]];
      expect(await run(code, { now: new Date(i) })).toMatchObject({ output });
    }
    expect(await run(code, { capability: "look" })).toMatchObject({ output: "seen" });
  });

  test.each([
    ["node:fs", "quickjs-wasi", "isolated-vm", "./missing.ts", "./csv", "../csv.ts", "/csv.ts"],
    ["nexus:frame", "./nexus:frame", "nexus:inside", "https://example.com/x.ts", "data:text/javascript,"],
  ])("that imports what is not its own is refused by name: %s and the like", async (...specifiers) => {
    for (const specifier of specifiers) {
      const code = { "module.ts": `import "${specifier}"; export async function run() {}`, "csv.ts": "" };
      expect(await run(code)).toEqual({
        status: "failed",
        message: expect.stringContaining(`module.ts imports ${specifier}`),
      });
    }
  });

  test("may not import from a file below what is above it", async () => {
    const code = {
      "module.ts": `import "./below/deep.ts"; export async function run() {}`,
      "below/deep.ts": `import "./module.ts";`,
    };
    const message = expect.stringContaining("below/deep.ts imports ./module.ts");
    expect(await run(code)).toMatchObject({ status: "failed", message });
  });

  test("imports nothing while it runs, not even its own files", async () => {
    const code = {
      "module.ts": `import "./csv.ts"; export async function run() {
        const refused = [];
        for (const name of ["./csv.ts", "node:fs", "https://example.com/x.ts", "nexus:frame", "./module.ts"]) {
          try { await import(name); } catch (error) { refused.push(name, /file:|data:|node_modules/.test(error.stack)); }
        }
        return refused;
      }`,
      "csv.ts": "",
    };
    const refused = [
      "./csv.ts",
      false,
      "node:fs",
      false,
      "https://example.com/x.ts",
      false,
      "nexus:frame",
      false,
      "./module.ts",
      false,
    ];
    expect(await run(code)).toMatchObject({ output: refused });
  });

  test("is told which file does not parse, and where", async () => {
    const code = { "module.ts": `import "./csv.ts"; export async function run() {}`, "csv.ts": "\nconst = 1;" };
    expect(await run(code)).toMatchObject({ status: "failed", message: expect.stringContaining("csv.ts:2") });
  });

  test("fails with its own words when one of its files throws, and in time when one never ends", async () => {
    const code = (line: string): Record<string, string> => ({
      "module.ts": `import "./part.ts"; export async function run() { return 1; }`,
      "part.ts": line,
    });
    expect(await run(code(`throw new Error("not today");`))).toEqual({ status: "failed", message: "not today" });
    const itself = `if (true) throw new Error("not today"); export async function run() {}`;
    expect(await run({ "module.ts": itself })).toEqual({ status: "failed", message: "not today" });
    const soon = { limits: { timeoutMs: 300, memoryMib: 32, fetches: 5, outputChars: 1_000, fileBytes: 0 } };
    expect(await run(code("for (;;);"), soon)).toEqual({ status: "timeout" });
  });

  test("may export what it likes; only a function can be called", async () => {
    const message = "the module exports no function run";
    expect(await run({ "module.ts": "export const run = 1;" })).toEqual({ status: "failed", message });
    const then = "export function then(resolve) { resolve({}); } export async function run() { return 3; }";
    expect(await run({ "module.ts": then })).toMatchObject({ output: 3 });
  });

  test("names its errors and overrides what it inherits although the language is frozen", async () => {
    const body = `class Odd extends Error { constructor(m) { super(m); this.name = "Odd"; } }
      const e = new Odd("x"); e.message = "y"; const o = {}; o.toString = () => "mine";
      return { text: String(e), own: String(o) };`;
    expect(await run(body)).toMatchObject({ output: { text: "Odd: y", own: "mine" } });
  });

  test("leaves nothing behind for the next call", async () => {
    const code = {
      "module.ts": `let visits = 0; globalThis.kept ??= 0;
        export async function run() { visits += 1; globalThis.kept += 1; return { visits, kept: globalThis.kept }; }`,
    };
    for (let i = 0; i < 3; i += 1) expect(await run(code)).toMatchObject({ output: { visits: 1, kept: 1 } });
  });

  test("is not heard after it has answered", async () => {
    const asked: string[] = [];
    const cacheGet = async (key: string): Promise<undefined> => void asked.push(key);
    const body = `nexus.cache.get("first").then(() => nexus.cache.get("second")); return 1;`;
    expect(await run(body, {}, quietHost({ cacheGet }))).toMatchObject({ output: 1 });
    expect(await run("return 2;")).toMatchObject({ output: 2 });
    expect(asked).not.toContain("second");
  });

  test("a rejection that nobody waits for does not take the answer away", async () => {
    const body = `const lost = (async () => { throw new Error("lost"); })();
      await nexus.cache.get("x"); let said; try { await lost; } catch (error) { said = error.message; } return said;`;
    expect(await run(body)).toMatchObject({ status: "completed", output: "lost" });
    expect(await run(`Promise.reject(new Error("lost")); return 1;`)).toMatchObject({ status: "completed", output: 1 });
  });
});
