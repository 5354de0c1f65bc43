import type { Json } from "#core/contract/json.ts";
import type { Effect, Manifest } from "#core/contract/manifest.ts";
import type { FetchInit, FetchResult } from "#core/contract/module.ts";
import type { InjectedSecret, ModuleHost } from "#core/contract/sandbox.ts";
import { checkRead } from "#sandbox/egress/check-read.ts";
import { checkUrl } from "#sandbox/egress/check-url.ts";
import { checkHeaders, pickHeaders } from "#sandbox/egress/headers.ts";
import { isReadableType } from "#sandbox/egress/read-body.ts";
import { refuse } from "#sandbox/egress/refusal.ts";
import { holdsSecret, injectionFor, redactSecrets } from "#sandbox/egress/secrets.ts";
import type { ScriptedFiles } from "./scripted-files.ts";
import type { ScriptedAnswer, Source } from "./scripted-source.ts";

/** What a run asked of the world, known when it is over. */
export interface Trace {
  /** Requests that its grants allow. */
  readonly requests: { readonly host: string; readonly method: string; readonly path: string; readonly href: string }[];
  /** Requests outside them. A slip is one to a host and with a method that are granted: a path or a header is odd. */
  readonly denied: { readonly host: string; readonly method: string; readonly why: string; readonly isSlip: boolean }[];
  /** Addresses that no source of the script knows. */
  readonly unanswered: string[];
}

const MAX_RESPONSE_BYTES = 1_048_576;
const MAX_REQUEST_CHARS = 262_144;
const MAX_CACHED_CHARS = 262_144;
const MAX_REDIRECTS = 2;

/**
 * The host of a run without a network: requests are judged by the broker's own policy and answered from a script. A
 * canary stands in for each credential, so that a source that echoes it is noticed.
 */
export function createScriptedHost(deps: {
  readonly manifest: Manifest;
  /** What the capability that is tried may change outside. */
  readonly effect: Effect;
  readonly source: Source;
  readonly files: ScriptedFiles;
  /** Whether the module's credentials are there. Without, hosts that need one are not asked. */
  readonly credentials: boolean;
}): { readonly host: ModuleHost; readonly trace: Trace } {
  const { manifest, source, files } = deps;
  const trace: Trace = { requests: [], denied: [], unanswered: [] };
  const cache = new Map<string, Json>();
  const secrets = manifest.credentials.map((need) => ({ need, value: canaryFor(need.name) }));
  const closed = new Set(deps.credentials ? [] : manifest.credentials.map(({ host }) => host));

  const deny = (raw: string, method: string, why: string): FetchResult => {
    const host = hostOf(raw);
    const isSlip = manifest.hosts.some((grant) => grant.host === host && grant.methods.some((one) => one === method));
    trace.denied.push({ host, method, why, isSlip });
    return refuse("denied", why);
  };

  const fetch = (raw: string, init: FetchInit): FetchResult => {
    const method = init.method ?? "GET";
    const wanted = checkUrl(raw, method, manifest.hosts);
    if (!wanted.ok) return deny(raw, method, wanted.detail);
    const problem =
      checkRequest(raw, wanted.url, init, secrets) ??
      (deps.effect === "read" ? readProblem(manifest.hosts, wanted.url, init) : undefined);
    if (problem !== undefined) return deny(raw, method, problem);
    if (closed.has(wanted.url.hostname)) {
      return refuse("credential_missing", `the credential for ${wanted.url.hostname} is missing`);
    }
    let { url } = wanted;
    for (let redirects = 0; ; redirects += 1) {
      trace.requests.push({ host: url.hostname, method, path: url.pathname, href: url.href });
      const answer = source({ method, url, body: init.body });
      if (answer === undefined) {
        trace.unanswered.push(`${method} ${url.href}`);
        return refuse("unreachable", "the source cannot be reached");
      }
      if ("fails" in answer) return refuse(answer.fails, `the source fails as scripted: ${answer.fails}`);
      const location = answer.status >= 300 && answer.status < 400 ? headersOf(answer)["location"] : undefined;
      if (location === undefined) return reveal(answer, secrets);
      if (redirects >= MAX_REDIRECTS || method !== "GET") return refuse("bad_response", "the source redirects");
      const target = URL.canParse(location, url.href) ? new URL(location, url.href).href : location;
      const next = checkUrl(target, method, manifest.hosts);
      // Where a source sends us is the source's doing, not the module's: refused, and not held against it.
      if (!next.ok) return next;
      url = next.url;
    }
  };

  return {
    trace,
    host: {
      fetch: async (url, init) => fetch(url, init),
      log: () => {},
      cacheGet: async (key) => cache.get(key),
      async cacheSet(key, value) {
        if (JSON.stringify(value).length <= MAX_CACHED_CHARS) cache.set(key, value);
      },
      fileList: files.fileList,
      fileRead: files.fileRead,
      fileWrite: files.fileWrite,
      fileRemove: files.fileRemove,
    },
  };
}

/** What stands in for a credential's value. */
export function canaryFor(credential: string): string {
  return `canary-${credential}-5f1d3c9a7b2e`;
}

/** The broker's rules beyond the address. */
function checkRequest(
  raw: string,
  url: URL,
  { method, headers, body }: FetchInit,
  secrets: readonly InjectedSecret[],
): string | undefined {
  const checked = checkHeaders(headers ?? {});
  if (!checked.ok) return checked.detail;
  if (body !== undefined && (method ?? "GET") === "GET") return "a GET has no body";
  if (body !== undefined && body.length > MAX_REQUEST_CHARS) return "the request is too large";
  if (holdsSecret([raw, body ?? "", ...Object.values(checked.headers)], secrets)) {
    return "the request holds a credential's value";
  }
  const injection = injectionFor(url.hostname, secrets);
  if (Object.keys(injection?.headers ?? {}).some((name) => name in checked.headers)) {
    return "that header belongs to the credential";
  }
  if (Object.keys(injection?.query ?? {}).some((name) => url.searchParams.has(name))) {
    return "that parameter belongs to the credential";
  }
  return undefined;
}

/** Why a capability that only reads may not send it. */
function readProblem(
  hosts: Manifest["hosts"],
  url: URL,
  { method = "GET", headers = {}, body }: FetchInit,
): string | undefined {
  const checked = checkHeaders(headers);
  return checked.ok ? checkRead(hosts, { url, method, headers: checked.headers, body })?.detail : checked.detail;
}

/** What the module gets to see of an answer. */
function reveal(answer: Exclude<ScriptedAnswer, { fails: unknown }>, secrets: readonly InjectedSecret[]): FetchResult {
  const headers = headersOf(answer);
  const text = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
  const isReadable = isReadableType(headers["content-type"] ?? "");
  if (!isReadable && answer.status < 400 && answer.status !== 204 && answer.status !== 304) {
    return refuse("bad_response", `the answer is ${headers["content-type"] ?? "of no type"}, not data`);
  }
  if (Buffer.byteLength(text) > MAX_RESPONSE_BYTES) {
    return refuse("too_large", `the answer is larger than ${MAX_RESPONSE_BYTES} bytes`);
  }
  const picked = Object.entries(pickHeaders(headers)).map(([name, value]) => [name, redactSecrets(value, secrets)]);
  return {
    ok: true,
    status: answer.status,
    headers: Object.fromEntries(picked),
    body: isReadable ? redactSecrets(text, secrets) : "",
  };
}

/** Lower-cased; of JSON unless the script says otherwise. */
function headersOf(answer: Exclude<ScriptedAnswer, { fails: unknown }>): Record<string, string> {
  const named = Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { "content-type": "application/json", ...Object.fromEntries(named) };
}

/** For the record only; a refused address may be anything. */
function hostOf(raw: string): string {
  return /^[a-z]+:\/\/([A-Za-z0-9.-]{1,253})/.exec(raw)?.[1] ?? "(no host)";
}
