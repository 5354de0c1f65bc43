import type { StatusLine } from "#core/contract/door.ts";
import type { OrgId } from "#core/contract/ids.ts";
import type { Manifest } from "#core/contract/manifest.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { LabelledText } from "./classifier/train-classifier.ts";
import type { Fit } from "./fit-apart.ts";
import { createOrgReflexes, type OwnModules, type ReflexCache } from "./org-reflexes.ts";
import { restorePredictor, type TierExample, type TierPredictor } from "./predict-tier.ts";
import type { Reflex } from "./reflex.ts";
import { createTaughtReflex, type ReflexLesson } from "./taught-reflex.ts";

export interface LearningDeps {
  /** The modules that every org has. */
  readonly modules: readonly Manifest[];
  /** The orgs that have others besides; left out, none has. */
  readonly own?: OwnModules;
  /** Keeps what was learned between starts. */
  readonly cache: ReflexCache;
  /** What people showed to mean, and where standard was enough; the newest first. */
  readonly labels: {
    readonly reflex: () => Promise<readonly LabelledText[]>;
    readonly tiers: () => Promise<readonly TierExample[]>;
  };
  readonly fit: Fit;
  /** How long somebody is kept waiting for a tier that is being trained; 3 s unless told. */
  readonly mostWaitMs?: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** What came of learning once, for the modules that every org has. */
export interface Lesson extends ReflexLesson {
  /** From how many requests the choice of tiers was learned; undefined when nothing could be foretold. */
  readonly requests: number | undefined;
}

/** The reflex tiers and the choice of tiers, as far as they were learned from what people did. */
export interface Learning extends AsyncDisposable {
  /** The reflex tier of orgs without modules of their own, as it is now: it may be another a moment later. */
  readonly reflex: Reflex;
  /**
   * The reflex tier of an org: it decides among what the org has now. Where that has just changed it is waited for, 1.2 s
   * as a rule and 3 s at most; until it is there, the org's own modules are reached by their examples, almost word for word.
   * @throws the reason of `signal`
   */
  reflexOf(org: OrgId, signal: AbortSignal): Promise<Reflex>;
  predictor(): TierPredictor | undefined;
  /** Learns anew, when a day has passed since it did. */
  learnIfDue(signal: AbortSignal): Promise<void>;
  learn(signal: AbortSignal): Promise<Lesson>;
  /** Takes an org's reflex tier back to before its last lesson; false when there is none. */
  stepBack(org?: OrgId): Promise<boolean>;
  /** What `status` says of it: nothing before there was a lesson. */
  status(): readonly StatusLine[];
}

const DAY_MS = 24 * 60 * 60_000;
const PREDICTOR = "tier-predictor:1";
const NOBODY: OwnModules = { orgs: () => [], of: () => undefined, labels: () => Promise.resolve([]) };

/** Loads the reflex tier of the house with what was learned before, or trains it. Those of orgs are made when asked for. */
export async function createLearning(deps: LearningDeps): Promise<Learning> {
  const { modules, own = NOBODY, cache, clock, log, fit } = deps;
  const house = await createTaughtReflex(
    { modules, cache, labels: deps.labels.reflex, fit, scope: "", isTrainedApart: false, clock },
    new AbortController().signal,
  );
  const orgReflexes = createOrgReflexes({ own, house, cache, fit, clock, log });
  let predictor = restorePredictor((await cache.get(PREDICTOR)) ?? "");
  let running: Promise<Lesson> | undefined;

  async function learnTiers(signal: AbortSignal): Promise<number | undefined> {
    const examples = await deps.labels.tiers();
    const text = examples.length === 0 ? undefined : await fit({ kind: "tiers", examples }, signal);
    predictor = restorePredictor(text ?? "");
    await cache.set(PREDICTOR, text ?? "");
    return predictor?.examples;
  }

  async function learn(signal: AbortSignal): Promise<Lesson> {
    const requests = await learnTiers(signal);
    const lesson = { ...(await house.learn(signal)), requests };
    tell(lesson);
    for (const org of own.orgs()) {
      // One org's lesson that fails is no other's.
      try {
        const tier = await orgReflexes.of(org)?.tier;
        if (tier !== undefined) tell({ org, ...(await tier.learn(signal)) });
      } catch (err) {
        signal.throwIfAborted();
        log.error({ err, org }, "an org's reflex tier could not learn");
      }
    }
    return lesson;
  }

  const tell = (lesson: ReflexLesson & { readonly org?: OrgId }): void =>
    log[lesson.reflex === "kept" ? "warn" : "info"]({ ...lesson }, SAID[lesson.reflex]);

  const once = (signal: AbortSignal): Promise<Lesson> =>
    (running ??= learn(signal).finally(() => {
      running = undefined;
    }));

  return {
    reflex: house.reflex,
    async reflexOf(org, signal) {
      const own = orgReflexes.of(org);
      if (own === undefined) return house.reflex;
      const tier = await within(own.tier, deps.mostWaitMs ?? MOST_WAIT_MS, signal);
      return tier?.reflex ?? own.makeshift();
    },
    predictor: () => predictor,
    learn: once,
    learnIfDue: async (signal) => {
      if (clock().getTime() - house.learnedAt() >= DAY_MS) await once(signal);
    },
    async stepBack(org) {
      const own = org === undefined ? undefined : orgReflexes.of(org);
      return (await (own?.tier ?? house)).stepBack();
    },
    status: () => {
      const learned = house.words();
      const words = [
        ...(learned === undefined ? [] : [learned]),
        ...(predictor === undefined ? [] : [`which tier suffices, from ${predictor.examples} requests`]),
      ];
      return words.length === 0 ? [] : [{ state: "ready", name: "learning", detail: words.join("; ") }];
    },
    [Symbol.asyncDispose]: () => orgReflexes[Symbol.asyncDispose](),
  };
}

/** Training takes 1.2 s; where others are trained first, nobody waits for all of them. */
const MOST_WAIT_MS = 3_000;

const SAID = {
  taken: "the reflex tier learned from what people showed to mean",
  kept: "what was learned would have answered worse on held-out messages and is not used",
  nothing: "there was nothing new to learn for the reflex tier",
} as const satisfies Record<ReflexLesson["reflex"], string>;

/**
 * What work comes to, if it does within `ms`; undefined when it does not, or fails. It goes on for others who wait for it.
 * @throws the reason of `signal`
 */
async function within<T>(work: Promise<T>, ms: number, signal: AbortSignal): Promise<T | undefined> {
  signal.throwIfAborted();
  const over = Promise.withResolvers<undefined>();
  const abort = (): void => over.reject(signal.reason);
  const late = setTimeout(() => over.resolve(undefined), ms);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work.catch(() => undefined), over.promise]);
  } finally {
    clearTimeout(late);
    signal.removeEventListener("abort", abort);
  }
}
