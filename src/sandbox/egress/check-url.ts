import type { HostGrant } from "#core/contract/manifest.ts";
import { isDisguised } from "./disguised-path.ts";
import { refuse, type Refusal } from "./refusal.ts";

const MAX_URL_CHARS = 2_048;

/**
 * Whether the grants allow `method` on the address. The text is checked before it is parsed: WHATWG parsing strips tabs
 * and newlines, maps look-alike letters and turns `0177.1` into 127.0.0.1, and what it would make of a host must be
 * what was written.
 */
export function checkUrl(
  raw: string,
  method: string,
  grants: readonly HostGrant[],
): { readonly ok: true; readonly url: URL } | Refusal {
  if (raw.length > MAX_URL_CHARS) return refuse("denied", "the address is longer than 2,048 characters");
  if (!/^[\x21-\x5b\x5d-\x7e]*$/.test(raw)) return refuse("denied", "the address has characters no address has");
  const host = /^https:\/\/([a-z0-9.-]+)(?::443)?(?=[/?]|$)/.exec(raw)?.[1];
  if (host === undefined) return refuse("denied", "only https://host/… with a plain lower-case host name is allowed");
  if (!URL.canParse(raw)) return refuse("denied", "the address cannot be parsed");
  const url = new URL(raw);
  if (url.hostname !== host || url.port !== "" || url.username !== "") return refuse("denied", "the host is disguised");

  const grant = grants.find((candidate) => candidate.host === host);
  if (grant === undefined) return refuse("denied", `${host} is not among the module's hosts`);
  if (!grant.methods.some((allowed) => allowed === method)) {
    return refuse("denied", `${method} is not allowed on ${host}`);
  }
  if (isDisguised(url.pathname)) return refuse("denied", "the path is disguised");
  if (!grant.pathPrefixes.some((prefix) => isUnder(url.pathname, prefix))) {
    return refuse("denied", `that path is not allowed on ${host}`);
  }
  return { ok: true, url };
}

function isUnder(path: string, prefix: string): boolean {
  return path === prefix || (prefix.endsWith("/") ? path.startsWith(prefix) : path.startsWith(`${prefix}/`));
}
