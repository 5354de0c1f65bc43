import type { Manifest } from "#core/contract/manifest.ts";
import type { BundleOrigin } from "#core/contract/sandbox.ts";
import type { Finding } from "#core/contract/validation.ts";
import { findingOf } from "./findings.ts";
import { isShared, ownerOf, refuseHost } from "./hosts.ts";
import type { ManifestRule } from "./manifest-rules.ts";
import { manifestTexts } from "./manifest-texts.ts";
import { areConfusable, OWN_MODULES, RESERVED } from "./names.ts";
import { judgePattern } from "./regex/judge.ts";
import { codePoint, quoted } from "./show.ts";
import { findUnseen } from "./unseen.ts";
import { findCall, findInjection, findPreference } from "./wording.ts";

/** What a manifest is judged against. */
export interface ManifestContext {
  readonly installed: readonly { readonly name: string; readonly version: string; readonly sha256?: string }[];
  /** The bundle's digest: the very bytes that are installed may be looked at again. */
  readonly sha256?: string;
  /** `own` for the modules of this repository, which may have what strangers may not. Without it: a stranger's. */
  readonly origin?: BundleOrigin;
}

/** Ceilings of the limits that an installed module may ask for. */
export const CEILINGS = { timeoutMs: 15_000, memoryMib: 128, fetches: 20 } as const;
const MAX_HOSTS = 5;

/** What speaks against a manifest that fits its schema: names that mislead, hosts nobody should get, texts that give orders. */
export function checkManifest(manifest: Manifest, context: ManifestContext): Finding[] {
  const findings: Finding[] = [];
  const report: Report = (rule, message) => findings.push(findingOf(rule, { file: "manifest.json" }, message));
  const isOwn = context.origin === "own";
  if (!isOwn) {
    checkName(manifest.name, context, report);
    checkCeilings(manifest, report);
  }
  checkVersion(manifest, context, report);
  checkHosts(manifest, report);
  checkCredentials(manifest, isOwn, report);
  checkTexts(manifest, report);
  checkPatterns(manifest, report);
  return findings;
}

type Report = (rule: ManifestRule, message: string) => void;

function checkName(name: string, { installed }: ManifestContext, report: Report): void {
  const isReserved = RESERVED.has(name) || name.split("-")[0] === "nexus" || OWN_MODULES.includes(name);
  if (isReserved) return report("manifest.reserved-name", `The name ${quoted(name)} is taken by NEXUS itself.`);
  const others = [...new Set([...installed.map((one) => one.name), ...OWN_MODULES, "nexus"])];
  const twin = others.find((other) => other !== name && areConfusable(name, other));
  if (twin !== undefined) {
    report("manifest.confusable-name", `The name ${quoted(name)} can be taken for ${quoted(twin)}.`);
  }
}

function checkVersion({ name, version }: Manifest, { installed, sha256 }: ManifestContext, report: Report): void {
  const same = installed.find((one) => one.name === name);
  if (same === undefined || (sha256 !== undefined && same.sha256 === sha256)) return;
  if (compareVersions(version, same.version) <= 0) {
    report("manifest.version", `Version ${same.version} is installed, and ${version.slice(0, 40)} is not newer.`);
  }
}

function compareVersions(one: string, other: string): number {
  const [a, b] = [one.split(".").map(Number), other.split(".").map(Number)];
  for (const index of [0, 1, 2]) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function checkCeilings({ limits }: Manifest, report: Report): void {
  for (const name of ["timeoutMs", "memoryMib", "fetches"] as const) {
    if (limits[name] <= CEILINGS[name]) continue;
    report("manifest.limits", `It asks for ${limits[name]} as limits.${name}; ${CEILINGS[name]} are the most.`);
  }
}

function checkHosts({ hosts }: Manifest, report: Report): void {
  if (hosts.length > MAX_HOSTS) report("manifest.host-count", `It asks for ${hosts.length} hosts.`);
  for (const { host, pathPrefixes } of hosts) {
    const why = refuseHost(host);
    if (why !== undefined) report("manifest.host", `The host ${quoted(host)} ${why}.`);
    const odd = pathPrefixes.find((path) => /\/\/|\/\.{1,2}(?:\/|$)/.test(path));
    if (odd !== undefined) report("manifest.path", `The path ${quoted(odd)} of ${quoted(host)} is not plain.`);
    if (isShared(host) && pathPrefixes.includes("/")) {
      report("manifest.shared-host", `On ${quoted(host)} everyone has a part, and it asks for all of them.`);
    }
  }
}

/** Headers that say where a request goes, how it is sent or who sent it on: none of them is a credential. */
const NO_CREDENTIAL_HEADER =
  /^(?:host|connection|content-.*|transfer-encoding|te|trailer|upgrade|via|forwarded|x-forwarded-.*|x-real-ip|expect|range|accept.*|origin|referer|cookie2?|keep-alive|proxy-.*|sec-.*|metadata.*|x-(?:aws|google|azure)-.*metadata.*|metadata-flavor)$/i;

function checkCredentials({ credentials, capabilities }: Manifest, isOwn: boolean, report: Report): void {
  for (const credential of credentials) {
    const name = quoted(credential.name);
    if (credential.query !== undefined && !isOwn) {
      const rule = credential.queryOnly === true ? "manifest.credential-in-address" : "manifest.credential-query";
      report(rule, `The credential ${name} goes into the address.`);
    }
    if (credential.header !== undefined && NO_CREDENTIAL_HEADER.test(credential.header)) {
      report("manifest.credential-header", `The credential ${name} goes into the header ${quoted(credential.header)}.`);
    }
    if (!capabilities.some((capability) => capability.credentials.includes(credential.name))) {
      report("manifest.credential-not-used", `No capability needs the credential ${name}.`);
    }
    const { oauth2, obtainUrl } = credential;
    for (const address of [obtainUrl, ...(oauth2 ? [oauth2.authorizationUrl, oauth2.tokenUrl] : [])]) {
      const { hostname } = new URL(address);
      const why = refuseHost(hostname);
      if (why !== undefined) report("manifest.host", `The host ${quoted(hostname)} ${why}.`);
      else if (ownerOf(hostname) !== ownerOf(credential.host)) {
        report(
          "manifest.credential-place",
          `The credential ${name} is for ${quoted(credential.host)}, and people are sent to ${quoted(hostname)}.`,
        );
      }
    }
  }
}

function checkTexts(manifest: Manifest, report: Report): void {
  for (const { where, text, describes } of manifestTexts(manifest)) {
    const unseen = findUnseen(text);
    if (unseen !== undefined) {
      report("manifest.text", `${where} holds ${codePoint(unseen.character)}, which does not show.`);
      continue;
    }
    const order = findInjection(text) ?? findCall(text);
    if (order !== undefined) report("manifest.injection", `${where} gives orders or calls people: ${quoted(order)}.`);
    const wish = describes ? findPreference(text) : undefined;
    if (wish !== undefined) report("manifest.preference", `${where} asks to be preferred: ${quoted(wish)}.`);
  }
}

/** Patterns of slots are matched in the service itself, against every message. */
function checkPatterns({ capabilities }: Manifest, report: Report): void {
  for (const capability of capabilities) {
    for (const [name, slot] of Object.entries(capability.slots)) {
      if (slot.type !== "id") continue;
      const where = `The pattern of ${quoted(name)} in ${quoted(capability.name)}`;
      if (!isPattern(slot.pattern)) report("manifest.pattern", `${where} is no pattern.`);
      else if (judgePattern(slot.pattern, "i").pace !== "fine") {
        report("manifest.pattern", `${where} can take long: ${quoted(slot.pattern)}.`);
      }
    }
  }
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, "i") instanceof RegExp;
  } catch {
    return false;
  }
}
