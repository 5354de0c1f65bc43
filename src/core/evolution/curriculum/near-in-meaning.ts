import { channelOf } from "#core/contract/message.ts";
import type { OrgId } from "#core/contract/ids.ts";
import { type ModelAsker, ModelFailure } from "#core/contract/model.ts";
import { NEAR, type Nearness } from "./clusters.ts";
import type { CurriculumDeps } from "./curriculum-deps.ts";
import type { Ask } from "./needs.ts";

/** Nearness in meaning among requests, where an embedder may read them; undefined where words alone have to do. */
export type NearInMeaning = (org: OrgId, asks: readonly Ask[], signal: AbortSignal) => Promise<Nearness | undefined>;

/** So many new ones in one look: what is left waits for the next. */
const MOST_AT_ONCE = 128;
/** With fewer nobody knows how near strangers are to each other. */
const FEWEST = 12;
const MOST_KEPT = 5_000;
const MOST_PAIRS = 4_000;
/** Of the pairs that have nothing to do with each other so few are this much nearer than most. */
const DEVIATIONS = 3;

/** Makes the nearness. Whoever asked pays, and what may not leave the building is read by no embedder outside. */
export function createNearInMeaning({ drafting }: Pick<CurriculumDeps, "drafting">): NearInMeaning {
  const kept = new Map<string, Float32Array>();
  return async (org, asks, signal) => {
    if (drafting?.models.embedder === undefined) return undefined;
    const unread = asks.filter(({ unmet }) => !kept.has(unmet.id)).slice(-MOST_AT_ONCE);
    for (const [, some] of Map.groupBy(unread, ({ unmet }) => `${unmet.principal} ${unmet.conversation}`)) {
      const [first] = some;
      const said = first?.unmet.said;
      if (first === undefined || said === undefined) continue;
      const channel = channelOf(said.place);
      const rules = await drafting.where(org, channel);
      if (!rules.spending || rules.tier === undefined) continue;
      const asker = { org, turn: said.turn, person: first.unmet.person, channel };
      const vectors = await embed(
        drafting,
        asker,
        some,
        rules.staysInside || said.place.audience === "just_me",
        signal,
      );
      for (const [at, { unmet }] of some.entries()) {
        const vector = vectors?.[at];
        if (vector !== undefined) kept.set(unmet.id, vector);
      }
    }
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_KEPT) break;
      kept.delete(oldest);
    }
    return nearnessIn(asks.map(({ unmet }) => kept.get(unmet.id)));
  };
}

/**
 * Nearness by vectors, on the scale of words. Embedders differ in how near any two texts are, so it is told from how near
 * strangers are to each other here: three deviations above that is `NEAR`.
 */
export function nearnessIn(vectors: readonly (Float32Array | undefined)[]): Nearness | undefined {
  const held = vectors.filter((vector) => vector !== undefined);
  if (held.length < FEWEST) return undefined;
  const step = Math.max(1, Math.floor((held.length * (held.length - 1)) / 2 / MOST_PAIRS));
  const sample: number[] = [];
  let count = 0;
  for (let one = 0; one < held.length; one++) {
    for (let other = one + 1; other < held.length; other++) {
      if (count++ % step === 0) sample.push(between(held[one], held[other]));
    }
  }
  const sorted = sample.toSorted((a, b) => a - b);
  // By the middle half: those that belong together are not to move the scale.
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const spread =
    ((sorted[Math.floor(sorted.length * 0.75)] ?? 0) - (sorted[Math.floor(sorted.length * 0.25)] ?? 0)) / 1.35;
  if (spread <= 0) return undefined;
  return (one, other) => {
    const [a, b] = [vectors[one], vectors[other]];
    if (a === undefined || b === undefined) return 0;
    return Math.max(0, Math.min(1, (NEAR * (between(a, b) - middle)) / (DEVIATIONS * spread)));
  };
}

function between(one: Float32Array | undefined, other: Float32Array | undefined): number {
  if (one === undefined || other === undefined) return 0;
  let dot = 0;
  let ones = 0;
  let others = 0;
  for (let at = 0; at < one.length; at++) {
    const [a, b] = [one[at] ?? 0, other[at] ?? 0];
    dot += a * b;
    ones += a * a;
    others += b * b;
  }
  return dot / (Math.sqrt(ones * others) || 1);
}

async function embed(
  { gateway }: NonNullable<CurriculumDeps["drafting"]>,
  asker: ModelAsker,
  asks: readonly Ask[],
  staysInside: boolean,
  signal: AbortSignal,
): Promise<readonly Float32Array[] | undefined> {
  try {
    const texts = asks.map(({ unmet }) => unmet.text.slice(0, 800));
    return await gateway.embed(asker, texts, staysInside, signal);
  } catch (error) {
    // The gateway has said so in the log.
    if (error instanceof ModelFailure) return undefined;
    throw error;
  }
}
