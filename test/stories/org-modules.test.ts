import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { newId, type OrgId } from "#core/contract/ids.ts";
import type { Reply } from "#core/contract/reply.ts";
import { localOwner } from "#core/auth/local-owner.ts";
import { stageBundle } from "#core/evolution/installer/stage-bundle.ts";
import { openStore } from "#core/store/store.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { testActor } from "#test/platforms/test-message.ts";
import { SILENT } from "#test/silent-log.ts";
import { type House, openHouse, textOf } from "./house.ts";
import { submit } from "./stranger.ts";
import { type Chat, openChat } from "./test-chat.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const never = new AbortController().signal;
const ANN = testActor("acme", "ann");

/** The terminal belongs to one org, which has installed jokes; the chat to another, which has not. */
let house: House;
let chat: Chat;
let source: Server;
beforeAll(async () => {
  source = createServer((request, response) => {
    const topic = new URL(request.url ?? "", "http://localhost").searchParams.get("topic");
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ text: `Two of ${topic} walk into a bar.` }));
  }).listen(0, "127.0.0.1");
  await once(source, "listening");
  const address = z.object({ port: z.number() }).parse(source.address());
  chat = openChat();
  house = await openHouse({
    doors: [chat.door],
    vendors: { "api.example.com": { origin: `http://127.0.0.1:${address.port}` } },
  });
  await house.say("hello");
  await chat.say(house, "ann", "hello");
  await install(house);
  await house.restart();
});
afterAll(async () => {
  await house[Symbol.asyncDispose]();
  source.close();
});

/** Puts the module in place as an installer leaves it. */
async function install(at: House): Promise<void> {
  await using store = await openStore(join(at.dataDir, "nexus.db"), { clock: () => at.now() });
  await using sandbox = createSandbox({ log: SILENT, runners: 4, spares: 1, minimum: [] });
  const org = await orgOfTerminal(store);
  const entries = submit();
  const staged = await stageBundle(store, org, {
    entries,
    bundle: await sandbox.compile(entries, never),
    report: await sandbox.validate(entries, { installed: [], mutants: 0 }, never),
    provenance: { from: "pack", name: "jokes.zip" },
    contributors: [],
    notes: [],
  });
  const { sha256 } = staged;
  await store.forOrg(org).moduleInstalls.activate({
    id: newId(z.uuidv7()),
    module: staged.bundle.manifest.name,
    to: { sha256, version: "1.0.0" },
    was: undefined,
    reason: "approved",
    approvedBy: [],
    lock: {},
  });
}

async function orgOfTerminal(store: Awaited<ReturnType<typeof openStore>>): Promise<OrgId> {
  const org = await store.people.orgOf("console", "local");
  if (org === undefined) throw new Error("nobody has used the terminal yet");
  return org;
}

const words = (reply: Reply): string => `${reply.summary} ${textOf(reply)}`;

describe("an org that installed a module", () => {
  test("asks for it in its own words, and is answered", async () => {
    expect((await house.say("a joke about cats")).summary).toContain("walk into a bar.");
    expect((await house.say("please tell me a joke")).summary).toContain("walk into a bar.");
  });

  test("sees it among its modules, in help, in what can be completed and in the status", async () => {
    expect(words(await house.say("modules"))).toContain('"jokes"');
    expect(words(await house.say("help"))).toMatch(/joke/i);
    expect(words(await house.say("status"))).toContain("jokes");
    expect(await house.nexus.core.complete(localOwner(), "tell", 50)).toContain("tell me a joke");
    expect(words(await house.say("route explain a joke about cats"))).toContain("Jokes");
  });
});

describe("every other org", () => {
  test.each(["a joke about cats", "tell me a joke", "make me laugh"])("is not answered by it: %s", async (text) => {
    const reply = await chat.say(house, "ann", text);
    expect(words(reply)).not.toMatch(/walk into a bar|Jokes/);
    expect(JSON.stringify(reply)).not.toContain("jokes");
  });

  test.each(["modules", "help", "status", "route explain tell me a joke", "enable jokes", "turn jokes off here"])(
    "does not hear of it: %s",
    async (text) => {
      const said = words(await chat.say(house, "ann", text)).replaceAll(text, "");
      expect(said).not.toMatch(/Jokes|A joke|\bjokes\b(?!”)/);
    },
  );

  test("has nothing of it to complete, to begin with or on its page", async () => {
    const { core } = house.nexus;
    for (const beginning of ["", "tell", "disable", "connect", "jokes"]) {
      expect((await core.complete(ANN, beginning, 200)).filter((text) => /joke/i.test(text))).toEqual([]);
    }
    expect(JSON.stringify(await core.suggestions(ANN))).not.toMatch(/joke/i);
  });

  test("has what is NEXUS's own as ever", async () => {
    expect(words(await chat.say(house, "ann", "modules"))).toContain('"weather"');
  });
});

test("what was damaged on disk is not run: its org is told what is not loaded, the operator too, and no other org", async () => {
  await using store = await openStore(join(house.dataDir, "nexus.db"), { clock: () => house.now() });
  const org = await orgOfTerminal(store);
  const [pointer] = await store.forOrg(org).moduleInstalls.live();
  if (pointer === undefined) throw new Error("nothing is installed");
  const row = await store.forOrg(org).moduleBundles.get(pointer.sha256);
  if (row === undefined) throw new Error("nothing is kept");
  const altered = Buffer.from(row.entries);
  altered[altered.length - 3] = (altered[altered.length - 3] ?? 0) ^ 1;
  await store.forOrg(org).moduleBundles.put({ ...row, entries: altered });
  await house.restart();
  expect((await house.say("a joke about cats")).summary).not.toContain("walk into a bar");
  expect(words(await house.say("status"))).toMatch(/not loaded: jokes/);
  expect(words(await chat.say(house, "ann", "status"))).not.toMatch(/jokes|not loaded/);
  const ready = await fetch(`${house.nexus.origin}/readyz`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({
    degraded: expect.arrayContaining([expect.stringMatching(/not loaded: jokes/)]),
  });
  expect(house.log()).toContain("an installed module is not loaded");
});
