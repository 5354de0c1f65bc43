import { afterAll, describe, expect, test, vi } from "vitest";
import type { SandboxOutcome } from "#core/contract/sandbox.ts";
import { descendants } from "#bench/processes.ts";
import { quietHost } from "#test/engine-kit.ts";
import { runOf, sandboxCall } from "#test/sandbox-call.ts";
import type { Engine } from "./engines/engine.ts";
import { createEngines } from "./engines/engines.ts";
import { createLocalLauncher } from "./launch/local-launcher.ts";
import { type Job, type RunnerProcess, startRunner } from "./runner-process.ts";

const launcher = createLocalLauncher();
afterAll(() => launcher[Symbol.asyncDispose]());
const { v8 } = createEngines().named;
const never = new AbortController().signal;
const job: Job = sandboxCall("", {
  limits: { timeoutMs: 1_000, memoryMib: 32, fetches: 5, outputChars: 1_000, fileBytes: 0 },
});

async function start(engine: Engine, code = ""): Promise<RunnerProcess> {
  const runner = startRunner({ launcher, engine, memoryCapMib: 256 });
  await runner.ready;
  runner.load({ code: new Map([["module.ts", code]]) }, 32);
  return runner;
}

describe("a call that is given up", () => {
  test.each([
    ["a plain loop", "for (;;);"],
    ["one native step that takes minutes", "Array(1e9).fill(0).length;"],
    ["a calculation nothing can interrupt", "let x = 2n ** (2n ** 22n); for (;;) x = x * x;"],
    ["a text nothing can interrupt", "(2n ** (2n ** 25n)).toString();"],
    ["a regular expression", `/(a+)+$/.test("a".repeat(50) + "b");`],
  ])("ends its process at once: %s", async (_name, body) => {
    const before = descendants().length;
    const runner = await start(v8, runOf(`nexus.log("in"); ${body}`));
    expect(descendants().length).toBe(before + 1);
    const stop = new AbortController();
    const outcome = runner.run(
      { ...job, limits: { ...job.limits, timeoutMs: 60_000 } },
      quietHost({ log: () => stop.abort() }),
      stop.signal,
    );
    expect(await outcome).toEqual({ status: "aborted" });
    await vi.waitUntil(() => descendants().length === before, { timeout: 2_000 });
    await runner.exited;
  });

  test("nothing the host still does for it is waited for, and it is told to stop", async () => {
    const runner = await start(v8, runOf(`await nexus.fetch("https://a.example/");`));
    const stop = new AbortController();
    let seen: AbortSignal | undefined;
    const outcome = runner.run(
      job,
      quietHost({
        fetch: (_url, _init, signal) => {
          seen = signal;
          stop.abort();
          return new Promise(() => {});
        },
      }),
      stop.signal,
    );
    expect(await outcome).toEqual({ status: "aborted" });
    expect(seen?.aborted).toBe(true);
    await runner.exited;
  });
});

describe("a runner that is not ours any longer", () => {
  /** A program that says what it likes once it is called: what somebody could do who broke out of the isolate. */
  const rogue = (script: string): Engine => ({
    name: "v8",
    program: {
      name: "rogue",
      script: `const tell = (message) => process.send(message);
        process.on("message", (message) => { if (message.type === "call") { const { call } = message; ${script} } });
        tell({ type: "ready" });`,
      args: [],
      readable: [],
      addons: false,
      compiler: false,
      nodeFlags: [],
    },
    sharesHeap: true,
    refuses: () => undefined,
  });
  const run = async (script: string, at = quietHost()): Promise<SandboxOutcome> => {
    const runner = await start(rogue(script));
    // Time enough to hear it all on a busy machine.
    const outcome = await runner.run({ ...job, limits: { ...job.limits, timeoutMs: 10_000 } }, at, never);
    expect(runner.isAlive()).toBe(outcome.status === "completed");
    runner.kill();
    await runner.exited;
    return outcome;
  };

  test("is heard for 200 lines and ended when it goes on", async () => {
    const lines: string[] = [];
    const script = `for (let i = 0; i < 20000; i += 1) tell({ type: "log", call, text: "x".repeat(4000) });`;
    expect(await run(script, quietHost({ log: (line) => lines.push(line) }))).toEqual({
      status: "resources",
      what: "calls",
    });
    expect(lines).toHaveLength(200);
    expect(lines[0]).toHaveLength(2_000);
  });

  test.each([
    [
      "requests without end",
      `for (let i = 0; i < 5000; i += 1) tell({ type: "ask", call, ask: i, verb: "cacheGet", args: '["k"]' });`,
      "calls",
    ],
    [
      "more fetches than the manifest allows",
      `for (let i = 0; i < 9; i += 1) tell({ type: "ask", call, ask: i, verb: "fetch", args: '["https://a.example/", {}]' });`,
      "calls",
    ],
    [
      "megabytes of arguments",
      `for (let i = 0; i < 50; i += 1) tell({ type: "ask", call, ask: i, verb: "cacheSet", args: JSON.stringify(["k", "x".repeat(200000), 60]) });`,
      "output",
    ],
    [
      "an answer beyond its limit",
      `tell({ type: "ended", call, ended: { status: "completed", output: JSON.stringify("x".repeat(5000)), cpuMs: 1 } });`,
      "output",
    ],
  ])("%s end it", async (_name, script, what) => {
    expect(await run(script)).toEqual({ status: "resources", what });
  });

  test.each([
    [
      "an answer that is no JSON",
      `tell({ type: "ended", call, ended: { status: "completed", output: "{", cpuMs: 1 } });`,
      "the runner sent something that is not JSON",
    ],
    [
      "an answer nested without end",
      `tell({ type: "ended", call, ended: { status: "completed", output: "[".repeat(900), cpuMs: 1 } });`,
      "the answer is nested too deeply",
    ],
    ["a message of no known kind", `tell({ type: "open sesame" });`, "the runner ended during the call (SIGKILL)"],
    [
      "an ending of no known kind",
      `tell({ type: "ended", call, ended: { status: "perfect" } });`,
      "the runner ended during the call (SIGKILL)",
    ],
    ["its own end", `process.exit(3);`, "the runner ended during the call (status 3)"],
  ])("%s fails the call", async (_name, script, message) => {
    expect(await run(script)).toEqual({ status: "failed", message });
  });

  test("what it asks for a call that is over reaches nobody", async () => {
    const asked: string[] = [];
    const script = `tell({ type: "ended", call, ended: { status: "completed", output: "1", cpuMs: 1 }, idle: true });
      tell({ type: "ask", call, ask: 1, verb: "cacheGet", args: '["late"]' });
      tell({ type: "log", call, text: "late" });`;
    const runner = await start(rogue(script));
    const at = quietHost({
      cacheGet: async (key) => {
        asked.push(key);
        return undefined;
      },
      log: (line) => asked.push(line),
    });
    expect(await runner.run(job, at, never)).toMatchObject({ status: "completed", output: 1 });
    expect(await runner.run(job, at, never)).toMatchObject({ status: "completed", output: 1 });
    runner.kill();
    await runner.exited;
    expect(asked).toEqual([]);
  });

  test("one that never answers is ended when the call's time is up", async () => {
    const runner = await start(rogue(""));
    const outcome = await runner.run({ ...job, limits: { ...job.limits, timeoutMs: 100 } }, quietHost(), never);
    expect(outcome).toEqual({ status: "timeout" });
    await runner.exited;
  });
});
