import type { HostModule, HostNexus } from "#core/contract/module.ts";
import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleHost, SandboxCall, SandboxOutcome } from "#core/contract/sandbox.ts";
import { createFetchImplementation } from "./fetch-implementation.ts";
import { createSeededRandom } from "./seeded-random.ts";

const FETCH_LIMIT_DETAIL = "no more requests in this call";

/**
 * Runs a capability of a first-party host module in this process, behind the same host, the same limits on time and
 * requests, and with the same endings as a sandboxed one.
 */
export async function runHostModule(
  module: HostModule,
  call: Omit<SandboxCall, "org" | "bundle" | "origin">,
  host: ModuleHost,
  signal: AbortSignal,
): Promise<SandboxOutcome> {
  const capability = module.capabilities[call.capability];
  if (capability === undefined) return { status: "failed", message: `there is no function ${call.capability}` };
  const deadline = AbortSignal.timeout(call.limits.timeoutMs);
  const either = AbortSignal.any([signal, deadline]);
  const over = Promise.withResolvers<SandboxOutcome>();
  const onAbort = (): void => over.resolve({ status: signal.aborted ? "aborted" : "timeout" });
  either.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([complete(capability, call.input, createHostNexus(call, host, either)), over.promise]);
  } finally {
    either.removeEventListener("abort", onAbort);
  }
}

async function complete(
  capability: HostModule["capabilities"][string],
  input: JsonObject,
  nexus: HostNexus,
): Promise<SandboxOutcome> {
  try {
    return { status: "completed", output: await capability(input, nexus), cpuMs: 0, peakMib: 0 };
  } catch (error) {
    return { status: "failed", message: error instanceof Error ? error.message.slice(0, 2_000) : "it threw no error" };
  }
}

function createHostNexus(
  call: Omit<SandboxCall, "org" | "bundle" | "origin">,
  host: ModuleHost,
  signal: AbortSignal,
): HostNexus {
  let fetches = 0;
  const fetchThroughHost: HostNexus["fetch"] = async (url, init = {}) => {
    fetches += 1;
    if (fetches > call.limits.fetches) return { ok: false, code: "too_many_calls", detail: FETCH_LIMIT_DETAIL };
    return host.fetch(url, init, signal);
  };
  return {
    fetch: fetchThroughHost,
    fetchImplementation: createFetchImplementation(fetchThroughHost),
    log: (message) => host.log(message.slice(0, 2_000)),
    cache: { get: (key) => host.cacheGet(key), set: (key, value, ttlS) => host.cacheSet(key, value, ttlS) },
    files: {
      list: (prefix) => host.fileList(prefix),
      read: (path) => host.fileRead(path),
      write: (path, text) => host.fileWrite(path, text),
      remove: (path) => host.fileRemove(path),
    },
    now: () => new Date(call.now),
    random: createSeededRandom(call.seed),
    asker: call.asker,
    sample: call.sample,
    signal,
  };
}
