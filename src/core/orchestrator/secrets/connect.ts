import { NexusError } from "#core/contract/errors.ts";
import type { ModuleName, OrgId } from "#core/contract/ids.ts";
import type { FormValue } from "#core/contract/message.ts";
import type { Source } from "./keep-credential.ts";
import type { Registry } from "#core/registry/registry.ts";
import { plainName } from "#core/orchestrator/plain-name.ts";
import type { OrchestratorDeps } from "#core/orchestrator/scene.ts";

export type { Source } from "./keep-credential.ts";

/** Every credential that a module of an org can use. */
export function sources(deps: { readonly registry: Pick<Registry, "modules"> }, org: OrgId): Source[] {
  return deps.registry
    .modules(org)
    .flatMap(({ manifest, origin }) => manifest.credentials.map((need) => ({ manifest, need, origin })));
}

/** The credential meant by a name: its own, its title (“OpenWeather API key”, “OpenWeather API”), or that of its module. */
export function findSource(deps: Pick<OrchestratorDeps, "registry">, org: OrgId, name: string): Source | undefined {
  const wanted = plainName(name);
  return sources(deps, org).find(({ manifest, need }) =>
    [need.name, need.title, need.title.replace(KIND, ""), manifest.name, manifest.title].some(
      (known) => plainName(known) === wanted,
    ),
  );
}

/** Where somebody says it, it may mean what sort of thing is asked for as well as belong to the name. */
const KIND = /\s+(?:access|connection|key|credential|token|account)$/i;

/** The credential of a module, while there is one. */
export function findCredential(
  deps: Pick<OrchestratorDeps, "registry">,
  org: OrgId,
  module: ModuleName,
  credential: ModuleName,
): Source | undefined {
  return sources(deps, org).find(({ manifest, need }) => manifest.name === module && need.name === credential);
}

/** @throws NexusError action_expired when the module behind an old form is gone */
export function sourceOf(
  deps: Pick<OrchestratorDeps, "registry">,
  org: OrgId,
  module: ModuleName,
  credential: ModuleName,
): Source {
  const source = findCredential(deps, org, module, credential);
  if (source === undefined) throw new NexusError("action_expired", `${module} no longer needs ${credential}`);
  return source;
}

/** The associated data under which secrets of a form are sealed between the door and the vault. */
export const FORM_SECRET = "form-secret";

/** What a form brought, with its secrets opened again. */
export function openValues(
  deps: Pick<OrchestratorDeps, "vault">,
  values: Readonly<Record<string, FormValue>>,
): Record<string, string> {
  const plainValues: Record<string, string> = {};
  for (const [id, value] of Object.entries(values)) {
    if (typeof value === "string") plainValues[id] = value.trim();
    else if (typeof value === "object" && "sealed" in value) {
      plainValues[id] = deps.vault.open(value.sealed, FORM_SECRET).trim();
    }
  }
  return plainValues;
}
