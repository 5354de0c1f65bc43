import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { ending } from "./ending.ts";
import type { Moment } from "./moment.ts";
import { readMoment } from "./openweather.ts";
import { findPlace, type Place } from "./place.ts";
import { sampleMoment } from "./sample.ts";
import { words } from "./sky.ts";
import { degrees, percent, windOf } from "./wording.ts";

/** The weather in a place now. https://openweathermap.org/current */
export async function current(input: JsonObject, nexus: Nexus): Promise<ModuleOutput> {
  const place = await findPlace(input["place"], nexus);
  if ("output" in place) return place.output;
  const moment = nexus.sample === "required" ? sampleMoment(place, nexus) : await readMoment(place, nexus);
  if ("output" in moment) return moment.output;
  return currentAnswer(place, moment, nexus);
}

function currentAnswer(place: Place, moment: Moment, nexus: Nexus): ModuleOutput {
  const sky = words(moment.code);
  const wind = windOf(moment.windMs, moment.windDeg, nexus);
  const feels = degrees(moment.feelsCelsius, nexus);
  return {
    summary: `${place.label}: ${degrees(moment.celsius, nexus)}, ${sky}, feels like ${feels}, wind ${wind}.`,
    data: {
      place: place.label,
      celsius: moment.celsius,
      feelsLikeCelsius: moment.feelsCelsius,
      humidityPercent: moment.humidity,
      windMetresPerSecond: moment.windMs,
      conditionCode: moment.code,
      condition: sky,
    },
    parts: [
      {
        type: "fields",
        items: [
          { label: "Temperature", value: `${degrees(moment.celsius, nexus)} (feels like ${feels})` },
          { label: "Sky", value: sky },
          { label: "Wind", value: wind },
          { label: "Humidity", value: percent(moment.humidity / 100, nexus) },
        ],
      },
    ],
    asOf: new Date(moment.atMs).toISOString(),
    ...ending(place, nexus, ["forecast", "tomorrow"]),
  };
}
