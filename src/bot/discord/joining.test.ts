import { GatewayIntentBits, PermissionFlagsBits } from "discord-api-types/v10";
import { describe, expect, test } from "vitest";
import { NexusError } from "#core/contract/errors.ts";
import { startDiscord } from "#test/platforms/discord/discord.ts";
import { startVendor } from "#test/platforms/loopback-vendor.ts";
import { createDiscordJoining, inviteLink } from "./joining.ts";

const TOKEN = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs";
const { signal } = new AbortController();

describe("connecting Discord", () => {
  test("opens the door with the token, and says what to do next", async () => {
    await using discord = await startDiscord();
    const opened: string[] = [];
    const { summary, next } = await joiningAt(discord.restUrl, opened).join(
      { token: ` Bot ${discord.token}\n` },
      signal,
    );
    expect(opened).toEqual([discord.token]);
    expect(summary).toMatch(/^Discord is connected: .+, as @.+\.$/);
    expect(next[0]).toBe(`Invite me to your server: ${inviteLink(discord.applicationId)}`);
    expect(next[2]).toContain(`https://discord.com/developers/applications/${discord.applicationId}/bot`);
    expect([summary, ...next].join()).not.toContain(discord.token);
    expect(discord.refusals).toEqual([]);
  });

  test("says that threads are followed where the application may read messages", async () => {
    await using discord = await startDiscord({ intentsAllowed: GatewayIntentBits.MessageContent });
    const { next } = await joiningAt(discord.restUrl).join({ token: discord.token }, signal);
    expect(next[2]).toContain("Message Content Intent is on");
  });

  test("keeps the door shut for a token that Discord does not know", async () => {
    await using discord = await startVendor("up", () => ({
      status: 401,
      body: { message: "401: Unauthorized", code: 0 },
    }));
    const opened: string[] = [];
    await expect(failureOf(discord.origin, TOKEN, opened)).resolves.toEqual({
      code: "join_failed",
      say: "Discord does not know that token: it is mistyped, or was reset since.",
    });
    expect(opened).toEqual([]);
  });

  test.each([
    ["", "No token was entered."],
    ["198622483471925248", "That is the application's ID, not the bot's token."],
    ["a".repeat(64), "That is the application's public key, not the bot's token."],
    ["A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6", "That looks like the application's client secret, not the bot's token."],
    ["my token, please\r\nx", "That does not look like a bot token."],
  ])("tells what %j is before it asks Discord", async (entered, say) => {
    await using discord = await startVendor("up", () => ({ status: 200, body: {} }));
    await expect(failureOf(discord.origin, entered)).resolves.toEqual({ code: "join_failed", say });
    expect(discord.requests).toEqual([]);
  });

  test("tells a Discord that is down or not there from a wrong token", async () => {
    await using discord = await startVendor("up", () => ({ status: 503, body: {} }));
    const { origin } = discord;
    await expect(failureOf(origin, TOKEN)).resolves.toMatchObject({ say: "Discord cannot check the token right now." });
    discord.mode = "garbage";
    await expect(failureOf(origin, TOKEN)).resolves.toMatchObject({ code: "join_failed" });
    await discord[Symbol.asyncDispose]();
    await expect(failureOf(origin, TOKEN)).resolves.toMatchObject({ say: "Discord cannot be reached from here." });
  });

  test("asks for the token as a secret, and for nothing else", () => {
    const { fields, link, steps } = createDiscordJoining({ open: () => Promise.resolve() }).guide();
    expect(fields).toMatchObject([{ id: "token", type: "secret" }]);
    expect(link.url).toBe("https://discord.com/developers/applications");
    expect(steps.length).toBeLessThanOrEqual(3);
  });
});

test("the invite asks for what NEXUS uses: not for administration, nor for mentioning everyone", () => {
  const link = new URL(inviteLink("198622483471925248"));
  expect(link.origin + link.pathname).toBe("https://discord.com/oauth2/authorize");
  expect(link.searchParams.get("client_id")).toBe("198622483471925248");
  expect(link.searchParams.get("scope")).toBe("bot applications.commands");
  const { ViewChannel, SendMessages, SendMessagesInThreads, CreatePublicThreads, ReadMessageHistory } =
    PermissionFlagsBits;
  const { EmbedLinks, AttachFiles, AddReactions, UseApplicationCommands } = PermissionFlagsBits;
  const talking = ViewChannel | SendMessages | SendMessagesInThreads | CreatePublicThreads | ReadMessageHistory;
  const showing = EmbedLinks | AttachFiles | AddReactions | UseApplicationCommands;
  expect(BigInt(link.searchParams.get("permissions") ?? "")).toBe(talking | showing);
});

function joiningAt(apiUrl: string, opened: string[] = []) {
  return createDiscordJoining({ apiUrl, open: (token) => Promise.resolve(void opened.push(token)) });
}

async function failureOf(apiUrl: string, token: string, opened: string[] = []): Promise<{ code: string; say: string }> {
  const error: unknown = await joiningAt(apiUrl, opened)
    .join({ token }, signal)
    .catch((error: unknown) => error);
  if (!(error instanceof NexusError)) throw new Error("it was accepted");
  return { code: error.code, say: error.say };
}
