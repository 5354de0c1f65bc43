import type { HostGrant } from "#core/contract/manifest.ts";
import { MANIFEST_FILE } from "#core/contract/bundle.ts";
import type { Finding, ValidationReport } from "#core/contract/validation.ts";
import { findingOf } from "./rules.ts";
import type { Trace } from "./scripted-host.ts";
import { visible } from "./visible-text.ts";

const MAX_SHOWN = 100;

/** What a module asked for, beside what it says it needs. */
export function reportEgress(declared: readonly HostGrant[], traces: readonly Trace[]): ValidationReport["egress"] {
  const requests = traces.flatMap((trace) => trace.requests);
  const groups = Map.groupBy(requests, ({ host, method, path }) => `${host} ${method} ${path}`);
  const observed = [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, group]) => {
      const [first] = group;
      if (first === undefined) return [];
      return [{ host: first.host, method: first.method, path: visible(first.path, 300), requests: group.length }];
    });
  return {
    declared: [...declared],
    observed: observed.slice(0, MAX_SHOWN),
    denied: distinctDenied(traces).slice(0, MAX_SHOWN),
  };
}

/** Each kind of refused request is a reason to refuse the module. */
export function findDenied(traces: readonly Trace[], file: string): Finding[] {
  return distinctDenied(traces)
    .slice(0, 20)
    .map(({ host, method, why }) => findingOf("egress.denied", `it asked for ${method} ${host}: ${why}`, file));
}

/** Grants, or parts of one, that no test makes use of: more than the module can be seen to need. */
export function findUnobserved(declared: readonly HostGrant[], traces: readonly Trace[]): Finding[] {
  const requests = traces.flatMap((trace) => trace.requests);
  return declared.flatMap(({ host, methods, pathPrefixes }) => {
    const there = requests.filter((request) => request.host === host);
    const unused = (what: string): Finding =>
      findingOf("egress.unobserved", `no test makes a request to ${what}`, MANIFEST_FILE);
    if (there.length === 0) return [unused(host)];
    return [
      ...methods
        .filter((method) => !there.some((request) => request.method === method))
        .map((method) => unused(`${host} with ${method}`)),
      ...pathPrefixes
        .filter(
          (prefix) =>
            !there.some(({ path }) => path === prefix || path.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`)),
        )
        .map((prefix) => unused(`${host}${visible(prefix, 100)}`)),
    ];
  });
}

function distinctDenied(traces: readonly Trace[]): { host: string; method: string; why: string }[] {
  const known = new Map<string, { host: string; method: string; why: string }>();
  for (const { host, method, why } of traces.flatMap((trace) => trace.denied)) {
    const one = { host: visible(host, 253), method: visible(method, 10), why: visible(why, 200) };
    known.set(JSON.stringify(one), one);
  }
  return [...known].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
