import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { SandboxOutcome } from "#core/contract/sandbox.ts";
import { quietHost } from "#test/engine-kit.ts";
import { sandboxCall } from "#test/sandbox-call.ts";
import { SILENT } from "#test/silent-log.ts";
import type { Engine } from "./engines/engine.ts";
import { createEngines } from "./engines/engines.ts";
import { createLocalLauncher } from "./launch/local-launcher.ts";
import { createRunnerPools } from "./runner-pools.ts";

const launcher = createLocalLauncher();
afterAll(() => launcher[Symbol.asyncDispose]());
const never = new AbortController().signal;

/** A program that counts what it is told, and says so in its answers; `script` may end a call in another way. */
const counting = (sharesHeap: boolean, script = ""): Engine => ({
  name: "v8",
  program: {
    name: "counting",
    script: `let loads = 0, calls = 0;
      const id = String(process.hrtime.bigint());
      const tell = (message) => process.send(message);
      const end = (call, ended) => tell({ type: "ended", call, ended, idle: true });
      process.on("message", ({ type, call }) => {
        if (type === "load") loads += 1;
        if (type !== "call") return;
        calls += 1;
        ${script}
        end(call, { status: "completed", output: JSON.stringify({ id, loads, calls }), cpuMs: 1 });
      });
      tell({ type: "ready" });`,
    args: [],
    readable: [],
    addons: false,
    compiler: false,
    nodeFlags: [],
  },
  sharesHeap,
  refuses: () => undefined,
});

/** Makes calls one after another. Of each: how it ended, and how many hosts were opened for it. */
async function afresh(engine: Engine, times: number) {
  const options = { log: SILENT, runners: 3, spares: 0, waitMs: 30_000 };
  await using pools = createRunnerPools({ launcher, engines: { ...createEngines(), scripts: engine }, options });
  const made: { outcome: SandboxOutcome; hosts: number }[] = [];
  for (let time = 0; time < times; time += 1) {
    let hosts = 0;
    const openHost = () => {
      hosts += 1;
      return quietHost();
    };
    made.push({ outcome: await pools.runAfresh(engine, CALL, openHost, never), hosts });
  }
  return made.map(({ outcome, hosts }) => ({
    status: outcome.status,
    ...(outcome.status === "completed" ? Counts.parse(outcome.output) : {}),
    hosts,
  }));
}

const CALL = sandboxCall("");
const Counts = z.object({ id: z.string(), loads: z.number(), calls: z.number() });

describe("a call that is made afresh", () => {
  test("has a heap that is loaded for it alone, in a process that others of its org have used", async () => {
    const made = await afresh(counting(true), 3);
    expect(made.map(({ loads, calls }) => [loads, calls])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  });

  test("is not loaded again where each call has a memory of its own anyway", async () => {
    expect((await afresh(counting(false), 3)).map(({ loads }) => loads)).toEqual([1, 1, 1]);
  });

  test("is judged by a process that has run nothing, when it does not complete in one that has", async () => {
    const made = await afresh(counting(true, 'if (calls > 1) return end(call, { status: "timeout" });'), 2);
    expect(made).toMatchObject([
      { status: "completed", calls: 1, hosts: 1 },
      { status: "completed", calls: 1, hosts: 2 },
    ]);
    expect(new Set(made.map(({ id }) => id)).size).toBe(2);
  });

  test("is made once when it fails where nothing ran before", async () => {
    const made = await afresh(counting(true, 'return end(call, { status: "failed", message: "no" });'), 2);
    expect(made).toEqual([
      { status: "failed", hosts: 1 },
      { status: "failed", hosts: 1 },
    ]);
  });

  test("is judged by a new process too, when the one it was in dies of what came before", async () => {
    const made = await afresh(counting(true, 'if (calls > 1) return process.kill(process.pid, "SIGKILL");'), 2);
    expect(made).toMatchObject([
      { status: "completed", hosts: 1 },
      { status: "completed", calls: 1, hosts: 2 },
    ]);
  });
});
