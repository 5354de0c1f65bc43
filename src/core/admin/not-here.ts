import { NexusError } from "#core/contract/errors.ts";
import type { OrgId } from "#core/contract/ids.ts";
import type { Registry } from "#core/registry/registry.ts";

/** For a name that is no installed module's. */
export function noSuchModule(name: string): NexusError {
  return notHere("module", name, "GET /v1/modules lists them.");
}

/**
 * Holds whoever names modules to those that are installed.
 * @throws NexusError not_found, for the first that is not
 */
export function requireInstalled(registry: Pick<Registry, "modules">, org: OrgId, names: readonly string[]): void {
  const installed = new Set<string>(registry.modules(org).map(({ manifest }) => manifest.name));
  const unknown = names.find((name) => !installed.has(name));
  if (unknown !== undefined) throw noSuchModule(unknown);
}

/** For a model whose provider is not set up. */
export function noSuchModel(name: string): NexusError {
  return notHere("model", name, "`npm run nexus -- models list` shows the providers that are set up.");
}

/** For an id that is nobody's here. */
export function noSuchPerson(id: string): NexusError {
  return notHere("person", id, "GET /v1/people lists who is known.");
}

/** For an id that is no approval's here. */
export function noSuchApproval(id: string): NexusError {
  return notHere("approval", id, "GET /v1/approvals lists them.");
}

/** For an id that is no program's request here, or of one long over. */
export function noSuchRequest(id: string): NexusError {
  return notHere("request", id, "Requests can be read for seven days.");
}

/** For a version that was never written here. */
export function noSuchVersion(version: number): NexusError {
  return notHere("version", String(version), "GET /v1/routing/history lists them.");
}

/** For a credential that is not kept here, or that no module needs. */
export function noSuchCredential(name: string): NexusError {
  return notHere("credential", name, "GET /v1/credentials lists what is kept, and GET /v1/modules what modules need.");
}

/** What another org has is not told apart from what nobody has. */
function notHere(what: string, id: string, hint: string): NexusError {
  return new NexusError("not_found", `no ${what} ${id} in this org`, { say: `There is no such ${what} here.`, hint });
}
