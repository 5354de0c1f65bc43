import { expect, test, vi } from "vitest";
import { startDiscord } from "#test/platforms/discord/discord.ts";
import { DEFAULT_SCOPES, startSlack } from "#test/platforms/slack/slack.ts";
import { actionsOf, INNER_LIFE, labelsOf, openHouse, textOf } from "./house.ts";

const PATIENCE = { timeout: 15_000, interval: 20 };

test("Slack is joined from the terminal without a restart, and is there again after one", async () => {
  await using slack = await startSlack();
  await using house = await openHouse({ settings: { NEXUS_SLACK_API_URL: slack.apiUrl } });
  const asked = await house.say("connect slack");
  const link = actionsOf(asked)[0];
  if (link?.type !== "link") throw new Error("no link to the app's page");
  const page = await fetch(link.url, { redirect: "manual" });
  expect(page.headers.get("location")).toMatch(/^https:\/\/api\.slack\.com\/apps\?new_app=1&manifest_json=/);
  expect(link.url.length).toBeLessThan(60);

  const tokens = { botToken: { secret: slack.botToken }, appToken: { secret: slack.appToken } };
  const joined = await house.submit(asked.form, tokens);
  expect(joined.summary).toBe("Slack is connected: Loopback.");
  await vi.waitUntil(() => slack.connections === 1, PATIENCE);
  expect(textOf(await house.say("status"))).toContain("on: Loopback");

  await house.restart();
  await vi.waitUntil(() => slack.connections === 1, PATIENCE);
  expect(house.log()).not.toContain(slack.botToken);
  expect(house.log()).not.toContain(slack.appToken);

  expect((await house.say("disconnect slack")).summary).toContain("its tokens are forgotten here");
  await vi.waitUntil(() => slack.connections === 0, PATIENCE);
  await house.restart();
  expect(textOf(await house.say("status"))).toContain("off: say `connect slack`");
  expect(slack.refusals).toEqual([]);
});

test("manner 65: what is missing of Slack is named in one message, and nothing is kept", async () => {
  await using slack = await startSlack();
  await using house = await openHouse({ settings: { NEXUS_SLACK_API_URL: slack.apiUrl } });
  const scopes = DEFAULT_SCOPES.filter((scope) => scope !== "chat:write" && scope !== "reactions:write");
  const asked = await house.say("connect slack");
  const refused = await house.submit(asked.form, {
    botToken: { secret: slack.issueToken({ scopes }) },
    appToken: { secret: slack.appToken },
  });
  expect(refused.summary).toMatch(/chat:write/);
  expect(refused.summary).toMatch(/reactions:write/);
  expect(textOf(refused)).toContain("join_failed");
  expect(textOf(refused)).not.toMatch(INNER_LIFE);
  expect(labelsOf(refused)).toEqual(["Try Again"]);
  expect(slack.connections).toBe(0);

  const again = await house.press(refused, "Try Again");
  const swapped = { botToken: { secret: slack.appToken }, appToken: { secret: slack.botToken } };
  expect((await house.submit(again.form, swapped)).summary).toContain("The two tokens are in each other's place");
  expect(textOf(await house.say("status"))).toContain("off: say `connect slack`");
});

test("Slack that cannot be reached costs nothing: the answer says so and the terminal goes on", async () => {
  await using house = await openHouse({ settings: { NEXUS_SLACK_API_URL: "http://127.0.0.1:9/api/" } });
  const asked = await house.say("connect slack");
  const tokens = { botToken: { secret: "xoxb-1-2-abcdef" }, appToken: { secret: "xapp-1-A1-2-abcdef" } };
  const refused = await house.submit(asked.form, tokens);
  expect(textOf(refused)).toMatch(/join_failed|upstream_unavailable/);
  expect(textOf(refused)).not.toMatch(INNER_LIFE);
  expect((await house.say("thanks")).summary).toBe("You're welcome.");
});

test("Discord is joined from the terminal, with the invitation to open next", async () => {
  await using discord = await startDiscord();
  const guild = discord.addGuild({ name: "Home" }).id;
  const channel = discord.addChannel({ guild, name: "general" }).id;
  const user = discord.addMember({ guild, name: "Ada" }).id;
  await using house = await openHouse({ settings: { NEXUS_DISCORD_API_URL: discord.restUrl } });
  const asked = await house.say("connect discord");
  const wrong = await house.submit(asked.form, { token: { secret: `${discord.token}x` } });
  expect(textOf(wrong)).toContain("join_failed");
  const again = await house.press(wrong, "Try Again");
  const joined = await house.submit(again.form, { token: { secret: discord.token } });
  expect(textOf(joined)).toContain("permissions=311385246784");
  await vi.waitUntil(() => discord.gateway.isConnected && discord.registrations > 0, PATIENCE);
  discord.post({ channel, user, text: "who are you", mentionsBot: true });
  await vi.waitUntil(() => discord.messages(channel).some(({ content }) => content.includes("I am NEXUS")), PATIENCE);
  // Only the first, wrong token was refused.
  expect(discord.refusals.filter(({ status }) => status !== 401)).toEqual([]);
  expect(house.log()).not.toContain(discord.token);
});

test("a platform's tokens are asked for at the terminal only", async () => {
  await using discord = await startDiscord();
  const guild = discord.addGuild({ name: "Home" }).id;
  const channel = discord.addChannel({ guild, name: "general" }).id;
  const user = discord.addMember({ guild, name: "Ada" }).id;
  const settings = { NEXUS_DISCORD_TOKEN: discord.token, NEXUS_DISCORD_API_URL: discord.restUrl };
  await using _house = await openHouse({ settings });
  await vi.waitUntil(() => discord.gateway.isConnected && discord.registrations > 0, PATIENCE);
  const said = await discord.slash({ channel, user, options: ["connect", { source: "slack" }] });
  await vi.waitUntil(() => discord.ephemerals(user).some(({ isLoading }) => !isLoading), PATIENCE);
  expect(said.modal).toBeUndefined();
  expect(
    discord
      .ephemerals(user)
      .map(({ text }) => text)
      .join(),
  ).toContain("npm run nexus -- console");
});

test("with both platforms connected each is answered where it asked", async () => {
  await using slack = await startSlack();
  slack.addPerson({ id: "U0ADA00001", name: "Ada" });
  slack.addChannel({ id: "D0ADA00001", name: "ada", kind: "im", members: ["U0ADA00001"] });
  await using discord = await startDiscord();
  const guild = discord.addGuild({ name: "Home" }).id;
  const user = discord.addMember({ guild, name: "Ada" }).id;
  const dm = discord.dm(user).id;
  await using house = await openHouse({
    settings: {
      NEXUS_SLACK_API_URL: slack.apiUrl,
      NEXUS_SLACK_BOT_TOKEN: slack.botToken,
      NEXUS_SLACK_APP_TOKEN: slack.appToken,
      NEXUS_DISCORD_API_URL: discord.restUrl,
      NEXUS_DISCORD_TOKEN: discord.token,
    },
  });
  await vi.waitUntil(() => slack.connections === 1 && discord.gateway.isConnected, PATIENCE);
  const { ts } = await slack.post({ channel: "D0ADA00001", user: "U0ADA00001", text: "who are you" });
  discord.post({ channel: dm, user, text: "who are you" });
  await vi.waitUntil(() => slack.thread("D0ADA00001", ts).length === 2, PATIENCE);
  await vi.waitUntil(() => discord.messages(dm).length === 2, PATIENCE);
  expect((await house.say("who are you")).summary).toContain("I am NEXUS");
  expect(slack.thread("D0ADA00001", ts).length + discord.messages(dm).length).toBe(4);
  expect([...slack.refusals, ...discord.refusals]).toEqual([]);
});
