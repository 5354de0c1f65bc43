import { readFileSync, readdirSync } from "node:fs";
import { afterAll, describe, expect, test, vi } from "vitest";
import { newId, OrgId } from "#core/contract/ids.ts";
import type { Limits } from "#core/contract/manifest.ts";
import type { SandboxCall, SandboxOutcome } from "#core/contract/sandbox.ts";
import { quietHost } from "#test/engine-kit.ts";
import { sandboxCall } from "#test/sandbox-call.ts";
import { SILENT } from "#test/silent-log.ts";
import { createSandbox } from "./sandbox.ts";

const sandbox = createSandbox({ log: SILENT, runners: 4 });
afterAll(() => sandbox[Symbol.asyncDispose]());

const never = new AbortController().signal;
const org = newId(OrgId);
const limits: Limits = { timeoutMs: 1_000, memoryMib: 32, fetches: 5, outputChars: 10_000, fileBytes: 0 };

const run = (body: string, more: Partial<SandboxCall> = {}, at = quietHost()): Promise<SandboxOutcome> =>
  sandbox.run(sandboxCall(body, { org, limits, origin: "own", ...more }), at, never);

describe("runners", () => {
  test("stopping a call ends it at once, even in an endless loop", async () => {
    const stop = new AbortController();
    const outcome = sandbox.run(
      sandboxCall("nexus.log('in'); for (;;);", { org, limits: { ...limits, timeoutMs: 20_000 }, origin: "own" }),
      quietHost({ log: () => stop.abort() }),
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
      quietHost({ log: killRunner, cacheGet: () => new Promise(() => {}) }),
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
    const short = sandboxCall("", { org, limits, origin: "own" });
    // On a busy machine the only process is not there within 150 ms.
    await vi.waitUntil(async () => (await small.run(short, quietHost(), never)).status === "completed", {
      timeout: 10_000,
    });
    const stop = new AbortController();
    const long = sandboxCall("await nexus.cache.get('x');", {
      org,
      limits: { ...limits, timeoutMs: 10_000 },
      origin: "own",
    });
    const busy = small.run(long, quietHost({ cacheGet: () => new Promise(() => {}) }), stop.signal);
    expect(await small.run(short, quietHost(), never)).toEqual({ status: "busy" });
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
