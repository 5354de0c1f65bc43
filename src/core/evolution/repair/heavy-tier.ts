import type { Gateway, ModelTier } from "#core/contract/model.ts";

const BEST_FIRST = ["heavy", "ultra", "standard"] as const;

/** The tier that writes code here: heavy, or what there is; undefined where there is no model at all. */
export function tierFor(gateway: Gateway | undefined): ModelTier | undefined {
  const there = new Set(gateway?.standing().map(({ tier }) => tier));
  return BEST_FIRST.find((tier) => there.has(tier));
}
