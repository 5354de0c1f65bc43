import type { Fence, FenceName } from "#core/contract/validation.ts";

/** The fences of `minimum` that do not stand. */
export function checkMinimum(fences: readonly Fence[], minimum: readonly FenceName[]): Fence[] {
  return minimum.flatMap((name) => {
    const fence = fences.find((each) => each.name === name) ?? { name, up: false };
    return fence.up ? [] : [fence];
  });
}
