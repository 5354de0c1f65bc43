import type { Gateway, ModelAsker, ModelName, ModelTier } from "#core/contract/model.ts";
import type { Tier } from "#core/contract/tier-config.ts";

/** What an org has settled for models that build and repair, where somebody asks for a module. */
export type ModelRules = (
  asker: ModelAsker,
  purpose: "build" | "repair",
) => Promise<{
  readonly highest: Tier;
  /** The models set for it, in place of a tier's. */
  readonly models?: readonly ModelName[];
}>;

/** Whom to ask: the models of a tier, or those that are named. */
export interface ToAsk {
  readonly tier: ModelTier;
  readonly models?: readonly ModelName[];
}

/** Code is hard: heavy first, and a smaller tier only where there is no other. */
const BEST_FIRST: readonly ModelTier[] = ["heavy", "ultra", "standard"];
const ORDER: readonly Tier[] = ["reflex", "standard", "heavy", "ultra"];

/** Whom to ask for code; undefined where there is no model, or none may be asked. */
export async function whomToAsk(
  gateway: Gateway | undefined,
  rules: ModelRules | undefined,
  asker: ModelAsker,
  purpose: "build" | "repair",
): Promise<ToAsk | undefined> {
  if (gateway === undefined) return undefined;
  const { highest = "ultra", models } = (await rules?.(asker, purpose)) ?? {};
  const allowed = tiersUpTo(highest);
  const there = new Set(gateway.standing().map(({ tier }) => tier));
  const tier = allowed.find((each) => there.has(each));
  if (tier === undefined) return undefined;
  return models === undefined ? { tier } : { tier, models };
}

/** Models beside the one that wrote, for a second look: of those named, or of the tiers that may be asked. */
export async function othersToAsk(
  gateway: Gateway,
  rules: ModelRules | undefined,
  asker: ModelAsker,
  { writer, staysInside }: { readonly writer: ModelName; readonly staysInside: boolean },
): Promise<readonly ModelName[]> {
  const { highest = "ultra", models } = (await rules?.(asker, "build")) ?? {};
  const standing = gateway.standing();
  const ordered = tiersUpTo(highest).flatMap((tier) => standing.filter((each) => each.tier === tier));
  const fit = ordered
    .flatMap((each) => each.models)
    .filter(({ ref, isOpen }) => isOpen && ref.name !== writer && (!staysInside || ref.staysInside))
    .map(({ ref }) => ref.name);
  return [...new Set(fit)].filter((name) => models === undefined || models.includes(name));
}

function tiersUpTo(highest: Tier): ModelTier[] {
  return BEST_FIRST.filter((tier) => ORDER.indexOf(tier) <= ORDER.indexOf(highest));
}
