import { stripTypeScriptTypes } from "node:module";
import type { JsonObject } from "#core/contract/json.ts";
import type { Bundle } from "#core/contract/module.ts";
import type { TestResult } from "#core/contract/validation.ts";
import type { WrittenModule } from "#core/evolution/writer/written-module.ts";
import type { ModuleHost, Sandbox } from "#core/contract/sandbox.ts";
import { newId, OrgId } from "#core/contract/ids.ts";
import { assembleBundle } from "#sandbox/bundle/assemble.ts";
import { takeIn } from "#sandbox/bundle/intake.ts";
import { checkManifest } from "#sandbox/inspect/check-manifest.ts";
import { inspectModule } from "#sandbox/inspect/inspect-module.ts";
import { runTests } from "#sandbox/validate/run-tests.ts";

/** The bundle of a written module, its types taken off. @throws Error when it is none */
export function bundleOfWritten(written: WrittenModule): Bundle {
  const intake = takeIn(written.entries);
  const { manifest } = intake;
  const wrong = intake.findings.find(({ severity }) => severity === "error");
  if (manifest === undefined || wrong !== undefined) throw new Error(`no bundle: ${wrong?.message ?? ""}`);
  return assembleBundle(
    { ...intake, manifest },
    new Map([...intake.sources].map(([path, source]) => [path, stripTypeScriptTypes(source)])),
  );
}

/** What speaks against a written module before it is run: errors, each as its rule and place. */
export function errorsIn(written: WrittenModule): string[] {
  const { findings, sources } = takeIn(written.entries);
  const { manifest } = written;
  const inspected = inspectModule({ sources, manifest, allowGlobals: [] });
  return [...findings, ...checkManifest(manifest, { installed: [] }), ...inspected.findings]
    .filter(({ severity }) => severity === "error")
    .map(({ rule, file, line, message }) => `${rule} ${file ?? ""}:${line ?? ""} ${message}`);
}

/** Runs a written module's tests in this process, which is quick and no sandbox: what is run here we have written. */
export async function testsOf(written: WrittenModule, signal: AbortSignal): Promise<TestResult[]> {
  const bundle = bundleOfWritten(written);
  const functions = await load(bundle);
  const run: Sandbox["run"] = async (call, host) => {
    const capability = functions.get(call.capability);
    if (capability === undefined) return { status: "failed", message: `no ${call.capability}` };
    try {
      return {
        status: "completed",
        output: await capability(call.input, nexusFor(host, signal)),
        cpuMs: 1,
        peakMib: 1,
      };
    } catch (error) {
      return { status: "failed", message: String(error) };
    }
  };
  return await runTests({ run }, bundle, takeIn(written.entries).tests, signal);
}

/** Calls a capability of a written module in a sandbox, its requests answered by `host`. */
export async function callWritten(
  sandbox: Sandbox,
  written: WrittenModule,
  call: { readonly capability: string; readonly input: JsonObject },
  host: ModuleHost,
  signal: AbortSignal,
): Promise<unknown> {
  const bundle = bundleOfWritten(written);
  const asker = { locale: "en-CA", timeZone: "UTC" };
  const now = new Date("2026-01-15T12:00:00Z");
  const { limits } = bundle.manifest;
  const outcome = await sandbox.run(
    { org: newId(OrgId), bundle, ...call, limits, now, seed: "test", asker, sample: "off", origin: "stranger" },
    host,
    signal,
  );
  return outcome.status === "completed" ? outcome.output : outcome;
}

type Capability = (input: JsonObject, nexus: object) => Promise<unknown>;

/** Loads each file from its own text, those first that others import. */
async function load({ code }: Bundle): Promise<ReadonlyMap<string, Capability>> {
  const addresses = new Map<string, string>();
  const address = (path: string): string => {
    const known = addresses.get(path);
    if (known !== undefined) return known;
    const text = (code.get(path) ?? "").replaceAll(
      /from "\.\/([\w-]+\.ts)"/g,
      (_, other: string) => `from "${address(other)}"`,
    );
    const made = `data:text/javascript;base64,${Buffer.from(text).toString("base64")}`;
    addresses.set(path, made);
    return made;
  };
  const loaded: Readonly<Record<string, Capability>> = await import(/* @vite-ignore */ address("module.ts"));
  return new Map(Object.entries(loaded));
}

function nexusFor(host: ModuleHost, signal: AbortSignal): object {
  return { fetch: (url: string, init: object = {}) => host.fetch(url, JSON.parse(JSON.stringify(init)), signal) };
}
