import { z } from "zod";
import type { OrgId } from "#core/contract/ids.ts";
import type { Manifest } from "#core/contract/manifest.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { LabelledText } from "./classifier/train-classifier.ts";
import type { Fit } from "./fit-apart.ts";
import { createReflex, type Reflex, type ReflexOptions } from "./reflex.ts";
import { createTaughtReflex, keysOf, type TaughtReflex } from "./taught-reflex.ts";

/** The orgs that have modules of their own. */
export interface OwnModules {
  orgs(): readonly OrgId[];
  /** Everything such an org has, the modules of the house among it; undefined for every other org. */
  of(org: OrgId): readonly Manifest[] | undefined;
  /** What its people showed to mean, the newest first; and what others showed who meant modules of the house. */
  labels(org: OrgId): Promise<readonly LabelledText[]>;
}

/** Keeps what was learned between starts. */
export interface ReflexCache {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
  remove(key: string): Promise<void>;
}

/** The reflex tier of an org, for what it has now. */
export interface OrgReflex {
  /** At once where it is in memory. */
  readonly tier: Promise<TaughtReflex>;
  /**
   * What answers until the tier is there: it knows the modules of the house as ever, and the org's own by their examples,
   * almost word for word.
   */
  makeshift(): Promise<Reflex>;
}

/** The reflex tiers of orgs that have modules of their own: each decides among what that org has, and nothing else. */
export interface OrgReflexes extends AsyncDisposable {
  /** Undefined for an org without modules of its own. */
  of(org: OrgId): OrgReflex | undefined;
}

/** Each takes some 2 MiB; one that was dropped is loaded again in 40 ms. */
const MOST_IN_MEMORY = 32;
/** Training takes 1.2 s. A process that takes so long is stuck. */
const TRAINING_MS = 30_000;

interface Held extends OrgReflex {
  readonly modules: readonly Manifest[];
}

/**
 * Makes them as they are asked for and keeps those that were asked for last. What an org has may change at any time: a
 * tier for other modules than it has now is never handed out.
 */
export function createOrgReflexes(deps: {
  readonly own: OwnModules;
  readonly house: Pick<TaughtReflex, "text">;
  readonly cache: ReflexCache;
  readonly fit: Fit;
  readonly clock: Clock;
  readonly log: Log;
  readonly mostInMemory?: number;
}): OrgReflexes {
  const { own, house, cache, clock, log, mostInMemory = MOST_IN_MEMORY } = deps;
  /** The least recently asked for first. */
  const held = new Map<OrgId, Held>();
  const fit = oneAtATime(deps.fit);
  const ending = new AbortController();
  const underWay = new Set<Promise<unknown>>();

  async function makeTier(org: OrgId, modules: readonly Manifest[]): Promise<TaughtReflex> {
    const startedAtMs = performance.now();
    const labels = (): Promise<readonly LabelledText[]> => own.labels(org);
    const tier = await createTaughtReflex(
      { modules, cache, labels, fit, scope: org, isTrainedApart: true, clock },
      AbortSignal.any([AbortSignal.timeout(TRAINING_MS), ending.signal]),
    );
    ending.signal.throwIfAborted();
    await forgetOlder(cache, org, tier.base);
    log.debug({ org, ms: Math.round(performance.now() - startedAtMs) }, "an org's reflex tier is ready");
    return tier;
  }

  function make(org: OrgId, modules: readonly Manifest[]): Held {
    const tier = makeTier(org, modules);
    let makeshift: Promise<Reflex> | undefined;
    const made: Held = {
      modules,
      tier,
      makeshift: () => (makeshift ??= house.text().then((text) => createReflex({ modules, cache: fixed(text) }))),
    };
    const settled = tier
      .catch((err: unknown) => {
        if (!ending.signal.aborted) log.error({ err, org }, "an org's reflex tier could not be made");
        // Whoever asks next tries again.
        if (held.get(org) === made) held.delete(org);
      })
      .finally(() => underWay.delete(settled));
    underWay.add(settled);
    return made;
  }

  return {
    of(org) {
      const modules = own.of(org);
      const known = held.get(org);
      held.delete(org);
      if (modules === undefined) return undefined;
      const fresh = known !== undefined && isSame(known.modules, modules) ? known : make(org, modules);
      held.set(org, fresh);
      for (const least of held.keys()) {
        if (held.size <= mostInMemory) break;
        held.delete(least);
      }
      return fresh;
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      await Promise.all(underWay);
    },
  };
}

/** A manifest that is the same object is the same bytes. */
function isSame(one: readonly Manifest[], other: readonly Manifest[]): boolean {
  return one.length === other.length && one.every((manifest, at) => manifest === other[at]);
}

function fixed(text: string | undefined): ReflexOptions["cache"] {
  return { get: () => Promise.resolve(text), set: () => Promise.resolve() };
}

/** After an update of NEXUS every org's tier is trained anew: one process at a time, however many ask. */
function oneAtATime(fit: Fit): Fit {
  let last: Promise<unknown> = Promise.resolve();
  return (task, signal) => {
    const next = last.then(
      () => fit(task, signal),
      () => fit(task, signal),
    );
    last = next;
    return next;
  };
}

const Bases = z.strictObject({ now: z.string(), before: z.string() });

/** What was made for modules that an org had before its last change is of no use any more; 3 MB each. */
async function forgetOlder(cache: ReflexCache, org: OrgId, base: string): Promise<void> {
  const key = `org-reflex:${org}`;
  const known = Bases.safeParse(JSON.parse((await cache.get(key)) ?? "{}")).data;
  if (known?.now === base) return;
  await cache.set(key, JSON.stringify({ now: base, before: known?.now ?? "" }));
  if (known === undefined || known.before === "" || known.before === base) return;
  for (const old of keysOf(org, known.before)) await cache.remove(old);
}
