import type { OrgId, PersonId } from "#core/contract/ids.ts";
import type { Manifest } from "#core/contract/manifest.ts";
import type { Gateway, ModelRef } from "#core/contract/model.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { LabelledText } from "#core/lidm/classifier/train-classifier.ts";
import { createTiers } from "#core/lidm/create-tiers.ts";
import { fitApart } from "#core/lidm/fit-apart.ts";
import { createLearning } from "#core/lidm/learning.ts";
import { createShadow } from "#core/lidm/shadow.ts";
import type { Prices } from "#core/metering/metering.ts";
import { noteShadowIn } from "./orchestrator/models/note-models.ts";
import type { Registry } from "#core/registry/registry.ts";
import type { Store } from "#core/store/store.ts";

interface LidmDeps {
  readonly store: Store;
  readonly registry: Registry;
  readonly gateway: Gateway;
  readonly prices: Prices;
  readonly clock: Clock;
  readonly log: Log;
}

/** Makes what decides who answers: the reflex tier, the choice of tiers above it, and what both learn from. */
export async function createLidm({ store, registry, gateway, prices, clock, log }: LidmDeps) {
  const house = registry.houseModules().map(({ manifest }) => manifest);
  const learning = await createLearning({
    modules: house,
    own: {
      orgs: () => registry.orgs(),
      of: (org) => ownModules(registry, org),
      labels: (org) => labelsOf(store, house, org),
    },
    cache: store.blobs,
    labels: {
      reflex: () => store.allReflexLabels.recent(MOST_MESSAGES, MOST_OF_ONE_PERSON),
      tiers: () => store.allTierLabels.recent(MOST_REQUESTS),
    },
    fit: fitApart,
    clock,
    log,
  });
  // Whoever asks right after something was installed finds it: its tier is there before the change is told of.
  registry.listen(async (org) => void (await learning.reflexOf(org, new AbortController().signal)));
  const priceOf = ({ provider, model }: ModelRef): number | undefined => prices.costOf(provider, model, USUAL_CALL);
  return {
    learning,
    tiers: createTiers({ predictor: () => learning.predictor(), priceOf, random: Math.random }),
    shadow: createShadow({
      gateway,
      keep: (result) => store.transaction((inside) => noteShadowIn(inside, result)),
      random: Math.random,
      clock,
      log,
    }),
  };
}

function ownModules(registry: Registry, org: OrgId): readonly Manifest[] | undefined {
  const all = registry.modules(org);
  return all.some(({ origin }) => origin === "stranger") ? all.map(({ manifest }) => manifest) : undefined;
}

/**
 * What an org with modules of its own learns from: what its own people showed to mean, and of all others only who meant a
 * module that every org has. A name of a module says nothing of what another org has under it.
 */
async function labelsOf(store: Store, house: readonly Manifest[], org: OrgId): Promise<readonly LabelledText[]> {
  const known = new Set(house.flatMap(({ name, capabilities }) => capabilities.map((one) => `${name}.${one.name}`)));
  const everybody = await store.allReflexLabels.recent(MOST_MESSAGES, MOST_OF_ONE_PERSON);
  const seen = new Map<PersonId, number>();
  const theirs = (await store.forOrg(org).reflexLabels.list(MOST_MESSAGES)).filter(({ person, label }) => {
    if (known.has(label)) return false;
    const count = (seen.get(person) ?? 0) + 1;
    seen.set(person, count);
    return count <= MOST_OF_ONE_PERSON;
  });
  return [...theirs, ...everybody.filter(({ label }) => known.has(label))].map(({ text, label }) => ({ text, label }));
}

/** What one question to a model comes to: the tools and what was said before, and an answer of a few lines. */
const USUAL_CALL = { input: 1_500, cachedInput: 0, output: 300 };
const MOST_MESSAGES = 3_000;
/** Whoever presses many buttons does not decide alone how sure NEXUS must be for everybody. */
const MOST_OF_ONE_PERSON = 200;
const MOST_REQUESTS = 4_000;
