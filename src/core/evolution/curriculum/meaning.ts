import { createHash } from "node:crypto";
import { z } from "zod";
import { cosine } from "./clusters.ts";

/**
 * What a proposal is about, to be known again in other words: digests of the words that told most, each with its weight.
 * Nobody reads a request out of them.
 */
export const Meaning = z.array(z.tuple([z.string(), z.number()]));
export type Meaning = z.infer<typeof Meaning>;

/** From which nearness on a need is the one that was proposed. */
const SAME_NEED = 0.4;
const MOST_TERMS = 40;

/** The meaning of what stands for many requests. */
export function meaningOf(centre: ReadonlyMap<string, number>): Meaning {
  return [...centre]
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .slice(0, MOST_TERMS)
    .map(([term, weight]) => [digest(term), Number(weight.toFixed(4))]);
}

/** Whether two meanings are the same need. */
export function isSameNeed(one: Meaning, other: Meaning): boolean {
  return nearnessOf(one, other) >= SAME_NEED;
}

/** How near two meanings are, 0 to 1. */
export function nearnessOf(one: Meaning, other: Meaning): number {
  return cosine(new Map(one), new Map(other));
}

function digest(term: string): string {
  return createHash("sha256").update(term).digest("base64url").slice(0, 12);
}
