import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { ModuleHost, Sandbox } from "#core/contract/sandbox.ts";
import { createEngines } from "#sandbox/engines/engines.ts";
import { listPrograms } from "#sandbox/programs.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { quietHost } from "#test/engine-kit.ts";
import { ANSWERING, GROWING, isGone, KIT_PROGRAMS, LOOPING, startAnswering } from "#test/fenced-kit.ts";
import { sandboxCall } from "#test/sandbox-call.ts";
import { SILENT } from "#test/silent-log.ts";
import type { Launcher } from "./cell.ts";
import { createLocalLauncher } from "./local-launcher.ts";
import { buildOf } from "./service/protocol.ts";
import { startRunnerService } from "./service/runner-service.ts";
import { createSocketLauncher } from "./service/socket-launcher.ts";

const never = new AbortController().signal;
const PROGRAMS = [...listPrograms(createEngines()), ...KIT_PROGRAMS];
const folder = mkdtempSync(join(tmpdir(), "nexus-runner-"));
const socketPath = join(folder, "runner.sock");
const house = new AsyncDisposableStack();
afterAll(async () => {
  await house.disposeAsync();
  rmSync(folder, { recursive: true });
});

async function openOverSocket(): Promise<Launcher> {
  const launcher = house.use(createLocalLauncher());
  house.use(await startRunnerService({ socketPath, launcher, programs: PROGRAMS, processes: 20, log: SILENT }));
  return createSocketLauncher({ socketPath, build: buildOf(PROGRAMS) });
}

describe.each([
  ["on this machine", () => Promise.resolve(createLocalLauncher())],
  ["through the runner service", openOverSocket],
])("processes started %s", (_name, open) => {
  let launcher: Launcher;
  let sandbox: Sandbox;
  beforeAll(async () => {
    launcher = await open();
    sandbox = house.use(createSandbox({ log: SILENT, launcher, runners: 2, spares: 1 }));
  });
  const run = (body: string, limits: object = {}, host: Partial<ModuleHost> = {}, signal = never) => {
    const call = sandboxCall(body);
    return sandbox.run({ ...call, limits: { ...call.limits, ...limits } }, quietHost(host), signal);
  };

  test("a module is called, asks its host and answers", async () => {
    const fetch: ModuleHost["fetch"] = async (url) => ({ ok: true, status: 200, headers: {}, body: `from ${url}` });
    const outcome = await run(`return { input, got: (await nexus.fetch("https://a.example/")).body };`, {}, { fetch });
    expect(outcome).toMatchObject({
      status: "completed",
      output: { input: { city: "Toronto" }, got: "from https://a.example/" },
    });
  });

  test("an answer of 2 million letters, 🍁 among them, arrives whole", async () => {
    const outcome = await run(`return "🍁".repeat(1_000_000);`, { outputChars: 3_000_000, memoryMib: 64 });
    expect(outcome).toMatchObject({ status: "completed", output: "🍁".repeat(1_000_000) });
  });

  test("the most that a call held is known when it has ended", async () => {
    const outcome = await run(
      `const held = "x".repeat(9e6).split(""); await nexus.fetch("https://a.example/"); return held.length;`,
      {
        memoryMib: 200,
      },
    );
    expect(outcome.status === "completed" ? outcome.peakMib : 0).toBeGreaterThan(60);
  });

  test("an endless loop is stopped in time", async () => {
    expect(await run("for (;;);", { timeoutMs: 300 })).toEqual({ status: "timeout" });
  });

  test("a process that grows is ended by the watch on its memory, and that is said", async () => {
    const cell = launcher.start(GROWING);
    cell.limitMemory(150);
    expect(await cell.exited).toEqual({ why: "memory" });
    expect(cell.peakMib()).toBeGreaterThan(150);
    expect(cell.isAlive()).toBe(false);
  });

  test("a stopped call ends its process, though it listens to nothing", async () => {
    using looping = await startAnswering(launcher, LOOPING);
    looping.cell.kill();
    expect(await looping.cell.exited).toMatchObject({ why: "exit" });
    await vi.waitUntil(() => isGone(looping.pid));
    const stop = new AbortController();
    const outcome = run("nexus.log('in'); for (;;);", { timeoutMs: 20_000 }, { log: () => stop.abort() }, stop.signal);
    expect(await outcome).toEqual({ status: "aborted" });
  });

  test("what is said to a process before it has started reaches it in order", async () => {
    const cell = launcher.start(ANSWERING);
    const heard: unknown[] = [];
    cell.onMessage((message) => heard.push(message));
    for (const n of [1, 2, 3]) cell.send({ expression: `${n}` });
    await vi.waitUntil(() => heard.length === 4);
    expect(heard.slice(1)).toEqual([{ value: 1 }, { value: 2 }, { value: 3 }]);
    cell.kill();
  });

  test("when NEXUS is killed its processes go with it, even one that loops", async () => {
    const parent = `
      import { createLocalLauncher } from "#sandbox/launch/local-launcher.ts";
      import { createSocketLauncher } from "#sandbox/launch/service/socket-launcher.ts";
      import { startAnswering, LOOPING } from "#test/fenced-kit.ts";
      const [socketPath, build] = process.argv.slice(1);
      const launcher = socketPath ? createSocketLauncher({ socketPath, build }) : createLocalLauncher();
      console.log((await startAnswering(launcher, LOOPING)).pid);`;
    const args = _name === "on this machine" ? [] : [socketPath, buildOf(PROGRAMS)];
    const nexus = spawn(process.execPath, ["--input-type=module", "--eval", parent, "--", ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(createInterface({ input: nexus.stdout }), "line");
    const pid = Number(line);
    expect(isGone(pid)).toBe(false);
    nexus.kill("SIGKILL");
    await vi.waitUntil(() => isGone(pid), { timeout: 5_000 });
  });
});
