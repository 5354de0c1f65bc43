import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { startVendor, type LoopbackVendor, type VendorAnswer, type VendorRequest } from "./loopback-vendor.ts";

/** How OpenWeather behaves from now on, beside the ways in which any source misbehaves. */
export type OpenWeatherMode = "ok" | "401" | "429" | "500" | "maintenance";

export interface OpenWeatherOptions {
  readonly key: string;
  /** The weather told is around this moment. */
  readonly clock: () => Date;
}

/** Starts an OpenWeather that knows a dozen places and is as strict as the real one about key and parameters. */
export function startOpenWeather(options: OpenWeatherOptions): Promise<LoopbackVendor<OpenWeatherMode>> {
  return startVendor<OpenWeatherMode>("ok", (request, mode) => {
    if (mode !== "ok") return FAILURES[mode];
    // The one place it looks: https://openweathermap.org/current
    if (request.query.get("appid") !== options.key) return FAILURES["401"];
    if (request.method !== "GET") return problem(405, "Method not allowed");
    switch (request.path) {
      case "/geo/1.0/direct":
        return geocode(request.query);
      case "/data/2.5/weather":
        return at(request, (place) => currentWeather(place, options.clock()));
      case "/data/2.5/forecast":
        return at(request, (place) => forecast(place, options.clock()));
      default:
        return problem(404, "Internal error");
    }
  });
}

/** https://openweathermap.org/faq#error401 */
const FAILURES: Readonly<Record<Exclude<OpenWeatherMode, "ok">, VendorAnswer>> = {
  "401": problem(401, "Invalid API key. Please see https://openweathermap.org/faq#error401 for more info."),
  "429": {
    ...problem(
      429,
      "Your account is temporary blocked due to exceeding of requests limitation of your subscription type.",
    ),
    headers: { "retry-after": "42" },
  },
  "500": problem(500, "Internal server error"),
  maintenance: problem(503, "Service unavailable"),
};

const fixtures = join(import.meta.dirname, "..", "..", "src", "modules", "weather", "fixtures");

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(fixtures, name), "utf8"));
}

const Place = z.looseObject({
  name: z.string(),
  state: z.string().optional(),
  country: z.string(),
  lat: z.number(),
  lon: z.number(),
});
type Place = z.infer<typeof Place>;

/** Seconds from UTC in November, by country; the rest is on UTC. */
const OFFSETS: Readonly<Record<string, number>> = { US: -5 * 3600, CA: -5 * 3600, NZ: 13 * 3600 };

/** https://openweathermap.org/api/geocoding-api: `q` is name, state (of the US) and country, with commas between. */
function geocode(query: URLSearchParams): VendorAnswer {
  const [name = "", ...rest] = (query.get("q") ?? "").split(",").map((word) => word.trim().toLowerCase());
  const limit = Number(query.get("limit") ?? "1");
  if (name === "") return problem(400, "Nothing to geocode");
  if (!Number.isInteger(limit) || limit < 1 || limit > 5) return problem(400, "wrong limit");
  const known = z.array(Place).parse(read("geocoding.json"));
  const found = known.filter((place) => {
    const words = [place.state, place.country, COUNTRIES[place.country]].map((word) => word?.toLowerCase());
    return place.name.toLowerCase().includes(name) && rest.every((word) => words.includes(word));
  });
  return { status: 200, body: found.slice(0, limit) };
}

const COUNTRIES: Readonly<Record<string, string>> = { PT: "Portugal", GB: "United Kingdom", CA: "Canada", US: "USA" };

function at(request: VendorRequest, tell: (place: Place) => unknown): VendorAnswer {
  const [lat, lon] = [coordinate(request.query, "lat", 90), coordinate(request.query, "lon", 180)];
  if (lat === undefined) return problem(400, "wrong latitude");
  if (lon === undefined) return problem(400, "wrong longitude");
  const units = request.query.get("units") ?? "standard";
  if (units !== "metric") return problem(400, `this server only tells metric units, not ${units}`);
  const known = z.array(Place).parse(read("geocoding.json"));
  const near = known.find((place) => Math.abs(place.lat - lat) < 0.01 && Math.abs(place.lon - lon) < 0.01);
  return { status: 200, body: tell(near ?? { name: "", country: "", lat, lon }) };
}

function coordinate(query: URLSearchParams, name: string, most: number): number | undefined {
  const text = query.get(name);
  const value = Number(text);
  return text === null || text === "" || !(Math.abs(value) <= most) ? undefined : value;
}

function currentWeather(place: Place, now: Date): unknown {
  const told = z.looseObject({ sys: z.looseObject({}) }).parse(read("current.json"));
  const timezone = OFFSETS[place.country] ?? 0;
  const dt = Math.floor(now.getTime() / 1000);
  return { ...told, dt, timezone, name: place.name, sys: { ...told.sys, country: place.country } };
}

/** The recorded days moved so that the first step is the next full three hours. */
function forecast(place: Place, now: Date): unknown {
  const Recorded = z.looseObject({ list: z.array(z.looseObject({ dt: z.number() })), city: z.looseObject({}) });
  const told = Recorded.parse(read("forecast.json"));
  const step = 3 * 3600;
  const first = (Math.floor(now.getTime() / 1000 / step) + 1) * step;
  const list = told.list.map((entry, index) => {
    const dt = first + index * step;
    return { ...entry, dt, dt_txt: new Date(dt * 1000).toISOString().slice(0, 19).replace("T", " ") };
  });
  const timezone = OFFSETS[place.country] ?? 0;
  return { ...told, list, city: { ...told.city, name: place.name, country: place.country, timezone } };
}

function problem(status: number, message: string): VendorAnswer {
  return { status, body: { cod: status, message } };
}
