import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { ask, refused, unreadable } from "./ask.ts";
import { get, numberAt, textAt } from "./json.ts";

/** A place on the map. */
export interface Place {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
}

/** The best known place of that name. https://open-meteo.com/en/docs/geocoding-api */
export async function findPlace(wanted: unknown, nexus: Nexus): Promise<Place | { readonly output: ModuleOutput }> {
  const name = typeof wanted === "string" ? wanted.trim().slice(0, 100) : "";
  if (name === "") return { output: { error: { code: "slot_invalid", say: "That names no place.", slot: "place" } } };
  const search = `https://geocoding-api.open-meteo.com/v1/search?name=${encodeURIComponent(name)}&count=1`;
  const answer = await ask(search, nexus);
  if ("output" in answer) return answer;
  const results = get(answer.value, "results");
  // Without a result there is no list at all.
  if (results === undefined) return refused("not_found", `I don't find a place called “${name}”.`);
  const found = Array.isArray(results) ? results[0] : undefined;
  const title = textAt(found, "name");
  const latitude = numberAt(found, "latitude");
  const longitude = numberAt(found, "longitude");
  if (title === undefined || latitude === undefined || longitude === undefined) return unreadable();
  const country = textAt(found, "country");
  return { name: country === undefined ? title : `${title}, ${country}`, latitude, longitude };
}
