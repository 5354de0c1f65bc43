import { createHmac } from "node:crypto";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { ConversationKey } from "#core/contract/ids.ts";
import type { Conversation } from "#core/contract/message.ts";
import { openApiOffice } from "#test/api-kit.ts";
import { room } from "#test/stories/approval-office.ts";
import { textOf } from "#test/stories/house.ts";

const Listed = z.object({ items: z.array(z.object({ id: z.string(), code: z.string(), address: z.string() })) });
const Secret = z.object({ secret: z.string() });

/** A place where only one person reads. */
function alone(person: string): Conversation {
  const { name: _, ...place } = room(`dm-${person}`);
  return { ...place, key: ConversationKey.parse(`test:acme:dm-${person}`), kind: "dm", audience: "just_me" };
}

test("an admin's program sets a hook up, is told its secret once, pauses it and ends it; nobody else may", async () => {
  await using api = await openApiOffice();
  await api.office.say("ada", "help", alone("ada"));
  const [ada, otto] = [await api.keyOf("ada"), await api.keyOf("otto")];
  const words = "let GitHub post to me";
  expect((await api.send("POST", "/v1/hooks", { as: otto, body: { words } })).status).toBe(403);
  const set = await api.send("POST", "/v1/hooks", { as: ada, body: { words } });
  expect(set).toMatchObject({ status: 200, body: { said: expect.stringContaining("let GitHub post to you alone") } });
  const { items } = Listed.parse((await api.send("GET", "/v1/hooks", { as: ada })).body);
  const { id = "", address = "" } = items[0] ?? {};
  expect(address).toMatch(/^\/hooks\//);
  const made = await api.send("POST", `/v1/hooks/${id}/secret`, { as: ada, body: { overlapHours: 0 } });
  const { secret } = Secret.parse(made.body);
  const send = (title: string) => {
    const body = JSON.stringify({
      action: "opened",
      sender: { login: "ada" },
      issue: { number: 1, title, html_url: "https://github.com/x" },
    });
    const signature = createHmac("sha256", secret).update(body).digest("hex");
    return api.send("POST", address, {
      body,
      headers: { "x-hub-signature-256": `sha256=${signature}`, "x-github-event": "issues" },
    });
  };
  expect((await send("It works")).status).toBe(202);
  const post = await api.office.shown(({ reply }) => reply.summary.includes("It works"));
  expect(post.conversation.channelId).toBe("dm-ada");
  const seen = await api.send("GET", `/v1/hooks/${id}`, { as: ada });
  expect(seen.body).toMatchObject({ taken: 1, does: "tell", deliveries: [{ event: "issues", attempts: 0 }] });
  expect(seen.text).not.toMatch(/It works/);
  expect(seen.text).not.toContain(secret);
  expect((await api.send("POST", `/v1/hooks/${id}/pause`, { as: ada })).body).toMatchObject({ state: "paused" });
  expect((await send("While paused")).status).toBe(200);
  expect((await api.send("POST", `/v1/hooks/${id}/resume`, { as: ada })).body).toMatchObject({ state: "on" });
  expect((await api.send("POST", `/v1/hooks/${id}/end`, { as: ada })).status).toBe(200);
  expect((await send("Ended")).status).toBe(401);
  expect((await api.send("GET", `/v1/hooks/${id}`, { as: ada })).status).toBe(404);
});

test("a hook works with the rights its owner has now; an admin who takes it over has what was given up tried again", async () => {
  await using api = await openApiOffice();
  const { office } = api;
  await office.give("adam", "admin");
  const offered = await office.say("adam", "let a program post here with a plain secret");
  expect(textOf(offered.reply)).toContain("Nothing is signed that way");
  await office.press("adam", offered, "Do It");
  const done = await office.shown(({ reply }) => reply.summary.startsWith("Done: let a program outside post"));
  const code = /hook (\w{4}) secret/.exec(textOf(done.reply))?.[1] ?? "";
  expect(textOf((await office.say("ada", `hook ${code} secret`)).reply)).toContain("I show a secret in no chat");
  const { items } = Listed.parse((await api.send("GET", "/v1/hooks", { as: await api.keyOf("ada") })).body);
  const { id = "", address = "" } = items.find((hook) => hook.code === code) ?? {};
  const body = { secret: "a-secret-of-the-senders-own" };
  expect(
    (await api.send("POST", `/v1/hooks/${id}/secret`, { as: await api.keyOf("ada"), body })).body,
  ).not.toHaveProperty("secret");
  const send = (title: string) =>
    api.send("POST", address, { body: { title }, headers: { "x-webhook-secret": body.secret } });
  expect((await send("first")).status).toBe(202);
  await office.shown(({ reply }) => reply.summary === "first");
  expect((await send("first")).status).toBe(200);

  await office.give("adam", "viewer");
  expect((await send("not his any more")).status).toBe(202);
  await vi.waitUntil(
    async () => textOf((await office.say("ada", "hooks dead")).reply).includes("may not have programs post"),
    { timeout: 10_000 },
  );
  expect(textOf((await office.say("ada", `adopt hook ${code}`)).reply)).toContain("is yours now");
  await office.say("ada", `retry hook ${code}`);
  await office.shown(({ reply }) => reply.summary === "not his any more");
  expect(textOf((await office.say("vic", "hooks")).reply)).toContain(
    "Only admins and owners can let programs outside post here",
  );
});

test("words that set up no hook, and what a program may not run, are told so", async () => {
  await using api = await openApiOffice();
  const ada = await api.keyOf("ada");
  const send = (words: string) => api.send("POST", "/v1/hooks", { as: ada, body: { words } });
  expect(await send("what is the weather")).toMatchObject({ status: 400, body: { code: "request_invalid" } });
  expect((await send("let GitHub post here")).text).toContain("Say where");
  await api.office.say("ada", "help", alone("ada"));
  expect((await send("let a program run nothing here with x={{y}} to me")).status).toBe(400);
  expect((await send("let a program run nowhere look to me")).text).toContain("I know no");
  expect((await send('let a program post to me: "{{a b}}"')).text).toContain("is no field");
});
