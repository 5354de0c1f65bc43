import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { Outbound } from "#core/contract/door.ts";
import { ConversationKey, HookId, newId, type OrgId } from "#core/contract/ids.ts";
import type { Conversation } from "#core/contract/message.ts";
import { createAudit } from "#core/audit/audit.ts";
import { deriveKey } from "#core/credentials/derive-key.ts";
import { createDataKeys } from "#core/credentials/data-keys.ts";
import { createKeyWrapper } from "#core/credentials/key-wrapper.ts";
import { openRecord, sealRecord } from "#core/credentials/seal-record.ts";
import { NO_SECRET } from "#core/store/stored-hook.ts";
import { testActor } from "#test/platforms/test-message.ts";
import { PATIENCE } from "./console-terminal.ts";
import { ASK, isClosed, openOffice, type Office } from "./approval-office.ts";
import { buttonOf, textOf } from "./house.ts";

/** A second workspace in the same NEXUS. */
function town(tenantId: string) {
  const place: Conversation = {
    key: ConversationKey.parse(`test:${tenantId}:general`),
    platform: "test",
    tenantId,
    channelId: "general",
    kind: "channel",
    audience: "members",
  };
  const base = (person: string) => ({
    dedupeKeys: [`test:${randomUUID()}`],
    actor: testActor(tenantId, person),
    conversation: place,
  });
  const shown = (office: Office, turn: string): Promise<Outbound> =>
    vi.waitUntil(() => office.door.shown.find(({ turnId }) => turnId === turn), PATIENCE);
  return {
    async say(office: Office, person: string, text: string): Promise<Outbound> {
      const said = { ...base(person), sentAtMs: office.now().getTime(), text, attachments: [] };
      const got = await office.core.receive({ ...said, kind: "message", addressedBy: "mention" });
      return shown(office, got.accepted ? got.turnId : got.duplicateOf);
    },
    async press(office: Office, person: string, on: Outbound, label: string): Promise<Outbound> {
      const pressed = { ...base(person), sentAtMs: office.now().getTime(), values: [] };
      const { token } = buttonOf(on.reply, label);
      const got = await office.core.receive({ ...pressed, kind: "action", token });
      return shown(office, got.accepted ? got.turnId : got.duplicateOf);
    },
    org: (office: Office): Promise<OrgId | undefined> => office.store.people.orgOf("test", tenantId),
    async own(office: Office, person: string): Promise<void> {
      const who = await office.store.people.identify(testActor(tenantId, person));
      await office.store.forOrg(who.org).roles.set(who.person, "owner", undefined);
    },
  };
}

/** The key the office wraps data keys with. */
const OFFICE_WRAPPER = createKeyWrapper(Buffer.alloc(32, 8));

const acme = town("acme");
const globex = town("globex");

async function twoTowns(): Promise<Office> {
  const office = await openOffice();
  await acme.own(office, "ada");
  await globex.own(office, "gus");
  await acme.say(office, "ada", "help");
  await globex.say(office, "gus", "help");
  return office;
}

async function codeOf(office: Office): Promise<string> {
  const made = await acme.say(office, "ada", "join workspaces");
  return /join workspace (\S{9})`/.exec(made.reply.summary)?.[1] ?? "no code";
}

describe("two workspaces that become one", () => {
  test("are joined by an owner of each, and then know the same people", async () => {
    await using office = await twoTowns();
    await globex.say(office, "hal", "remember canary of hal");
    const asked = await globex.say(office, "gus", `join workspace ${await codeOf(office)}`);
    expect(textOf(asked.reply)).toContain("cannot be taken back");
    const before = await globex.org(office);
    expect(before).not.toBe(await acme.org(office));
    const done = await globex.press(office, "gus", asked, "Join");
    expect(textOf(done.reply)).toContain("is part of the other now");
    const one = await acme.org(office);
    expect(await globex.org(office)).toBe(one);
    const roles = await acme.say(office, "ada", "roles");
    expect(textOf(roles.reply)).toContain("gus");
    const gus = await office.store.people.identify(testActor("globex", "gus"));
    expect(await office.store.forOrg(gus.org).roles.get(gus.person)).toBe("admin");
    // Their memory came along, under the same person.
    const hal = await office.store.people.identify(testActor("globex", "hal"));
    expect(JSON.stringify(await office.store.erasure.collect(hal))).toContain("canary of hal");
  });

  test("a source connected in the one that joins is read in the other from then on, sealed anew", async () => {
    await using office = await twoTowns();
    const before = await globex.org(office);
    if (before === undefined) throw new Error("globex has no org");
    const dataKeys = createDataKeys(office.store, OFFICE_WRAPPER);
    const place = { name: "weather-key", version: 1 };
    const dataKey = await dataKeys.current(before);
    const sealed = sealRecord(before, place, '{"value":"canary-key"}', dataKey);
    const { credentials, credentialGrants } = office.store.forOrg(before);
    await credentials.put({ ...place, sealed, keyVersion: dataKey.version, hint: "…key" });
    await credentialGrants.add(place, "everyone");
    const asked = await globex.say(office, "gus", `join workspace ${await codeOf(office)}`);
    expect(textOf(asked.reply)).toContain("weather-key");
    await globex.press(office, "gus", asked, "Join");
    const after = await acme.org(office);
    if (after === undefined) throw new Error("acme has no org");
    const moved = await office.store.forOrg(after).credentials.get(place);
    if (moved === undefined) throw new Error("the credential did not come along");
    const opened = openRecord(after, moved, moved.sealed, await dataKeys.get(after, moved.keyVersion));
    expect(opened).toBe('{"value":"canary-key"}');
    expect(await office.store.forOrg(before).credentials.list()).toEqual([]);
  });

  test("the audit of the one that joined ends there and holds under its own id", async () => {
    await using office = await twoTowns();
    const before = await globex.org(office);
    const asked = await globex.say(office, "gus", `join workspace ${await codeOf(office)}`);
    await globex.press(office, "gus", asked, "Join");
    if (before === undefined) throw new Error("globex has no org");
    const rows = await office.store.forOrg(before).auditTrail.find({ limit: 50 });
    expect(JSON.stringify(rows)).toContain("org.linked");
    const key = deriveKey(Buffer.alloc(32, 7), "audit");
    const audit = createAudit({ store: office.store, key, clock: () => office.now() });
    const signal = new AbortController().signal;
    expect(await audit.verify(before, signal)).toMatchObject({ intact: true, entries: rows.length });
    const after = await acme.org(office);
    if (after === undefined || after === before) throw new Error("they have not become one");
    expect(await audit.verify(after, signal)).toMatchObject({ intact: true });
  });

  test("what waited there is withdrawn, and nothing is done", async () => {
    await using office = await twoTowns();
    const card = await globex.say(office, "hal", ASK);
    const asked = await globex.say(office, "gus", `join workspace ${await codeOf(office)}`);
    await globex.press(office, "gus", asked, "Join");
    const org = await acme.org(office);
    if (org === undefined) throw new Error("acme has no org");
    const [gate] = await office.store.forOrg(org).gates.page({ limit: 1 });
    expect(gate?.state).toBe("withdrawn");
    expect(isClosed(card.reply)).toBe(false);
    expect(office.effects).toEqual([]);
  });

  test("hooks there end, and whoever set one up is told", async () => {
    await using office = await twoTowns();
    for (const [code, name, title] of [
      ["7F3K", "gus", "GitHub"],
      ["7F3M", "hal", "Backups"],
    ] as const) {
      const actor = testActor("globex", name);
      const { org, person } = await office.store.people.identify(actor);
      const place: Conversation = {
        key: ConversationKey.parse(`test:globex:${name}`),
        platform: "test",
        tenantId: "globex",
        channelId: `dm-${name}`,
        kind: "dm",
        audience: "just_me",
      };
      const task = { do: "tell", format: "any" } as const;
      const plan = { title, scheme: "standard", task, actor, place } as const;
      await office.store.forOrg(org).hooks.put({ id: newId(HookId), person, code, plan }, NO_SECRET);
    }
    const asked = await globex.say(office, "gus", `join workspace ${await codeOf(office)}`);
    expect(textOf(asked.reply)).toContain("2; they end, and whoever set one up is told");
    const done = await globex.press(office, "gus", asked, "Join");
    expect(done.reply.summary).toContain("These hooks have ended: “GitHub”, “Backups”. Set each up again");
    const told = await vi.waitUntil(
      () => office.door.shown.find(({ conversation }) => conversation.channelId === "dm-hal"),
      PATIENCE,
    );
    expect(told.reply.summary).toContain("these hooks of yours have ended with it: “Backups”.");
    expect(office.door.shown.some(({ conversation }) => conversation.channelId === "dm-gus")).toBe(false);
  });

  test("a code is the first org's that enters it, works once, and only for owners", async () => {
    await using office = await twoTowns();
    const third = town("initech");
    await third.own(office, "peter");
    const code = await codeOf(office);
    expect(textOf((await globex.say(office, "hal", `join workspace ${code}`)).reply)).toContain("Only owners can");
    await globex.say(office, "gus", `join workspace ${code}`);
    expect(textOf((await third.say(office, "peter", `join workspace ${code}`)).reply)).toContain("not known, was used");
    expect(textOf((await acme.say(office, "ada", `join workspace ${code}`)).reply)).toContain("not known");
  });

  test("a code is too old after ten minutes, and made by nobody who is no owner any more", async () => {
    await using office = await twoTowns();
    const code = await codeOf(office);
    const asked = await globex.say(office, "gus", `join workspace ${code}`);
    await acme.own(office, "bob");
    await acme.say(office, "bob", "make ada viewer");
    expect(textOf((await globex.press(office, "gus", asked, "Join")).reply)).not.toContain("is part of the other now");
    office.wait(11 * 60_000);
    const late = await globex.say(office, "gus", "join these workspaces for good");
    expect(textOf(late.reply)).toContain("No code has been entered");
  });
});

describe("two workspaces in one NEXUS", () => {
  test("whatever is said in them, in any order, neither is ever shown a word or a name of the other", async () => {
    await using office = await twoTowns();
    const towns = [
      { tenant: "acme", town: acme, people: ["ada", "barnaby"], canary: "walrus-of-acme" },
      { tenant: "globex", town: globex, people: ["gus", "hyacinth"], canary: "narwhal-of-globex" },
    ] as const;
    // By the numbers of their people: a name that somebody typed themselves they would be shown again.
    const strangers: Record<string, string> = {};
    for (const { tenant, people } of towns) {
      strangers[tenant] = (await office.store.people.identify(testActor(tenant, people[1]))).person;
    }
    const said = (canary: string, other: string): readonly string[] => [
      `remember ${canary}`,
      `${ASK} ${canary}`,
      `forget @${other}`,
      "help",
      "modules",
      "roles",
      "why",
      "status",
      "usage",
      "audit",
      "my data",
      "keys",
      "approvals",
      "whoami",
      "policy",
      "credentials",
      "audit verify",
      "who approved this",
      "join workspaces",
    ];
    const steps = fc.sample(fc.record({ town: fc.nat(1), person: fc.nat(1), words: fc.nat(18) }), {
      numRuns: 60,
      seed: 11,
    });
    for (const step of steps) {
      const here = towns[step.town === 0 ? 0 : 1];
      const there = towns[step.town === 0 ? 1 : 0];
      const words = said(here.canary, strangers[there.tenant] ?? "")[step.words] ?? "help";
      await here.town.say(office, here.people[step.person === 0 ? 0 : 1], words);
    }
    expect(office.door.shown.length).toBeGreaterThanOrEqual(60);
    const strayed = office.door.shown.flatMap(({ conversation, reply }) => {
      const other = towns.find(({ tenant }) => tenant !== conversation.tenantId);
      const text = JSON.stringify(reply);
      const names = [other?.canary ?? "", ...(other?.people ?? [])];
      return names.filter((name) => new RegExp(`\\b${name}\\b`).test(text)).map((name) => `${name} in ${text}`);
    });
    expect(strayed).toEqual([]);
  });
});
