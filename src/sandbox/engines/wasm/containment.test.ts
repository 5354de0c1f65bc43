import { afterAll, describe, expect, test } from "vitest";
import { FromRunner } from "#sandbox/wire.ts";
import { quietHost } from "#test/engine-kit.ts";
import {
  answering,
  asking,
  buildWat,
  dataAt1024,
  DONE_WITH_EVENT,
  scripted,
  startWasm,
  WASM_LIMITS,
  withHandle,
} from "#test/wasm-kit.ts";

const kit = startWasm();
afterAll(() => kit[Symbol.asyncDispose]());
const { engine, launcher, run } = kit;

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
      scripted(asking(...fetches), DONE_WITH_EVENT),
      {},
      quietHost({
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
    const round = asking(...many);
    expect(await run(scripted(round, round, round, round, round))).toEqual({ status: "resources", what: "calls" });
  });

  test("a flood of log lines is cut off at 200 lines of 2,000 letters", async () => {
    const lines: string[] = [];
    const flood = asking(
      ...Array.from({ length: 250 }, (_, n): ["log", string] => ["log", "x".repeat(n === 0 ? 3_000 : 1)]),
    );
    const outcome = await run(
      scripted(flood, `{"type":"done","output":1}`),
      {},
      quietHost({ log: (line) => lines.push(line) }),
    );
    expect(outcome).toMatchObject({ status: "completed" });
    expect(lines).toHaveLength(200);
    expect(lines[0]).toHaveLength(2_000);
  });

  test("an argument larger than it may hand over ends the call", async () => {
    expect(await run(scripted(asking(["cacheSet", "k", "x".repeat(300_000), 60])))).toEqual({
      status: "resources",
      what: "output",
    });
  });
});

describe("a WebAssembly module that misbehaves is stopped and named", () => {
  const answer = (pointer: bigint, length: bigint): Uint8Array =>
    withHandle(`(i64.const ${(pointer << 32n) | length})`, dataAt1024("no answer"));
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
      scripted(asking(["spawn", "sh"])),
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
      buildWat(`(module (memory (export "memory") 1 1) (func (export "allocate") (param i32) (result i32) (i32.const -8))
        (func (export "handle") (param i32 i32) (result i64) (i64.const 0)))`),
      { status: "failed", message: expect.stringMatching(/allocate points outside of memory/) },
    ],
    [
      "no room for what it is given",
      buildWat(`(module (memory (export "memory") 1 1) (func (export "allocate") (param i32) (result i32) (i32.const 0))
        (func (export "handle") (param i32 i32) (result i64) (i64.const 0)))`),
      { status: "resources", what: "memory" },
    ],
    [
      "a memory larger than the call may have",
      buildWat(`(module (memory (export "memory") 1 257) (func (export "allocate") (param i32) (result i32) (i32.const 8))
        (func (export "handle") (param i32 i32) (result i64) (i64.const 0)))`),
      { status: "failed", message: expect.stringMatching(/up to 257 pages, and 16 MiB are 256/) },
    ],
    [
      "an import",
      buildWat(`(module (import "env" "now" (func (result f64))) (memory (export "memory") 1 1)
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
    expect(await run(wasm, { limits: { ...WASM_LIMITS, timeoutMs } })).toEqual(expected);
  });

  test.each([
    ["minutes", `(local${" i32".repeat(4_000)}) ${"loop end ".repeat(200_000)} i64.const 0`],
    [
      "gigabytes",
      `${"i32.const 0 ".repeat(50_000)} ${"block i32.const 0 br_if 0 end ".repeat(50_000)} ${"drop ".repeat(50_000)} i64.const 0`,
    ],
  ])("code made to take %s to compile is stopped", async (_, code) => {
    const outcome = await run(withHandle(code), { limits: { ...WASM_LIMITS, timeoutMs: 300 } });
    // Its time or its memory: whichever runs out first on this machine.
    expect([{ status: "timeout" }, { status: "resources", what: "memory" }]).toContainEqual(outcome);
  });

  test("handing over large things again and again ends the call", async () => {
    const again = answering(asking(["cacheSet", "k", "x".repeat(200_000), 60]));
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
      asking(["log", "in"]),
      "(if (global.get $asked) (then (loop (br 0)))) (global.set $asked (i32.const 1))",
      "(global $asked (mut i32) (i32.const 0))",
    );
    const long = { limits: { ...WASM_LIMITS, timeoutMs: 20_000 } };
    const outcome = run(wasm, long, quietHost({ log: () => stop.abort() }), { signal: stop.signal });
    expect(await outcome).toEqual({ status: "aborted" });
  });

  test("the next call after any of them is served", async () => {
    expect(await run(scripted(`{"type":"done","output":"well"}`), {}, quietHost(), { once: true })).toMatchObject({
      output: "well",
    });
  });
});

test("a loop is ended by its own process too, for a parent that is gone ends nothing", async () => {
  const cell = launcher.start(engine.program);
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
