import { NexusError } from "#core/contract/errors.ts";
import type { Sandbox } from "#core/contract/sandbox.ts";
import type { Fence } from "#core/contract/validation.ts";
import type { Engines } from "#sandbox/engines/engines.ts";
import type { Launcher } from "#sandbox/launch/cell.ts";
import type { RunnerPools } from "#sandbox/runner-pools.ts";

/** Finds out all there is to know of a bundle, in one call. */
export function createValidator(_deps: {
  readonly launcher: Launcher;
  readonly engines: Engines;
  readonly pools: RunnerPools;
  /** Fences the operator demands for strangers' code and that are down. */
  readonly missing: () => readonly Fence[];
}): Pick<Sandbox, "validate"> {
  return {
    validate: () => Promise.reject(new NexusError("sandbox_unavailable", "not built yet")),
  };
}
