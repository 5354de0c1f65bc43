import { join } from "node:path";
import { expect, test } from "vitest";
import { CLASH_KEY, GOOGLE_CLIENT, labelsOf, openHouse, OPENWEATHER_KEY, textOf } from "./house.ts";

const CHEQUING = join("src", "modules", "finance", "fixtures", "chequing.csv");
const CARD = join("src", "modules", "finance", "fixtures", "card.csv");

test("a bank export dropped into the terminal is imported once, and its figures are right", async () => {
  await using house = await openHouse();
  const imported = await house.say("", [join(process.cwd(), CHEQUING)]);
  expect(imported.summary).toMatch(/^Imported \d+ transactions/);
  const again = await house.say("import this", [join(process.cwd(), CHEQUING)]);
  expect(again.summary).toContain("0 new");

  const both = await house.say("", [join(process.cwd(), CARD)]);
  expect(both.summary).toMatch(/^Imported/);
  const spending = await house.say("show me my spending this month");
  // 61.27 + 84.10 + 120.00 + 1650.00 from chequing; 2 × 2.15 + 49.99 - 20.00 + 31.40 + 18.99 + 1102.35 + 20.00 by card.
  expect(spending.summary).toMatch(/^You spent \$3,122\.40 /);
  expect(spending.parts.some(({ type }) => type === "chart")).toBe(true);
  expect(textOf(spending)).not.toContain("Sample data");
  expect(labelsOf(spending)).toContain("Why");
});

test("on a fresh machine every source shows sample data, and every such answer says so", async () => {
  await using house = await openHouse();
  for (const words of [
    "show me my spending this month",
    "what's the weather in Lisbon?",
    "what meetings do I have today?",
  ]) {
    const reply = await house.say(words);
    expect(textOf(reply)).toContain("**Sample data**, generated");
    expect(reply.summary).toContain("(sample data)");
  }
  await house.say("sample off");
  const weather = await house.say("what's the weather in Oslo?");
  expect(textOf(weather)).toContain("credential_missing");
  expect(labelsOf(weather)).toContain("Connect OpenWeather API Key");
});

test("a key is typed behind a mask, tested, kept encrypted, and then the weather is real", async () => {
  await using house = await openHouse();
  const asked = await house.say("add OpenWeather API key");
  expect(asked.form?.fields[0]).toMatchObject({ type: "secret" });
  const refused = await house.submit(asked.form, { value: { secret: "wrong-key-00000000000000000000000" } });
  expect(textOf(refused)).toContain("credential_rejected");
  expect(await house.say("status")).toBeDefined();

  const again = await house.press(refused, "Try Another Key");
  const connected = await house.submit(again.form, { value: { secret: OPENWEATHER_KEY } });
  expect(connected.summary).toMatch(/^Connected OpenWeather API key, ends in …cdef/);

  const lisbon = await house.say("what's the weather in Lisbon tomorrow?");
  expect(lisbon.summary).toMatch(/^Lisbon/);
  expect(textOf(lisbon)).not.toContain("Sample data");
  const porto = await house.say("and Porto?");
  expect(porto.summary).toMatch(/^Porto/);
  expect(house.weather.requests.length).toBeGreaterThan(3);
});

test("an OAuth consent in the browser connects the calendar, and today's meetings come in order", async () => {
  await using house = await openHouse();
  const asked = await house.say("connect calendar");
  const link = await house.submit(asked.form, {
    clientId: GOOGLE_CLIENT.clientId,
    clientSecret: { secret: GOOGLE_CLIENT.clientSecret },
  });
  const [action] = link.parts.flatMap((part) => (part.type === "actions" ? part.items : []));
  if (action?.type !== "link") throw new Error("no link to consent with");
  const consent = new URL(action.url);
  const granted = await fetch(`${house.google.origin}${consent.pathname}${consent.search}`, { redirect: "manual" });
  const back = await fetch(granted.headers.get("location") ?? "");
  expect(await back.text()).toContain("Google Calendar");
  expect(back.status).toBe(200);

  const today = await house.say("what meetings do I have today?");
  expect(textOf(today)).not.toContain("Sample data");
  expect(today.summary).toMatch(/meeting/i);
});

test("the clan is asked for once, remembered, and its idle donors are named", async () => {
  await using house = await openHouse();
  const asked = await house.say("connect Clash Royale");
  await house.submit(asked.form, { value: { secret: CLASH_KEY } });
  const clan = await house.say("how is my clan doing?");
  const answer = /#|tag/.test(clan.summary) ? await house.say("#QQUV8L0") : clan;
  expect(answer.summary.length).toBeGreaterThan(10);
  const idle = await house.say("who hasn't donated this week?");
  expect(textOf(idle)).not.toContain("Which clan");
});

test("what nobody can do is said plainly, noted, and explained", async () => {
  await using house = await openHouse();
  const reply = await house.say("who is on call this week?");
  expect(reply.summary).toContain("I can't do that yet");
  const why = await house.press(reply, "Why");
  expect(why.summary).toContain("I ran nothing");
});

test("Why shows what was understood, what ran, whom it asked and what it cost", async () => {
  await using house = await openHouse();
  const reply = await house.say("what's the weather in Lisbon?");
  const why = await house.press(reply, "Why");
  const words = textOf(why);
  expect(words).toContain("weather 1.0.0, sha256");
  expect(words).toContain("place = Lisbon");
  expect(words).toMatch(/needed \d/);
  expect(await house.say("why")).toMatchObject({ summary: why.summary });
});

test("buttons and conversations survive a restart", async () => {
  await using house = await openHouse();
  const reply = await house.say("what's the weather in Lisbon tomorrow?");
  await house.restart();
  expect((await house.press(reply, "Why")).summary).toContain("Weather");
  expect((await house.say("and Porto?")).summary).toMatch(/^Porto/);
});
