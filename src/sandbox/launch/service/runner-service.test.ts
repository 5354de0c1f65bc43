import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import type { Sandbox } from "#core/contract/sandbox.ts";
import { createLocalLauncher } from "#sandbox/launch/local-launcher.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { quietHost } from "#test/engine-kit.ts";
import { ANSWERING, askFromInside, isGone, KIT_PROGRAMS, LOOPING, startAnswering } from "#test/fenced-kit.ts";
import { sandboxCall } from "#test/sandbox-call.ts";
import { SILENT } from "#test/silent-log.ts";
import { readFrames } from "./frames.ts";
import { buildOf } from "./protocol.ts";
import { startRunnerService } from "./runner-service.ts";
import { createSocketLauncher } from "./socket-launcher.ts";

const folder = mkdtempSync(join(tmpdir(), "nexus-service-"));
const local = createLocalLauncher();
let sockets = 0;
const build = buildOf(KIT_PROGRAMS);

afterAll(async () => {
  await local[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function newPath(): string {
  sockets += 1;
  return join(folder, `${sockets}.sock`);
}

async function open(options: { readonly processes?: number; readonly path?: string } = {}) {
  const socketPath = options.path ?? newPath();
  const service = await startRunnerService({
    socketPath,
    launcher: local,
    programs: KIT_PROGRAMS,
    processes: options.processes ?? 10,
    log: SILENT,
  });
  const launcher = createSocketLauncher({ socketPath, build });
  return { socketPath, launcher, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
}

/** A client that says what it likes. */
async function rudeClient(path: string): Promise<{ socket: Socket; heard: unknown[] }> {
  const socket = connect(path);
  const heard: unknown[] = [];
  socket.on("error", () => {});
  readFrames(
    socket,
    (frame) => heard.push(frame),
    () => {},
  );
  await once(socket, "connect");
  return { socket, heard };
}

describe("who the runner service listens to", () => {
  test("its socket is for its own user and group", async () => {
    await using service = await open();
    expect(statSync(service.socketPath).mode & 0o777).toBe(0o660);
  });

  test("a socket that a dead service left behind is replaced", async () => {
    const path = newPath();
    const dead = spawn(process.execPath, [
      "-e",
      `require("node:net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`,
    ]);
    await once(dead, "exit");
    expect(existsSync(path)).toBe(true);
    await using service = await open({ path });
    expect(await askFromInside(service.launcher, "6 * 7")).toBe(42);
  });

  test("a socket on which a service answers is left to it, and so is a file", async () => {
    await using service = await open();
    await expect(open({ path: service.socketPath })).rejects.toMatchObject({
      code: "config_invalid",
      say: `Another runner service already answers on ${service.socketPath}.`,
    });
    const file = newPath();
    writeFileSync(file, "a letter");
    await expect(open({ path: file })).rejects.toMatchObject({ say: `${file} is there already, and is no socket.` });
    await expect(open({ path: join(folder, "nowhere", "x.sock") })).rejects.toMatchObject({ code: "config_invalid" });
  });

  test("it runs its own programs by name, and no script that is sent to it", async () => {
    await using service = await open();
    const { socket, heard } = await rudeClient(service.socketPath);
    const start = { type: "start", program: "mine", script: "process.send({ ready: 1 })", args: [] };
    socket.write(`${JSON.stringify(start)}\n`);
    await once(socket, "close");
    expect(heard[1]).toEqual({ type: "refused", why: `the runner service knows no program "mine"` });
    const known = { ...start, program: "answering", script: "process.send({ ready: 'not yours' })" };
    const second = await rudeClient(service.socketPath);
    second.socket.write(`${JSON.stringify(known)}\n`);
    await vi.waitUntil(() => second.heard.length > 1);
    expect(second.heard[1]).toMatchObject({ message: { ready: expect.any(Number) } });
    second.socket.destroy();
  });

  test.each([
    ["no JSON", "{oh\n", "a frame is not JSON"],
    ["an order it does not know", `{"type":"fetch","url":"https://a.example"}\n`, "a frame is not understood"],
    ["a line without an end", "x".repeat(33 * 1024 * 1024), "a frame is larger than"],
  ])("%s ends that connection and no other", async (_name, text, why) => {
    await using service = await open();
    using other = await startAnswering(service.launcher, ANSWERING);
    const { socket, heard } = await rudeClient(service.socketPath);
    socket.write(text);
    await once(socket, "close");
    expect(heard[1]).toMatchObject({ type: "refused", why: expect.stringContaining(why) });
    expect(await other.ask("1 + 1")).toBe(2);
  });

  test("more processes than it may start are refused in words", async () => {
    await using service = await open({ processes: 1 });
    using first = await startAnswering(service.launcher);
    const exit = await service.launcher.start(ANSWERING).exited;
    expect(exit).toEqual({ why: "exit", detail: "the runner service runs as many processes as it may (1)" });
    expect(await first.ask("2")).toBe(2);
  });
});

describe("a service that cannot be used", () => {
  test("of another build is refused, with what to do", async () => {
    await using service = await open();
    const launcher = createSocketLauncher({ socketPath: service.socketPath, build: "0123456789ab" });
    await launcher.ready();
    const why = `the runner service at ${service.socketPath} is another build (${build}) than this NEXUS (0123456789ab); start both from one release`;
    expect(launcher.fences(ANSWERING)).toContainEqual({ name: "network", up: false, why });
    expect(await launcher.start(ANSWERING).exited).toEqual({ why: "exit", detail: why });
  });

  test("because it is something else is left alone", async () => {
    const path = newPath();
    await using server = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")).listen(path);
    await once(server, "listening");
    const launcher = createSocketLauncher({ socketPath: path, build });
    expect(await launcher.start(ANSWERING).exited).toMatchObject({ detail: "a frame is not JSON" });
  });

  test("its fences are the fences: what it says of each program is what is known here", async () => {
    await using service = await open();
    expect(service.launcher.fences(ANSWERING).some(({ up }) => up)).toBe(false);
    await service.launcher.ready();
    expect(service.launcher.fences(ANSWERING)).toEqual(local.fences(ANSWERING));
  });
});

test("a service that dies takes its processes along; calls name the cause, and go on by themselves once it is back", async () => {
  const path = newPath();
  const start = async () => {
    const child = spawn(process.execPath, ["src/cli/nexus.ts", "runner", "--socket", path], { stdio: "ignore" });
    await vi.waitUntil(() => existsSync(path), { timeout: 15_000 });
    return child;
  };
  await using sandbox = createSandbox({ log: SILENT, socket: path, runners: 2, spares: 1 });
  const cause = `the runner service at ${path} cannot be reached (ENOENT)`;
  expect(await call(sandbox)).toMatchObject({ status: "unavailable", reason: expect.stringContaining(cause) });
  expect(await sandbox.check(AbortSignal.timeout(5_000))).toMatchObject({
    ok: false,
    detail: expect.stringContaining(cause),
  });

  const first = await start();
  await vi.waitUntil(async () => (await call(sandbox)).status === "completed", { timeout: 15_000 });
  const health = await sandbox.check(AbortSignal.timeout(5_000));
  expect(health).toMatchObject({ ok: true, missing: [] });
  first.kill("SIGKILL");
  await once(first, "exit");
  await vi.waitUntil(async () => (await call(sandbox)).status === "unavailable", { timeout: 15_000 });

  const second = await start();
  await vi.waitUntil(async () => (await call(sandbox)).status === "completed", { timeout: 15_000 });
  second.kill("SIGTERM");
  const [code] = await once(second, "exit");
  expect([code, existsSync(path)]).toEqual([0, false]);
}, 60_000);

test("when the service is killed, its processes are gone too", async () => {
  const path = newPath();
  const script = `
    import { createLocalLauncher } from "#sandbox/launch/local-launcher.ts";
    import { startRunnerService } from "#sandbox/launch/service/runner-service.ts";
    import { KIT_PROGRAMS } from "#test/fenced-kit.ts";
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    await startRunnerService({ socketPath: process.argv[1], launcher: createLocalLauncher(), programs: KIT_PROGRAMS, processes: 3, log });`;
  const service = spawn(process.execPath, ["--input-type=module", "--eval", script, "--", path], { stdio: "inherit" });
  await vi.waitUntil(() => existsSync(path), { timeout: 15_000 });
  const launcher = createSocketLauncher({ socketPath: path, build });
  using looping = await startAnswering(launcher, LOOPING);
  service.kill("SIGKILL");
  expect(await looping.cell.exited).toMatchObject({ why: "exit", detail: expect.stringContaining("closed") });
  await vi.waitUntil(() => isGone(looping.pid), { timeout: 5_000 });
});

function call(sandbox: Sandbox) {
  return sandbox.run(sandboxCall("return 1;"), quietHost(), new AbortController().signal);
}
