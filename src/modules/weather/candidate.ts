import type { Nexus } from "#core/contract/module.ts";
import { ask } from "./ask.ts";
import { get, isObject } from "./json.ts";
import { language } from "./locale.ts";
import { type Ended, unreadable } from "./refusals.ts";

/** A place the geocoder offers. https://openweathermap.org/api/geocoding-api */
export interface Candidate {
  readonly name: string;
  readonly state: string | undefined;
  readonly country: string;
  readonly lat: number;
  readonly lon: number;
  readonly localNames: number;
}

/** The places that fit a name, or name, state and country with commas between, the geocoder's best first. */
export async function searchPlaces(wanted: string, nexus: Nexus): Promise<readonly Candidate[] | Ended> {
  const query = encodeURIComponent(wanted.replace(/\s*,\s*/g, ","));
  const answer = await ask(`/geo/1.0/direct?q=${query}&limit=5`, nexus);
  if ("output" in answer) return answer;
  if (!Array.isArray(answer.value)) return { output: unreadable() };
  return distinct(answer.value.map(readCandidate).filter((candidate) => candidate !== undefined));
}

/** Reads one place of the geocoder's; undefined when it lacks name, country or position. */
export function readCandidate(value: unknown): Candidate | undefined {
  const name = get(value, "name");
  const country = get(value, "country");
  const state = get(value, "state");
  const lat = get(value, "lat");
  const lon = get(value, "lon");
  if (typeof name !== "string" || typeof country !== "string") return undefined;
  if (typeof lat !== "number" || typeof lon !== "number") return undefined;
  const names = get(value, "local_names");
  const localNames = isObject(names) ? Object.keys(names).length : 0;
  return { name, country, state: typeof state === "string" ? state : undefined, lat, lon, localNames };
}

/**
 * The place as the geocoder takes it: `Springfield, Missouri, US`. Fit to be read and remembered, the same in every
 * language; a place slot holds 100 characters.
 */
export function reference({ name, state, country }: Candidate): string {
  return [name, state, country].filter(Boolean).join(", ").slice(0, 100);
}

/** Name, state and country as the asker writes them. */
export function fullName(place: Candidate, nexus: Nexus): string {
  const country = new Intl.DisplayNames([language(nexus)], { type: "region", fallback: "code" }).of(place.country);
  return [place.name, place.state, country].filter(Boolean).join(", ");
}

/** The geocoder lists a city and its boroughs side by side; a person means the same by both, as by two of one name. */
function distinct(candidates: readonly Candidate[]): Candidate[] {
  const kept: Candidate[] = [];
  for (const candidate of candidates) {
    const isKnown = kept.some(
      (other) =>
        reference(other) === reference(candidate) ||
        (Math.abs(other.lat - candidate.lat) < 0.5 && Math.abs(other.lon - candidate.lon) < 0.5),
    );
    if (!isKnown) kept.push(candidate);
  }
  return kept;
}
