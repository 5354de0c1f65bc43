import { describe, expect, test } from "vitest";
import type { Reply } from "#core/contract/reply.ts";
import { actionsOf, type House, labelsOf, openHouse, OPENWEATHER_KEY, textOf } from "./house.ts";
import { type Chat, openChat } from "./test-chat.ts";

const SAME = { "sec-fetch-site": "same-origin" };
const WRONG = "wrong-key-00000000000000000000000";

/** A house with two people in a chat, whose pages a browser elsewhere can reach. */
async function openOffice(settings: Record<string, string> = {}) {
  const chat = openChat();
  const house = await openHouse({
    doors: [chat.door],
    settings: { NEXUS_HTTP_PUBLIC_URL: "https://nexus.example", ...settings },
  });
  return { chat, house, [Symbol.asyncDispose]: () => house[Symbol.asyncDispose]() };
}

function linkOf(house: House, reply: Reply): string {
  const link = actionsOf(reply).find(({ type }) => type === "link");
  if (link?.type !== "link") throw new Error(`no link among ${labelsOf(reply).join(", ")}`);
  expect(link.url).toMatch(/^https:\/\/nexus\.example\/connect\/[A-Za-z0-9_-]{43}$/);
  return `${house.nexus.origin ?? ""}${new URL(link.url).pathname}`;
}

function send(address: string, value: string, headers: Record<string, string> = SAME): Promise<Response> {
  return fetch(address, { method: "POST", headers, body: new URLSearchParams({ value }), redirect: "manual" });
}

async function askedFor(chat: Chat, house: House, person: string, words: string): Promise<string> {
  return linkOf(house, await chat.say(house, person, words));
}

describe("a one-time link", () => {
  test("leads to a masked field; what is typed is tested and kept, and its person is told where they asked", async () => {
    await using office = await openOffice();
    const { chat, house } = office;
    const reply = await chat.say(house, "ada", "connect my weather");
    expect(reply.visibility).toBe("only_actor");
    expect(textOf(reply)).toContain("Only you use it.");
    const address = linkOf(house, reply);
    const shown = await fetch(address);
    const html = await shown.text();
    expect(shown.status).toBe(200);
    expect(html).toContain('type="password"');
    expect(html).toContain('autocomplete="off"');
    expect(html).not.toContain("<script");
    expect(html).toContain("Asked for by ada");
    expect(shown.headers.get("cache-control")).toBe("no-store");
    expect(shown.headers.get("referrer-policy")).toBe("no-referrer");
    expect(shown.headers.get("content-security-policy")).toMatch(/default-src 'none'.*form-action 'self'/);

    const sent = await send(address, OPENWEATHER_KEY);
    expect(sent.status).toBe(200);
    expect(await sent.text()).toMatch(/Connected OpenWeather API key, ends in …cdef\. Tested: it works\./);
    const told = await chat.shown("ada", /^Connected OpenWeather API key, ends in …cdef\. Tested: it works\./);
    expect(told.visibility).toBe("only_actor");
    expect(house.log()).not.toContain(OPENWEATHER_KEY);
    expect((await chat.say(house, "ada", "what's the weather in Lisbon?")).summary).not.toContain("sample data");
    expect((await chat.say(house, "bob", "what's the weather in Lisbon?")).summary).toContain("sample data");
  });

  test("is not used up by looking, and is by sending: of two at once one wins, and then it is as if it never was", async () => {
    await using office = await openOffice();
    const { chat, house } = office;
    const address = await askedFor(chat, house, "ada", "connect my weather");
    for (let look = 0; look < 3; look += 1) expect((await fetch(address)).status).toBe(200);
    const both = await Promise.all([send(address, OPENWEATHER_KEY), send(address, OPENWEATHER_KEY)]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 404]);
    const used = await (await fetch(address)).text();
    const unknown = await (await fetch(address.replace(/.{43}$/, "A".repeat(43)))).text();
    expect(used).toBe(unknown);
  });

  test("is over after ten minutes, with the same words", async () => {
    await using office = await openOffice();
    const { chat, house } = office;
    const address = await askedFor(chat, house, "ada", "connect my weather");
    house.wait(10 * 60_000);
    expect((await fetch(address)).status).toBe(404);
    expect((await send(address, OPENWEATHER_KEY)).status).toBe(404);
    expect(house.weather.requests).toEqual([]);
  });

  test("is over when its person asks for another", async () => {
    await using office = await openOffice();
    const { chat, house } = office;
    const first = await askedFor(chat, house, "ada", "connect my weather");
    const second = await askedFor(chat, house, "ada", "connect my weather");
    expect((await fetch(first)).status).toBe(404);
    expect((await fetch(second)).status).toBe(200);
  });

  test("takes nothing from another site", async () => {
    await using office = await openOffice();
    const { chat, house } = office;
    const address = await askedFor(chat, house, "ada", "connect my weather");
    for (const headers of [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }, {}]) {
      expect((await send(address, OPENWEATHER_KEY, headers)).status).toBe(403);
    }
    expect((await send(address, OPENWEATHER_KEY, { origin: house.nexus.origin ?? "" })).status).toBe(200);
  });

  test("of a key that is refused keeps nothing, and gives a fresh page a few times over", async () => {
    await using office = await openOffice();
    const { chat, house } = office;
    let address = await askedFor(chat, house, "ada", "connect my weather");
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const refused = await send(address, WRONG);
      statuses.push(refused.status);
      const html = await refused.text();
      expect(html).not.toContain(WRONG);
      const next = /action="(\/connect\/[^"]+)"/.exec(html)?.[1];
      if (next !== undefined) address = `${house.nexus.origin ?? ""}${next}`;
    }
    expect(statuses).toEqual([422, 422, 422, 422, 404]);
    expect((await send(address, OPENWEATHER_KEY)).status).toBe(404);
    expect((await chat.say(house, "ada", "credentials")).summary).toContain("Nothing is connected");
  });

  test("works only while its person may do what it is for", async () => {
    await using office = await openOffice();
    const { chat, house } = office;
    await chat.give(house, "ada", "admin");
    const asked = await chat.say(house, "ada", "connect weather for everyone");
    const address = linkOf(house, asked);
    await chat.give(house, "ada", "viewer");
    expect((await fetch(address)).status).toBe(404);
    expect((await send(address, OPENWEATHER_KEY)).status).toBe(404);
    expect(house.weather.requests).toEqual([]);
  });

  test("is refused a body larger than any key", async () => {
    await using office = await openOffice();
    const { chat, house } = office;
    const address = await askedFor(chat, house, "ada", "connect my weather");
    expect((await send(address, "x".repeat(40_000))).status).toBe(413);
    expect((await send(address, "x".repeat(20_000))).status).toBe(400);
    expect((await fetch(address)).status).toBe(200);
  });

  test("stands in no file in the clear, but for the reply that carries it", async () => {
    await using office = await openOffice();
    const { chat, house } = office;
    const address = await askedFor(chat, house, "ada", "connect my weather");
    expect(house.log()).not.toContain(address.slice(-43));
  });
});

describe("for whom", () => {
  test("is asked of whoever may share; each choice says who will use it", async () => {
    await using office = await openOffice();
    const { chat, house } = office;
    await chat.give(house, "ada", "admin");
    const asked = await chat.say(house, "ada", "add OpenWeather with my API key");
    expect(labelsOf(asked)).toEqual(["For Everybody Here", "Only for Me"]);
    expect(textOf(asked)).toContain("api.openweathermap.org only");
    const shared = await chat.press(house, "ada", asked, "For Everybody Here");
    expect(shared.summary).toContain("Everybody here uses it.");
    await send(linkOf(house, shared), OPENWEATHER_KEY);
    await chat.shown("ada", /^Connected OpenWeather/);
    expect((await chat.say(house, "bob", "what's the weather in Lisbon?")).summary).not.toContain("sample data");
  });

  test("is not asked of others: anyone connects their own, and nobody but an admin everybody's", async () => {
    await using office = await openOffice();
    const { chat, house } = office;
    expect(labelsOf(await chat.say(house, "bob", "connect weather"))).toContain("Enter OpenWeather API Key");
    const refused = await chat.say(house, "bob", "connect weather for everyone");
    expect(textOf(refused)).toContain("not_allowed");
    await chat.give(house, "ada", "admin");
    await send(linkOf(house, await chat.say(house, "ada", "connect weather for everyone")), OPENWEATHER_KEY);
    await chat.shown("ada", /^Connected OpenWeather/);
    const offered = await chat.say(house, "bob", "connect weather");
    expect(offered.summary).toMatch(/is shared with everybody here.*Only admins and owners can replace it/);
    expect(labelsOf(offered)).toEqual(["Connect My Own"]);
  });

  test("J7: who presses Reconnect on another's connection is told whose it is, and offered their own", async () => {
    await using office = await openOffice();
    const { chat, house } = office;
    await send(await askedFor(chat, house, "ada", "connect my weather"), OPENWEATHER_KEY);
    await chat.shown("ada", /^Connected OpenWeather/);
    house.weather.mode = "401";
    const rejected = await chat.say(house, "ada", "what's the weather in Lisbon?");
    const pressed = await chat.press(house, "bob", rejected, "Replace OpenWeather API Key");
    expect(pressed.summary).toMatch(/^This connection belongs to ada\. Use yours instead\?/);
    expect(labelsOf(pressed)).toEqual(["Connect My OpenWeather API Key"]);
    const own = await chat.press(house, "bob", pressed, "Connect My OpenWeather API Key");
    expect(labelsOf(own)).toContain("Enter OpenWeather API Key");
  });

  test("`credentials` lists what is kept and whose; others' keys give nothing away, not even how they end", async () => {
    await using office = await openOffice();
    const { chat, house } = office;
    await chat.give(house, "cleo", "admin");
    await send(await askedFor(chat, house, "ada", "connect my weather"), OPENWEATHER_KEY);
    await chat.shown("ada", /^Connected OpenWeather/);
    const own = await chat.say(house, "ada", "credentials");
    expect(textOf(own)).toMatch(/OpenWeather API key.*yours.*…cdef/);
    expect(own.visibility).toBe("only_actor");
    expect((await chat.say(house, "bob", "credentials")).summary).toContain("Nothing is connected here");
    const admins = textOf(await chat.say(house, "cleo", "credentials"));
    expect(admins).toMatch(/ada's own/);
    expect(admins).not.toContain("cdef");
  });

  test("one's own is shared and taken back, and removed before everybody's", async () => {
    await using office = await openOffice();
    const { chat, house } = office;
    await chat.give(house, "ada", "admin");
    await send(await askedFor(chat, house, "ada", "connect my weather"), OPENWEATHER_KEY);
    await chat.shown("ada", /^Connected OpenWeather/);
    await chat.say(house, "bob", "hello");
    expect((await chat.say(house, "ada", "share weather key with @bob")).summary).toContain("may be used by bob now");
    expect((await chat.say(house, "bob", "what's the weather in Lisbon?")).summary).not.toContain("sample data");
    expect((await chat.say(house, "ada", "unshare weather from @bob")).summary).toContain("no longer be used by bob");
    expect((await chat.say(house, "bob", "what's the weather in Oslo?")).summary).toContain("sample data");
    await send(linkOf(house, await chat.say(house, "ada", "connect weather for everyone")), OPENWEATHER_KEY);
    await chat.shown("ada", /Everybody here uses it\.$/);
    expect((await chat.say(house, "ada", "disconnect weather")).summary).toMatch(/^Removed your own credential/);
    expect((await chat.say(house, "ada", "disconnect weather")).summary).toMatch(
      /^Removed the credential for OpenWeather/,
    );
    expect((await chat.say(house, "ada", "disconnect weather")).summary).toContain("not connected");
  });
});

describe("where no page can be reached", () => {
  test("a form is opened instead, or, where an admin turned that off, the terminal is named", async () => {
    const chat = openChat();
    await using house = await openHouse({ doors: [chat.door] });
    expect((await chat.say(house, "ada", "connect my weather")).form?.fields[0]?.type).toBe("secret");
    const strict = openChat();
    await using closed = await openHouse({ doors: [strict.door], settings: { NEXUS_CREDENTIALS_MODAL: "off" } });
    const told = await strict.say(closed, "ada", "connect my weather");
    expect(told.form).toBeUndefined();
    expect(told.summary).toContain("at the terminal only");
  });

  test("a page comes first, and a form beside it only where it is allowed", async () => {
    await using office = await openOffice();
    const offered = await office.chat.say(office.house, "ada", "connect my weather");
    expect(offered.form).toBeUndefined();
    const form = await office.chat.press(office.house, "ada", offered, "Type It Here Instead");
    expect(form.form?.fields[0]?.type).toBe("secret");
    await using strict = await openOffice({ NEXUS_CREDENTIALS_MODAL: "off" });
    const only = await strict.chat.say(strict.house, "ada", "connect my weather");
    expect(labelsOf(only)).toEqual(["Enter OpenWeather API Key"]);
  });
});
