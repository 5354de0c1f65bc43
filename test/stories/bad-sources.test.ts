import { describe, expect, test } from "vitest";
import { DEMO } from "./demo-words.ts";
import { CLASH_KEY, INNER_LIFE, labelsOf, openHouse, OPENWEATHER_KEY, textOf } from "./house.ts";

const MINUTE = 60_000;

describe("a place that is not clear", () => {
  test("an unknown place is asked for again, and the corrected name continues the question", async () => {
    await using house = await openHouse();
    await house.connectWeather();
    const unknown = await house.say("what's the weather in Lisbonn tomorrow?");
    expect(textOf(unknown)).toContain("not_found");
    expect(unknown.summary).toContain("Lisbonn");
    const corrected = await house.say("Lisbon");
    expect(corrected.summary).toMatch(/^Lisbon\b.* on Sat/);
    expect(textOf(corrected)).not.toContain("Sample data");
  });

  test("a place that is several is offered as buttons, and the pressed one is the one answered", async () => {
    await using house = await openHouse();
    await house.connectWeather();
    const question = await house.say("what's the weather in Springfield?");
    const [first = "", second = ""] = labelsOf(question);
    expect(first).toContain("Springfield, ");
    expect(second).toContain("Springfield, ");
    expect(first).not.toBe(second);
    const answer = await house.press(question, second);
    expect(answer.summary).toMatch(/^Springfield.*°C/);
    expect(textOf(answer)).not.toContain("Which Springfield");
  });
});

describe("OpenWeather in trouble", () => {
  test.each([
    ["refuses the key", "401", "credential_rejected", "refused the API key"],
    ["asks for fewer requests", "429", "rate_limited", "42 s"],
    ["fails", "500", "upstream_unavailable", "not answering"],
    ["is down for maintenance", "maintenance", "upstream_unavailable", "not answering"],
    ["answers with 12 MB", "giant", "upstream_invalid", "cannot read"],
    ["answers with a web page", "garbage", "upstream_invalid", "cannot read"],
  ] as const)("when it %s, that is said with the next step, and the service goes on", async (_, mode, code, cause) => {
    await using house = await openHouse();
    await house.connectWeather();
    house.weather.mode = mode;
    const reply = await house.say("what's the weather in Lisbon?");
    expect(textOf(reply)).toContain(`${code} · ref`);
    expect(reply.summary).toContain(cause);
    expect(reply.summary).not.toMatch(INNER_LIFE);
    expect(labelsOf(reply)).toContain(code === "credential_rejected" ? "Replace OpenWeather API Key" : "Try Again");
    expect(labelsOf(reply)).toContain("Why");

    expect((await house.say(DEMO.count)).summary).toContain("your counter is at 1");
    house.weather.mode = "ok";
    expect((await house.say("what's the weather in Lisbon?")).summary).toMatch(/^Lisbon.*°C/);
  });

  test.concurrent.each(["slow", "half-open"] as const)(
    "when it is %s, the answer says so within the module's own ten seconds, while others are served",
    async (mode) => {
      await using house = await openHouse();
      await house.connectWeather();
      house.weather.mode = mode;
      const startedAt = performance.now();
      const { reply } = await house.terminal.begin("what's the weather in Lisbon?");
      const refused = await reply;
      expect(performance.now() - startedAt).toBeLessThan(11_000);
      expect(textOf(refused)).toContain("upstream_unavailable · ref");
      expect(refused.summary).toMatch(/took too long|not answering/);
      house.weather.mode = "ok";
      expect((await house.press(refused, "Try Again")).summary).toMatch(/^Lisbon.*°C/);
    },
  );

  test("an old answer is shown as the last known one, with its time, when no fresh one can be had", async () => {
    await using house = await openHouse();
    await house.connectWeather();
    const fresh = await house.say("what's the weather in Lisbon?");
    house.wait(11 * MINUTE);
    house.weather.mode = "500";
    const old = await house.say("what's the weather in Lisbon?");
    expect(old.summary).toBe(fresh.summary);
    expect(textOf(fresh)).not.toContain("last known");
    expect(textOf(old)).toMatch(/last known, as of 0?3:00/);
    house.weather.mode = "ok";
    expect(textOf(await house.say("what's the weather in Lisbon?"))).not.toContain("last known");
  });

  test("after repeated failures it is left alone and named, then asked again and trusted", async () => {
    await using house = await openHouse();
    await house.connectWeather();
    house.weather.mode = "500";
    for (const place of ["Lisbon", "Porto", "Toronto", "Auckland"]) await house.say(`what's the weather in ${place}?`);
    const asked = house.weather.requests.length;
    const spared = await house.say("what's the weather in Lisbon?");
    expect(house.weather.requests.length).toBe(asked);
    expect(spared.summary).toMatch(/has not answered since 0?3:00/);
    expect(textOf(spared)).toContain("upstream_unavailable");
    expect(textOf(await house.say("status"))).toContain("not answering: Weather");

    house.weather.mode = "ok";
    house.wait(20_000);
    expect((await house.say("what's the weather in Lisbon?")).summary).toMatch(/^Lisbon.*°C/);
    expect(textOf(await house.say("status"))).not.toContain("not answering");
  });
});

describe("a key that is replaced", () => {
  test("a source that is down says nothing about a key: the key is kept, and said to be untested", async () => {
    await using house = await openHouse();
    house.weather.mode = "500";
    const reply = await house.connectWeather();
    expect(textOf(reply)).not.toContain("credential_rejected");
    expect(reply.summary).not.toContain("Tested: it works");
    house.weather.mode = "ok";
    const lisbon = await house.say("what's the weather in Lisbon?");
    expect(textOf(lisbon)).not.toContain("Sample data");
  });

  test("a wrong key is refused even when the answer to the test call is still remembered", async () => {
    await using house = await openHouse();
    await house.connectWeather();
    const { form } = await house.say("connect weather");
    const refused = await house.submit(form, { value: { secret: "ffffffffffffffffffffffffffffffff" } });
    expect(textOf(refused)).toContain("credential_rejected");
  });

  test("a wrong new key does not cost the working old one", async () => {
    await using house = await openHouse();
    await house.connectWeather();
    house.wait(11 * MINUTE);
    const { form } = await house.say("connect weather");
    const refused = await house.submit(form, { value: { secret: "ffffffffffffffffffffffffffffffff" } });
    expect(textOf(refused)).toContain("credential_rejected");
    const lisbon = await house.say("what's the weather in Lisbon?");
    expect(textOf(lisbon)).not.toContain("Sample data");
    expect(house.weather.requests.at(-1)?.query.get("appid")).toBe(OPENWEATHER_KEY);
  });

  test("an old answer never hides that the key was revoked", async () => {
    await using house = await openHouse();
    await house.connectWeather();
    await house.say("what's the weather in Lisbon?");
    house.wait(11 * MINUTE);
    house.weather.mode = "401";
    const reply = await house.say("what's the weather in Lisbon?");
    expect(textOf(reply)).toContain("credential_rejected");
    const again = await house.press(reply, "Replace OpenWeather API Key");
    expect(again.form?.fields[0]).toMatchObject({ type: "secret" });
  });
});

describe("Clash Royale in trouble", () => {
  test.each([
    ["invalid-ip", "credential_rejected", "internet address"],
    ["maintenance", "maintenance", "maintenance"],
    ["429", "rate_limited", "3 s"],
  ] as const)("%s is said with its cause and its code", async (mode, code, cause) => {
    await using house = await openHouse();
    await house.submit((await house.say("connect Clash Royale")).form, { value: { secret: CLASH_KEY } });
    await house.say("how is my clan doing?");
    house.clash.mode = mode;
    const reply = await house.say("#QQUV8L0");
    expect(textOf(reply)).toContain(`${code} · ref`);
    expect(reply.summary).toContain(cause);
    expect(reply.summary).not.toMatch(INNER_LIFE);
  });
});
