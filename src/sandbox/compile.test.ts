import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { digestEntries } from "#core/contract/bundle.ts";
import { asNexusError } from "#core/contract/errors.ts";
import type { Sandbox } from "#core/contract/sandbox.ts";
import { createEngines } from "#sandbox/engines/engines.ts";
import { buildOf } from "#sandbox/launch/service/protocol.ts";
import { createLocalLauncher } from "#sandbox/launch/local-launcher.ts";
import { startRunnerService } from "#sandbox/launch/service/runner-service.ts";
import { createSocketLauncher } from "#sandbox/launch/service/socket-launcher.ts";
import { bundleEntries, SOUND_MANIFEST } from "#test/bundle-kit.ts";
import { quietHost } from "#test/engine-kit.ts";
import { callOf } from "#test/sandbox-call.ts";
import { SILENT } from "#test/silent-log.ts";
import { readFolder } from "#sandbox/bundle/read-folder.ts";
import { listPrograms } from "./programs.ts";
import { createSandbox } from "./sandbox.ts";

const never = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), "nexus-compile-"));
const house = new AsyncDisposableStack();
afterAll(async () => {
  await house.disposeAsync();
  rmSync(folder, { recursive: true });
});

async function overSocket() {
  const socketPath = join(folder, "runner.sock");
  const programs = listPrograms(createEngines());
  const launcher = house.use(createLocalLauncher());
  house.use(await startRunnerService({ socketPath, launcher, programs, processes: 10, log: SILENT }));
  return createSocketLauncher({ socketPath, build: buildOf(programs) });
}

describe.each([
  ["on this machine", () => Promise.resolve(createLocalLauncher())],
  ["through the runner service", overSocket],
])("a stranger's bytes, compiled %s", (_name, open) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = house.use(createSandbox({ log: SILENT, launcher: await open(), runners: 2, spares: 0, minimum: [] }));
  });

  test("become what runs, with their types taken off, and are what validation looked at", async () => {
    const entries = bundleOf({ "data/words.txt": "hello" });
    const bundle = await sandbox.compile(entries, never);
    expect(bundle.sha256).toBe(digestEntries(entries));
    expect(bundle.manifest).toEqual({ ...SOUND_MANIFEST, name: "lookout" });
    expect(bundle.code.get("module.ts")).not.toContain("Promise<ModuleOutput>");
    expect([...bundle.data]).toEqual([["words.txt", "hello"]]);
    const { hashes } = await sandbox.validate(entries, { installed: [], mutants: 0 }, never);
    expect(hashes.compiled).toBe(digestEntries(bundle.code));
    const outcome = await sandbox.run(callOf(bundle, { capability: "look" }), quietHost(), never);
    expect(outcome).toMatchObject({ status: "completed", output: { summary: "I looked." } });
  });

  test("are the same each time, byte for byte", async () => {
    const [one, two] = [await sandbox.compile(bundleOf(), never), await sandbox.compile(bundleOf(), never)];
    expect(two).toEqual(one);
  });
});

describe("what the inspection refuses", () => {
  let sandbox: Sandbox;
  beforeAll(() => {
    sandbox = house.use(createSandbox({ log: SILENT, runners: 1, spares: 0, minimum: [] }));
  });

  test.each([
    ["nothing at all", new Map<string, Uint8Array>(), "manifest"],
    ["a manifest that is none", bundleEntries({ "manifest.json": "{}" }), "manifest.json"],
    ["a name of NEXUS's own", named("weather"), "taken by NEXUS itself"],
    ["code that reaches for the process", code("export async function look() { return process.env; }"), "process"],
    ["code that is none", code("export async function look( {"), "module.ts"],
    ["two entries", bundleEntries({ "module.wasm": new Uint8Array([0, 97, 115, 109]) }), "module.wasm"],
  ])("is not compiled, and named: %s", async (_, entries, words) => {
    const error = await sandbox.compile(entries, never).then(
      () => undefined,
      (thrown: unknown) => asNexusError(thrown),
    );
    expect(error?.code).toBe("module_invalid");
    expect(error?.say).toContain(words);
    expect(error?.say.length).toBeLessThan(1_000);
  });

  test("is named three deep, with how much more there is, and in no words that pass for ours", async () => {
    const faults = Array.from({ length: 9 }, (_, at) => `globalThis["a${at}\u202e"].x;`).join("\n");
    const found = sandbox.compile(code(`export async function look() {\n${faults}\n}`), never);
    const { say } = await found.then(
      () => ({ say: "" }),
      (thrown: unknown) => asNexusError(thrown),
    );
    expect(say).toMatch(/and \d+ more$/);
    expect(say).not.toContain("\u202e");
    expect(say).not.toContain("\n");
  });

  test("is not looked for any longer by whoever has stopped", async () => {
    const stop = new AbortController();
    stop.abort(new Error("stopped"));
    await expect(sandbox.compile(bundleEntries(), stop.signal)).rejects.toThrow("stopped");
    const late = new AbortController();
    const compiling = sandbox.compile(bundleEntries(), late.signal);
    late.abort(new Error("too late"));
    await expect(compiling).rejects.toThrow("too late");
  });
});

test("a module of WebAssembly is compiled as it is", async () => {
  const { entries } = readFolder(join(import.meta.dirname, "..", "modules", "roman"));
  await using sandbox = createSandbox({ log: SILENT, runners: 1, spares: 0, minimum: [] });
  const bundle = await sandbox.compile(renamed(entries), never);
  expect(bundle.code.size).toBe(0);
  expect(bundle.wasm).toEqual(entries.get("module.wasm"));
});

/** A sound bundle under a name that a stranger may have. */
function bundleOf(changes: Readonly<Record<string, string>> = {}): Map<string, Uint8Array> {
  return bundleEntries({ "manifest.json": manifestOf("lookout"), ...changes });
}

function code(text: string): Map<string, Uint8Array> {
  return bundleOf({ "module.ts": text });
}

function named(name: string): Map<string, Uint8Array> {
  return bundleEntries({ "manifest.json": manifestOf(name) });
}

function manifestOf(name: string): string {
  return JSON.stringify({ ...SOUND_MANIFEST, name });
}

/** The name is ours: a stranger's has another. */
function renamed(entries: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  const manifest = Buffer.from(entries.get("manifest.json") ?? "").toString();
  const renaming = manifest.replace('"name": "roman"', '"name": "numerals"');
  return new Map([...entries, ["manifest.json", Buffer.from(renaming)]]);
}
