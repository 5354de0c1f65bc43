import { expect, test } from "vitest";
import { openStore } from "#core/store/store.ts";
import { createDoorMemory } from "./door-memory.ts";
import { createSealer } from "./seal.ts";

const clock = () => new Date("2026-11-21T09:00:00Z");
const sealer = createSealer(Buffer.alloc(32, 7));

test("what a door remembers is its own, and comes back as it was", async () => {
  await using store = await openStore(":memory:", { clock });
  const slack = createDoorMemory(store.doorMemories, sealer, "slack");
  const discord = createDoorMemory(store.doorMemories, sealer, "discord");
  await slack.set("live:T1", { ts: "1.2", open: true });
  await slack.setSecret("installation:T1", "xoxb-of-T1");
  await slack.setSecret("installation:T2", "xoxb-of-T2");
  expect(await slack.get("live:T1")).toEqual({ ts: "1.2", open: true });
  expect(await slack.getSecret("installation:T1")).toBe("xoxb-of-T1");
  expect(await slack.keys("installation:")).toEqual(["installation:T1", "installation:T2"]);
  expect(await discord.get("live:T1")).toBeUndefined();
  await slack.delete("installation:T1");
  expect(await slack.keys("installation:")).toEqual(["installation:T2"]);
});

test("a door's secret is sealed on disk and opens only under its own key", async () => {
  await using store = await openStore(":memory:", { clock });
  const memory = createDoorMemory(store.doorMemories, sealer, "slack");
  await memory.setSecret("installation:T1", "xoxb-of-T1");
  const kept = await store.doorMemories.get("slack", "installation:T1");
  expect(kept?.isSealed).toBe(true);
  expect(kept?.text).not.toContain("xoxb");
  // neither as plain text, nor moved to another tenant
  expect(await memory.get("installation:T1")).toBeUndefined();
  await store.doorMemories.set("slack", "installation:T2", { text: kept?.text ?? "", isSealed: true });
  await expect(memory.getSecret("installation:T2")).rejects.toMatchObject({ code: "credential_unreadable" });
});
