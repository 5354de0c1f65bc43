import type { Nexus } from "#core/contract/module.ts";
import type { Day } from "./by-day.ts";
import { percent } from "./wording.ts";

/** https://openweathermap.org/weather-conditions, in plain words. */
export function words(code: number): string {
  const exact: Readonly<Record<number, string>> = {
    500: "light rain",
    501: "rain",
    511: "freezing rain",
    600: "light snow",
    701: "mist",
    711: "smoke",
    721: "haze",
    741: "fog",
    762: "volcanic ash",
    771: "squalls",
    781: "tornado",
    800: "clear sky",
    801: "mostly clear",
    802: "partly cloudy",
    803: "mostly cloudy",
    804: "overcast",
  };
  const named = exact[code];
  if (named) return named;
  if (code >= 200 && code < 300) return "thunderstorm";
  if (code >= 300 && code < 400) return "drizzle";
  if (code > 501 && code < 511) return "heavy rain";
  if (code >= 520 && code < 600) return "rain showers";
  if (code >= 611 && code <= 616) return "sleet";
  if (code >= 600 && code < 700) return "snow";
  if (code >= 700 && code < 800) return "dust";
  return "mixed weather";
}

/** “dry”, or the chance of rain or snow. */
export function wetness(day: Day, nexus: Nexus): string {
  return day.wet < 0.2
    ? "dry"
    : `${percent(day.wet, nexus)} chance of ${day.code >= 600 && day.code < 700 ? "snow" : "rain"}`;
}
