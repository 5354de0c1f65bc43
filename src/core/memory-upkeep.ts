import type { ChannelKey, OrgId } from "#core/contract/ids.ts";
import { type Gateway, type GatewayAnswer, ModelFailure, type ModelName, ModelTier } from "#core/contract/model.ts";
import type { Models } from "#core/contract/model.ts";
import type { Clock } from "#core/contract/ports.ts";
import type { TierConfig } from "#core/contract/tier-config.ts";
import type { Rights } from "#core/auth/rights.ts";
import type { ModelsWhere } from "#core/evolution/curriculum/curriculum-deps.ts";
import type { ModelRules } from "#core/evolution/repair/whom-to-ask.ts";
import { tiersHolding } from "#core/lidm/holding-tiers.ts";
import { summaryPrompt } from "#core/llm/prompts/summary-prompt.ts";
import type { Memory, ToShorten, Upkeep } from "#core/memory/memory.ts";
import { ROUTING, toRouting } from "./orchestrator/models/routing.ts";
import type { Store } from "#core/store/store.ts";

interface ChannelDeps {
  readonly store: Store;
  readonly rights: Pick<Rights, "channelPolicyOf">;
}

/** What holds for models in a channel. */
interface ModelsHere {
  readonly config: TierConfig;
  readonly version: number;
  readonly staysInside: boolean;
  /** Whether anything may be spent there that nobody asked for. */
  readonly spending: boolean;
}

/** Makes the question whether what is said in a channel must not leave the building. */
export function createStaysInside(deps: ChannelDeps): (org: OrgId, channel: ChannelKey) => Promise<boolean> {
  return async (org, channel) => (await modelsIn(deps, org, channel)).staysInside;
}

/** What holds in a channel for models that draft what may be proposed. */
export function createDraftingRules(
  deps: ChannelDeps & { readonly models: Pick<Models, "order"> },
): (org: OrgId, channel: ChannelKey) => Promise<ModelsWhere> {
  return async (org, channel) => {
    const { config, staysInside, spending } = await modelsIn(deps, org, channel);
    const names = config.models.plan;
    return { staysInside, spending, tier: tierFor(deps.models, config, names), ...(names && { models: names }) };
  };
}

/** What holds in a channel for models that build modules and repair them. */
export function createBuildRules(deps: ChannelDeps): ModelRules {
  return async ({ org, channel }, purpose) => {
    // What was asked for nowhere is asked for under no rule of a place.
    const config =
      channel === undefined
        ? toRouting(await deps.store.forOrg(org).orgConfigs.current(ROUTING)).config.tiers
        : (await modelsIn(deps, org, channel)).config;
    const models = config.models[purpose];
    return { highest: config.highest, ...(models && { models }) };
  };
}

async function modelsIn({ store, rights }: ChannelDeps, org: OrgId, channel: ChannelKey): Promise<ModelsHere> {
  const policy = await rights.channelPolicyOf(org, channel);
  const routing = toRouting(await store.forOrg(org).orgConfigs.current(ROUTING));
  const config = tiersHolding(routing.config.tiers, channel);
  return {
    config,
    version: routing.version,
    staysInside: policy.staysInside || config.localOnly,
    spending: policy.spending,
  };
}

export interface MemoryUpkeepDeps extends ChannelDeps {
  readonly memory: Pick<Memory, "summariseNext" | "embedNext">;
  readonly gateway: Pick<Gateway, "ask" | "embed">;
  readonly models: Pick<Models, "all" | "order" | "embedder">;
  readonly clock: Clock;
}

/**
 * Makes the work that memory leaves to models, a little at a time: old turns in short, and vectors. What may be asked of
 * models is what may be asked in the channel where it was said, and whoever spoke there last pays.
 */
export function createMemoryUpkeep(deps: MemoryUpkeepDeps): { look(signal: AbortSignal): Promise<void> } {
  const { memory, models } = deps;
  return {
    async look(signal) {
      for (let count = 0; models.all().length > 0 && count < MOST_SUMMARIES; count++) {
        if (!(await memory.summariseNext((what, late) => summarise(deps, what, late), signal))) break;
      }
      const { embedder } = models;
      if (embedder === undefined) return;
      for (let count = 0; count < MOST_EMBEDDED; count++) {
        if (!(await memory.embedNext(embedder.ref.name, (texts, of, late) => embed(deps, texts, of, late), signal)))
          break;
      }
    },
  };
}

/** People's own questions come first. */
const MOST_SUMMARIES = 3;
const MOST_EMBEDDED = 10;
/** A small model on a slow machine takes that long; ms. */
const PATIENCE_MS = 90_000;

async function summarise(deps: MemoryUpkeepDeps, what: ToShorten, signal: AbortSignal): Promise<string | undefined> {
  const { gateway, clock } = deps;
  const { org, turn, person, channel } = what;
  const here = await modelsIn(deps, org, channel);
  const names = here.config.models.summarise;
  const tier = tierFor(deps.models, here.config, names);
  if (tier === undefined || !here.spending) return undefined;
  const asked = await gateway.ask(
    {
      ...summaryPrompt(what),
      asker: { org, turn, person, channel },
      tier,
      staysInside: here.staysInside,
      ...(names && { models: names }),
      deadline: new Date(clock().getTime() + PATIENCE_MS),
    },
    signal,
  );
  await record(deps, what, { asked, tier, version: here.version });
  // One that ran out of tokens ends in the middle, and one that was refused says nothing of what was said.
  return asked.ok && asked.answer.finish === "stop" ? asked.answer.text : undefined;
}

/** The smallest tier that has a model, up to the highest that may be asked; the tier of a fixed list is only its price. */
function tierFor(
  models: Pick<Models, "order">,
  { highest }: TierConfig,
  names: readonly ModelName[] | undefined,
): ModelTier | undefined {
  if (highest === "reflex") return undefined;
  const allowed = ModelTier.options.slice(0, ModelTier.options.indexOf(highest) + 1);
  return names === undefined ? allowed.find((tier) => models.order(tier).length > 0) : allowed[0];
}

async function record(
  { store }: MemoryUpkeepDeps,
  { org, turn, person }: Upkeep,
  { asked, tier, version }: { asked: GatewayAnswer<never>; tier: ModelTier; version: number },
): Promise<void> {
  // Where no model is set up nothing was asked.
  if (asked.attempts.length === 0) return;
  await store.forOrg(org).modelCalls.add({
    turn,
    person,
    tier,
    model: asked.ok ? asked.model.name : undefined,
    purpose: "summarise",
    isShadow: false,
    accepted: undefined,
    outcome: asked.ok ? "ok" : asked.because,
    reasons: asked.attempts.map(({ model, outcome, detail }) => `${model}: ${outcome}${detail && `, ${detail}`}`),
    confidence: undefined,
    insufficient: undefined,
    featuresHash: undefined,
    ms: asked.attempts.reduce((sum, { ms }) => sum + ms, 0),
    units: asked.units,
    costMicroUsd: asked.costMicroUsd,
    configVersion: version,
  });
}

async function embed(
  deps: MemoryUpkeepDeps,
  texts: readonly string[],
  { org, turn, person, channel }: Upkeep,
  signal: AbortSignal,
): Promise<readonly Float32Array[] | undefined> {
  const { config, spending, staysInside } = await modelsIn(deps, org, channel);
  if (!spending || config.highest === "reflex") return undefined;
  try {
    return await deps.gateway.embed({ org, turn, person, channel }, texts, staysInside, signal);
  } catch (error) {
    // The gateway has said so in the log.
    if (error instanceof ModelFailure) return undefined;
    throw error;
  }
}
