import { lookup as lookupInDns } from "node:dns/promises";
import type { Socket } from "node:net";
import type { FetchInit, FetchResult } from "#core/contract/module.ts";
import type { Log } from "#core/contract/ports.ts";
import type { Egress, EgressPolicy, InjectedSecret } from "#core/contract/sandbox.ts";
import { isPublicAddress } from "./address.ts";
import { checkRead } from "./check-read.ts";
import { checkUrl } from "./check-url.ts";
import { checkHeaders } from "./headers.ts";
import { holdsSecret, injectionFor, redactSecrets, withoutQuery, withQuery } from "./secrets.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { send, type Answered } from "./send.ts";

export interface EgressOptions {
  readonly log: Log;
  /** All addresses of a host name. Left out, the system's resolver. */
  readonly lookup?: (host: string) => Promise<readonly string[]>;
  /** Which addresses may be connected to. Left out, those of the public internet. */
  readonly allowAddress?: (address: string) => boolean;
  /** Opens the connection instead of TLS to port 443 of the address: for a source on loopback. */
  readonly connect?: (target: { host: string; address: string }) => Promise<Socket>;
}

const MAX_REDIRECTS = 2;
const MAX_REQUEST_CHARS = 262_144;
/** Tried at most, of the addresses of a name. */
const MAX_ADDRESSES = 6;

/** The broker: every request of every module goes through here, against its policy, and leaves a record. */
export function createEgress(options: EgressOptions): Egress {
  const lookup = options.lookup ?? systemLookup;
  const allowAddress = options.allowAddress ?? isPublicAddress;
  const closing = new AbortController();

  /** The addresses the connection may go to. Every answer must be allowed: one bad apple is an attack. */
  const resolve = async (
    host: string,
    signal: AbortSignal,
  ): Promise<{ ok: true; addresses: readonly [string, ...string[]] } | Refusal> => {
    const addresses = await orAbort(
      lookup(host).catch(() => []),
      signal,
    );
    const [first, ...others] = addresses;
    if (first === undefined) return refuse("unreachable", `${host} has no address`);
    if (!addresses.every(allowAddress)) return refuse("denied", `${host} leads to a private address`);
    return { ok: true, addresses: [first, ...others.slice(0, MAX_ADDRESSES - 1)] };
  };

  const follow = async (
    first: URL,
    init: Required<Pick<FetchInit, "method" | "headers">> & Pick<FetchInit, "body">,
    policy: EgressPolicy,
    secrets: readonly InjectedSecret[],
    signal: AbortSignal,
  ): Promise<Answered | Refusal> => {
    let url = first;
    for (let redirects = 0; ; redirects += 1) {
      const injection = injectionFor(url.hostname, secrets);
      if (injection === undefined) return refuse("credential_missing", "the stored credential cannot be sent");
      if (Object.keys(injection.headers).some((name) => name in init.headers)) {
        return refuse("denied", "that header belongs to the credential");
      }
      if (Object.keys(injection.query).some((name) => url.searchParams.has(name))) {
        return refuse("denied", "that parameter belongs to the credential");
      }
      const resolved = await resolve(url.hostname, signal);
      if (!resolved.ok) return resolved;
      const answered = await send({
        url: withQuery(url, injection),
        addresses: resolved.addresses,
        method: init.method,
        headers: { ...init.headers, ...injection.headers },
        body: init.body,
        maxBytes: policy.maxResponseBytes,
        timeoutMs: policy.timeoutMs,
        connect: options.connect,
        signal,
      });
      if (!answered.ok || answered.location === undefined) return answered;
      if (redirects >= MAX_REDIRECTS) return refuse("bad_response", "the source redirects too often");
      if (init.method !== "GET") return refuse("bad_response", `the source redirects a ${init.method}`);
      const target = URL.canParse(answered.location, url.href)
        ? withoutQuery(new URL(answered.location, url.href), injection).href
        : answered.location;
      const checked = checkUrl(target, init.method, policy.hosts);
      if (!checked.ok) return checked;
      // A source that writes a credential into the address would hand it to whatever host that names.
      if (holdsSecret([target], secrets)) return refuse("denied", "the source redirects with a credential's value");
      url = checked.url;
    }
  };

  const perform = async (
    raw: string,
    init: FetchInit,
    policy: EgressPolicy,
    secrets: readonly InjectedSecret[],
    signal: AbortSignal,
  ): Promise<Answered | Refusal> => {
    const method = init.method ?? "GET";
    const checked = checkUrl(raw, method, policy.hosts);
    if (!checked.ok) return checked;
    const headers = checkHeaders(init.headers ?? {});
    if (!headers.ok) return headers;
    const { body } = init;
    if (body !== undefined && method === "GET") return refuse("denied", "a GET has no body");
    if (body !== undefined && body.length > MAX_REQUEST_CHARS) return refuse("denied", "the request is too large");
    if (holdsSecret([raw, body ?? "", ...Object.values(headers.headers)], secrets)) {
      return refuse("denied", "the request holds a credential's value");
    }
    const unread = policy.onlyReads === true && checkRead(policy.hosts, { ...checked, method, ...headers, body });
    if (unread) return unread;
    return follow(
      checked.url,
      { method, headers: headers.headers, ...(body === undefined ? {} : { body }) },
      policy,
      secrets,
      signal,
    );
  };

  return {
    async request(raw, init, policy, secrets, signal) {
      const startedAt = performance.now();
      const deadline = AbortSignal.timeout(policy.timeoutMs);
      const all = AbortSignal.any([signal, deadline, closing.signal]);
      let answered: Answered | Refusal;
      try {
        answered = await perform(raw, init, policy, secrets, all);
      } catch (error) {
        if (signal.aborted || closing.signal.aborted) answered = refuse("aborted", "the call was stopped");
        else if (deadline.aborted) answered = refuse("timeout", `no answer within ${policy.timeoutMs} ms`);
        else {
          options.log.debug({ host: hostOf(raw), ...explain(error, secrets) }, "a request failed");
          answered = refuse("unreachable", "the source cannot be reached");
        }
      }
      const record = {
        host: hostOf(raw),
        method: init.method ?? "GET",
        outcome: answered.ok ? answered.status : answered.code,
        ms: Math.round(performance.now() - startedAt),
        bytes: answered.ok ? answered.bytes : 0,
      };
      if (!answered.ok && answered.code === "denied")
        options.log.warn({ ...record, why: answered.detail }, "a request was refused");
      return { result: reveal(answered, secrets), record };
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
    },
  };
}

/** What the module gets to see. */
function reveal(answered: Answered | Refusal, secrets: readonly InjectedSecret[]): FetchResult {
  if (!answered.ok) return answered;
  const headers = Object.entries(answered.headers).map(([name, value]) => [name, redactSecrets(value, secrets)]);
  return {
    ok: true,
    status: answered.status,
    headers: Object.fromEntries(headers),
    body: redactSecrets(answered.body, secrets),
  };
}

/** What the log may know of a failure: never the error itself, which libraries hang requests and headers on. */
function explain(error: unknown, secrets: readonly InjectedSecret[]): { code: string; reason: string } {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = error instanceof Error ? error.message : String(error);
  return { code, reason: redactSecrets(reason, secrets).slice(0, 200) };
}

/** For the record only; a refused address may be anything. */
function hostOf(raw: string): string {
  return /^[a-z]+:\/\/([A-Za-z0-9.-]{1,253})/.exec(raw)?.[1] ?? "(no host)";
}

async function systemLookup(host: string): Promise<readonly string[]> {
  const answers = await lookupInDns(host, { all: true, verbatim: true });
  return answers.map((answer) => answer.address);
}

/** The system's resolver cannot be stopped; the wait for it can. */
async function orAbort<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  const stopped = Promise.withResolvers<never>();
  const onAbort = (): void => stopped.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
