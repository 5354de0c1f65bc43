import type { StoredUnmet } from "#core/store/store.ts";
import { centre, type Cluster } from "./clusters.ts";
import type { Terms } from "./terms.ts";

/** One request with what it is about. */
export interface Ask {
  readonly unmet: StoredUnmet;
  readonly terms: Terms;
}

/** What several requests have in common. */
export interface Need {
  readonly asks: readonly Ask[];
  readonly centre: ReadonlyMap<string, number>;
  /** Different people; who is one human on several platforms is one. */
  readonly askers: number;
  readonly days: number;
  /** How often, whoever repeats themselves counted no more than a few times a day. */
  readonly times: number;
}

/** So many people, or so many days, make a need. */
export const ENOUGH = 3;
/** Whoever asks the same more often on one day asks for it no more than this. */
const MOST_A_DAY = 3;

/** The needs that groups of requests stand for. @param dayOf the day of a moment, as the office has it */
export function needsOf(asks: readonly Ask[], clusters: readonly Cluster[], dayOf: (at: Date) => string): Need[] {
  return clusters.map((cluster) =>
    needOf(
      cluster.flatMap((at) => asks[at] ?? []),
      dayOf,
    ),
  );
}

/** What some requests come to together. */
export function needOf(asks: readonly Ask[], dayOf: (at: Date) => string): Need {
  const perDay = Map.groupBy(asks, ({ unmet }) => `${unmet.principal} ${dayOf(unmet.createdAt)}`);
  return {
    asks,
    centre: centre(asks.map(({ terms }) => terms)),
    askers: new Set(asks.map(({ unmet }) => unmet.principal)).size,
    days: new Set(asks.map(({ unmet }) => dayOf(unmet.createdAt))).size,
    times: [...perDay.values()].reduce((sum, { length }) => sum + Math.min(length, MOST_A_DAY), 0),
  };
}

/** Whether a need is enough people's, or was had on enough days, to be spoken of. */
export function isEnough({ askers, days }: Pick<Need, "askers" | "days">): boolean {
  return askers >= ENOUGH || days >= ENOUGH;
}
