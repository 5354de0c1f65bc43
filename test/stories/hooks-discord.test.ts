import { expect, test, vi } from "vitest";
import type { SeenMessage } from "#test/platforms/discord/discord.ts";
import { type DiscordHouse, labelsOf, openDiscordHouse, PATIENCE } from "./discord-house.ts";
import { OPENWEATHER_KEY } from "./house.ts";
import { asGitHub, asStandard, type KnownHook, openedIssue } from "./hook-kit.ts";

const LONG = 120_000;
const PUBLIC_URL = "https://nexus.example.com";
const MINUTE_MS = 60_000;

/** What is said after somebody did something: to them alone, or in the channel. */
async function told(town: DiscordHouse, user: string, deed: () => Promise<unknown>): Promise<SeenMessage> {
  const all = () => [...town.discord.ephemerals(user), ...town.replies(town.general)];
  const before = new Set(all().map(({ id }) => id));
  await deed();
  const isNews = ({ id, text, isLoading }: SeenMessage): boolean =>
    !before.has(id) && !isLoading && text !== "" && !ON_THE_WAY.test(text);
  return vi.waitUntil(() => all().find(isNews), PATIENCE);
}

/** What a command is answered with in the channel's sight, and what a loaded machine says first. */
const ON_THE_WAY = /^(?:I've sent that to you alone\.|\*\*Working on it\*\*)/;

const ask = (town: DiscordHouse, user: string, text: string): Promise<SeenMessage> =>
  told(town, user, () => town.discord.slash({ user, channel: town.general, options: ["ask", { text }] }));
const press = (town: DiscordHouse, message: SeenMessage, label: string): Promise<SeenMessage> =>
  told(town, town.ada, () => town.press(town.ada, message, label));
const outside = (town: DiscordHouse): readonly SeenMessage[] =>
  town.replies(town.general).filter(({ text }) => text.includes("From outside"));
const posted = (town: DiscordHouse, words: string): Promise<SeenMessage> =>
  vi.waitUntil(() => outside(town).find(({ text }) => text.includes(words)), PATIENCE);

/** Sets a hook up as Ada, by the command and the buttons, and reads its address and secret behind the link. */
async function setUp(town: DiscordHouse, sentence: string): Promise<KnownHook> {
  const plan = await ask(town, town.ada, sentence);
  expect(plan.text).toContain("Shall I let");
  expect(plan.ephemeralFor).toBe(town.ada);
  const done = await press(town, plan, "Do It");
  const code = /hook (\w{4}) secret/.exec(done.text)?.[1] ?? "";
  const link = await press(town, done, "Address and Secret");
  return { code, ...(await readPage(town, link)) };
}

async function readPage(town: DiscordHouse, link: SeenMessage): Promise<Omit<KnownHook, "code">> {
  expect(link.ephemeralFor).toBe(town.ada);
  const at = link.buttons.find(({ label }) => label === "Open the Page")?.url?.replace(PUBLIC_URL, "");
  const { origin } = town.house.nexus;
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const page = await fetch(`${origin}${at}`, { method: "POST", headers, body: "" });
  const [address = "", secret = ""] = [...(await page.text()).matchAll(/<code[^>]*>([^<]+)</g)].map(([, text]) => text);
  expect(address.startsWith(`${PUBLIC_URL}/hooks/`)).toBe(true);
  expect((await fetch(`${origin}${at}`)).status).toBe(404);
  const path = address.replace(PUBLIC_URL, "");
  return { secret, path, url: `${origin}${path}` };
}

test(
  "a hook in Discord is planned for an admin alone, posts in its channel and pings nobody, and is tried, paused and ended by its buttons",
  async () => {
    await using town = await openDiscordHouse({ settings: { NEXUS_HTTP_PUBLIC_URL: PUBLIC_URL } });
    const { ada, ben, general, discord } = town;
    await town.linkAda();
    expect((await ask(town, ben, "let GitHub post here")).text).not.toContain("Shall I let");
    const hook = await setUp(town, "let GitHub post here");
    expect((await ask(town, ben, `hook ${hook.code} secret`)).text).toContain("let programs outside post here");

    const ping = { zen: "Keep it simple.", hook_id: 30, repository: { full_name: "example/rocket" } };
    expect((await asGitHub(hook, "ping", ping)).status).toBe(202);
    expect(
      (await asGitHub(hook, "issues", openedIssue(`@everyone <@${ben}> [bank](https://evil.example)`))).status,
    ).toBe(202);
    const post = await posted(town, "opened issue #7");
    expect(post.pings).toEqual([]);
    expect(post.text).not.toMatch(/\[bank\]\(/);
    expect(outside(town)).toHaveLength(1);

    const card = await ask(town, ada, `hook ${hook.code}`);
    expect(card.text).toMatch(/it works: proven by the sender .*\(ping\)/);
    expect(labelsOf(card)).toEqual(["New Secret", "Send a Test", "Pause", "End"]);
    await town.press(ada, card, "Send a Test");
    expect((await posted(town, "sample data")).text).toContain("A test");
    await press(town, card, "Pause");
    expect(await (await asGitHub(hook, "issues", openedIssue("while paused"))).json()).toEqual({
      status: "paused: nothing was done",
    });
    const paused = await ask(town, ada, `hook ${hook.code}`);
    await press(town, paused, "Resume");

    const rotated = await press(town, paused, "New Secret");
    expect(rotated.text).toContain("has a new secret");
    const next = await readPage(town, await press(town, rotated, "Address and Secret"));
    expect(next.secret).not.toBe(hook.secret);
    expect((await asGitHub({ ...hook, ...next }, "issues", openedIssue("with the new secret"))).status).toBe(202);
    await posted(town, "with the new secret");

    const ended = await press(town, paused, "End");
    expect(ended.text).toContain("refused from now on");
    expect((await asGitHub({ ...hook, ...next }, "issues", openedIssue("ended"))).status).toBe(401);
    const everything = JSON.stringify([discord.messages(general), discord.messages(town.dm(ada))]);
    for (const secret of [hook.secret, next.secret]) expect(everything).not.toContain(secret);
    expect(town.faults()).toEqual([]);
  },
  LONG,
);

test(
  "what could not be done is kept, its owner hears of it in the direct message, and Try Again there does it",
  async () => {
    await using town = await openDiscordHouse({ settings: { NEXUS_HTTP_PUBLIC_URL: PUBLIC_URL } });
    const { ada, house } = town;
    await town.linkAda();
    const whom = await ask(town, ada, "connect weather");
    const page = await press(town, whom, "For Everybody Here");
    const form = await town.press(ada, page, "Type It Here Instead");
    await town.discord.submitModal({ modal: form, values: { "s:value": OPENWEATHER_KEY } });
    await town.whispered(ada, ({ text }) => text.startsWith("Connected"));
    const hook = await setUp(town, "let a program called Shop run weather current with place={{city}} here");
    house.weather.mode = "500";
    expect((await asStandard(hook, { city: "Lisbon" }, { at: house.now() })).status).toBe(202);
    for (const [tries, minutes] of [
      [1, 1],
      [2, 5],
      [3, 30],
      [4, 120],
    ] as const) {
      const isTried = async () =>
        (await ask(town, ada, `hook ${hook.code}`)).text.includes(`tried ${tries} of 5 times`);
      await vi.waitUntil(isTried, PATIENCE);
      house.wait((minutes + 1) * MINUTE_MS);
    }
    const warned = await town.seen(town.dm(ada), ({ text }) => text.includes("could not be done"));
    expect(labelsOf(warned)).toEqual(["Try Again"]);
    expect((await ask(town, ada, "hooks dead")).text).toContain(hook.code);
    expect(outside(town)).toEqual([]);

    house.weather.mode = "ok";
    // Who has failed so often is left alone for a while.
    house.wait(10 * MINUTE_MS);
    await town.press(ada, warned, "Try Again");
    expect((await posted(town, "Lisbon")).text).toContain("Lisbon, Portugal");
    await vi.waitUntil(async () => (await ask(town, ada, "hooks dead")).text.includes("Nothing that came"), PATIENCE);
    expect(outside(town)).toHaveLength(1);
    expect(town.faults()).toEqual([]);
  },
  LONG,
);
