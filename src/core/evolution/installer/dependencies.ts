import { satisfies, validRange } from "semver";
import { NexusError } from "#core/contract/errors.ts";
import { ModuleName, type Sha256 } from "#core/contract/ids.ts";
import type { Manifest } from "#core/contract/manifest.ts";

/** A module as others may build on it. */
export interface Present {
  readonly manifest: Pick<Manifest, "name" | "version" | "dependencies">;
  readonly sha256: Sha256;
}

/** Modules something builds on, exactly. */
export type Lock = Readonly<Record<string, { readonly version: string; readonly sha256: Sha256 }>>;

/**
 * The modules that one builds on, as they are here.
 * @param present every module of the org
 * @throws NexusError dependency_missing when one is not here, in no fitting version, or builds on this one itself;
 * dependency_needed when another builds on this module and could not with this version
 */
export function lockFor(manifest: Present["manifest"], present: readonly Present[]): Lock {
  const others = present.filter((one) => one.manifest.name !== manifest.name);
  const circle = circleOf(manifest, others);
  if (circle !== undefined) {
    throw missing(`${manifest.name} would build on itself: ${circle.join(" → ")}.`, "One of them must do without.");
  }
  const lock = Object.entries(manifest.dependencies).map(([name, range]) => {
    const found = others.find((one) => one.manifest.name === name);
    return [name, chosen(manifest.name, name, range, found)] as const;
  });
  mustSuit(manifest, others);
  return Object.fromEntries(lock);
}

/**
 * The modules that build on one, by name and range.
 * @param present every module of the org
 */
export function dependentsOf(name: ModuleName, present: readonly Present[]): { name: ModuleName; range: string }[] {
  return present.flatMap(({ manifest }) => {
    const range = manifest.dependencies[name];
    return range === undefined || manifest.name === name ? [] : [{ name: manifest.name, range }];
  });
}

/** @throws NexusError dependency_needed when a module could not be built on any more in this version */
export function mustSuit({ name, version }: Pick<Manifest, "name" | "version">, present: readonly Present[]): void {
  const unsuited = dependentsOf(name, present).filter(({ range }) => !satisfies(version, range));
  if (unsuited.length === 0) return;
  const who = unsuited.map((one) => `${one.name} builds on ${name} ${one.range}`).join(", and ");
  throw needed(`${who}; this is ${version}.`, "Update what builds on it first, or take it away.");
}

/** @throws NexusError dependency_needed when a module is built on */
export function mustBeFree(name: ModuleName, present: readonly Present[]): void {
  const dependents = dependentsOf(name, present);
  if (dependents.length === 0) return;
  const who = dependents.map((one) => one.name).join(", ");
  throw needed(`${who} ${dependents.length === 1 ? "builds" : "build"} on ${name}.`, `Take away ${who} first.`);
}

function chosen(by: ModuleName, name: string, range: string, found: Present | undefined) {
  if (validRange(range) === null) {
    throw missing(`${by} asks for ${name} in “${range}”, which is no range of versions.`, "Its maker must mend that.");
  }
  if (found === undefined)
    throw missing(`${by} builds on ${name} ${range}, which is not here.`, `Install ${name} first.`);
  const { version } = found.manifest;
  if (!satisfies(version, range)) {
    throw missing(`${by} builds on ${name} ${range}; here is ${version}.`, `Bring ${name} to a fitting version first.`);
  }
  return { version, sha256: found.sha256 };
}

/** The way from a module over what it builds on back to itself, if there is one. */
function circleOf(manifest: Present["manifest"], others: readonly Present[]): string[] | undefined {
  const next = new Map(others.map((one) => [one.manifest.name, Object.keys(one.manifest.dependencies)]));
  const seen = new Set<string>();
  const search = (name: string, way: readonly string[]): string[] | undefined => {
    if (name === manifest.name) return [...way, name];
    if (seen.has(name)) return undefined;
    seen.add(name);
    const known = ModuleName.safeParse(name);
    for (const below of (known.success ? next.get(known.data) : undefined) ?? []) {
      const circle = search(below, [...way, name]);
      if (circle !== undefined) return circle;
    }
    return undefined;
  };
  for (const name of Object.keys(manifest.dependencies)) {
    const circle = search(name, [manifest.name]);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

function missing(say: string, hint: string): NexusError {
  return new NexusError("dependency_missing", say, { say, hint });
}

function needed(say: string, hint: string): NexusError {
  return new NexusError("dependency_needed", say, { say, hint });
}
