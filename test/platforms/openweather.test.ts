import { expect, test } from "vitest";
import { startOpenWeather } from "./openweather.ts";

const options = { key: "right", clock: () => new Date("2026-11-24T12:00:00Z") };

test.each([
  ["/data/2.5/weather?lat=1&lon=1&units=metric", "wrong", 401],
  ["/data/2.5/weather?lat=1&lon=1&units=metric", "", 401],
  ["/data/2.5/weather?lat=91&lon=1&units=metric", "right", 400],
  ["/data/2.5/weather?lat=1&units=metric", "right", 400],
  ["/data/2.5/forecast?lat=&lon=1&units=metric", "right", 400],
  ["/geo/1.0/direct?q=&limit=5", "right", 400],
  ["/geo/1.0/direct?q=Lisbon&limit=6", "right", 400],
  ["/data/3.0/onecall", "right", 404],
])("the loopback OpenWeather answers %s with key “%s” by %i", async (path, key, status) => {
  await using vendor = await startOpenWeather(options);
  const url = new URL(vendor.origin + path);
  if (key !== "") url.searchParams.set("appid", key);
  const response = await fetch(url);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ cod: status, message: expect.any(String) });
});

test("the loopback OpenWeather forecasts five days in steps of three hours from now", async () => {
  await using vendor = await startOpenWeather(options);
  const url = `${vendor.origin}/data/2.5/forecast?lat=38.7078&lon=-9.1366&units=metric&appid=right`;
  const response = await fetch(url);
  expect(await response.json()).toMatchObject({
    list: Array.from({ length: 40 }, (_, at) => ({ dt: Date.UTC(2026, 10, 24, 15 + 3 * at) / 1000 })),
    city: { name: "Lisbon", timezone: 0 },
  });
});
