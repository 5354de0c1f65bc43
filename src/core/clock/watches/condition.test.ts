import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "#core/contract/json.ts";
import { readClause } from "./condition.ts";
import { fieldsOf } from "./fields.ts";
import { fitCondition } from "./fit-condition.ts";
import { sayTest } from "./say-test.ts";

const FORECAST = {
  place: "Porto, Portugal",
  date: "2026-11-21",
  lowCelsius: 9.4,
  highCelsius: 17.2,
  chanceOfRain: 0.12,
  windMetresPerSecond: 4.1,
  conditionCode: 800,
  condition: "clear sky",
};
const CURRENT = {
  place: "Porto",
  celsius: 14.2,
  feelsLikeCelsius: 13.1,
  humidityPercent: 71,
  windMetresPerSecond: 3.2,
  conditionCode: 800,
  condition: "clear sky",
};
const RATE = { from: "CAD", to: "USD", amount: 1, worth: 0.72, rate: 0.72, day: "2026-11-20" };
const CLAN = { tag: "#QQ", name: "Us", members: 49, clanScore: 52_000, warTrophies: 3_200, donations: 1_800 };
const WAR = { tag: "#QQ", name: "Us", place: 2, fame: 900, periodPoints: 100, decksUsedToday: 12, decksLeft: ["Ada"] };
const PULLS = { repository: "a/b", open: 2, numbers: [41, 42] };
const DAY = { date: "2026-11-20", meetings: [{ title: "A", start: "2026-11-20T16:00:00Z" }] };

/** What a clause would watch for in what a source says now, in words; and the choices where that is not sure. */
function read(clause: string, data: Json, more: { input?: JsonObject; isFahrenheit?: boolean } = {}) {
  const reading = readClause(clause);
  if (reading === undefined) return undefined;
  const context = { input: more.input ?? {}, isFahrenheit: more.isFahrenheit ?? false };
  const { sure, choices } = fitCondition(reading.condition, fieldsOf(data), context);
  const say = (one: (typeof choices)[number]): string => sayTest(one.path, one.test, "en-CA");
  return sure === undefined ? choices.map(say) : say(sure);
}

describe("what is waited for is found among the values", () => {
  test.each([
    ["it rains in Porto tomorrow", FORECAST, "chance of rain is at least 50 %"],
    ["it rains in Porto", CURRENT, "condition says “rain”"],
    ["it is going to snow in Porto", FORECAST, "condition says “snow”"],
    ["the chance of rain in Porto goes above 70 %", FORECAST, "chance of rain is above 70 %"],
    ["the temperature in Porto goes above 25", FORECAST, "highest temperature is above 25 °C"],
    ["the temperature in Porto drops below 5", FORECAST, "lowest temperature is below 5 °C"],
    ["it gets colder than 0 in Porto", CURRENT, "temperature is below 0 °C"],
    ["it feels warmer than 20 in Porto", CURRENT, "feels like is above 20 °C"],
    ["wind in Porto reaches 50 km/h", CURRENT, "wind is at least 13.8889 m/s"],
    ["the humidity in Porto falls to 40 %", CURRENT, "humidity is at most 40 %"],
    ["CAD/USD goes above 0.75", RATE, "rate is above 0.75"],
    ["our clan score exceeds 60,000", CLAN, "clan score is above 60,000"],
    ["our clan has more than 49 members", CLAN, "members is above 49"],
    ["#42 is merged", PULLS, "42 is no longer among numbers"],
    ["a meeting is moved", DAY, "one of meetings is moved or taken off"],
    ["GitHub is down", { service: "GitHub", isWell: true, incidents: 0, affected: 0 }, "well: no"],
    ["GitHub is back up", { service: "GitHub", isWell: false, incidents: 1, affected: 3 }, "well: yes"],
    ["a new release of a/b comes out", { repository: "a/b", tag: "v1", day: "2026-01-01" }, "tag changes"],
    ["there is a new post on the GitHub blog", { blog: "GitHub", posts: [] }, "there is something new among posts"],
  ] as const)("%s", (clause, data, words) => {
    expect(read(clause, structuredClone<Json>(JSON.parse(JSON.stringify(data))))).toBe(words);
  });

  test("a bare number of degrees is in what the person's country uses, and one with a unit is in that", () => {
    expect(read("it gets warmer than 80 in Austin", CURRENT, { isFahrenheit: true })).toBe(
      "temperature is above 26.6667 °C",
    );
    expect(read("it gets warmer than 80 °F in Austin", CURRENT)).toBe("temperature is above 26.6667 °C");
    expect(read("it gets warmer than 25 °C in Austin", CURRENT, { isFahrenheit: true })).toBe(
      "temperature is above 25 °C",
    );
  });

  test("what could be several is left to the person, and what a source was asked with is none of them", () => {
    expect(read("the war has started", WAR)).toEqual([
      "place changes",
      "fame changes",
      "period points changes",
      "decks used today changes",
      "there is something new among decks left",
    ]);
    expect(read("it goes above 10", { amount: 3, worth: 4, other: 5 }, { input: { amount: 3 } })).toEqual([
      "worth is above 10",
      "other is above 10",
    ]);
  });

  test("what is said in a unit that nothing has is found nowhere", () => {
    expect(read("our clan reaches 50 km/h", CLAN)).toEqual([]);
  });
});

test("how one would ask for it is a question without the condition", () => {
  expect(readClause("CAD/USD goes above 0.75")?.questions[0]).toBe("1 CAD to USD");
  expect(readClause("it rains in Porto tomorrow")?.questions[0]).toBe("will it rain in Porto tomorrow");
  expect(readClause("it gets warmer than 25 in Porto")?.questions[0]).toBe("how warm is it in Porto");
  expect(readClause("#42 of nodejs/node is merged")?.questions[0]).toBe("open pull requests in nodejs/node");
  expect(readClause("a new release of nodejs/node comes out")?.questions[0]).toBe("latest release of nodejs/node");
});

test("a clause made to be costly is read all the same", () => {
  const costly = ["a ".repeat(80), `it is ${"is ".repeat(50)}`, "new ".repeat(40), `goes to ${"1 ".repeat(60)}`];
  for (const clause of costly) expect(() => readClause(clause)).not.toThrow();
});
