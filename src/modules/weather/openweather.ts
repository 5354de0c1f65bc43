import type { Nexus } from "#core/contract/module.ts";
import { ask } from "./ask.ts";
import { get } from "./json.ts";
import type { Moment, Outlook } from "./moment.ts";
import type { Place } from "./place.ts";
import { type Ended, unreadable } from "./refusals.ts";

/** What OpenWeather says of the moment. https://openweathermap.org/current */
export async function readMoment(place: Place, nexus: Nexus): Promise<Moment | Ended> {
  const answer = await ask(`/data/2.5/weather?lat=${place.lat}&lon=${place.lon}&units=metric`, nexus);
  if ("output" in answer) return answer;
  return toMoment(answer.value) ?? { output: unreadable() };
}

/** What OpenWeather says of the next five days. https://openweathermap.org/forecast5 */
export async function readOutlook(place: Place, nexus: Nexus): Promise<Outlook | Ended> {
  const answer = await ask(`/data/2.5/forecast?lat=${place.lat}&lon=${place.lon}&units=metric`, nexus);
  if ("output" in answer) return answer;
  const list = get(answer.value, "list");
  const offsetS = get(get(answer.value, "city"), "timezone");
  if (!Array.isArray(list) || typeof offsetS !== "number") return { output: unreadable() };
  const moments = list.map(toMoment).filter((moment) => moment !== undefined);
  if (moments.length === 0 || moments.length !== list.length) return { output: unreadable() };
  return { moments, offsetS };
}

function toMoment(value: unknown): Moment | undefined {
  const main = get(value, "main");
  const wind = get(value, "wind");
  const skies = get(value, "weather");
  const seconds = get(value, "dt");
  const celsius = get(main, "temp");
  const code = Array.isArray(skies) ? get(skies[0], "id") : undefined;
  if (typeof seconds !== "number" || typeof celsius !== "number" || typeof code !== "number") return undefined;
  const or = (number: unknown, otherwise: number): number => (typeof number === "number" ? number : otherwise);
  return {
    atMs: seconds * 1000,
    celsius,
    feelsCelsius: or(get(main, "feels_like"), celsius),
    lowCelsius: or(get(main, "temp_min"), celsius),
    highCelsius: or(get(main, "temp_max"), celsius),
    humidity: or(get(main, "humidity"), 0),
    windMs: or(get(wind, "speed"), 0),
    windDeg: or(get(wind, "deg"), 0),
    code,
    wet: or(get(value, "pop"), code < 700 ? 1 : 0),
  };
}
