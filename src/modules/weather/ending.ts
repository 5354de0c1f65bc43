import type { Nexus } from "#core/contract/module.ts";
import type { Place } from "./place.ts";

/** What every answer ends with: the place to remember, suggestions, and the mark of a sample. */
export function ending(place: Place, nexus: Nexus, next: string[]) {
  const sample = nexus.sample === "required";
  return { remember: { place: place.value }, next, ...(sample ? { sample } : {}) };
}
