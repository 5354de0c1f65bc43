import { afterAll, describe, expect, test } from "vitest";
import type { ModuleHost, SandboxOutcome } from "#core/contract/sandbox.ts";
import type { PooledCall } from "#sandbox/runner-pools.ts";
import { LIMITS, quietHost, SCRIPT_ENGINES, startEngines } from "#test/engine-kit.ts";

const kit = startEngines();
afterAll(() => kit[Symbol.asyncDispose]());

const ENDINGS = ["completed", "failed", "timeout", "resources"];
const WORDLESS = "the module threw something without a message";

describe.each(SCRIPT_ENGINES)("what hostile code gets in %s", (engine) => {
  const run = (body: string, more?: Partial<PooledCall>, host?: ModuleHost): Promise<SandboxOutcome> =>
    kit.run(engine, body, more, host);

  test("neither process, require, network, eval, shared memory nor a clock", async () => {
    const body = `const names = ["process", "require", "fetch", "XMLHttpRequest", "eval", "WebAssembly", "SharedArrayBuffer",
        "Atomics", "WeakRef", "FinalizationRegistry", "console", "setTimeout", "structuredClone", "Buffer", "global",
        "performance", "queueMicrotask", "InternalError", "navigator", "std", "os", "nexusSay", "nexusRun", "nexusGate"];
      const tries = [() => (() => {}).constructor("return 1")(), () => Function("return 1")(),
        () => new Function("return 1")(), () => (async () => {}).constructor("return 1")(),
        () => (function* () {}).constructor("return 1")(), () => Reflect.construct(Function, ["return 1"])(),
        () => (async function* () {}).constructor("yield 1")().next()];
      const said = new Set();
      for (const attempt of tries) { try { attempt(); said.add("made"); } catch (e) { said.add(e.name); } }
      let own; try { Function("return 1"); } catch (e) { own = e.message; }
      return [names.filter((name) => name in globalThis), [...said], own];`;
    expect(await run(body)).toMatchObject({ output: [[], ["TypeError"], "Function is not available to modules"] });
  });

  test("nothing of the language or of what it is given that could be changed or leads to the host", async () => {
    // In QuickJS, Intl is what says by name that there is none.
    const unwalked = engine === "quickjs" ? ["globalThis", "Intl"] : ["globalThis"];
    const body = `const seen = new Set(); const odd = [];
      const walk = (value, path) => {
        if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return;
        seen.add(value);
        if (!Object.isFrozen(value)) odd.push(path);
        for (const key of Reflect.ownKeys(value)) {
          const { value: inner, get, set } = Reflect.getOwnPropertyDescriptor(value, key);
          for (const part of [inner, get, set]) walk(part, path + "." + String(key));
        }
        const parent = Object.getPrototypeOf(value);
        if (/Reference|ExternalCopy|Isolate/.test(parent?.constructor?.name ?? "")) odd.push(path);
        walk(parent, path + "^");
      };
      walk(nexus, "nexus");
      for (const name of Reflect.ownKeys(globalThis)) {
        if (!${JSON.stringify(unwalked)}.includes(name)) walk(globalThis[name], String(name));
      }
      const hidden = [async () => {}, function* () {}, async function* () {}, [].values(), new Map().keys(), new Set().keys(),
        "".matchAll(/./g), [].values().map((x) => x), ""[Symbol.iterator]()];
      for (const some of hidden) walk(Object.getPrototypeOf(some), "hidden");
      let said; try { Object.prototype.toString = 1; } catch (error) { said = error.message; }
      return { odd, writable: Reflect.set(Object.prototype, "polluted", 1), said };`;
    expect(await run(body)).toMatchObject({
      output: { odd: [], writable: false, said: "the language's own objects cannot be changed" },
    });
  });

  test("no functions out of a stack, and no path of ours", async () => {
    const body = `let sites = "none";
      try { Error.prepareStackTrace = (error, all) => { sites = all.length; return ""; }; } catch {}
      try { null.x; } catch (error) { return [typeof error.stack, sites, /file:|data:|node_modules/.test(error.stack)]; }`;
    expect(await run(body)).toMatchObject({ output: ["string", "none", false] });
  });

  const shortly = { limits: { ...LIMITS, timeoutMs: 300 } };
  test.each<[string, string, object]>([
    ["an endless loop", "for (;;);", { status: "timeout" }],
    ["an endless loop after a request", `await nexus.cache.get("x"); for (;;);`, { status: "timeout" }],
    ["an endless loop that catches", "for (;;) { try { for (;;); } finally { for (;;); } }", { status: "timeout" }],
    ["an endless wait", "await new Promise(() => {});", { status: "timeout" }],
    ["an endless chain of promises", "for (;;) await null;", { status: "timeout" }],
    ["an endless regular expression", `return /(a+)+$/.test("a".repeat(40) + "b");`, { status: "timeout" }],
    ["a long search in one native call", `return "a".repeat(4e6).indexOf("a".repeat(2e6) + "b");`, {}],
    ["a result whose getter never returns", "return { get x() { for (;;); } };", { status: "timeout" }],
    ["a result whose then never returns", "return { then() { for (;;); } };", { status: "timeout" }],
    ["an answer larger than allowed", `return "x".repeat(30000);`, { status: "resources", what: "output" }],
    ["an ordinary error", `throw new TypeError("no such city");`, { status: "failed", message: "no such city" }],
    ["a thrown text", `throw "plain";`, { status: "failed", message: "plain" }],
    [
      "an error whose message loops",
      "throw { get message() { for (;;); }, get stack() { for (;;); } };",
      { status: "failed", message: WORDLESS },
    ],
    [
      "a thrown proxy",
      "throw new Proxy({}, { get() { for (;;); }, getPrototypeOf() { for (;;); } });",
      { status: "failed", message: WORDLESS },
    ],
    ["an answer that is no JSON", "return 1n;", { status: "failed" }],
    ["an answer that contains itself", "const a = []; a.push(a); return a;", { status: "failed" }],
    ["an answer 1,000 levels deep", nested(1_000), { status: "failed" }],
    ["an answer 5,000 levels deep", nested(5_000), { status: "failed" }],
    ["an answer 50,000 levels deep", nested(50_000), {}],
    ["endless recursion", "const f = () => f() + 1; return f();", { status: "failed" }],
    ["a million brackets", `return JSON.parse("[".repeat(1e6) + "]".repeat(1e6)).length;`, {}],
    ["a request of a million letters", `await nexus.cache.set("x", "x".repeat(1e6), 9);`, { what: "output" }],
  ])("nothing but its own end, with %s", async (_name, body, expected) => {
    const outcome = await run(body, shortly);
    expect(outcome).toMatchObject(expected);
    expect(ENDINGS).toContain(outcome.status);
  });

  test("no end of calls to the host", async () => {
    const outcome = await run(`for (;;) await nexus.cache.get("x");`, { limits: { ...LIMITS, timeoutMs: 5_000 } });
    expect(outcome).toEqual({ status: "resources", what: "calls" });
  });

  test("a flood of log lines is cut off at 200 lines of 2,000 characters", async () => {
    const lines: string[] = [];
    const outcome = await run(
      `for (let i = 0; i < 50000; i += 1) nexus.log("x".repeat(3000)); return 1;`,
      { limits: { ...LIMITS, timeoutMs: 5_000 } },
      quietHost({ log: (line) => lines.push(line) }),
    );
    expect(outcome).toMatchObject({ status: "completed" });
    expect(lines).toHaveLength(200);
    expect(lines[0]).toHaveLength(2_000);
  });

  test("what can never answer again is ended at once, not when its time is up", async () => {
    const patient = { limits: { ...LIMITS, timeoutMs: 60_000 } };
    expect(await run("await new Promise(() => {});", patient)).toEqual({ status: "timeout" });
    expect(await run(`await nexus.cache.get("x"); await new Promise(() => {});`, patient)).toEqual({
      status: "timeout",
    });
  });

  test("requests that are megabytes together are cut off before the host has to keep them", async () => {
    let chars = 0;
    const counting = quietHost({
      cacheSet: async (_key, value) => {
        chars += JSON.stringify(value).length;
      },
    });
    const body = `const all = []; for (let i = 0; i < 900; i += 1) all.push(nexus.cache.set("k", "x".repeat(200000), 60));
      await Promise.all(all);`;
    const more = { limits: { ...LIMITS, timeoutMs: 5_000, memoryMib: 128 } };
    expect(await run(body, more, counting)).toEqual({ status: "resources", what: "output" });
    expect(chars).toBeLessThan(4_300_000);
  });

  test("no more memory than it may have, and the next call is as good as ever", { timeout: 60_000 }, async () => {
    const bodies = [
      "const all = []; for (;;) all.push(new Array(1000).fill(1.5));",
      "const all = []; for (;;) all.push(new Uint8Array(2e6).fill(1));",
      "const all = []; for (;;) { try { all.push(new Uint8Array(2e6).fill(1)); } catch {} }",
      "const all = new Map(); for (let i = 0; ; i += 1) all.set(i, { i });",
      `let text = "x"; for (;;) text += text;`,
      "return Array(1e9).fill(0).length;",
      `return "x".repeat(2 ** 29 - 30).split("").length;`,
    ];
    for (const body of bodies) {
      const outcome = await run(body, { limits: { ...LIMITS, timeoutMs: 4_000 } });
      expect(["resources", "failed", "timeout"]).toContain(outcome.status);
    }
    expect(await run("return 1;")).toMatchObject({ output: 1 });
  });
});

test("QuickJS says that memory ran out", { timeout: 30_000 }, async () => {
  const bodies = [
    "const all = []; for (;;) all.push({ n: all.length });",
    "globalThis.all = []; for (;;) all.push(new Uint8Array(1e5));",
  ];
  const limits = { ...LIMITS, timeoutMs: 10_000, memoryMib: 8 };
  for (const body of bodies)
    expect(await kit.run("quickjs", body, { limits })).toEqual({ status: "resources", what: "memory" });
});

function nested(levels: number): string {
  return `let deep = []; for (let i = 0; i < ${levels}; i += 1) deep = [deep]; return deep;`;
}
