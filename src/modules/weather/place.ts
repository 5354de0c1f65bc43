import type { Nexus } from "#core/contract/module.ts";
import { type Candidate, fullName, readCandidate, reference, searchPlaces } from "./candidate.ts";
import { region } from "./locale.ts";
import { type Ended, refusal } from "./refusals.ts";

/** A place on the map, and what to call it. */
export interface Place {
  readonly label: string;
  /** What to remember: `Springfield, Missouri, US`, which finds the same place again without asking. */
  readonly value: string;
  readonly lat: number;
  readonly lon: number;
}

/** The place that was meant, or a question which one it is. */
export async function findPlace(slot: unknown, nexus: Nexus): Promise<Place | Ended> {
  const wanted = typeof slot === "string" ? slot.trim().slice(0, 120) : "";
  if (wanted === "") return { output: refusal("slot_invalid", "I need a place for that.", { slot: "place" }) };
  if (nexus.sample === "required") return { label: titleCase(wanted), value: wanted, lat: 0, lon: 0 };

  const known = readCandidate(await nexus.cache.get(cacheKey(wanted)));
  if (known) return toPlace(known, fullName(known, nexus));

  const found = await search(wanted, nexus);
  if ("output" in found) return found;
  const [first, second] = found;
  if (!first) {
    const hint = "Check the spelling, or add the country: “Lisbon, Portugal”.";
    return { output: refusal("not_found", `OpenWeather knows no place called “${wanted}”.`, { slot: "place", hint }) };
  }
  const same = found.find((candidate) => reference(candidate) === wanted);
  const chosen = same ?? (second ? clearest(found, wanted, nexus) : first);
  await keep(chosen ? [chosen] : found, nexus);
  if (chosen) {
    const needsFullName = chosen === same || (second && !wanted.includes(","));
    return toPlace(chosen, needsFullName ? fullName(chosen, nexus) : chosen.name);
  }
  const options = found.map((candidate) => ({
    label: fullName(candidate, nexus).slice(0, 75),
    value: reference(candidate),
  }));
  return {
    output: {
      summary: `There are several places called ${first.name}.`,
      choices: { slot: "place", question: `Which ${first.name} do you mean?`.slice(0, 200), options },
    },
  };
}

/** A place remembered with its state is also looked for without: the geocoder promises to know states of the US only. */
async function search(wanted: string, nexus: Nexus): Promise<readonly Candidate[] | Ended> {
  const found = await searchPlaces(wanted, nexus);
  const [, name, country] = /^([^,]+), .+, ([A-Z]{2})$/.exec(wanted) ?? [];
  if ("output" in found || name === undefined || country === undefined) return found;
  if (found.some((candidate) => reference(candidate) === wanted)) return found;
  const wider = await searchPlaces(`${name},${country}`, nexus);
  if ("output" in wider) return wider;
  const same = wider.find((candidate) => reference(candidate) === wanted);
  return same ? [same] : found;
}

/**
 * The one a person most likely means. The geocoder gives no population; how many languages have a name of their own
 * for a place is the only sign of renown. Next best is the asker's own country.
 */
function clearest(found: readonly Candidate[], wanted: string, nexus: Nexus): Candidate | undefined {
  if (wanted.includes(",")) return found[0];
  const ranked = found.toSorted((a, b) => b.localNames - a.localNames);
  const [first, second] = ranked;
  if (first && first.localNames >= 10 && first.localNames >= 3 * (second?.localNames ?? 0)) return first;
  const atHome = found.filter((candidate) => candidate.country === region(nexus));
  return atHome.length === 1 ? atHome[0] : undefined;
}

function titleCase(text: string): string {
  return text.replace(/(^|[\s-])(\p{Ll})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());
}

function toPlace(candidate: Candidate, label: string): Place {
  return { label, value: reference(candidate), lat: candidate.lat, lon: candidate.lon };
}

/** Keeps where places are for a day, so that one that was chosen or remembered needs no second search. */
async function keep(candidates: readonly Candidate[], nexus: Nexus): Promise<void> {
  for (const candidate of candidates) {
    const { name, state, country, lat, lon } = candidate;
    const value = { name, country, lat, lon, ...(state === undefined ? {} : { state }) };
    await nexus.cache.set(cacheKey(reference(candidate)), value, 86_400);
  }
}

function cacheKey(wanted: string): string {
  return `place:${wanted}`;
}
