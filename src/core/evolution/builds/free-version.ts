import { inc, rcompare } from "semver";
import { type BundleEntries, digestEntries, MANIFEST_FILE } from "#core/contract/bundle.ts";
import { Manifest } from "#core/contract/manifest.ts";
import type { ModuleName, Sha256 } from "#core/contract/ids.ts";

/** The changes a module has seen in an org, as the store tells them. */
interface Own {
  readonly moduleInstalls: {
    history(
      module: ModuleName,
    ): Promise<readonly { readonly to?: { readonly version: string; readonly sha256: Sha256 } | undefined }[]>;
  };
}

/**
 * The version that what was written has to have instead of its own, because that was here before with other bytes: taken
 * back or uninstalled since, say. Undefined where its own is free.
 */
export async function freeVersion(
  { moduleInstalls }: Own,
  { name, version }: Pick<Manifest, "name" | "version">,
  entries: BundleEntries,
): Promise<string | undefined> {
  const known = (await moduleInstalls.history(name)).flatMap(({ to }) => (to === undefined ? [] : [to]));
  const sha256 = digestEntries(entries);
  if (!known.some((one) => one.version === version && one.sha256 !== sha256)) return undefined;
  const [newest = version] = known.map((one) => one.version).toSorted(rcompare);
  return inc(newest, "minor") ?? undefined;
}

/** The same files in a version that is free; as they are where no manifest can be read in them. */
export async function inFreeVersion(own: Own, entries: BundleEntries): Promise<BundleEntries> {
  const raw = fieldsOf(entries);
  const manifest = Manifest.safeParse(raw);
  if (!manifest.success || raw === undefined) return entries;
  const version = await freeVersion(own, manifest.data, entries);
  if (version === undefined) return entries;
  const text = `${JSON.stringify({ ...raw, version }, undefined, 2)}\n`;
  return new Map([...entries, [MANIFEST_FILE, new TextEncoder().encode(text)]]);
}

function fieldsOf(entries: BundleEntries): object | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(entries.get(MANIFEST_FILE)));
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
