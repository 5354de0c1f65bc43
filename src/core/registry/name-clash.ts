import type { Manifest } from "#core/contract/manifest.ts";

/**
 * Why a stranger's module cannot stand beside others, in words: it has the name of one of them, or of a credential of
 * theirs. A name is what people trust, and under a credential's name a secret lies.
 * @param others every other module of the org
 */
export function nameClash(
  { name, credentials }: Pick<Manifest, "name" | "credentials">,
  others: readonly Pick<Manifest, "name" | "credentials">[],
): string | undefined {
  if (others.some((other) => other.name === name)) return `there is another module called ${name}`;
  for (const need of credentials) {
    const owner = others.find((other) => other.credentials.some((known) => known.name === need.name));
    if (owner !== undefined) return `its credential ${need.name} has the name of one of ${owner.name}’s`;
  }
  return undefined;
}
