import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { ask, unreadable } from "./ask.ts";
import { get, numberAt } from "./json.ts";
import { findPlace } from "./place.ts";

/** Sun and rain of the coming days. https://open-meteo.com/en/docs */
export async function daylight(input: { place: string; days?: number }, nexus: Nexus): Promise<ModuleOutput> {
  const { days = 3 } = input;
  if (!Number.isInteger(days) || days < 1 || days > 14) {
    return { error: { code: "slot_invalid", say: "I know the next 14 days at most.", slot: "days" } };
  }
  const place = await findPlace(input.place, nexus);
  if ("output" in place) return place.output;
  const wanted = "sunrise,sunset,temperature_2m_max,temperature_2m_min,precipitation_sum";
  const at = `latitude=${place.latitude}&longitude=${place.longitude}`;
  const answer = await ask(
    `https://api.open-meteo.com/v1/forecast?${at}&daily=${wanted}&timezone=auto&forecast_days=${days}`,
    nexus,
  );
  if ("output" in answer) return answer.output;
  const daily = get(answer.value, "daily");
  const rows = listAt(daily, "time").flatMap((day, position): string[][] => {
    const rise = clockOf(listAt(daily, "sunrise")[position]);
    const set = clockOf(listAt(daily, "sunset")[position]);
    if (typeof day !== "string" || rise === undefined || set === undefined) return [];
    const cells = ["temperature_2m_max", "temperature_2m_min", "precipitation_sum"].map((key) =>
      inWords(listAt(daily, key)[position]),
    );
    return [[day, rise, set, ...cells]];
  });
  const [first] = rows;
  if (first === undefined) return unreadable().output;
  return {
    summary: `In ${place.name} the sun rises at ${first[1]} and sets at ${first[2]} on ${first[0]}.`,
    parts: [
      {
        type: "table",
        caption: `Sun and rain in ${place.name}`,
        columns: [
          { header: "Day" },
          { header: "Sunrise" },
          { header: "Sunset" },
          { header: "High °C", align: "right" },
          { header: "Low °C", align: "right" },
          { header: "Rain mm", align: "right" },
        ],
        rows,
      },
    ],
    data: { place: place.name, day: first[0] ?? null, sunrise: first[1] ?? null, sunset: first[2] ?? null },
    remember: { place: input.place },
  };
}

/** The air now. https://open-meteo.com/en/docs/air-quality-api */
export async function air(input: { place: string }, nexus: Nexus): Promise<ModuleOutput> {
  const place = await findPlace(input.place, nexus);
  if ("output" in place) return place.output;
  const at = `latitude=${place.latitude}&longitude=${place.longitude}`;
  const wanted = "european_aqi,pm2_5,pm10,ozone,nitrogen_dioxide";
  const answer = await ask(
    `https://air-quality-api.open-meteo.com/v1/air-quality?${at}&current=${wanted}&timezone=auto`,
    nexus,
  );
  if ("output" in answer) return answer.output;
  const now = get(answer.value, "current");
  const index = numberAt(now, "european_aqi");
  if (index === undefined) return unreadable().output;
  const items = SUBSTANCES.flatMap(([key, label]) => {
    const amount = numberAt(now, key);
    return amount === undefined ? [] : [{ label, value: `${amount} µg/m³` }];
  });
  return {
    summary: `The air in ${place.name} is ${gradeOf(index)}: ${index} on the European index.`,
    parts: items.length === 0 ? [] : [{ type: "fields", items }],
    data: { place: place.name, index, grade: gradeOf(index) },
    remember: { place: input.place },
  };
}

const SUBSTANCES: readonly (readonly [string, string])[] = [
  ["pm2_5", "Fine dust (PM2.5)"],
  ["pm10", "Dust (PM10)"],
  ["ozone", "Ozone"],
  ["nitrogen_dioxide", "Nitrogen dioxide"],
];

/** The bands of the European Environment Agency. https://airindex.eea.europa.eu */
function gradeOf(index: number): string {
  if (index <= 20) return "good";
  if (index <= 40) return "fair";
  if (index <= 60) return "moderate";
  if (index <= 80) return "poor";
  return index <= 100 ? "very poor" : "extremely poor";
}

function listAt(value: unknown, key: string): readonly unknown[] {
  const list = get(value, key);
  return Array.isArray(list) ? list : [];
}

/** `06:12` of `2026-11-21T06:12`. */
function clockOf(moment: unknown): string | undefined {
  return typeof moment === "string" ? /T(\d\d:\d\d)/.exec(moment)?.[1] : undefined;
}

function inWords(value: unknown): string {
  return typeof value === "number" ? String(value) : "unknown";
}
