import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { byDay, type Day, localDay } from "./by-day.ts";
import { current } from "./current.ts";
import { ending } from "./ending.ts";
import { readOutlook } from "./openweather.ts";
import { findPlace, type Place } from "./place.ts";
import { refusal } from "./refusals.ts";
import { sampleOutlook } from "./sample.ts";
import { wetness, words } from "./sky.ts";
import { inUnit, listOf, longDate, percent, range, shortDate, usesFahrenheit, weekday, windOf } from "./wording.ts";

/** The forecast for one day or for the days ahead. https://openweathermap.org/forecast5 */
export async function forecast(input: JsonObject, nexus: Nexus): Promise<ModuleOutput> {
  const place = await findPlace(input["place"], nexus);
  if ("output" in place) return place.output;
  const outlook = nexus.sample === "required" ? sampleOutlook(place, nexus) : await readOutlook(place, nexus);
  if ("output" in outlook) return outlook.output;

  const today = localDay(nexus.now().getTime(), outlook.offsetS);
  const days = byDay(outlook);
  const date = input["date"];
  if (typeof date !== "string") return outlookAnswer(place, days.slice(0, 5), nexus);

  const day = days.find((candidate) => candidate.date === date);
  if (day) return dayAnswer(place, day, nexus);
  if (date === today) return current(input, nexus);
  const last = days.at(-1)?.date ?? today;
  const say =
    date < today
      ? `${longDate(date, nexus)} is over in ${place.label}, and I only have weather ahead.`
      : `The forecast reaches five days ahead, to ${longDate(last, nexus)}. ${longDate(date, nexus)} is beyond that.`;
  return refusal("slot_invalid", say, { slot: "date", hint: "Name a day within the next five." });
}

function dayAnswer(place: Place, day: Day, nexus: Nexus): ModuleOutput {
  const wind = windOf(day.windMs, day.windDeg, nexus);
  const span = range(day, nexus);
  return {
    summary: `${place.label} on ${shortDate(day.date, nexus)}: ${span}, ${words(day.code)}, ${wetness(day, nexus)}, wind ${wind}.`,
    data: { place: place.label, ...dayData(day) },
    parts: [
      {
        type: "fields",
        items: [
          { label: "Day", value: longDate(day.date, nexus) },
          { label: "Temperature", value: span },
          { label: "Sky", value: words(day.code) },
          { label: "Chance of rain or snow", value: percent(day.wet, nexus) },
          { label: "Strongest wind", value: wind },
        ],
      },
    ],
    ...ending(place, nexus, ["the next five days"]),
  };
}

function outlookAnswer(place: Place, days: readonly Day[], nexus: Nexus): ModuleOutput {
  const whole = { low: Math.min(...days.map((day) => day.low)), high: Math.max(...days.map((day) => day.high)) };
  const wetDays = days.filter((day) => day.wet >= 0.5).map((day) => weekday(day.date, nexus));
  const wet = wetDays.length === 0 ? "dry" : `wet on ${listOf(wetDays, nexus)}`;
  const summary = `${place.label}, next ${days.length} days: ${range(whole, nexus)}, ${wet}.`;
  const series = [
    { name: "High", values: days.map((day) => Math.round(inUnit(day.high, nexus))) },
    { name: "Low", values: days.map((day) => Math.round(inUnit(day.low, nexus))) },
  ];
  return {
    summary,
    data: { place: place.label, days: days.map(dayData) },
    parts: [
      {
        type: "chart",
        kind: "line",
        title: `Temperature in ${place.label}`,
        takeaway: summary,
        categories: days.map((day) => shortDate(day.date, nexus)),
        series,
        format: { type: "number", unit: usesFahrenheit(nexus) ? "°F" : "°C" },
      },
      {
        type: "table",
        caption: `Forecast for ${place.label}`,
        columns: [
          { header: "Day" },
          { header: "Temperature", align: "right" },
          { header: "Sky" },
          { header: "Rain or snow", align: "right" },
          { header: "Wind", align: "right" },
        ],
        rows: days.map((day) => [
          shortDate(day.date, nexus),
          range(day, nexus),
          words(day.code),
          percent(day.wet, nexus),
          windOf(day.windMs, day.windDeg, nexus),
        ]),
      },
    ],
    ...ending(place, nexus, ["tomorrow"]),
  };
}

function dayData(day: Day) {
  return {
    date: day.date,
    lowCelsius: day.low,
    highCelsius: day.high,
    chanceOfRain: day.wet,
    windMetresPerSecond: day.windMs,
    conditionCode: day.code,
    condition: words(day.code),
  };
}
