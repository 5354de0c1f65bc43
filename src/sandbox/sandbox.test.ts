import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { afterAll, describe, expect, test, vi } from "vitest";
import { newId, OrgId, Sha256 } from "#core/contract/ids.ts";
import { Manifest } from "#core/contract/manifest.ts";
import type { Limits } from "#core/contract/manifest.ts";
import type { Log } from "#core/contract/ports.ts";
import type { ModuleHost, SandboxCall, SandboxOutcome } from "#core/contract/sandbox.ts";
import { createSandbox } from "./sandbox.ts";

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };
const sandbox = createSandbox({ log: SILENT, runners: 4 });
afterAll(() => sandbox[Symbol.asyncDispose]());

const never = new AbortController().signal;
const org = newId(OrgId);
const limits: Limits = { timeoutMs: 1_000, memoryMib: 32, fetches: 5, outputChars: 10_000, fileBytes: 0 };
const manifest = Manifest.parse({
  schema: "urn:nexus:module-manifest:1",
  name: "sample",
  version: "1.0.0",
  title: "Sample",
  description: "For tests.",
  runtime: "sandbox",
  dataClass: "public",
  hosts: [],
  credentials: [],
  capabilities: [
    {
      name: "run",
      title: "Run",
      description: "Runs.",
      effect: "read",
      slots: {},
      required: [],
      examples: ["run a", "run b", "run c", "run d", "run e"],
      credentials: [],
      sample: false,
      cacheTtlS: 0,
    },
  ],
  limits,
  dependencies: {},
  schedules: [],
});

function call(code: string | Readonly<Record<string, string>>, more: Partial<SandboxCall> = {}): SandboxCall {
  const files = new Map(Object.entries(typeof code === "string" ? { "module.ts": code } : code));
  const sha256 = Sha256.parse(
    createHash("sha256")
      .update(JSON.stringify([...files]))
      .digest("hex"),
  );
  return {
    org,
    bundle: { sha256, manifest, code: files, data: new Map() },
    capability: "run",
    input: {},
    limits,
    now: new Date("2026-03-04T05:06:07Z"),
    seed: "seed",
    asker: { locale: "en-CA", timeZone: "America/Toronto" },
    sample: "off",
    origin: "own",
    ...more,
  };
}

function host(more: Partial<ModuleHost> = {}): ModuleHost {
  return {
    fetch: async (url) => ({ ok: true, status: 200, headers: {}, body: url }),
    log: () => {},
    cacheGet: async () => undefined,
    cacheSet: async () => {},
    fileList: async () => [],
    fileRead: async () => undefined,
    fileWrite: async () => {},
    fileRemove: async () => {},
    ...more,
  };
}

const run = (body: string, more: Partial<SandboxCall> = {}, at = host()): Promise<SandboxOutcome> =>
  sandbox.run(call(`export async function run(input, nexus) { ${body} }`, more), at, never);

describe("what a module can do", () => {
  test("a module gets its input and its answer comes back", async () => {
    expect(await run("return { twice: input.n * 2 };", { input: { n: 21 } })).toMatchObject({
      status: "completed",
      output: { twice: 42 },
    });
  });

  test("fetch, cache and files reach the host, in order, as plain data", async () => {
    const seen: unknown[] = [];
    const outcome = await run(
      `const page = await nexus.fetch("https://api.example.com/x", { method: "POST", body: "b", headers: { accept: "a" } });
       await nexus.cache.set("k", { a: [1] }, 60);
       await nexus.files.write("notes.txt", "text");
       nexus.log("done");
       return { page, cached: await nexus.cache.get("k"), missing: await nexus.files.read("none"), files: await nexus.files.list("") };`,
      {},
      host({
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

  test("the clock stands still at the time of the call, also for Intl", async () => {
    const outcome = await run(
      `const first = Date.now(); for (let i = 0; i < 1e5; i += 1);
       return { still: first === Date.now(), date: new Date().toISOString(), nexus: nexus.now().toISOString(),
         intl: new Intl.DateTimeFormat("en-CA", { timeZone: "America/Toronto", dateStyle: "short" }).format(),
         given: new Date(Date.UTC(2020, 0, 2)).toISOString(), is: new Date() instanceof Date };`,
    );
    expect(outcome).toMatchObject({
      output: {
        still: true,
        date: "2026-03-04T05:06:07.000Z",
        nexus: "2026-03-04T05:06:07.000Z",
        intl: "2026-03-04",
        given: "2020-01-02T00:00:00.000Z",
        is: true,
      },
    });
  });

  test("the same seed gives the same numbers, another gives others", async () => {
    const body = "return [nexus.random(), Math.random(), nexus.random()];";
    const [one, same, other] = await Promise.all([run(body), run(body), run(body, { seed: "another" })]);
    expect(one).toMatchObject({ status: "completed" });
    expect(same).toMatchObject({ output: "output" in one ? one.output : [] });
    expect(other).not.toMatchObject({ output: "output" in one ? one.output : [] });
  });

  test("ordinary code that names its errors works although the language is frozen", async () => {
    const outcome = await run(
      `class Odd extends Error { constructor(m) { super(m); this.name = "Odd"; } }
       const e = new Odd("x"); e.message = "y"; const o = {}; o.toString = () => "mine";
       return { text: String(e), own: String(o) };`,
    );
    expect(outcome).toMatchObject({ output: { text: "Odd: y", own: "mine" } });
  });
});

describe("a module of several files", () => {
  const files = {
    "module.ts": `import { read } from "./csv.ts"; import { sum } from "./sums/sum.ts";
      export { look } from "./look.ts";
      export async function run(input) { return sum(read(input.text)); }`,
    "csv.ts": `export const read = (text) => text.split(",").map(Number);`,
    "sums/sum.ts": `import { add } from "./add.ts"; export const sum = (all) => all.reduce(add, 0);`,
    "sums/add.ts": `export const add = (a, b) => a + b;`,
    "look.ts": `export async function look() { return "seen"; }`,
  };

  test("imports its files, beside and below, call after call", async () => {
    for (const [text, output] of [
      ["1,2,3", 6],
      ["4,5", 9],
      ["7", 7],
    ]) {
      const outcome = await sandbox.run(call(files, { input: { text: String(text) } }), host(), never);
      expect(outcome).toMatchObject({ status: "completed", output });
    }
  });

  test("may pass on a capability that another file has", async () => {
    expect(await sandbox.run(call(files, { capability: "look" }), host(), never)).toMatchObject({ output: "seen" });
  });

  test("may have files that import each other, and each runs once", async () => {
    const code = {
      "module.ts": `import { even } from "./even.ts"; import { odd } from "./odd.ts"; import { loads } from "./loads.ts";
        export async function run() { return [even(6), odd(6), loads]; }`,
      "even.ts": `import { odd } from "./odd.ts"; import { loads } from "./loads.ts"; loads.push("even");
        export const even = (n) => n === 0 || odd(n - 1);`,
      "odd.ts": `import { even } from "./even.ts"; import { loads } from "./loads.ts"; loads.push("odd");
        export const odd = (n) => n !== 0 && even(n - 1);`,
      "loads.ts": "export const loads = [];",
    };
    for (let i = 0; i < 2; i += 1) {
      expect(await sandbox.run(call(code), host(), never)).toMatchObject({ output: [true, false, ["odd", "even"]] });
    }
  });

  test("names the file in which it does not parse", async () => {
    const code = { "module.ts": `import "./csv.ts"; export async function run() {}`, "csv.ts": "const = 1;" };
    expect(await sandbox.run(call(code), host(), never)).toMatchObject({
      status: "failed",
      message: expect.stringContaining("csv.ts"),
    });
  });

  test("is stopped when one of its files never ends loading", async () => {
    const code = { "module.ts": `import "./loop.ts"; export async function run() {}`, "loop.ts": "for (;;);" };
    const more = { limits: { ...limits, timeoutMs: 300 } };
    expect(await sandbox.run(call(code, more), host(), never)).toEqual({ status: "timeout" });
  });
});

describe("what a module cannot do", () => {
  test("there is no process, require, import, network, eval or shared memory", async () => {
    const outcome = await run(
      `const names = ["process", "require", "fetch", "XMLHttpRequest", "eval", "WebAssembly", "SharedArrayBuffer", "Atomics",
         "WeakRef", "FinalizationRegistry", "console", "setTimeout", "structuredClone", "Buffer", "global"];
       const tries = [() => (() => {}).constructor("return 1")(), () => Function("return 1")(), () => new Function("return 1")(),
         () => (async () => {}).constructor("return 1")(), () => (function* () {}).constructor("return 1")()];
       let made = 0; for (const attempt of tries) { try { attempt(); made += 1; } catch {} }
       let imported = true; try { await import("node:fs"); } catch { imported = false; }
       return { names: names.filter((name) => name in globalThis), made, imported };`,
    );
    expect(outcome).toMatchObject({ output: { names: [], made: 0, imported: false } });
  });

  test.each(["node:fs", "isolated-vm", "./missing.ts", "./csv", "../csv.ts", "/csv.ts", "https://example.com/x.ts"])(
    "a module that imports %s is refused by name",
    async (specifier) => {
      const code = { "module.ts": `import "${specifier}"; export async function run() {}`, "csv.ts": "" };
      expect(await sandbox.run(call(code), host(), never)).toEqual({
        status: "failed",
        message: expect.stringContaining(`module.ts imports ${specifier}`),
      });
    },
  );

  test("a file below may not import what is above it", async () => {
    const code = {
      "module.ts": `import "./below/deep.ts"; export async function run() {}`,
      "below/deep.ts": `import "./module.ts";`,
    };
    expect(await sandbox.run(call(code), host(), never)).toMatchObject({
      status: "failed",
      message: expect.stringContaining("below/deep.ts imports ./module.ts"),
    });
  });

  test("nothing is imported while it runs, not even its own files", async () => {
    const outcome = await sandbox.run(
      call({
        "module.ts": `export async function run() {
          const refused = [];
          for (const name of ["./csv.ts", "node:fs", "https://example.com/x.ts"]) {
            try { await import(name); } catch { refused.push(name); }
          }
          return refused;
        }`,
        "csv.ts": "",
      }),
      host(),
      never,
    );
    expect(outcome).toMatchObject({ output: ["./csv.ts", "node:fs", "https://example.com/x.ts"] });
  });

  test("nothing it is given leads to the host: no function, prototype or reference can be changed or climbed", async () => {
    const outcome = await run(
      `const seen = new Set(); const odd = [];
       const walk = (value, path) => {
         if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return;
         seen.add(value);
         if (!Object.isFrozen(value)) odd.push(path);
         for (const key of Reflect.ownKeys(value)) {
           const { value: inner, get, set } = Reflect.getOwnPropertyDescriptor(value, key);
           for (const part of [inner, get, set]) walk(part, path + "." + String(key));
         }
         const parent = Object.getPrototypeOf(value);
         if (parent !== null && /Reference|ExternalCopy|Isolate/.test(parent.constructor?.name ?? "")) odd.push(path);
       };
       walk(nexus, "nexus");
       for (const name of Reflect.ownKeys(globalThis)) if (name !== "globalThis") walk(globalThis[name], String(name));
       for (const made of [async () => {}, function* () {}, async function* () {}, [].values(), new Map().keys(), "".matchAll(/x/g)])
         walk(Object.getPrototypeOf(made), "the prototype of " + String(made));
       return { odd, writable: Reflect.set(Object.prototype, "polluted", 1) };`,
    );
    expect(outcome).toMatchObject({ output: { odd: [], writable: false } });
  });

  test("one call leaves nothing behind for the next, whoever makes it", async () => {
    const code = `let visits = 0; globalThis.kept ??= 0;
      export async function run() { visits += 1; globalThis.kept += 1; return { visits, kept: globalThis.kept }; }`;
    const outcomes: SandboxOutcome[] = [];
    for (let i = 0; i < 3; i += 1) outcomes.push(await sandbox.run(call(code), host(), never));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ output: { visits: 1, kept: 1 } });
  });

  test("requests beyond its limit are answered with a refusal and never reach the host", async () => {
    let requests = 0;
    const counting = host({
      fetch: async () => {
        requests += 1;
        return { ok: true, status: 200, headers: {}, body: "" };
      },
    });
    const body = `const all = []; for (let i = 0; i < 9; i += 1) all.push(nexus.fetch("https://a.example/"));
      return (await Promise.all(all)).map((answer) => answer.code ?? answer.status);`;
    const outcome = await run(body, {}, counting);
    const refused = Array.from({ length: 4 }, () => "too_many_calls");
    expect(outcome).toMatchObject({ output: [200, 200, 200, 200, 200, ...refused] });
    expect(requests).toBe(5);
  });

  test("a flood of log lines is cut off at 200 lines of 2,000 characters", async () => {
    const lines: string[] = [];
    const outcome = await run(
      `for (let i = 0; i < 50000; i += 1) nexus.log("x".repeat(3000)); return 1;`,
      { limits: { ...limits, timeoutMs: 5_000 } },
      host({ log: (line) => lines.push(line) }),
    );
    expect(outcome).toMatchObject({ status: "completed" });
    expect(lines).toHaveLength(200);
    expect(lines[0]).toHaveLength(2_000);
  });

  test("a request it did not wait for is refused once it has answered", async () => {
    const asked: string[] = [];
    const outcome = await run(
      `nexus.cache.get("first").then(() => nexus.cache.get("second")); return 1;`,
      {},
      host({
        cacheGet: async (key) => {
          asked.push(key);
          return undefined;
        },
      }),
    );
    expect(outcome).toMatchObject({ output: 1 });
    expect(await run("return 2;")).toMatchObject({ output: 2 });
    expect(asked).not.toContain("second");
  });
});

describe("a module that misbehaves is stopped and named", () => {
  const shortly = { limits: { ...limits, timeoutMs: 300, outputChars: 15_000 } };
  test.each([
    ["an endless loop", "for (;;);", { status: "timeout" }],
    ["an endless loop after a request", `await nexus.cache.get("x"); for (;;);`, { status: "timeout" }],
    ["an endless wait", "await new Promise(() => {});", { status: "timeout" }],
    ["an endless chain of promises", "for (;;) await null;", { status: "timeout" }],
    ["an endless regular expression", `return /(a+)+$/.test("a".repeat(40) + "b");`, { status: "timeout" }],
    ["a result whose getter never returns", "return { get x() { for (;;); } };", { status: "timeout" }],
    ["a result whose then never returns", "return { then() { for (;;); } };", { status: "timeout" }],
    ["an answer larger than allowed", `return "x".repeat(20000);`, { status: "resources", what: "output" }],
    ["an ordinary error", `throw new TypeError("no such city");`, { status: "failed", message: "no such city" }],
    ["a thrown text", `throw "plain";`, { status: "failed", message: "plain" }],
    ["an answer that is no JSON", "return 1n;", { status: "failed" }],
    ["an answer that contains itself", "const a = []; a.push(a); return a;", { status: "failed" }],
    [
      "an answer nested 5,000 levels deep",
      "let deep = []; for (let i = 0; i < 5000; i += 1) deep = [deep]; return deep;",
      { status: "failed" },
    ],
    ["a runaway of host calls", `for (;;) await nexus.cache.get("x");`, { status: "resources", what: "calls" }],
  ])("%s", async (_name, body, expected) => {
    const allowed = expected.status === "resources" ? { limits: { ...limits, timeoutMs: 5_000 } } : shortly;
    expect(await run(body, allowed)).toMatchObject(expected);
  });

  test("what can never answer again is ended at once, not when its time is up", async () => {
    const patient = { limits: { ...limits, timeoutMs: 60_000 } };
    expect(await run("await new Promise(() => {});", patient)).toEqual({ status: "timeout" });
    expect(await run(`await nexus.cache.get("x"); await new Promise(() => {});`, patient)).toEqual({
      status: "timeout",
    });
  });

  test("a rejection that nobody waits for does not take the answer away", async () => {
    const body = `const lost = (async () => { throw new Error("lost"); })();
      await nexus.cache.get("x"); let said; try { await lost; } catch (error) { said = error.message; } return said;`;
    expect(await run(body)).toMatchObject({ status: "completed", output: "lost" });
    expect(await run(`Promise.reject(new Error("lost")); return 1;`)).toMatchObject({ status: "completed", output: 1 });
  });

  test("a file that throws while it is loaded ends the call with what it threw", async () => {
    const code = `if (true) throw new Error("not today"); export async function run() {}`;
    const outcome = await sandbox.run(call(code), host(), never);
    expect(outcome).toEqual({ status: "failed", message: "not today" });
  });

  test("requests that are megabytes together are cut off before the host has to keep them", async () => {
    let chars = 0;
    const counting = host({
      cacheSet: async (_key, value) => {
        chars += JSON.stringify(value).length;
      },
    });
    const body = `const all = []; for (let i = 0; i < 900; i += 1) all.push(nexus.cache.set("k", "x".repeat(200000), 60));
      await Promise.all(all);`;
    const more = { limits: { ...limits, timeoutMs: 5_000, memoryMib: 128 } };
    expect(await run(body, more, counting)).toEqual({ status: "resources", what: "output" });
    expect(chars).toBeLessThan(4_300_000);
  });

  test("thrown traps and getters end the call without running in the host", async () => {
    const message = "the module threw something without a message";
    expect(await run(`throw { get message() { for (;;); }, get stack() { for (;;); } };`, shortly)).toEqual({
      status: "failed",
      message,
    });
    expect(await run("throw new Proxy({}, { get() { for (;;); }, getPrototypeOf() { for (;;); } });", shortly)).toEqual(
      {
        status: "failed",
        message,
      },
    );
  });

  test("growing memory is stopped: arrays, buffers and native strings", { timeout: 60_000 }, async () => {
    const bodies = [
      "const all = []; for (;;) all.push(new Array(1000).fill(1.5));",
      `let text = "x"; for (;;) text += text;`,
      "const all = new Map(); for (let i = 0; ; i += 1) all.set(i, { i });",
      `return "x".repeat(2 ** 29 - 30).split("").length;`,
    ];
    const more = { limits: { ...limits, timeoutMs: 4_000 } };
    for (const body of bodies) {
      const outcome = await run(body, more);
      expect(["resources", "failed", "timeout"]).toContain(outcome.status);
    }
    expect(await run("return 1;")).toMatchObject({ output: 1 });
  });

  test("resizable buffers, which no memory limit counts, do not exist", async () => {
    const outcome = await run(
      `const buffer = new ArrayBuffer(8, { maxByteLength: 4e9 });
       return { resizable: buffer.resizable, resize: typeof buffer.resize, transfer: typeof buffer.transfer };`,
    );
    expect(outcome).toMatchObject({ output: { resizable: false, resize: "undefined", transfer: "undefined" } });
  });
});

describe("runners", () => {
  test("stopping a call ends it at once, even in an endless loop", async () => {
    const stop = new AbortController();
    const outcome = sandbox.run(
      call("export async function run(input, nexus) { nexus.log('in'); for (;;); }", {
        limits: { ...limits, timeoutMs: 20_000 },
      }),
      host({ log: () => stop.abort() }),
      stop.signal,
    );
    const started = performance.now();
    expect(await outcome).toEqual({ status: "aborted" });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test("a runner that dies in a call fails that call only, and is replaced", async () => {
    const killRunner = (): void => {
      for (const pid of runnersOf(process.pid)) process.kill(pid, "SIGKILL");
    };
    const outcome = await run(
      `nexus.log("now"); await nexus.cache.get("x");`,
      { limits: { ...limits, timeoutMs: 10_000 } },
      host({ log: killRunner, cacheGet: () => new Promise(() => {}) }),
    );
    expect(outcome).toMatchObject({ status: "failed", message: "the runner ended during the call (SIGKILL)" });
    // The others were killed too, and the kernel tells of each in its own time.
    await vi.waitUntil(async () => (await run("return 1;")).status === "completed", { timeout: 5_000 });
  });

  test("200 calls at once of three orgs are all answered, each with its own answer", { timeout: 60_000 }, async () => {
    const orgs = [newId(OrgId), newId(OrgId), newId(OrgId)];
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, (_, n) => {
        const mine = orgs[n % 3] ?? org;
        return run("return { n: input.n, at: await nexus.fetch('https://a.example/') };", { input: { n }, org: mine });
      }),
    );
    for (const [n, outcome] of outcomes.entries())
      expect(outcome).toMatchObject({ status: "completed", output: { n } });
  });

  test("when all runners are busy a call is told so instead of waiting for ever", async () => {
    await using small = createSandbox({ log: SILENT, runners: 1, waitMs: 150 });
    const short = call("export async function run() {}");
    // On a busy machine the only process is not there within 150 ms.
    await vi.waitUntil(async () => (await small.run(short, host(), never)).status === "completed", { timeout: 10_000 });
    const stop = new AbortController();
    const long = call("export async function run(input, nexus) { await nexus.cache.get('x'); }", {
      limits: { ...limits, timeoutMs: 10_000 },
    });
    const busy = small.run(long, host({ cacheGet: () => new Promise(() => {}) }), stop.signal);
    expect(await small.run(short, host(), never)).toEqual({ status: "busy" });
    stop.abort();
    expect(await busy).toEqual({ status: "aborted" });
  });

  test("the check runs a module and names the fences it stood behind", async () => {
    const check = await sandbox.check(never);
    expect(check).toMatchObject({ ok: true });
    expect(check.detail).toContain("a process of its own");
  });
});

function runnersOf(parent: number): number[] {
  const isRunner = (pid: string): boolean => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      const parentPid = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
      return parentPid === String(parent) && readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("isolated-vm");
    } catch {
      return false;
    }
  };
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && isRunner(name))
    .map(Number);
}
