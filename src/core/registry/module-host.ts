import type { FetchResult } from "#core/contract/module.ts";
import type { OrgId, PersonId } from "#core/contract/ids.ts";
import type { Capability } from "#core/contract/manifest.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Egress, EgressRecord, InjectedSecret, ModuleHost } from "#core/contract/sandbox.ts";
import type { ModuleCache } from "./answer-cache.ts";
import type { Breaker } from "./breaker.ts";
import type { Installed } from "./installed.ts";
import type { RunFiles } from "./run-files.ts";

/** What a run did through its host, known when it is over. */
export interface RunTrace {
  readonly egress: EgressRecord[];
  /** Whether any request was refused as undeclared. */
  wasDenied: boolean;
  /** When the source that a request was kept from stopped answering. */
  downSince: Date | undefined;
}

/** Left of the module's own time when a request gives up, so that the module can still say what happened. */
const TIME_FOR_REQUEST = 0.8;
const MAX_RESPONSE_BYTES = 1_048_576;
const MAX_CACHED_CHARS = 262_144;

/** Makes the host of one run: everything a module reaches goes through here, and most of it leaves a trace. */
export function createModuleHost(deps: {
  readonly org: OrgId;
  readonly person: PersonId;
  readonly module: Pick<Installed, "manifest" | "sha256" | "origin">;
  readonly capability: Pick<Capability, "effect">;
  readonly secrets: readonly InjectedSecret[];
  /** Hosts whose credential is missing: not asked at all. */
  readonly closedHosts: ReadonlySet<string>;
  readonly breaker: (host: string) => Breaker;
  readonly egress: Egress;
  readonly cache: ModuleCache;
  readonly files: RunFiles;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly beforeEffect: (() => Promise<void>) | undefined;
}): { readonly host: ModuleHost; readonly trace: RunTrace } {
  const { files, cache } = deps;
  const { manifest, sha256, origin } = deps.module;
  // What a private module keeps for one person must not answer another.
  const owner = manifest.dataClass === "public" ? "" : deps.person;
  // Nor what one version kept another: it may be somebody else's code, under a name that was free again.
  const space = origin === "own" ? `own:${owner}` : `own:${sha256}:${owner}`;
  const trace: RunTrace = { egress: [], wasDenied: false, downSince: undefined };
  const policy = {
    hosts: manifest.hosts,
    // Of what came with this release we know what a POST does.
    onlyReads: origin === "stranger" && deps.capability.effect === "read",
    maxResponseBytes: MAX_RESPONSE_BYTES,
    timeoutMs: Math.floor(manifest.limits.timeoutMs * TIME_FOR_REQUEST),
  };

  const fetch: ModuleHost["fetch"] = async (url, init, signal) => {
    // Only a declared host has a breaker: others are refused by the broker, whose refusal is worth a record.
    const host = manifest.hosts.find((grant) => url.startsWith(`https://${grant.host}/`))?.host;
    if (host !== undefined && deps.closedHosts.has(host)) {
      return { ok: false, code: "credential_missing", detail: `the credential for ${host} is missing` };
    }
    const breaker = host === undefined ? undefined : deps.breaker(host);
    if (breaker !== undefined && !breaker.admit()) {
      trace.downSince ??= breaker.openSince();
      return { ok: false, code: "unreachable", detail: `${host} has not been answering` };
    }
    if ((init.method ?? "GET") !== "GET") await deps.beforeEffect?.();
    const { result, record } = await deps.egress.request(
      url,
      init,
      policy,
      deps.secrets,
      AbortSignal.any([signal, deps.signal]),
    );
    breaker?.report(judge(result));
    trace.egress.push(record);
    if (!result.ok && result.code === "denied") trace.wasDenied = true;
    return result;
  };

  return {
    trace,
    host: {
      fetch,
      log: (message) => deps.log.info({ module: manifest.name, org: deps.org, said: message }, "a module said"),
      cacheGet: (key) => cache.get(manifest.name, `${space}:${key}`),
      async cacheSet(key, value, ttlS) {
        if (JSON.stringify(value).length > MAX_CACHED_CHARS) return;
        const expiresAt = new Date(deps.clock().getTime() + Math.min(ttlS, 86_400) * 1_000);
        await cache.set(manifest.name, `${space}:${key}`, value, expiresAt);
      },
      fileList: files.fileList,
      fileRead: files.fileRead,
      fileWrite: files.fileWrite,
      fileRemove: files.fileRemove,
    },
  };
}

/** What an answer says of its source's health. A refusal of ours, or the person's Stop, says nothing. */
function judge(result: FetchResult): "answered" | "failed" | "unknown" {
  if (result.ok) return result.status >= 500 ? "failed" : "answered";
  if (result.code === "timeout" || result.code === "unreachable") return "failed";
  return result.code === "bad_response" || result.code === "too_large" ? "answered" : "unknown";
}
