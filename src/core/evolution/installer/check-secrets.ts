import { NexusError } from "#core/contract/errors.ts";
import type { CredentialNeed, Manifest } from "#core/contract/manifest.ts";
import type { OrgStore } from "#core/store/store.ts";

/**
 * That no secret which is kept here would go where it was not entered for: a name alone does not make it the same one.
 * @param former the manifest of this module that secrets may have been entered for
 * @throws NexusError conflict
 */
export async function checkSecrets(own: OrgStore, manifest: Manifest, former: Manifest | undefined): Promise<void> {
  if (manifest.credentials.length === 0) return;
  const kept = new Set((await own.credentials.list()).map(({ name }) => name));
  const known = former?.credentials ?? [];
  for (const need of manifest.credentials) {
    if (!kept.has(need.name) || known.some((other) => goesThere(other, need))) continue;
    throw new NexusError("conflict", `${need.name} is kept, and was entered for something else`, {
      say: `A secret called ${need.name} is kept here for something else, and ${manifest.name} ${manifest.version} would send it to ${need.host}.`,
      hint: `Disconnect ${need.name} first; then it is asked for anew.`,
    });
  }
}

function goesThere(one: CredentialNeed, other: CredentialNeed): boolean {
  return one.name === other.name && one.host === other.host;
}
