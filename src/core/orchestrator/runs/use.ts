import { NexusError } from "#core/contract/errors.ts";
import type { AdapterRunResult } from "#core/contract/invocation.ts";
import type { CapabilityName, ModuleName, OrgId } from "#core/contract/ids.ts";
import type { Json, JsonObject } from "#core/contract/json.ts";
import type { Capability, Manifest } from "#core/contract/manifest.ts";
import type { OrchestratorDeps } from "#core/orchestrator/scene.ts";

/** One use of a capability. */
export interface Use {
  readonly module: ModuleName;
  readonly capability: CapabilityName;
  readonly input: JsonObject;
}

/** @throws NexusError module_unknown when an old button names what is no longer installed */
export function findCapability(
  deps: Pick<OrchestratorDeps, "registry">,
  org: OrgId,
  use: Use,
): { manifest: Manifest; capability: Capability } {
  const manifest = deps.registry.modules(org).find((module) => module.manifest.name === use.module)?.manifest;
  const capability = manifest?.capabilities.find(({ name }) => name === use.capability);
  if (manifest === undefined || capability === undefined) {
    throw new NexusError("module_unknown", `${use.module}.${use.capability} is not installed`);
  }
  return { manifest, capability };
}

/** Slots marked `remember` keep the value that worked; a module may name others, of its own slots only. */
export function remembered(
  capability: Capability,
  input: JsonObject,
  result: Extract<AdapterRunResult, { ok: true }>,
): Record<string, Json> {
  const values: Record<string, Json> = {};
  for (const [slot, { remember }] of Object.entries(capability.slots)) {
    const value = result.remember[slot] ?? (remember === true ? input[slot] : undefined);
    if (value !== undefined) values[slot] = value;
  }
  return values;
}
