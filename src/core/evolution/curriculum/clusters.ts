import { setImmediate } from "node:timers/promises";
import type { Terms } from "./terms.ts";

/** Requests that are about the same, by their places in what was given, in that order. */
export type Cluster = readonly number[];

/** How near two texts are that vectors stand for, 0 to 1, on the scale of `NEAR`. */
export type Nearness = (one: number, other: number) => number;

/** From which nearness on two requests are about the same. Found on the labelled conversations of `eval/curriculum`. */
export const NEAR = 0.34;
/** Two groups are one from here on. */
const SAME = 0.42;
/** So many are looked at before others have a turn. */
const SLICE = 250;
/** Of a large group so many stand for all where vectors are compared. */
const MOST_COMPARED = 12;

interface Group {
  readonly members: number[];
  /** The sum of its members' terms. */
  readonly sum: Map<string, number>;
  /** Its length, squared. */
  squares: number;
}

/**
 * Puts together what is about the same. Each joins the group it is nearest to, groups that turn out to be one are put
 * together, and at the end each goes where it is nearest. The same requests in the same order make the same groups.
 * @param nearness nearness in meaning, where there are vectors
 */
export async function clusterTerms(
  all: readonly Terms[],
  nearness: Nearness | undefined,
  signal: AbortSignal,
): Promise<readonly Cluster[]> {
  const groups: Group[] = [];
  const holders = new Map<string, number[]>();
  for (const [at, terms] of all.entries()) {
    if (at % SLICE === SLICE - 1) {
      await setImmediate();
      signal.throwIfAborted();
    }
    if (terms.size === 0) continue;
    const nearest = nearestTo(terms, at, groups, holders, nearness);
    if (nearest !== undefined && nearest.score >= NEAR) join(groups, holders, nearest.group, at, terms);
    else join(groups, holders, groups.push({ members: [], sum: new Map(), squares: 0 }) - 1, at, terms);
  }
  const merged = mergeAlike(groups);
  return (await settle(all, merged, nearness, signal)).filter((cluster) => cluster.length > 0);
}

/** How near two vectors are, 0 to 1. */
export function cosine(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number {
  const [small, large] = one.size < other.size ? [one, other] : [other, one];
  let dot = 0;
  for (const [term, weight] of small) dot += weight * (large.get(term) ?? 0);
  if (dot === 0) return 0;
  return dot / (lengthOfAll(one) * lengthOfAll(other));
}

function lengthOfAll(vector: ReadonlyMap<string, number>): number {
  let squares = 0;
  for (const weight of vector.values()) squares += weight * weight;
  return Math.sqrt(squares);
}

/** What stands for many texts: the sum of their terms. */
export function centre(all: readonly Terms[]): Map<string, number> {
  const sum = new Map<string, number>();
  for (const terms of all) addTo(sum, terms);
  return sum;
}

function join(groups: readonly Group[], holders: Map<string, number[]>, index: number, at: number, terms: Terms): void {
  const group = groups[index];
  if (group === undefined) return;
  for (const term of terms.keys()) {
    if (group.sum.has(term)) continue;
    hold(holders, term, index);
  }
  group.members.push(at);
  grow(group, terms);
}

function grow(group: Group, terms: ReadonlyMap<string, number>): void {
  for (const [term, weight] of terms) {
    const before = group.sum.get(term) ?? 0;
    group.sum.set(term, before + weight);
    group.squares += weight * (2 * before + weight);
  }
}

function hold(holders: Map<string, number[]>, term: string, index: number): void {
  const known = holders.get(term);
  if (known === undefined) holders.set(term, [index]);
  else known.push(index);
}

function addTo(sum: Map<string, number>, terms: Terms): void {
  for (const [term, weight] of terms) sum.set(term, (sum.get(term) ?? 0) + weight);
}

/** The nearest group; of equals the oldest. Only groups that share a word are looked at, or all where there are vectors. */
function nearestTo(
  terms: Terms,
  at: number,
  groups: readonly Group[],
  holders: ReadonlyMap<string, readonly number[]>,
  nearness: Nearness | undefined,
): { group: number; score: number } | undefined {
  const dots = new Map<number, number>();
  for (const [term, weight] of terms) {
    for (const index of holders.get(term) ?? []) {
      dots.set(index, (dots.get(index) ?? 0) + weight * (groups[index]?.sum.get(term) ?? 0));
    }
  }
  let best: { group: number; score: number } | undefined;
  const candidates = nearness === undefined ? dots.keys() : groups.keys();
  for (const index of candidates) {
    const group = groups[index];
    if (group === undefined) continue;
    const byWords = (dots.get(index) ?? 0) / (lengthOf(group) || 1);
    const score = Math.max(byWords, nearness === undefined ? 0 : nearestMember(group, at, nearness));
    if (best === undefined || score > best.score || (score === best.score && index < best.group)) {
      best = { group: index, score };
    }
  }
  return best;
}

/** The mean over the first few members: one that happens to be near speaks for nobody. */
function nearestMember({ members }: Group, at: number, nearness: Nearness): number {
  const compared = members.slice(0, MOST_COMPARED).filter((member) => member !== at);
  return compared.reduce((sum, member) => sum + nearness(member, at), 0) / (compared.length || 1);
}

function lengthOf({ squares }: Group): number {
  return Math.sqrt(squares);
}

/** Groups that grew toward each other become one, the larger taking in the smaller. */
function mergeAlike(groups: readonly Group[]): Group[] {
  const merged: Group[] = [];
  const holders = new Map<string, number[]>();
  const bySize = [...groups.entries()].sort(
    ([a, one], [b, other]) => other.members.length - one.members.length || a - b,
  );
  for (const [, group] of bySize) {
    const length = lengthOf(group) || 1;
    const terms = new Map([...group.sum].map(([term, weight]) => [term, weight / length]));
    const nearest = nearestTo(terms, -1, merged, holders, undefined);
    const index = nearest !== undefined && nearest.score >= SAME ? nearest.group : merged.length;
    if (index === merged.length) merged.push({ members: [], sum: new Map(), squares: 0 });
    const target = merged[index];
    if (target === undefined) continue;
    for (const term of group.sum.keys()) {
      if (target.sum.has(term)) continue;
      hold(holders, term, index);
    }
    for (const member of group.members) target.members.push(member);
    grow(target, group.sum);
  }
  return merged;
}

/** Each where it is nearest, as the groups are now; what is near to none stays by itself. */
async function settle(
  all: readonly Terms[],
  groups: readonly Group[],
  nearness: Nearness | undefined,
  signal: AbortSignal,
): Promise<number[][]> {
  const holders = new Map<string, number[]>();
  for (const [index, { sum }] of groups.entries()) {
    for (const term of sum.keys()) hold(holders, term, index);
  }
  const settled: number[][] = groups.map(() => []);
  for (const [at, terms] of all.entries()) {
    if (at % SLICE === SLICE - 1) {
      await setImmediate();
      signal.throwIfAborted();
    }
    if (terms.size === 0) continue;
    const nearest = nearestTo(terms, at, groups, holders, nearness);
    if (nearest !== undefined && nearest.score >= NEAR) settled[nearest.group]?.push(at);
    else settled.push([at]);
  }
  return settled;
}
