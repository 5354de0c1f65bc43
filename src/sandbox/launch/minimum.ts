import { NexusError } from "#core/contract/errors.ts";
import type { Fence, FenceName } from "#core/contract/validation.ts";

/** The fences of `minimum` that do not stand. */
export function checkMinimum(fences: readonly Fence[], minimum: readonly FenceName[]): Fence[] {
  return minimum.flatMap((name) => {
    const fence = fences.find((each) => each.name === name) ?? { name, up: false };
    return fence.up ? [] : [fence];
  });
}

/** @throws NexusError sandbox_too_weak when a fence is missing that strangers' code needs */
export function requireFences(missing: readonly Fence[]): void {
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(", ");
  throw new NexusError("sandbox_too_weak", `this machine lacks fences that strangers' code needs: ${names}`);
}
