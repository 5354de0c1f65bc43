import { isDeepStrictEqual } from "node:util";
import type { CredentialNeed, HostGrant, Limits, Manifest } from "#core/contract/manifest.ts";
import type { PermissionDiff } from "./installer.ts";

/**
 * What one manifest allows that another did not, and the reverse: computed from the two, never told by anybody.
 * @param before undefined for a module that is new here
 */
export function permissionDiff(before: Manifest | undefined, after: Manifest): PermissionDiff {
  const hosts = {
    added: grantsBeyond(after.hosts, before?.hosts ?? []),
    removed: grantsBeyond(before?.hosts ?? [], after.hosts),
  };
  const credentials = difference(before?.credentials.map(credentialLine) ?? [], after.credentials.map(credentialLine));
  const capabilities = difference(capabilityLines(before), capabilityLines(after));
  const widened =
    before === undefined
      ? []
      : [
          ...limitsThatGrew(before.limits, after.limits),
          ...opened(before, after),
          ...difference(readLines(before), readLines(after)).added,
        ];
  const more = [hosts.added, credentials.added, widened].some((list) => list.length > 0);
  // A new capability that only reads, from where the module read before, is no more than it could do.
  const acts = capabilities.added.some((line) => !line.endsWith("(read)"));
  const asksByItself = after.schedules.some(
    (schedule) => before?.schedules.some((other) => isDeepStrictEqual(other, schedule)) !== true,
  );
  const schedules = before !== undefined && asksByItself ? ["runs by itself at other times than before"] : [];
  return {
    hosts,
    credentials,
    capabilities,
    widened: [...widened, ...schedules],
    grows: more || acts || schedules.length > 0,
  };
}

/** Grants of one list that the other does not hold: only the methods and paths that are new. */
function grantsBeyond(these: readonly HostGrant[], others: readonly HostGrant[]): HostGrant[] {
  return these.flatMap((grant) => {
    const same = others.filter(({ host }) => host === grant.host);
    const isHeld = (method: HostGrant["methods"][number], path: string): boolean =>
      same.some(
        ({ methods, pathPrefixes }) => methods.includes(method) && pathPrefixes.some((one) => holds(one, path)),
      );
    const beyond = grant.methods.filter((method) => grant.pathPrefixes.some((path) => !isHeld(method, path)));
    if (beyond.length === 0) return [];
    const paths = grant.pathPrefixes.filter((path) => beyond.some((method) => !isHeld(method, path)));
    return [{ host: grant.host, methods: beyond, pathPrefixes: paths }];
  });
}

/** What a capability that only reads may send with POST: nobody is asked about that, so it is more. */
function readLines({ hosts }: Manifest): string[] {
  return hosts.flatMap(({ host, reads = [] }) =>
    reads.flatMap((read) =>
      read.as === "graphql"
        ? [`read ${host}${read.path} with GraphQL queries, without asking`]
        : read.tools.map((tool) => `read ${host}${read.path} with the tool ${tool}, without asking`),
    ),
  );
}

function holds(prefix: string, path: string): boolean {
  return prefix === path || (prefix.endsWith("/") && path.startsWith(prefix));
}

/** Where a secret goes is part of what it is: the same name for another host is another credential. */
function credentialLine({ name, host, header, query, kind, oauth2 }: CredentialNeed): string {
  const place = header === undefined ? `query ${query ?? ""}` : `header ${header}`;
  if (oauth2 === undefined) return `${name} (${kind}, to ${host} as ${place})`;
  // Where people sign in, and who is told the secret of the client, is part of it too.
  const { scopes, authorizationUrl, tokenUrl } = oauth2;
  const signIn = `signed in at ${bare(authorizationUrl)}, tokens from ${bare(tokenUrl)}`;
  return `${name} (${kind}, to ${host} as ${place}, for ${scopes.join(" ")}, ${signIn})`;
}

function bare(address: string): string {
  const { host, pathname } = new URL(address);
  return `${host}${pathname}`;
}

function capabilityLines(manifest: Manifest | undefined): string[] {
  return manifest?.capabilities.map(({ name, effect }) => `${name} (${effect})`) ?? [];
}

function difference(before: readonly string[], after: readonly string[]) {
  return {
    added: after.filter((line) => !before.includes(line)),
    removed: before.filter((line) => !after.includes(line)),
  };
}

const LIMIT_WORDS: Readonly<Record<keyof Limits, string>> = {
  timeoutMs: "time for a call (ms)",
  memoryMib: "memory (MiB)",
  fetches: "requests in a call",
  outputChars: "length of an answer (characters)",
  fileBytes: "size of a file (bytes)",
};

function limitsThatGrew(before: Limits, after: Limits): string[] {
  const names = ["timeoutMs", "memoryMib", "fetches", "outputChars", "fileBytes"] as const;
  return names
    .filter((name) => after[name] > before[name])
    .map((name) => `${LIMIT_WORDS[name]}: ${before[name]} → ${after[name]}`);
}

const OPENNESS: Readonly<Record<Manifest["dataClass"], number>> = { private: 0, internal: 1, public: 2 };

/** Data that fewer could see before. */
function opened(before: Manifest, after: Manifest): string[] {
  const isWider = OPENNESS[after.dataClass] > OPENNESS[before.dataClass];
  return isWider ? [`data: ${before.dataClass} → ${after.dataClass}`] : [];
}
