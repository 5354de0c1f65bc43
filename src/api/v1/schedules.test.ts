import { expect, test } from "vitest";
import { ConversationKey } from "#core/contract/ids.ts";
import type { Conversation } from "#core/contract/message.ts";
import { openApiOffice } from "#test/api-kit.ts";
import { room } from "#test/stories/approval-office.ts";

test("a program sets up, reads, pauses and ends what its person may, and sees nothing of what is another's own", async () => {
  await using api = await openApiOffice();
  // Otto has spoken with NEXUS alone, so there is a place for what is his.
  await api.office.say("otto", "help", alone("otto"));
  await api.office.give("omar", "operator");
  const [otto, ada, omar] = [await api.keyOf("otto"), await api.keyOf("ada"), await api.keyOf("omar")];
  const words = "every weekday at 8:30 send open approvals to me";
  const set = await api.send("POST", "/v1/schedules", { as: otto, body: { words } });
  expect(set).toMatchObject({ status: 200, body: { said: expect.stringContaining("every weekday at") } });
  const list = await api.send("GET", "/v1/schedules", { as: otto });
  expect(list.body).toMatchObject({ items: [{ title: "Approvals", state: "on", does: "briefing" }] });
  const id = /"id":"([^"]+)"/.exec(list.text)?.[1] ?? "";
  expect((await api.send("GET", "/v1/schedules", { as: omar })).body).toEqual({ items: [] });
  expect((await api.send("GET", `/v1/schedules/${id}`, { as: omar })).status).toBe(404);
  const seen = await api.send("GET", `/v1/schedules/${id}`, { as: ada });
  expect(seen.body).toMatchObject({ id, state: "on", runs: [] });
  expect(seen.text).not.toContain("Approvals");
  expect((await api.send("POST", `/v1/schedules/${id}/pause`, { as: otto })).status).toBe(200);
  expect((await api.send("GET", `/v1/schedules/${id}`, { as: otto })).body).toMatchObject({ state: "paused" });
  expect((await api.send("POST", `/v1/schedules/${id}/end`, { as: ada })).status).toBe(200);
  expect((await api.send("GET", "/v1/schedules", { as: otto })).body).toEqual({ items: [] });
});

test("words that set up nothing, and a place that a program has none of, are told so", async () => {
  await using api = await openApiOffice();
  const otto = await api.keyOf("otto");
  const send = (words: string) => api.send("POST", "/v1/schedules", { as: otto, body: { words } });
  expect(await send("what is the weather")).toMatchObject({ body: { code: "schedule_invalid" } });
  const nowhere = await send("every day at 9 post open approvals here");
  expect(nowhere.text).toContain("Say where");
  expect((await send("every minute post usage to me")).status).toBeGreaterThanOrEqual(400);
});

function alone(person: string): Conversation {
  const { name: _, ...place } = room(`dm-${person}`);
  return { ...place, key: ConversationKey.parse(`test:acme:dm-${person}`), kind: "dm", audience: "just_me" };
}
