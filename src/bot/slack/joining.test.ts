import { expect, test } from "vitest";
import { startSlack } from "#test/platforms/slack/slack.ts";
import { createSlackJoining } from "./joining.ts";

const { signal } = new AbortController();
type Opened = { botToken: string; appToken: string }[];

async function startJoining(options: Parameters<typeof startSlack>[0] = {}) {
  const slack = await startSlack(options);
  const opened: Opened = [];
  const joining = createSlackJoining({ apiUrl: slack.apiUrl, open: async (tokens) => void opened.push(tokens) });
  return { slack, opened, joining, [Symbol.asyncDispose]: () => slack[Symbol.asyncDispose]() };
}

test("the link creates the app as the manifest describes it", () => {
  const { link, fields, steps } = createSlackJoining({ open: async () => undefined }).guide();
  const url = new URL(link.url);
  expect(url.origin + url.pathname).toBe("https://api.slack.com/apps");
  expect(JSON.parse(url.searchParams.get("manifest_json") ?? "")).toMatchObject({
    features: { agent_view: {}, slash_commands: [{ command: "/nexus" }] },
    settings: { socket_mode_enabled: true },
  });
  expect(link.url.length).toBeLessThan(8_000);
  expect(steps).toHaveLength(3);
  expect(fields.map(({ type }) => type)).toEqual(["secret", "secret"]);
});

test("two good tokens open the door", async () => {
  await using place = await startJoining();
  const { botToken, appToken } = place.slack;
  const { summary, next } = await place.joining.join({ botToken: ` ${botToken}\n`, appToken }, signal);
  expect(summary).toContain("Loopback");
  expect(next.length).toBeGreaterThan(0);
  expect(place.opened).toEqual([{ botToken, appToken }]);
});

test("tokens in each other's place are told so", async () => {
  await using place = await startJoining();
  const { botToken, appToken } = place.slack;
  const joining = place.joining.join({ botToken: appToken, appToken: botToken }, signal);
  await expect(joining).rejects.toMatchObject({
    code: "join_failed",
    say: "The two tokens are in each other's place.",
  });
});

test("a user token is told apart from a bot token", async () => {
  await using place = await startJoining();
  const joining = place.joining.join({ botToken: "xoxp-1", appToken: place.slack.appToken }, signal);
  await expect(joining).rejects.toMatchObject({ say: expect.stringContaining("user token") });
});

test("everything that is wrong is named at once, and nothing is opened", async () => {
  await using place = await startJoining({ scopes: ["chat:write", "commands"] });
  const joining = place.joining.join({ botToken: place.slack.botToken, appToken: "xapp-wrong" }, signal);
  await expect(joining).rejects.toMatchObject({
    code: "join_failed",
    say: expect.stringMatching(/app-level token \(invalid_auth\).*app_mentions:read.*users:read/s),
  });
  expect(place.opened).toEqual([]);
});
