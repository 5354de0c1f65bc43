import { compare } from "semver";
import { digestEntries } from "#core/contract/bundle.ts";
import { canonicalJson } from "#core/contract/canonical-json.ts";
import { NexusError } from "#core/contract/errors.ts";
import { ModuleName, type Sha256 } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import type { Manifest } from "#core/contract/manifest.ts";
import {
  type IndexFile,
  type IndexVersion,
  MODULE_INDEX_SCHEMA_ID,
  packPath,
  type Written,
  writePack,
} from "./index-file.ts";

/** A module that is to be in an index. */
export interface Offered {
  readonly manifest: Manifest;
  readonly entries: ReadonlyMap<string, Uint8Array>;
  readonly written: Written;
}

/** An index as it will be: what is new in it is all that has to be written. */
export interface MadeIndex {
  readonly file: IndexFile;
  /** `index.json`, exactly. */
  readonly text: string;
  /** Packs that were not there, by path. */
  readonly packs: ReadonlyMap<string, string>;
  /** What was added, as `github 1.0.0`. */
  readonly added: readonly string[];
}

/**
 * The index with these modules beside those it has. The same modules make the same index.
 * @throws NexusError request_invalid when a version is there already with other bytes, or what is to be revoked is not
 */
export function makeIndex(
  before: IndexFile | undefined,
  wanted: {
    readonly name: string;
    readonly modules: readonly Offered[];
    /** `github@1.0.0` and why. */
    readonly revoke: ReadonlyMap<string, string>;
  },
): MadeIndex {
  const modules = new Map<ModuleName, IndexVersion[]>();
  for (const [name, versions] of Object.entries(before?.modules ?? {})) {
    modules.set(ModuleName.parse(name), [...versions]);
  }
  const packs = new Map<string, string>();
  const added: string[] = [];
  for (const offered of [...wanted.modules].sort((a, b) => (a.manifest.name < b.manifest.name ? -1 : 1))) {
    const { name } = offered.manifest;
    const version = versionOf(offered);
    const there = modules.get(name) ?? [];
    const same = there.find((one) => one.version === version.version);
    if (same !== undefined) {
      if (same.sha256 === version.sha256) continue;
      throw refusal(`${name} ${version.version} is in the index already, with other bytes.`, "Give it a new version.");
    }
    modules.set(
      name,
      [...there, version].sort((one, other) => compare(other.version, one.version)),
    );
    packs.set(packPath(version.sha256), writePack(offered.entries));
    added.push(`${name} ${version.version}`);
  }
  const revoked = { ...before?.revoked };
  for (const [what, why] of wanted.revoke) revoked[digestOf(modules, what)] = why;
  const sorted = [...modules].sort(([one], [other]) => (one < other ? -1 : 1));
  const content = { name: wanted.name, modules: Object.fromEntries(sorted), revoked };
  const isSame =
    before !== undefined && jsonOf({ ...content, schema: before.schema, serial: before.serial }) === jsonOf(before);
  const file: IndexFile = isSame
    ? before
    : { schema: MODULE_INDEX_SCHEMA_ID, serial: (before?.serial ?? 0) + 1, ...content };
  return { file, text: jsonOf(file), packs, added };
}

/** The text that is signed: one spelling for one index. */
function jsonOf(file: IndexFile): string {
  const plain: Json = JSON.parse(JSON.stringify(file));
  return `${canonicalJson(plain)}\n`;
}

function versionOf({ manifest, entries, written }: Offered): IndexVersion {
  const { version, title, description, hosts, capabilities } = manifest;
  return {
    version,
    sha256: digestEntries(entries),
    title,
    description,
    asks: capabilities.flatMap((one) => [one.title, ...one.examples.slice(0, 3)]).slice(0, MOST_ASKS),
    written,
    hosts: hosts.map(({ host }) => host),
    effects: [...new Set(capabilities.map(({ effect }) => effect))],
  };
}

const MOST_ASKS = 60;

function digestOf(modules: ReadonlyMap<ModuleName, readonly IndexVersion[]>, what: string): Sha256 {
  const [name, version] = what.split("@");
  const found = [...modules].find(([module]) => module === name)?.[1].find((one) => one.version === version);
  if (found !== undefined) return found.sha256;
  throw refusal(`There is no ${what} in the index.`, "Name what is to be revoked as module@version.");
}

function refusal(say: string, hint: string): NexusError {
  return new NexusError("request_invalid", say, { say, hint });
}
