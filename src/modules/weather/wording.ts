import type { Nexus } from "#core/contract/module.ts";
import { language, region } from "./locale.ts";

/** A temperature in the asker's unit: “18 °C”. */
export function degrees(celsius: number, nexus: Nexus): string {
  return `${whole(inUnit(celsius, nexus), nexus)} ${usesFahrenheit(nexus) ? "°F" : "°C"}`;
}

/** From the lowest to the highest temperature: “13–21 °C”. */
export function range(span: { readonly low: number; readonly high: number }, nexus: Nexus): string {
  const low = whole(inUnit(span.low, nexus), nexus);
  const high = degrees(span.high, nexus);
  const joint = span.low < 0 || span.high < 0 ? " to " : "–";
  return high.startsWith(`${low} `) ? high : `${low}${joint}${high}`;
}

/** Whether the asker is where Unicode CLDR prefers Fahrenheit for weather. */
export function usesFahrenheit(nexus: Nexus): boolean {
  return ["US", "BS", "BZ", "KY", "PR", "PW"].includes(region(nexus));
}

/** A temperature in the asker's unit, as a number. */
export function inUnit(celsius: number, nexus: Nexus): number {
  return usesFahrenheit(nexus) ? (celsius * 9) / 5 + 32 : celsius;
}

/** A whole number as the asker writes it. */
export function whole(value: number, nexus: Nexus): string {
  // Adding zero turns -0 into 0.
  return new Intl.NumberFormat(language(nexus), { maximumFractionDigits: 0 }).format(Math.round(value) + 0);
}

/** Speed and direction of wind: “14 km/h NW”. */
export function windOf(metresPerSecond: number, deg: number, nexus: Nexus): string {
  const compass = ["N", "NE", "E", "SE", "S", "SW", "W", "NW"][Math.round((((deg % 360) + 360) % 360) / 45) % 8] ?? "N";
  const miles = ["US", "GB", "LR"].includes(region(nexus));
  const speed = miles
    ? `${whole(metresPerSecond * 2.236_94, nexus)} mph`
    : `${whole(metresPerSecond * 3.6, nexus)} km/h`;
  return `${speed} ${compass}`;
}

/** A share of one as a percentage. */
export function percent(share: number, nexus: Nexus): string {
  return new Intl.NumberFormat(language(nexus), { style: "percent", maximumFractionDigits: 0 }).format(share);
}

/** “Thu”, from YYYY-MM-DD. */
export function weekday(date: string, nexus: Nexus): string {
  return dateAs(date, { weekday: "short" }, nexus);
}

/** “Wed, Nov 25”, from YYYY-MM-DD. */
export function shortDate(date: string, nexus: Nexus): string {
  return dateAs(date, { weekday: "short", day: "numeric", month: "short" }, nexus);
}

/** “Wednesday, November 25”, from YYYY-MM-DD. */
export function longDate(date: string, nexus: Nexus): string {
  return dateAs(date, { weekday: "long", day: "numeric", month: "long" }, nexus);
}

function dateAs(date: string, options: Intl.DateTimeFormatOptions, nexus: Nexus): string {
  const at = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return date;
  return new Intl.DateTimeFormat(language(nexus), { ...options, timeZone: "UTC" }).format(at);
}

/** Names as a list in a sentence. */
export function listOf(names: readonly string[], nexus: Nexus): string {
  return new Intl.ListFormat(language(nexus), { type: "conjunction" }).format(names);
}
