import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import wabt from "wabt";
import { z } from "zod";
import { newId, OrgId, Sha256 } from "#core/contract/ids.ts";
import type { Limits } from "#core/contract/manifest.ts";
import type { Log } from "#core/contract/ports.ts";
import type { ModuleHost, SandboxOutcome } from "#core/contract/sandbox.ts";
import { createEngines } from "#sandbox/engines/engines.ts";
import { createLocalLauncher } from "#sandbox/launch/local-launcher.ts";
import { createRunnerPools, type PooledCall } from "#sandbox/runner-pools.ts";
import { FromRunner } from "#sandbox/wire.ts";

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };
const launcher = createLocalLauncher();
const engines = createEngines();
const pools = createRunnerPools({ launcher, engines, options: { log: SILENT, runners: 3, spares: 0 } });
afterAll(async () => {
  await pools[Symbol.asyncDispose]();
  await launcher[Symbol.asyncDispose]();
});

const never = new AbortController().signal;
const org = newId(OrgId);
const limits: Limits = { timeoutMs: 2_000, memoryMib: 16, fetches: 5, outputChars: 10_000, fileBytes: 0 };
const toolkit = await wabt();

/** The event of `handle`, as it stands in a scripted answer. */
const EVENT = "%EVENT%";

const build = (text: string): Uint8Array =>
  toolkit.parseWat("module.wat", text, { bulk_memory: true }).toBinary({}).buffer;

/** Where the event is put, and where an answer is written: 32 pages of memory, 64 at most. */
const GIVEN = 0x80000;
const ANSWER = 0x100000;
const answerOf = (length: string): string => `(i64.or (i64.const ${ANSWER * 2 ** 32}) (i64.extend_i32_u ${length}))`;

/** Data from address 1024 on. */
const data = (text: string): string =>
  `(data (i32.const 1024) "${Buffer.from(text)
    .toString("hex")
    .replaceAll(/../g, String.raw`\$&`)}")`;

/** A module whose `handle` is the given instructions, over the parameters $pointer and $length. */
const withHandle = (instructions: string, more = ""): Uint8Array =>
  build(`(module
    (memory (export "memory") 32 64)
    ${more}
    (func (export "allocate") (param i32) (result i32) (i32.const ${GIVEN}))
    (func (export "handle") (param $pointer i32) (param $length i32) (result i64) ${instructions}))`);

/** A module whose `handle` answers with the first bytes of some data. */
const answering = (text: string, before = "", more = ""): Uint8Array =>
  withHandle(`${before} (i64.const ${1024n * 2n ** 32n + BigInt(Buffer.byteLength(text))})`, data(text) + more);

/** A module that answers its first event with the first text, its second with the second. */
function scripted(...answers: readonly string[]): Uint8Array {
  let kept = "";
  const put = (text: string): string => {
    const at = 1024 + Buffer.byteLength(kept);
    kept += text;
    return `(call $put (i32.const ${at}) (i32.const ${Buffer.byteLength(text)}))`;
  };
  const steps = answers.map((answer, step) => {
    const puts = answer.split(EVENT).map(put).join("(call $put (local.get $pointer) (local.get $length))");
    return `(if (i32.eq (global.get $step) (i32.const ${step + 1})) (then ${puts}))`;
  });
  return withHandle(
    `(global.set $step (i32.add (global.get $step) (i32.const 1)))
     (global.set $end (i32.const ${ANSWER}))
     ${steps.join("\n")}
     ${answerOf(`(i32.sub (global.get $end) (i32.const ${ANSWER}))`)}`,
    `(global $step (mut i32) (i32.const 0))
     (global $end (mut i32) (i32.const 0))
     ${data(kept)}
     (func $put (param $from i32) (param $bytes i32)
       (memory.copy (global.get $end) (local.get $from) (local.get $bytes))
       (global.set $end (i32.add (global.get $end) (local.get $bytes))))`,
  );
}

function call(wasm: Uint8Array, more: Partial<PooledCall> = {}): PooledCall {
  const sha256 = Sha256.parse(createHash("sha256").update(wasm).digest("hex"));
  return {
    org,
    bundle: { sha256, code: new Map(), wasm },
    capability: "run",
    input: {},
    limits,
    now: new Date("2026-03-04T05:06:07Z"),
    seed: "seed",
    asker: { locale: "en-CA", timeZone: "America/Toronto" },
    sample: "off",
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

const run = (wasm: Uint8Array, more: Partial<PooledCall> = {}, at = host(), once = false): Promise<SandboxOutcome> =>
  pools.run(engines.named.webassembly, call(wasm, more), at, { once }, never);

const ask = (...asks: readonly [verb: string, ...args: unknown[]][]): string =>
  JSON.stringify({ type: "ask", asks: asks.map(([verb, ...args]) => ({ verb, args })) });
const DONE_WITH_EVENT = `{"type":"done","output":${EVENT}}`;

describe("what a WebAssembly module can do", () => {
  test("it gets the call as an event and its answer comes back", async () => {
    const outcome = await run(scripted(DONE_WITH_EVENT), { input: { city: "Zürich “Enge”", n: [1.5, null] } });
    expect(outcome).toMatchObject({
      status: "completed",
      output: {
        type: "call",
        capability: "run",
        input: { city: "Zürich “Enge”", n: [1.5, null] },
        nowMs: Date.parse("2026-03-04T05:06:07Z"),
        asker: { locale: "en-CA", timeZone: "America/Toronto" },
        sample: "off",
        limits: { timeoutMs: 2_000, fetches: 5, calls: 1_000, outputChars: 10_000 },
      },
    });
  });

  test("the same seed gives the same numbers to start from, another gives others", async () => {
    const echo = scripted(DONE_WITH_EVENT);
    const [one, same, other] = [await run(echo), await run(echo), await run(echo, { seed: "another" })];
    expect(one).toMatchObject({
      output: { seed: [expect.any(Number), expect.any(Number), expect.any(Number), expect.any(Number)] },
    });
    const output = "output" in one ? one.output : undefined;
    expect(same).toMatchObject({ output });
    expect(other).not.toMatchObject({ output });
  });

  test("a request goes through the host, and its answer comes as the next event", async () => {
    const seen: unknown[] = [];
    const outcome = await run(
      scripted(
        ask(["fetch", "https://api.example.com/x", { method: "POST", headers: { accept: "a" }, body: "ü" }]),
        DONE_WITH_EVENT,
      ),
      {},
      host({
        fetch: async (url, init) => {
          seen.push([url, init]);
          return { ok: false, code: "timeout", detail: "slow" };
        },
      }),
    );
    expect(outcome).toMatchObject({
      output: { type: "answers", answers: [{ ok: false, code: "timeout", detail: "slow" }] },
    });
    expect(seen).toEqual([["https://api.example.com/x", { method: "POST", headers: { accept: "a" }, body: "ü" }]]);
  });

  test("what it asks for together is done together, and the answers are in its order", async () => {
    const both = Promise.withResolvers<void>();
    let open = 0;
    const outcome = await run(
      scripted(ask(["fetch", "https://a.example/1", {}], ["fetch", "https://a.example/2", {}]), DONE_WITH_EVENT),
      {},
      host({
        // Neither is answered before both have been asked, and the second before the first.
        fetch: async (url) => {
          open += 1;
          if (open === 2) both.resolve();
          await both.promise;
          if (url.endsWith("1")) await new Promise((resolve) => setImmediate(resolve));
          return { ok: true, status: 200, headers: {}, body: url };
        },
      }),
    );
    expect(outcome).toMatchObject({
      output: { answers: [{ body: "https://a.example/1" }, { body: "https://a.example/2" }] },
    });
  });

  test("files, cache and log reach the host", async () => {
    const seen: unknown[] = [];
    const outcome = await run(
      scripted(
        ask(["fileWrite", "a.txt", "text"], ["cacheSet", "k", { a: 1 }, 60], ["log", "hello"]),
        ask(["fileRead", "a.txt"], ["fileRead", "none"], ["fileList", ""], ["cacheGet", "k"], ["fileRemove", "a.txt"]),
        DONE_WITH_EVENT,
      ),
      {},
      host({
        fileWrite: async (...args) => void seen.push(args),
        fileRemove: async (...args) => void seen.push(args),
        cacheSet: async (...args) => void seen.push(args),
        log: (line) => seen.push(line),
        fileRead: async (path) => (path === "a.txt" ? "text" : undefined),
        fileList: async () => ["a.txt"],
        cacheGet: async () => ({ a: 1 }),
      }),
    );
    expect(outcome).toMatchObject({
      output: { answers: [{ value: "text" }, {}, { value: ["a.txt"] }, { value: { a: 1 } }, {}] },
    });
    expect(seen).toHaveLength(4);
    expect(seen).toEqual(expect.arrayContaining([["a.txt", "text"], ["k", { a: 1 }, 60], "hello", ["a.txt"]]));
  });

  test("its own failure is told in its own words", async () => {
    expect(await run(scripted(`{"type":"failed","message":"no such city"}`))).toEqual({
      status: "failed",
      message: "no such city",
    });
  });

  test("the smallest module, as it stands in docs/wasm-modules.md, says hello", async () => {
    const [, text = ""] = /```wat\n([^]*?)```/.exec(readFileSync("docs/wasm-modules.md", "utf8")) ?? [];
    expect(await run(build(text))).toMatchObject({ output: { summary: "Hello from WebAssembly." } });
  });

  test("the first event is written as docs/wasm-modules.md shows it", async () => {
    const [, text = "{}"] =
      /### Events[^]*?```json\n([^]*?)```/.exec(readFileSync("docs/wasm-modules.md", "utf8")) ?? [];
    const example = z.record(z.string(), z.json()).parse(JSON.parse(text));
    const outcome = await run(scripted(DONE_WITH_EVENT));
    const event = z.object({ output: z.record(z.string(), z.json()) }).parse(outcome).output;
    expect(Object.keys(event)).toEqual(Object.keys(example));
  });

  test("_initialize runs before anything else", async () => {
    const wasm = answering(
      `{"type":"done","output":0}`,
      "",
      `(func (export "_initialize") (i32.store8 (i32.const 1048) (i32.const 55)))`,
    );
    expect(await run(wasm)).toMatchObject({ status: "completed", output: 7 });
  });
});

describe("what a WebAssembly module cannot do", () => {
  test("the second call sees nothing of the first, in the same process", async () => {
    const wasm = answering(
      `{"type":"done","output":10}`,
      "(i32.store8 (i32.const 1049) (i32.add (i32.load8_u (i32.const 1049)) (i32.const 1)))",
    );
    for (let i = 0; i < 3; i += 1) expect(await run(wasm)).toMatchObject({ status: "completed", output: 11 });
  });

  test("requests beyond its limit are answered with a refusal and never reach the host", async () => {
    let requests = 0;
    const fetches: readonly ["fetch", string, object][] = Array.from({ length: 7 }, () => [
      "fetch",
      "https://a.example/",
      {},
    ]);
    const outcome = await run(
      scripted(ask(...fetches), DONE_WITH_EVENT),
      {},
      host({
        fetch: async () => {
          requests += 1;
          return { ok: true, status: 200, headers: {}, body: "" };
        },
      }),
    );
    const refused = { ok: false, code: "too_many_calls" };
    expect(outcome).toMatchObject({ output: { answers: [{}, {}, {}, {}, {}, refused, refused] } });
    expect(requests).toBe(5);
  });

  test("more than 1,000 things asked of the host end the call", async () => {
    const many: readonly ["cacheGet", string][] = Array.from({ length: 250 }, () => ["cacheGet", "k"]);
    const round = ask(...many);
    expect(await run(scripted(round, round, round, round, round))).toEqual({ status: "resources", what: "calls" });
  });

  test("a flood of log lines is cut off at 200 lines of 2,000 letters", async () => {
    const lines: string[] = [];
    const flood = ask(
      ...Array.from({ length: 250 }, (_, n): ["log", string] => ["log", "x".repeat(n === 0 ? 3_000 : 1)]),
    );
    const outcome = await run(
      scripted(flood, `{"type":"done","output":1}`),
      {},
      host({ log: (line) => lines.push(line) }),
    );
    expect(outcome).toMatchObject({ status: "completed" });
    expect(lines).toHaveLength(200);
    expect(lines[0]).toHaveLength(2_000);
  });

  test("an argument larger than it may hand over ends the call", async () => {
    expect(await run(scripted(ask(["cacheSet", "k", "x".repeat(300_000), 60])))).toEqual({
      status: "resources",
      what: "output",
    });
  });
});

describe("a WebAssembly module that misbehaves is stopped and named", () => {
  const answer = (pointer: bigint, length: bigint): Uint8Array =>
    withHandle(`(i64.const ${(pointer << 32n) | length})`, data("no answer"));
  const recursion = `(func $deep (param i32) (result i32) (i32.add (i32.const 1) (call $deep (local.get 0))))`;

  test.each([
    ["an endless loop", withHandle("(loop (br 0)) (i64.const 0)"), { status: "timeout" }],
    [
      "an endless loop before the first event",
      withHandle("(i64.const 0)", `(func (export "_initialize") (loop (br 0)))`),
      { status: "timeout" },
    ],
    [
      "endless asking for nothing",
      scripted(`{"type":"ask","asks":[]}`),
      { status: "failed", message: expect.stringMatching(/asks for nothing/) },
    ],
    [
      "recursion without end",
      withHandle("(i64.extend_i32_u (call $deep (i32.const 0)))", recursion),
      { status: "failed", message: expect.stringMatching(/call stack/) },
    ],
    ["unreachable", withHandle("(unreachable)"), { status: "failed", message: "the module trapped: unreachable" }],
    [
      "a division by zero",
      withHandle("(i64.div_u (i64.const 1) (i64.const 0))"),
      { status: "failed", message: "the module trapped: divide by zero" },
    ],
    [
      "a read outside of its memory",
      withHandle("(i64.load (i32.const 0x7fffffff))"),
      { status: "failed", message: "the module trapped: memory access out of bounds" },
    ],
    [
      "an answer outside of its memory",
      answer(0x7ffffff0n, 16n),
      { status: "failed", message: expect.stringMatching(/points outside of memory/) },
    ],
    [
      "an answer that begins behind 4 GiB",
      answer(0xffffffffn, 0xffffffffn),
      { status: "failed", message: expect.stringMatching(/points outside of memory/) },
    ],
    [
      "an answer that is not UTF-8",
      withHandle(`(i64.const ${(1024n << 32n) | 2n})`, `(data (i32.const 1024) "\\ff\\fe")`),
      { status: "failed", message: expect.stringMatching(/not UTF-8/) },
    ],
    ["no answer", answer(0n, 0n), { status: "failed", message: expect.stringMatching(/not JSON/) }],
    [
      "an answer that is no event of ours",
      scripted(`{"type":"exec"}`),
      { status: "failed", message: expect.stringMatching(/none of done, failed and ask/) },
    ],
    [
      "an answer that only inherits its type",
      scripted(`{"__proto__":{"type":"done"}}`),
      { status: "failed", message: expect.stringMatching(/none of done/) },
    ],
    [
      "a verb that does not exist",
      scripted(ask(["spawn", "sh"])),
      { status: "failed", message: expect.stringMatching(/a verb is none of/) },
    ],
    [
      "an answer larger than allowed",
      scripted(`{"type":"done","output":"${"x".repeat(11_000)}"}`),
      { status: "resources", what: "output" },
    ],
    [
      "an answer nested 3,000 levels deep",
      scripted(`{"type":"done","output":${"[".repeat(3_000)}${"]".repeat(3_000)}}`),
      { status: "failed", message: expect.stringMatching(/nested too deeply/) },
    ],
    [
      "an answer of 4 MiB of blanks",
      withHandle("(drop (memory.grow (i32.const 32))) (i64.const 4194304)"),
      { status: "resources", what: "output" },
    ],
    [
      "an allocation outside of its memory",
      build(`(module (memory (export "memory") 1 1) (func (export "allocate") (param i32) (result i32) (i32.const -8))
        (func (export "handle") (param i32 i32) (result i64) (i64.const 0)))`),
      { status: "failed", message: expect.stringMatching(/allocate points outside of memory/) },
    ],
    [
      "no room for what it is given",
      build(`(module (memory (export "memory") 1 1) (func (export "allocate") (param i32) (result i32) (i32.const 0))
        (func (export "handle") (param i32 i32) (result i64) (i64.const 0)))`),
      { status: "resources", what: "memory" },
    ],
    [
      "a memory larger than the call may have",
      build(`(module (memory (export "memory") 1 257) (func (export "allocate") (param i32) (result i32) (i32.const 8))
        (func (export "handle") (param i32 i32) (result i64) (i64.const 0)))`),
      { status: "failed", message: expect.stringMatching(/up to 257 pages, and 16 MiB are 256/) },
    ],
    [
      "an import",
      build(`(module (import "env" "now" (func (result f64))) (memory (export "memory") 1 1)
        (func (export "allocate") (param i32) (result i32) (i32.const 8))
        (func (export "handle") (param i32 i32) (result i64) (i64.const 0)))`),
      { status: "failed", message: expect.stringMatching(/imports “env” “now”/) },
    ],
    [
      "what is no WebAssembly",
      Buffer.from("module.wasm, honestly"),
      { status: "failed", message: expect.stringMatching(/does not begin as/) },
    ],
  ] as const)("%s", async (_, wasm, expected) => {
    const timeoutMs = expected.status === "timeout" ? 300 : 5_000;
    expect(await run(wasm, { limits: { ...limits, timeoutMs } })).toEqual(expected);
  });

  test.each([
    ["minutes", `(local${" i32".repeat(4_000)}) ${"loop end ".repeat(200_000)} i64.const 0`],
    [
      "gigabytes",
      `${"i32.const 0 ".repeat(50_000)} ${"block i32.const 0 br_if 0 end ".repeat(50_000)} ${"drop ".repeat(50_000)} i64.const 0`,
    ],
  ])("code made to take %s to compile is stopped", async (_, code) => {
    const outcome = await run(withHandle(code), { limits: { ...limits, timeoutMs: 300 } });
    // Its time or its memory: whichever runs out first on this machine.
    expect([{ status: "timeout" }, { status: "resources", what: "memory" }]).toContainEqual(outcome);
  });

  test("handing over large things again and again ends the call", async () => {
    const again = answering(ask(["cacheSet", "k", "x".repeat(200_000), 60]));
    expect(await run(again)).toEqual({ status: "resources", what: "output" });
  });

  test("growing beyond its maximum is refused to the module itself", async () => {
    // It has 32 pages of 64. Refused, memory.grow gives -1.
    const grow = (pages: number): Uint8Array =>
      answering(
        `{"type":"done","output":1}`,
        `(if (i32.eq (memory.grow (i32.const ${pages})) (i32.const -1)) (then (unreachable)))`,
      );
    expect(await run(grow(32))).toMatchObject({ status: "completed" });
    expect(await run(grow(33))).toMatchObject({ status: "failed", message: "the module trapped: unreachable" });
  });

  test("stopping a call ends it at once, even in an endless loop", async () => {
    const stop = new AbortController();
    const wasm = answering(
      ask(["log", "in"]),
      "(if (global.get $asked) (then (loop (br 0)))) (global.set $asked (i32.const 1))",
      "(global $asked (mut i32) (i32.const 0))",
    );
    const long = call(wasm, { limits: { ...limits, timeoutMs: 20_000 } });
    const outcome = pools.run(
      engines.named.webassembly,
      long,
      host({ log: () => stop.abort() }),
      { once: false },
      stop.signal,
    );
    expect(await outcome).toEqual({ status: "aborted" });
  });

  test("the next call after any of them is served", async () => {
    expect(await run(scripted(`{"type":"done","output":"well"}`), {}, host(), true)).toMatchObject({ output: "well" });
  });
});

test("a loop is ended by its own process too, for a parent that is gone ends nothing", async () => {
  const cell = launcher.start(engines.named.webassembly.program);
  const ended = new Promise((resolve) => {
    cell.onMessage((raw) => {
      const message = FromRunner.parse(raw);
      if (message.type === "ended") resolve(message.ended);
    });
  });
  const code = [["module.wasm", Buffer.from(withHandle("(loop (br 0)) (i64.const 0)")).toString("base64")]];
  const settings = {
    fetches: 0,
    calls: 0,
    logLines: 0,
    outputChars: 1_000,
    argumentChars: 1_000,
    allArgumentChars: 1_000,
  };
  cell.send({ type: "load", code, memoryMib: 16 });
  cell.send({
    type: "call",
    call: 1,
    capability: "run",
    input: "{}",
    settings: JSON.stringify(settings),
    nowMs: 0,
    seed: "",
    timeoutMs: 200,
  });
  expect(await ended).toEqual({ status: "timeout" });
  cell.kill();
  await cell.exited;
});

test("the engine runs binaries and no scripts", () => {
  const { webassembly } = engines.named;
  expect(webassembly.refuses({ code: new Map(), wasm: new Uint8Array() })).toBeUndefined();
  expect(webassembly.refuses({ code: new Map([["module.ts", ""]]) })).toBe("it is a script");
});
