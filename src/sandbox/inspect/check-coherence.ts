import type { HostGrant, Manifest } from "#core/contract/manifest.ts";
import { type Address, addressesIn } from "./addresses.ts";
import type { CodeFile } from "./code-file.ts";
import type { CoherenceRule } from "./coherence-rules.ts";
import { type Fetches, fetchesIn } from "./fetches.ts";
import type { Findings } from "./findings.ts";
import { checkFilesAndSlots } from "./check-declared.ts";
import { placeOf } from "./look.ts";
import { quoted } from "./show.ts";

/** Whether manifest and code agree: what is asked for is declared, and what is declared is asked for. */
export function checkCoherence(files: ReadonlyMap<string, CodeFile>, manifest: Manifest, findings: Findings): void {
  const parts = [...files.values()].map((file) => ({ file, fetches: fetchesIn(file), addresses: addressesIn(file) }));
  const isFetching = parts.some(({ fetches }) => fetches.uses.length > 0);
  for (const { file, fetches, addresses } of parts) {
    const report: Report = (rule, at, message) => findings.add(rule, placeOf(file.path, at), message);
    for (const address of addresses) checkAddress(address, manifest.hosts, isFetching, report);
    for (const at of fetches.unknown) report("coherence.dynamic-host", at, "The address is known only when it runs.");
    checkMethods(fetches, manifest, isFetching, report);
    const [first] = fetches.uses;
    if (first && manifest.hosts.length === 0)
      report("coherence.no-hosts", first, "It fetches, and the manifest declares no host.");
    if (first && manifest.limits.fetches === 0)
      report("coherence.no-fetches", first, "It fetches, and limits.fetches is 0.");
  }
  checkUnusedHosts(manifest, parts, findings);
  checkUnusedMethods(manifest, parts, findings);
  checkFilesAndSlots(files, manifest, findings);
}

type Report = (rule: CoherenceRule, at: Address["at"], message: string) => void;
type Parts = readonly { readonly fetches: Fetches; readonly addresses: readonly Address[] }[];

function checkAddress(address: Address, hosts: readonly HostGrant[], isFetching: boolean, report: Report): void {
  const { at, host, scheme, isLink } = address;
  const isForPeople = isLink || !isFetching;
  if (scheme !== "https" && !isForPeople) {
    report("coherence.plain-http", at, `It names an address that begins with ${scheme}://.`);
  }
  if (host === undefined) {
    if (!isForPeople) report("coherence.dynamic-host", at, "The host is known only when it runs.");
    return;
  }
  const grant = hosts.find((one) => one.host === host);
  if (grant !== undefined) {
    if (!isLink && !fitsPath(address, grant)) {
      report("coherence.path", at, `The path ${quoted(address.path)} is not among those granted for ${quoted(host)}.`);
    }
    return;
  }
  if (isForPeople)
    return report("coherence.link", at, `It shows an address of ${quoted(host)}, which is not declared.`);
  report("coherence.undeclared-host", at, `The host ${quoted(host)} is not in the manifest.`);
}

/** Whether a path lies in a grant, or may: what is known of it leads there. */
function fitsPath({ path, isWhole }: Address, { pathPrefixes }: HostGrant): boolean {
  return pathPrefixes.some(
    (prefix) => path.startsWith(prefix) || `${path}/` === prefix || (!isWhole && prefix.startsWith(path)),
  );
}

function checkMethods({ methods }: Fetches, manifest: Manifest, isFetching: boolean, report: Report): void {
  if (!isFetching) return;
  const onlyReads = manifest.capabilities.every(({ effect }) => effect === "read");
  for (const { at, name, host } of methods) {
    if (name === undefined) {
      report("coherence.dynamic-method", at, "The method is known only when it runs.");
      continue;
    }
    const grants = manifest.hosts.filter((one) => host === undefined || one.host === host);
    if (grants.length > 0 && !grants.some((one) => one.methods.some((method) => method === name))) {
      const where = host === undefined ? "for any host" : `for ${quoted(host)}`;
      report("coherence.method", at, `${name} is not granted ${where}.`);
    }
    const isSeen = name === "POST" && areSeen(grants);
    if (onlyReads && name !== "GET" && name !== "HEAD" && !isSeen) {
      report("coherence.effect", at, `It sends ${name}, and every capability says that it only reads.`);
    }
  }
}

/** Whether the broker sees of every POST that these grants allow whether it only reads. */
function areSeen(grants: readonly HostGrant[]): boolean {
  const posting = grants.filter(({ methods }) => methods.includes("POST"));
  return posting.length > 0 && posting.every(({ reads }) => reads !== undefined);
}

function checkUnusedHosts({ hosts }: Manifest, parts: Parts, findings: Findings): void {
  const named = new Set(parts.flatMap(({ addresses }) => addresses.map(({ host }) => host)));
  const asked = parts.flatMap(({ fetches }) => fetches.addresses);
  for (const { host } of asked.filter((one) => one !== undefined)) named.add(host);
  const isAllSeen = asked.length > 0 && asked.every((address) => address?.host !== undefined);
  for (const { host } of hosts) {
    if (named.has(host)) continue;
    const rule = isAllSeen ? "coherence.unused-host" : "coherence.host-not-seen";
    findings.add(
      rule,
      { file: "manifest.json" },
      `The manifest asks for ${quoted(host)}, and the code never names it.`,
    );
  }
}

function checkUnusedMethods({ hosts }: Manifest, parts: Parts, findings: Findings): void {
  const methods = parts.flatMap(({ fetches }) => fetches.methods);
  if (methods.some(({ name }) => name === undefined)) return;
  const used = new Set(["GET", ...methods.map(({ name }) => name)]);
  for (const grant of hosts) {
    for (const method of grant.methods.filter((one) => !used.has(one))) {
      const message = `The manifest asks for ${method} at ${quoted(grant.host)}, and the code never sends it.`;
      findings.add("coherence.method-not-seen", { file: "manifest.json" }, message);
    }
  }
}
