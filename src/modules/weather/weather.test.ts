import { expect, test } from "vitest";
import { answered, refused, useModules } from "#test/module-kit.ts";
import { startOpenWeather } from "#test/platforms/openweather.ts";

const modules = useModules();

const now = new Date("2026-11-24T12:00:00Z");
const KEY = "0123456789abcdef0123456789abcdef";

async function openWeather(secret: string | undefined = KEY) {
  const vendor = await startOpenWeather({ key: KEY, clock: () => now });
  const module = await modules.open("weather", {
    now,
    limits: { timeoutMs: 2_000 },
    fetch: { "api.openweathermap.org": vendor.origin },
    ...(secret === "" ? {} : { secrets: { openweather: secret } }),
  });
  return {
    vendor,
    run: module.run,
    async [Symbol.asyncDispose]() {
      await module[Symbol.asyncDispose]();
      await vendor[Symbol.asyncDispose]();
    },
  };
}

test("the weather of a famous city is told at once, with its country", async () => {
  await using weather = await openWeather();
  const answer = answered(await weather.run("current", { place: "Lisbon" }));
  expect(answer.summary).toBe("Lisbon, Portugal: 18 °C, partly cloudy, feels like 17 °C, wind 14 km/h NW.");
  expect(answer.asOf).toEqual(now);
  expect(answer.sample).toBe(false);
});

test("the key reaches the vendor, and nothing else ever holds it", async () => {
  await using weather = await openWeather();
  const answer = answered(await weather.run("current", { place: "Porto" }));
  expect(weather.vendor.requests.map(({ query }) => query.get("appid"))).toEqual([KEY, KEY]);
  expect(JSON.stringify({ ...answer, files: [...answer.files.seen] })).not.toContain(KEY);
});

test("an American reads Fahrenheit and miles, a Briton Celsius and miles", async () => {
  await using weather = await openWeather();
  const american = answered(await weather.run("current", { place: "Lisbon" }, { locale: "en-US" }));
  expect(american.summary).toContain("64 °F");
  expect(american.summary).toContain("9 mph");
  const briton = answered(await weather.run("current", { place: "Lisbon" }, { locale: "en-GB" }));
  expect(briton.summary).toContain("18 °C");
  expect(briton.summary).toContain("9 mph");
});

test("a name that several places share is asked back, and the choice needs no second search", async () => {
  await using weather = await openWeather();
  const answer = answered(await weather.run("current", { place: "Springfield" }));
  expect(answer.choices?.slot).toBe("place");
  expect(answer.choices?.options.map((option) => option.label)).toEqual([
    "Springfield, Illinois, United States",
    "Springfield, Missouri, United States",
    "Springfield, Massachusetts, United States",
  ]);
  const missouri = answer.choices?.options[1]?.value ?? "";
  const chosen = answered(await weather.run("current", { place: missouri }));
  expect(chosen.summary).toMatch(/^Springfield, Missouri, United States: /);
  expect(chosen.remember).toEqual({ place: missouri });
  expect(weather.vendor.requests.map((request) => request.path)).toEqual(["/geo/1.0/direct", "/data/2.5/weather"]);
});

test("a remembered place reads as a name, and finds the same place again days later", async () => {
  await using weather = await openWeather();
  const asked = answered(await weather.run("current", { place: "Springfield" }));
  const values = asked.choices?.options.map((option) => option.value) ?? [];
  expect(values).toEqual(["Springfield, Illinois, US", "Springfield, Missouri, US", "Springfield, Massachusetts, US"]);
  const place = "Springfield, Missouri, US";
  const chosen = answered(await weather.run("forecast", { place }));
  const { summary, data, parts, remember } = chosen;
  expect(remember).toEqual({ place });
  expect(JSON.stringify({ summary, data, parts, remember })).not.toMatch(/37\.2|93\.2/);

  const later = { now: new Date("2026-11-27T12:00:00Z") };
  const again = answered(await weather.run("current", { place }, later));
  expect(again.summary).toMatch(/^Springfield, Missouri, United States: /);
  expect(again.remember).toEqual({ place });
  expect(weather.vendor.requests.map((request) => request.path)).toEqual([
    "/geo/1.0/direct",
    "/data/2.5/forecast",
    "/geo/1.0/direct",
    "/data/2.5/weather",
  ]);
  const asks = weather.vendor.requests.filter((request) => request.path.startsWith("/data/"));
  expect(asks.map((request) => request.query.get("lat"))).toEqual(["37.2081729", "37.2081729"]);
});

test("a place whose state the geocoder does not take is looked for by its country before it is given up", async () => {
  await using weather = await openWeather();
  const refusal = refused(await weather.run("current", { place: "Lisbon, Estremadura, PT" }));
  expect(refusal).toMatchObject({ code: "not_found", slot: "place" });
  expect(weather.vendor.requests.map((request) => request.query.get("q"))).toEqual([
    "Lisbon,Estremadura,PT",
    "Lisbon,PT",
  ]);
});

test("between two places of one name the asker's own country decides", async () => {
  await using weather = await openWeather();
  const answer = answered(await weather.run("current", { place: "Cambridge" }, { locale: "en-GB" }));
  expect(answer.summary).toMatch(/^Cambridge, England, United Kingdom: /);
  const elsewhere = answered(await weather.run("current", { place: "Cambridge" }, { locale: "de-DE" }));
  expect(elsewhere.choices?.options).toHaveLength(2);
});

test("a place nobody knows is said to be unknown, with a way out", async () => {
  await using weather = await openWeather();
  const refusal = refused(await weather.run("current", { place: "Atlantis" }));
  expect(refusal).toMatchObject({ code: "not_found", slot: "place" });
  expect(refusal.say).toContain("Atlantis");
  expect(refusal.hint).toContain("country");
});

test("tomorrow's forecast gathers the steps of that day in the place", async () => {
  await using weather = await openWeather();
  const dry = answered(await weather.run("forecast", { place: "Lisbon", date: "2026-11-25" }));
  expect(dry.summary).toBe("Lisbon, Portugal on Wed, Nov 25: 13–21 °C, clear sky, dry, wind 20 km/h NW.");
  const wet = answered(await weather.run("forecast", { place: "Lisbon", date: "2026-11-26" }));
  expect(wet.summary).toContain("80% chance of rain");
});

test("a day begins at midnight of the place, not of Greenwich", async () => {
  await using weather = await openWeather();
  const answer = answered(await weather.run("forecast", { place: "Auckland" }));
  // At noon UTC it is one o'clock in the morning of the 25th in Auckland.
  expect(answer.data).toMatchObject({ days: [{ date: "2026-11-25" }, {}, {}, {}, { date: "2026-11-29" }] });
  const lisbon = answered(await weather.run("forecast", { place: "Lisbon" }));
  expect(lisbon.data).toMatchObject({ days: [{ date: "2026-11-24" }, {}, {}, {}, { date: "2026-11-28" }] });
});

test("a day without a step left is answered with the weather now", async () => {
  const late = new Date("2026-11-24T22:30:00Z");
  await using vendor = await startOpenWeather({ key: KEY, clock: () => late });
  await using weather = await modules.open("weather", {
    now: late,
    fetch: { "api.openweathermap.org": vendor.origin },
    secrets: { openweather: KEY },
  });
  const answer = answered(await weather.run("forecast", { place: "Lisbon", date: "2026-11-24" }));
  expect(answer.summary).toContain("feels like");
});

test("no day named means five days, with a chart and a table", async () => {
  await using weather = await openWeather();
  const answer = answered(await weather.run("forecast", { place: "Lisbon" }));
  expect(answer.summary).toBe("Lisbon, Portugal, next 5 days: 12–21 °C, wet on Thu and Fri.");
  expect(answer.parts.map((part) => part.type)).toEqual(["chart", "table"]);
  expect(answer.parts[0]).toMatchObject({
    kind: "line",
    format: { unit: "°C" },
    series: [{ name: "High" }, { name: "Low" }],
  });
});

test.each([
  ["2026-12-09", "five days ahead"],
  ["2026-11-20", "is over"],
])("a day out of reach (%s) is refused in plain words", async (date, words) => {
  await using weather = await openWeather();
  const refusal = refused(await weather.run("forecast", { place: "Lisbon", date }));
  expect(refusal).toMatchObject({ code: "slot_invalid", slot: "date" });
  expect(refusal.say).toContain(words);
});

test.each([
  ["401", "credential_rejected", undefined],
  ["429", "rate_limited", 42],
  ["500", "upstream_unavailable", undefined],
  ["maintenance", "upstream_unavailable", undefined],
  ["slow", "upstream_unavailable", undefined],
  ["half-open", "upstream_unavailable", undefined],
  ["giant", "upstream_invalid", undefined],
  ["garbage", "upstream_invalid", undefined],
] as const)("a source that answers “%s” is reported as %s", async (mode, code, retryAfterS) => {
  await using weather = await openWeather();
  weather.vendor.mode = mode;
  const refusal = refused(await weather.run("current", { place: "Lisbon" }));
  expect(refusal.code).toBe(code);
  expect(refusal.retryAfterS).toBe(retryAfterS);
  expect(refusal.say + refusal.hint).not.toContain(KEY);
});

test("a wrong key is named as such, with what to do", async () => {
  await using weather = await openWeather("ffffffffffffffffffffffffffffffff");
  const refusal = refused(await weather.run("current", { place: "Lisbon" }));
  expect(refusal.code).toBe("credential_rejected");
  expect(refusal.hint).toContain("connect weather");
});

test("without a key the answer is a sample, and the same question gets the same sample", async () => {
  await using weather = await openWeather("");
  const first = answered(await weather.run("forecast", { place: "lisbon", date: "2026-11-26" }));
  // An hour later, when the first answer is no longer kept.
  const later = { now: new Date("2026-11-24T13:00:00Z") };
  const again = answered(await weather.run("forecast", { place: "lisbon", date: "2026-11-26" }, later));
  const other = answered(await weather.run("forecast", { place: "oslo", date: "2026-11-26" }));
  expect(first.sample).toBe(true);
  expect(first.summary).toMatch(/^Lisbon on Thu, Nov 26: /);
  expect(again.summary).toBe(first.summary);
  expect(other.summary.replace("Oslo", "Lisbon")).not.toBe(first.summary);
  expect(weather.vendor.requests).toHaveLength(0);
});

test("a locale or zone nobody has heard of does not stop the answer", async () => {
  await using weather = await openWeather("");
  const odd = { locale: "not a locale", timeZone: "Mars/Olympus" };
  expect(answered(await weather.run("forecast", { place: "Lisbon" }, odd)).summary).toContain("°C");
});
