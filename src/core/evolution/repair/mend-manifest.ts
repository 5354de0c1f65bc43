import { inc, gte, valid } from "semver";
import { type BundleEntries, MANIFEST_FILE } from "#core/contract/bundle.ts";
import { Manifest } from "#core/contract/manifest.ts";
import type { ModuleTest, ValidationReport } from "#core/contract/validation.ts";
import { errorsOf, warningsOf } from "./errors-of.ts";
import { jsonOf, testsOf } from "./tests-of.ts";

/** How many kinds of requests a report lists. */
const MOST_OBSERVED = 100;

type Installed = readonly { readonly name: string; readonly version: string }[];

/**
 * The bundle with its manifest mended by rule, for what is wrong in a way that has one answer; undefined when nothing
 * is. What a module may do grows only by paths of granted hosts that its own tests ask, never by a host.
 */
export function mendManifest(
  entries: BundleEntries,
  report: ValidationReport,
  installed: Installed,
): BundleEntries | undefined {
  const rules = new Set(errorsOf(report).map(({ rule }) => rule));
  return changed(entries, (manifest) => {
    const tests = [...testsOf(entries).values()].flat();
    let mended = manifest;
    if (rules.has("manifest.version")) mended = withNewVersion(mended, installed);
    if (rules.has("tests.failed")) mended = withTestedPaths(mended, tests);
    if (rules.has("coherence.unused-host")) mended = withoutHosts(mended, hostsNotAsked(mended, tests));
    if (rules.has("coherence.no-fetches")) mended = withFetches(mended, tests);
    return mended;
  });
}

/**
 * The bundle without what it was granted and no test of it makes use of; undefined when there is nothing to take away,
 * or when it cannot be seen whether it is needed.
 */
export function trimManifest(entries: BundleEntries, report: ValidationReport): BundleEntries | undefined {
  const warned = new Set(warningsOf(report).map(({ rule }) => rule));
  if (
    warned.has("tests.untested") ||
    !["egress.unobserved", "coherence.method-not-seen"].some((rule) => warned.has(rule))
  )
    return undefined;
  const { observed } = report.egress;
  // A list that was cut does not tell what was not asked.
  if (observed.length >= MOST_OBSERVED) return undefined;
  return changed(entries, (manifest) => {
    const hosts = manifest.hosts.flatMap((grant) => {
      const asked = observed.filter(({ host }) => host === grant.host);
      const methods = grant.methods.filter((method) => asked.some((one) => one.method === method));
      const pathPrefixes = grant.pathPrefixes.filter((prefix) => asked.some(({ path }) => isBelow(path, prefix)));
      if (methods.length === 0 || pathPrefixes.length === 0) return [];
      const { reads, ...rest } = grant;
      return [{ ...rest, methods, pathPrefixes, ...(reads && methods.includes("POST") && { reads }) }];
    });
    const gone = manifest.hosts.filter(({ host }) => !hosts.some((one) => one.host === host)).map(({ host }) => host);
    return { ...withoutHosts(manifest, gone), hosts };
  });
}

function changed(entries: BundleEntries, change: (manifest: Manifest) => Manifest): BundleEntries | undefined {
  const manifest = Manifest.safeParse(jsonOf(entries, MANIFEST_FILE));
  if (!manifest.success) return undefined;
  const next = change(manifest.data);
  if (JSON.stringify(next) === JSON.stringify(manifest.data)) return undefined;
  const text = `${JSON.stringify(next, undefined, 2)}\n`;
  return new Map([...entries, [MANIFEST_FILE, new TextEncoder().encode(text)]]);
}

function withNewVersion(manifest: Manifest, installed: Installed): Manifest {
  const there = installed.find(({ name }) => name === manifest.name)?.version;
  if (there === undefined || valid(there) === null || !gte(there, manifest.version)) return manifest;
  return { ...manifest, version: inc(there, "minor") ?? manifest.version };
}

/** A path that a test asks of a granted host with a granted method is one the module was meant to reach. */
function withTestedPaths(manifest: Manifest, tests: readonly ModuleTest[]): Manifest {
  const asked = addressesOf(tests);
  const hosts = manifest.hosts.map((grant) => {
    const missing = asked
      .filter(({ url, method }) => url.hostname === grant.host && grant.methods.some((one) => one === method))
      .filter(({ url }) => !grant.pathPrefixes.some((prefix) => isBelow(url.pathname, prefix)))
      .flatMap(({ url }) => prefixOf(url.pathname));
    return { ...grant, pathPrefixes: [...grant.pathPrefixes, ...new Set(missing)] };
  });
  return { ...manifest, hosts };
}

/** The folder of a path, or all of a path that stands in none; nothing where either cannot be granted. */
function prefixOf(path: string): string[] {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const prefix = folder === "/" ? path : folder;
  return /^\/[\w./~-]+$/.test(prefix) ? [prefix] : [];
}

function hostsNotAsked(manifest: Manifest, tests: readonly ModuleTest[]): string[] {
  const asked = new Set(addressesOf(tests).map(({ url }) => url.hostname));
  return manifest.hosts.map(({ host }) => host).filter((host) => !asked.has(host));
}

/** Without hosts, and without the credentials that were for them. */
function withoutHosts(manifest: Manifest, gone: readonly string[]): Manifest {
  const credentials = manifest.credentials.filter(({ host }) => !gone.includes(host));
  const kept = new Set(credentials.map(({ name }) => name));
  return {
    ...manifest,
    hosts: manifest.hosts.filter(({ host }) => !gone.includes(host)),
    credentials,
    capabilities: manifest.capabilities.map((capability) => ({
      ...capability,
      credentials: capability.credentials.filter((name) => kept.has(name)),
    })),
  };
}

function withFetches(manifest: Manifest, tests: readonly ModuleTest[]): Manifest {
  const most = Math.max(manifest.limits.fetches, ...tests.map(({ exchanges }) => exchanges.length));
  return { ...manifest, limits: { ...manifest.limits, fetches: Math.min(50, most) } };
}

function addressesOf(tests: readonly ModuleTest[]): { url: URL; method: string }[] {
  return tests
    .flatMap(({ exchanges }) => exchanges)
    .flatMap(({ request: { url, method } }) => (URL.canParse(url) ? [{ url: new URL(url), method }] : []));
}

/** As the broker sees it. */
function isBelow(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`);
}
