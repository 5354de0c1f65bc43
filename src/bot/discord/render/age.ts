import { writeAge } from "#bot/age.ts";

/** How old a question is, as small print above its answer. */
export function drawAge(delayedMs: number): string {
  return `-# Delayed ${writeAge(delayedMs)}`;
}
