import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createAudit } from "#core/audit/audit.ts";
import { createRoles } from "#core/auth/roles.ts";
import { CapabilityName, newId, NOBODY, type OrgId, PersonId, Sha256, TurnId } from "#core/contract/ids.ts";
import type { AdapterRunResult, RunFacts } from "#core/contract/invocation.ts";
import type { Inbound } from "#core/contract/message.ts";
import { personRef } from "#core/contract/principal.ts";
import type { CredentialKey } from "#core/store/credentials.ts";
import { openStore } from "#core/store/store.ts";
import { startGoogle } from "#test/platforms/google.ts";
import { egressToGoogle } from "#test/platforms/google-egress.ts";
import { testActor, testConversation } from "#test/platforms/test-message.ts";
import { capabilityFields, sampleManifest } from "#test/sample-manifest.ts";
import { SILENT } from "#test/silent-log.ts";
import { vaultOver } from "#test/vault-kit.ts";
import { createExpiryUpkeep } from "./expiry-upkeep.ts";

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const TORONTO = "America/Toronto";
const CLIENT = { clientId: "an id", clientSecret: "a secret of the client" };
const CALENDAR: CredentialKey = { name: "google-calendar" };
const signal = new AbortController().signal;
/** A Tuesday at noon in Toronto. */
const START = Date.parse("2026-11-10T17:00:00Z");

const MANIFEST = sampleManifest({
  name: "calendar",
  hosts: [
    { host: "www.googleapis.com", methods: ["GET"], pathPrefixes: ["/calendar/"] },
    { host: "api.keys.example", methods: ["GET"], pathPrefixes: ["/"] },
  ],
  credentials: [
    {
      name: "google-calendar",
      title: "Google Calendar",
      kind: "oauth2",
      host: "www.googleapis.com",
      header: "authorization",
      prefix: "Bearer ",
      obtainUrl: "https://console.cloud.google.com/apis/credentials",
      personal: true,
      oauth2: {
        authorizationUrl: "https://accounts.google.com/o/oauth2/v2/auth",
        tokenUrl: "https://oauth2.googleapis.com/token",
        scopes: ["calendar"],
      },
    },
    {
      name: "a-key",
      title: "Key",
      kind: "api_key",
      host: "api.keys.example",
      header: "x-key",
      obtainUrl: "https://keys.example/",
      test: { capability: "run", input: {} },
    },
  ],
  capabilities: [capabilityFields({ credentials: ["google-calendar", "a-key"] })],
});

type Said = Extract<Inbound, { kind: "due" }>;
type World = Awaited<ReturnType<typeof openWorld>>;

/** Ada, a member, and Bob, an admin, whose NEXUS looks after credentials; a loopback Google; and a clock. */
async function openWorld({
  admin = "bob",
  path = ":memory:",
  silent = [],
}: { admin?: string; path?: string; silent?: readonly string[] } = {}) {
  let now = START;
  const clock = (): Date => new Date(now);
  const google = await startGoogle({ ...CLIENT, clock, timeZone: TORONTO });
  const egress = egressToGoogle(google);
  const store = await openStore(path, { clock });
  onTestFinished(async () => {
    await egress[Symbol.asyncDispose]();
    await google[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });
  const audit = createAudit({ store, key: Buffer.alloc(32, 3), clock, log: SILENT });
  const vault = vaultOver(store, { clock, egress, log: SILENT, audit });
  const roles = createRoles({ store, audit, clock });
  const people = new Map<string, PersonId>();
  let org: OrgId | undefined;
  for (const name of ["ada", "bob"]) {
    const known = await store.people.identify({ ...testActor("acme", name), timeZone: TORONTO });
    people.set(name, known.person);
    org = known.org;
    const alone = { ...testConversation("acme", `${name}-dm`), kind: "dm", audience: "just_me" } as const;
    const spoken: Inbound = {
      kind: "message",
      dedupeKeys: [`hello ${name}`],
      sentAtMs: now,
      actor: testActor("acme", name),
      conversation: alone,
      text: "hello",
      addressedBy: "dm",
      attachments: [],
    };
    if (!silent.includes(name)) await store.queue.put(known.org, spoken, clock());
  }
  if (org === undefined) throw new Error("there is no org");
  const here = org;
  const idOf = (name: string): PersonId => people.get(name) ?? newId(PersonId);
  await store.forOrg(here).roles.set(idOf(admin), "admin", undefined);

  const said: { at: Date; to: string; place: string; id: string }[] = [];
  const taken = new Set<string>();
  const asked: string[] = [];
  const mail = { isSetUp: false };
  const key: { answers: "works" | "refused" | "down" } = { answers: "works" };
  const module = {
    manifest: MANIFEST,
    sha256: SHA,
    origin: "own",
    state: "ready",
    breaker: "closed",
    downSince: undefined,
  } as const;
  /** A process that looks after credentials; what it says is shown at once. */
  const process = (on = store) =>
    createExpiryUpkeep({
      store: on,
      vault,
      roles,
      registry: {
        modules: () => [module],
        invoke: ({ trial, person }) => {
          asked.push(`${trial?.credential} for ${person === NOBODY ? "nobody" : "somebody"}`);
          return Promise.resolve(answers(key.answers));
        },
      },
      mail,
      defaults: { locale: "en-CA", timeZone: TORONTO },
      async receive(_org, inbound) {
        if (inbound.kind !== "due" || inbound.dedupeKeys.some((one) => taken.has(one))) return;
        for (const one of inbound.dedupeKeys) taken.add(one);
        await show(inbound);
      },
      clock,
      log: SILENT,
    });
  const { credentialNotices } = store.forOrg(here);
  const show = async ({ id, actor, conversation }: Said): Promise<void> => {
    const place = conversation.channelId;
    said.push({ at: clock(), to: conversation.platform === "email" ? place : actor.id, place, id });
    const [notice = "", how] = id.split("@");
    if (how === undefined) shown.push(notice);
    else await credentialNotices.over(notice);
  };
  const shown: string[] = [];
  const settle = async (): Promise<void> => {
    for (const id of shown.splice(0)) await credentialNotices.shown(id, newId(TurnId));
  };
  const upkeep = process();
  const look = async (): Promise<void> => {
    await upkeep.look(signal);
    await settle();
  };
  return {
    store,
    vault,
    google,
    org: here,
    idOf,
    said,
    mail,
    asked,
    key,
    clock,
    process,
    look,
    settle,
    jump: (ms: number) => void (now += ms),
    /** Lets time pass, with a look every hour. */
    async pass(ms: number, step = HOUR) {
      for (let left = ms; left > 0; left -= step) {
        now += Math.min(step, left);
        await look();
      }
    },
    connect: (name: string, more: Record<string, string> = {}) =>
      vault.put(
        { org: here, ...CALENDAR, owner: idOf(name) },
        { ...CLIENT, refreshToken: google.oauth.grant(), ...more },
        personRef(idOf(name)),
      ),
    refreshes: () => google.requests.filter(({ path: to }) => to === "/token").length,
  };
}

const SHA = Sha256.parse("0".repeat(64));

function answers(how: "works" | "refused" | "down"): AdapterRunResult {
  const facts: RunFacts = {
    module: MANIFEST.name,
    title: MANIFEST.title,
    version: MANIFEST.version,
    sha256: SHA,
    capability: CapabilityName.parse("run"),
    dataClass: "public",
    startedAt: new Date(START),
    ms: 1,
    cpuMs: 1,
    cached: false,
    egress: [],
    runUnits: 0.1,
    clock: new Date(START),
    seed: "a seed",
  };
  if (how !== "works") {
    const code = how === "refused" ? "credential_rejected" : "upstream_unavailable";
    const rest = {
      hint: "",
      retryAfterS: undefined,
      slot: undefined,
      credential: "a-key",
      downSince: undefined,
      facts,
    };
    return { ok: false, code, retryable: how === "down", say: how, ...rest };
  }
  const files = { changes: [], seen: new Map() };
  const rest = { data: undefined, parts: [], sample: false, remember: {}, choices: undefined, next: [], stale: false };
  return { ok: true, summary: "It works.", asOf: new Date(START), files, facts, ...rest };
}

/** What was said, as “ada Tue 12:00”. */
function told({ said }: World): string[] {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: TORONTO,
    weekday: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
  return said.filter(({ id }) => !id.includes("@")).map(({ to, at }) => `${to} ${format.format(at).replace(",", "")}`);
}

/** When somebody is told that a connection ends on Thursday 10 December at noon. */
const THIRTY_DAYS = [
  // Fourteen days before, and, since nothing was done, an admin with them on the day after.
  "ada Thu 26 12:00",
  "ada Fri 27 10:00",
  "bob Fri 27 10:00",
  "ada Thu 3 12:00",
  "ada Fri 4 10:00",
  "bob Fri 4 10:00",
  "ada Mon 7 12:00",
  "ada Tue 8 10:00",
  "bob Tue 8 10:00",
  "ada Wed 9 12:00",
  // What breaks within a day is said before the first briefings.
  "ada Thu 10 08:00",
  "bob Thu 10 08:00",
  "ada Fri 11 08:00",
  "ada Sat 12 08:00",
  "bob Sat 12 08:00",
];

async function endingWorld(options: Parameters<typeof openWorld>[0] = {}): Promise<World> {
  const world = await openWorld(options);
  world.google.oauth.refreshLifetimeS = (30 * DAY) / 1000;
  await world.connect("ada");
  await world.look();
  return world;
}

test("61: in forty days people are told at 14, 7, 3 and 1 days and at the end, an admin the day after, once a day each", async () => {
  const world = await endingWorld();
  await world.pass(40 * DAY);
  expect(told(world)).toEqual(THIRTY_DAYS);
  // Tried once a night, and once when it ended.
  expect(world.refreshes()).toBe(41);
});

test("two processes on one database, however often they are started, say nothing twice", async () => {
  const dir = mkdtempSync(join(tmpdir(), "nexus-expiry-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const world = await endingWorld({ path: join(dir, "nexus.db") });
  await using other = await openStore(join(dir, "nexus.db"), { clock: world.clock });
  for (let hours = 0; hours < 40 * 24; hours += 1) {
    world.jump(HOUR);
    await Promise.all([world.process(), world.process(other)].map((one) => one.look(signal)));
    await world.settle();
  }
  expect(told(world)).toEqual(THIRTY_DAYS);
  expect(world.refreshes()).toBe(41);
});

test("clocks that jump two hours ahead and back say nothing twice, and leave nothing out", async () => {
  const world = await endingWorld();
  for (let hours = 0; hours < 40 * 24; hours += 1) {
    await world.pass(HOUR);
    if (hours % 5 === 0) {
      world.jump(2 * HOUR);
      await world.look();
      world.jump(-2 * HOUR);
      await world.look();
    }
  }
  const days = told(world).map((one) => one.replace(/ \S+$/, ""));
  expect(days).toEqual(THIRTY_DAYS.map((one) => one.replace(/ \S+$/, "")));
});

test("what is renewed is not spoken of again until the next one ends, and its cards say so", async () => {
  const world = await endingWorld();
  await world.pass(16 * DAY);
  expect(told(world)).toEqual(["ada Thu 26 12:00"]);
  await world.connect("ada");
  await world.look();
  expect(world.said.at(-1)).toMatchObject({ to: "ada", id: expect.stringMatching(/@over$/) });
  await world.pass(13 * DAY);
  expect(told(world)).toHaveLength(1);
});

test("a connection for a week is first spoken of three days before, not when it is made", async () => {
  const world = await openWorld();
  world.google.oauth.refreshLifetimeS = (7 * DAY) / 1000;
  await world.connect("ada");
  await world.pass(5 * DAY);
  expect(told(world)).toEqual(["ada Sat 14 12:00", "ada Sun 15 10:00", "bob Sun 15 10:00"]);
});

test("an end that each use moves on is not spoken of while it moves on", async () => {
  const world = await openWorld();
  world.google.oauth.refreshLifetimeS = (2 * DAY) / 1000;
  world.google.oauth.rotates = true;
  await world.connect("ada");
  await world.pass(20 * DAY);
  expect(told(world)).toEqual([]);
});

test("an access that is withdrawn at three at night is found at four, and said at eight", async () => {
  const world = await openWorld();
  await world.connect("ada");
  await world.pass(15 * HOUR);
  world.google.oauth.revoke();
  await world.pass(4 * HOUR);
  expect(told(world)).toEqual([]);
  await world.pass(HOUR);
  expect(told(world)).toEqual(["ada Wed 11 08:00"]);
});

test("a provider that is down for three days has withdrawn nothing", async () => {
  const world = await openWorld();
  await world.connect("ada");
  await world.pass(DAY);
  world.google.oauth.tokenMode = "unavailable";
  await world.pass(3 * DAY);
  world.google.oauth.tokenMode = "ok";
  await world.pass(DAY);
  expect(told(world)).toEqual([]);
});

test("an API key that its source refuses is found out by its harmless call, which counts for nobody", async () => {
  const world = await openWorld();
  await world.vault.put({ org: world.org, name: "a-key" }, { value: "a key of twelve" }, personRef(world.idOf("bob")));
  await world.pass(DAY);
  expect(world.asked).toEqual(["a-key for nobody"]);
  world.key.answers = "down";
  await world.pass(DAY);
  expect(told(world)).toEqual([]);
  world.key.answers = "refused";
  await world.pass(DAY);
  // Everybody's is for an admin to look after.
  expect(told(world)).toEqual([expect.stringMatching(/^bob Thu 12 1[23]:/), "bob Fri 13 08:00"]);
  world.key.answers = "works";
  await world.pass(DAY);
  expect(world.said.filter(({ id }) => id.endsWith("@over"))).toHaveLength(2);
});

test("what nobody has used for ninety days is tried once a week", async () => {
  const world = await openWorld();
  await world.connect("ada");
  await world.pass(90 * DAY, 6 * HOUR);
  const before = world.refreshes();
  await world.pass(28 * DAY, 6 * HOUR);
  expect(world.refreshes() - before).toBe(4);
});

test("after two connections that ended at the same age, the third is known to end about then", async () => {
  const world = await openWorld();
  for (let round = 0; round < 2; round += 1) {
    await world.connect("ada");
    await world.pass(30 * DAY);
    world.google.oauth.revoke();
    await world.pass(DAY);
  }
  world.said.length = 0;
  await world.connect("ada");
  await world.pass(20 * DAY);
  expect(told(world)).not.toEqual([]);
  const [record] = await world.vault.list(world.org);
  expect(record).toMatchObject({ expiryIs: "learnt" });
});

test("accesses withdrawn at odd times teach nothing", async () => {
  const world = await openWorld();
  for (const days of [9, 23]) {
    await world.connect("ada");
    await world.pass(days * DAY);
    world.google.oauth.revoke();
    await world.pass(DAY);
  }
  await world.connect("ada");
  await world.pass(2 * DAY);
  const [record] = await world.vault.list(world.org);
  expect(record?.expiryIs).not.toBe("learnt");
});

test("where nobody is an admin, whose it is is told, and nothing fails", async () => {
  const world = await endingWorld({ admin: "ada" });
  await world.store.forOrg(world.org).roles.clear(world.idOf("ada"));
  await world.pass(40 * DAY);
  expect(told(world)).toEqual(THIRTY_DAYS.filter((one) => one.startsWith("ada")));
});

test("who has not spoken for too long is told by mail alone, while an address is proven theirs; else an admin is", async () => {
  const world = await openWorld({ silent: ["ada"] });
  const own = world.store.forOrg(world.org).mailAddresses;
  await own.ask(world.idOf("ada"), "ada@example.org", { hash: "of a code", expiresAt: world.clock() });
  world.google.oauth.refreshLifetimeS = (30 * DAY) / 1000;
  await world.connect("ada");
  world.mail.isSetUp = true;
  await world.look();
  await world.pass(17 * DAY);
  expect(told(world)).toEqual(["bob Thu 26 12:00", "bob Fri 27 10:00"]);
  await own.confirm(world.idOf("ada"), "ada@example.org");
  await world.pass(6 * DAY);
  expect(told(world).slice(2)).toEqual([
    "ada@example.org Fri 27 13:00",
    "ada@example.org Sat 28 10:00",
    "bob Sat 28 10:00",
    "ada@example.org Thu 3 12:00",
  ]);
  await own.end("ada@example.org", []);
  await world.pass(DAY);
  world.mail.isSetUp = false;
  await world.pass(10 * DAY);
  expect(told(world).filter((one) => one.startsWith("ada"))).toHaveLength(3);
});

test("who has not spoken for weeks, while their briefing came to a channel, is told where they spoke alone", async () => {
  const world = await endingWorld();
  const { queue } = world.store;
  await world.pass(DAY);
  for (const claim of await queue.claim("a process", 10, world.clock())) await queue.complete(claim, world.clock());
  world.jump(1);
  expect(await queue.prune(world.clock(), 10)).toBe(2);
  const slot: Inbound = {
    kind: "due",
    what: "schedule",
    id: "a slot",
    dedupeKeys: ["a slot"],
    sentAtMs: world.clock().getTime(),
    actor: testActor("acme", "ada"),
    conversation: { ...testConversation("acme", "standup"), kind: "channel", audience: "members" },
  };
  await queue.put(world.org, slot, world.clock());
  await world.pass(15 * DAY);
  expect(world.said.map(({ place }) => place)).toEqual(["ada-dm"]);
});

test("an admin who has not spoken for too long is told by mail", async () => {
  const world = await endingWorld({ silent: ["bob"] });
  const own = world.store.forOrg(world.org).mailAddresses;
  await own.ask(world.idOf("bob"), "bob@example.org", { hash: "of a code", expiresAt: world.clock() });
  await own.confirm(world.idOf("bob"), "bob@example.org");
  world.mail.isSetUp = true;
  await world.pass(18 * DAY);
  expect(told(world)).toEqual(["ada Thu 26 12:00", "ada Fri 27 10:00", "bob@example.org Fri 27 10:00"]);
});

test("when everything about somebody is deleted, nobody is told of what was theirs any more", async () => {
  const world = await endingWorld();
  await world.pass(16 * DAY);
  await world.store.erasure.erase({ org: world.org, person: world.idOf("ada") });
  await world.pass(24 * DAY);
  expect(told(world)).toEqual(["ada Thu 26 12:00"]);
  expect(await world.store.forOrg(world.org).credentialNotices.list()).toEqual([]);
  expect(await world.store.forOrg(world.org).credentialChecks.list()).toEqual([]);
});
