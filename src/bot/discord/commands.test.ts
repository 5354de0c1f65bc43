import { REST } from "discord.js";
import { describe, expect, test } from "vitest";
import type { DoorMemory } from "#core/contract/door.ts";
import type { Json } from "#core/contract/json.ts";
import { bodyCheck } from "#test/platforms/discord/body-schema.ts";
import { startDiscord } from "#test/platforms/discord/discord.ts";
import { directCommands, forgetCommands, guildCommands, registerCommands } from "./commands.ts";

const { signal } = new AbortController();

describe("the commands", () => {
  test("are what Discord accepts, in a guild and in direct messages", () => {
    const check = bodyCheck();
    expect(check("PUT /applications/{application_id}/guilds/{guild_id}/commands", json(guildCommands()))).toEqual([]);
    expect(check("PUT /applications/{application_id}/commands", json(directCommands()))).toEqual([]);
    for (const command of guildCommands()) expect(JSON.stringify(command).length).toBeLessThan(8_000);
  });

  test("are one, with a subcommand for each thing to do, and one in the menu of a message", () => {
    expect(guildCommands().map(({ name }) => name)).toEqual(["nexus", "Ask NEXUS"]);
    expect(json(guildCommands())).toMatchObject([
      {
        options: expect.arrayContaining([
          expect.objectContaining({ name: "ask" }),
          expect.objectContaining({ name: "approve" }),
        ]),
      },
      { type: 3 },
    ]);
  });

  test("are not there twice: the global ones are for direct messages with a bot that a server has installed", () => {
    for (const command of directCommands()) expect(command).toMatchObject({ contexts: [1], integration_types: [0] });
    for (const command of guildCommands()) expect(command).not.toHaveProperty("contexts");
  });
});

describe("registering", () => {
  test("manner 67: happens once, however often NEXUS starts", async () => {
    const { api, routes } = recorder();
    const memory = mapMemory();
    const scope = { applicationId: "1", guildId: "2" };
    expect(await registerCommands(api, memory, scope, signal)).toBe(true);
    expect(await registerCommands(api, memory, scope, signal)).toBe(false);
    expect(await registerCommands(api, memory, { applicationId: "1" }, signal)).toBe(true);
    expect(await registerCommands(api, memory, { applicationId: "1", guildId: "3" }, signal)).toBe(true);
    expect(routes).toEqual([
      "/applications/1/guilds/2/commands",
      "/applications/1/commands",
      "/applications/1/guilds/3/commands",
    ]);
  });

  test("is taken by Discord, for a server and for direct messages", async () => {
    await using discord = await startDiscord();
    discord.addGuild({ id: "900", name: "Acme" });
    const rest = new REST({ api: discord.restUrl, version: "10" }).setToken(discord.token);
    const api = { put: (route: `/${string}`, body: unknown, signal: AbortSignal) => rest.put(route, { body, signal }) };
    const { applicationId } = discord;
    await registerCommands(api, mapMemory(), { applicationId, guildId: "900" }, signal);
    await registerCommands(api, mapMemory(), { applicationId }, signal);
    expect(discord.commands("900").map(({ name }) => name)).toEqual(["nexus", "Ask NEXUS"]);
    expect(discord.commands("global").map(({ name }) => name)).toEqual(["nexus", "Ask NEXUS"]);
    expect(discord.refusals).toEqual([]);
  });

  test("happens again when the commands have changed, or the bot was taken out of the server", async () => {
    const { api, routes } = recorder();
    const memory = mapMemory();
    const scope = { applicationId: "1", guildId: "2" };
    await registerCommands(api, memory, scope, signal);
    const [key = ""] = await memory.keys("commands:");
    await memory.set(key, "the hash of other commands");
    expect(await registerCommands(api, memory, scope, signal)).toBe(true);
    await forgetCommands(memory, scope);
    expect(await registerCommands(api, memory, scope, signal)).toBe(true);
    expect(routes).toHaveLength(3);
  });

  test("that fails is tried again the next time", async () => {
    const memory = mapMemory();
    const failing = { put: () => Promise.reject(new Error("down")) };
    await expect(registerCommands(failing, memory, { applicationId: "1" }, signal)).rejects.toThrow("down");
    expect(await registerCommands(recorder().api, memory, { applicationId: "1" }, signal)).toBe(true);
  });
});

function recorder() {
  const routes: string[] = [];
  return { routes, api: { put: (route: string) => Promise.resolve(routes.push(route)) } };
}

function mapMemory(): DoorMemory {
  const kept = new Map<string, Json>();
  return {
    get: (key) => Promise.resolve(kept.get(key)),
    set: (key, value) => Promise.resolve(void kept.set(key, value)),
    getSecret: () => Promise.resolve(undefined),
    setSecret: () => Promise.reject(new Error("commands are no secret")),
    delete: (key) => Promise.resolve(void kept.delete(key)),
    keys: (prefix) => Promise.resolve([...kept.keys()].filter((key) => key.startsWith(prefix))),
  };
}

function json(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
