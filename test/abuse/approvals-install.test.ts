import { describe, expect, test, vi } from "vitest";
import type { Outbound } from "#core/contract/door.ts";
import { ModuleName, type Sha256 } from "#core/contract/ids.ts";
import type { Reply } from "#core/contract/reply.ts";
import type { Repositories } from "#core/store/store.ts";
import { testActor } from "#test/platforms/test-message.ts";
import { codeOf, isClosed, ONE_OPERATOR, TWO_OTHERS } from "#test/stories/approval-office.ts";
import { buttonOf, textOf } from "#test/stories/house.ts";
import { type InstallOffice, notesEntries, openInstallOffice } from "#test/stories/install-office.ts";

/** Proving a bundle takes its own time, once for each of this file. */
vi.setConfig({ testTimeout: 120_000 });

const ONE = { update: { ...ONE_OPERATOR, notAuthor: true }, install: { ...ONE_OPERATOR, notAuthor: true } };

type StoredBundle = Parameters<ReturnType<Repositories["forOrg"]>["moduleBundles"]["put"]>[0];

async function orgOf(office: InstallOffice) {
  const { org } = await office.store.people.identify(testActor("acme", "ada"));
  return office.store.forOrg(org);
}

/** Somebody presses a button of a card; resolves with what they are told for it. */
async function press(office: InstallOffice, person: string, reply: Reply, label: string): Promise<Outbound> {
  const turn = await office.pressToken(person, buttonOf(reply, label).token);
  return office.shown(({ turnId }) => turnId === turn);
}

/** Has a module asked about, and somebody tamper with it before the first press. */
async function tampered(
  office: InstallOffice,
  tamper: (sha256: Sha256) => Promise<unknown>,
): Promise<{ told: Outbound; closed: Reply }> {
  const card = await office.ask("ada");
  const live = await office.live(card);
  const [stored] = await (await orgOf(office)).moduleBundles.of(NOTES_MODULE);
  if (stored === undefined) throw new Error("nothing is kept");
  await tamper(stored.sha256);
  const told = await press(office, "bob", live, "Approve");
  return { told, closed: await office.card(card, isClosed) };
}

const NOTES_MODULE = ModuleName.parse("deploy-notes");

async function alter(office: InstallOffice, sha256: Sha256, change: (row: StoredBundle) => Partial<StoredBundle>) {
  const { moduleBundles } = await orgOf(office);
  const row = await moduleBundles.get(sha256);
  if (row === undefined) throw new Error("there is no such bundle");
  await moduleBundles.put({ ...row, ...change(row) });
}

/** The bytes with the last letter of a text in them made another. */
function flip(bytes: Uint8Array, text: string): Uint8Array {
  const at = Buffer.from(bytes).indexOf(text);
  if (at < 0) throw new Error(`there is no ${text} to flip`);
  const flipped = Uint8Array.from(bytes);
  flipped[at + text.length - 1] = (flipped[at + text.length - 1] ?? 0) ^ 1;
  return flipped;
}

describe("a module is installed", () => {
  test("APV-000, APV-012, APV-017: by enough people, once, however often the old button is pressed", async () => {
    await using office = await openInstallOffice({ policies: ONE });
    const card = await office.ask("ada");
    const live = await office.live(card);
    await office.pressToken("bob", buttonOf(live, "Approve").token);
    await office.card(card, isClosed);
    expect(await office.version()).toBe("1.0.0");
    const again = await press(office, "cleo", live, "Approve");
    expect(textOf(again.reply)).toContain("gate_closed");
    const history = await (await orgOf(office)).moduleInstalls.history(NOTES_MODULE);
    expect(history).toHaveLength(1);
  });

  test("APV-013, APV-014: not by one person twice, where it takes two", async () => {
    await using office = await openInstallOffice();
    const card = await office.ask("ada");
    const live = await office.live(card);
    const token = buttonOf(live, "Approve").token;
    const turns = await Promise.all(Array.from({ length: 5 }, () => office.pressToken("bob", token)));
    await office.card(card, (reply) => textOf(reply).includes("1 of 2"));
    await Promise.all(turns.map((turn) => office.shown(({ turnId }) => turnId === turn)));
    const [gate] = await (await orgOf(office)).gates.open();
    expect(gate?.votes).toHaveLength(1);
    expect(await office.version()).toBeUndefined();
  });

  test("by fifty people who press at once: one decision, one installation", async () => {
    await using office = await openInstallOffice({ policies: ONE });
    const people = Array.from({ length: 50 }, (_, at) => `operator${at}`);
    for (const person of people) await office.give(person, "operator");
    const card = await office.ask("ada");
    const token = buttonOf(await office.live(card), "Approve").token;
    await Promise.all(people.map((person) => office.pressToken(person, token)));
    await office.card(card, isClosed);
    const org = await orgOf(office);
    const [decided] = await org.gates.page({ limit: 1 });
    expect(decided?.votes).toHaveLength(1);
    expect(await org.moduleInstalls.history(NOTES_MODULE)).toHaveLength(1);
  });
});

describe("whoever has a part in it", () => {
  test("APV-005, APV-006: does not approve it: neither who asked, nor who edited it, nor who sent it back with words", async () => {
    await using office = await openInstallOffice({ policies: ONE });
    const card = await office.ask("ada", { contributors: ["bob", "cleo"] });
    const live = await office.live(card);
    for (const person of ["ada", "bob", "cleo"]) {
      expect(textOf((await press(office, person, live, "Approve")).reply)).toContain("others must approve it");
      await office.say(person, `approve ${codeOf({ ...card, reply: live })}`);
    }
    expect(await office.version()).toBeUndefined();
    await office.pressToken("dan", buttonOf(live, "Approve").token);
    await office.card(card, isClosed);
    expect(await office.version()).toBe("1.0.0");
  });

  test("APV-005, APV-013: does not approve it by another name of theirs either, nor is anybody two by having two", async () => {
    await using office = await openInstallOffice();
    const { org } = await office.store.people.identify(testActor("acme", "ada"));
    for (const person of ["ada-at-home", "bob-at-home"]) await office.give(person, "operator");
    for (const person of ["ada", "bob"]) {
      const [one, other] = [await office.idOf(person), await office.idOf(`${person}-at-home`)];
      await office.store.people.link({ org, person: one }, { org, person: other });
    }
    const card = await office.ask("ada");
    const live = await office.live(card);
    expect(textOf((await press(office, "ada-at-home", live, "Approve")).reply)).toContain("others must approve it");
    await office.pressToken("bob", buttonOf(live, "Approve").token);
    await office.card(card, (reply) => textOf(reply).includes("1 of 2"));
    await press(office, "bob-at-home", live, "Approve");
    expect(await office.version()).toBeUndefined();
    await office.pressToken("cleo", buttonOf(live, "Approve").token);
    await office.card(card, isClosed);
    expect(await office.version()).toBe("1.0.0");
  });

  test("APV-008, APV-011, APV-034: a role that does not decide, or silence until the time is over, is no yes", async () => {
    await using office = await openInstallOffice({ policies: ONE });
    const card = await office.ask("ada");
    const live = await office.live(card);
    expect(textOf((await press(office, "vic", live, "Approve")).reply)).toContain("not_allowed");
    office.wait((ONE_OPERATOR.expiresAfterMinutes + 1) * 60_000);
    expect(textOf((await press(office, "bob", live, "Approve")).reply)).toContain("The time for this is over");
    expect(await office.version()).toBeUndefined();
  });
});

describe("what was changed between the card and the click is not installed:", () => {
  test("APV-016, APV-033: a byte of its code, of what runs, of its manifest or of its report", async () => {
    const changes: Record<string, (row: StoredBundle) => Partial<StoredBundle>> = {
      code: ({ entries }) => ({ entries: flip(entries, "v1/notes") }),
      "what runs": ({ compiled }) => ({ compiled: flip(compiled, "v1/notes") }),
      manifest: ({ entries }) => ({ entries: flip(entries, "notes.example.com") }),
      report: ({ reportText }) => ({ reportText: reportText.replace('"passed":2', '"passed":3') }),
    };
    for (const [what, change] of Object.entries(changes)) {
      await using office = await openInstallOffice({ policies: ONE });
      const { told, closed } = await tampered(office, (sha256) => alter(office, sha256, change));
      expect([what, textOf(told.reply)]).toEqual([what, expect.stringContaining("gate_changed")]);
      expect(closed.summary).toContain("Superseded");
      expect([what, await office.version()]).toEqual([what, undefined]);
    }
  });

  test("APV-021: a report that says it failed", async () => {
    await using office = await openInstallOffice({ policies: ONE });
    const { told } = await tampered(office, (sha256) =>
      alter(office, sha256, ({ reportText }) => ({ reportText: reportText.replace('"ok":true', '"ok":false') })),
    );
    expect(textOf(told.reply)).toContain("gate_changed");
    expect(await office.version()).toBeUndefined();
  });

  test("APV-019, APV-032: the version it would take the place of; a new card shows what changes now", async () => {
    await using office = await openInstallOffice({ policies: ONE });
    const card = await office.ask("ada", { entries: notesEntries("1.1.0") });
    const live = await office.live(card);
    // Another version comes in between, by a way that leaves this request open.
    const org = await orgOf(office);
    const { sha256 } = await office.stage("ada");
    const activation = "018f0000-0000-7000-8000-000000000001";
    await org.moduleInstalls.activate({
      id: activation,
      module: NOTES_MODULE,
      to: { sha256, version: "1.0.0" },
      was: undefined,
      reason: "approved",
      approvedBy: [],
      lock: {},
    });
    const told = await press(office, "bob", live, "Approve");
    expect(textOf(told.reply)).toContain("another version of the module was put in place since");
    const newer = await office.shown(
      ({ reply, edits }) => edits === undefined && reply.summary.includes("1.0.0 → 1.1.0"),
    );
    expect(newer.reply.card?.state).toBe("open");
    expect(await office.version()).toBe("1.0.0");
  });

  test("APV-020: rules that were tightened meanwhile, also those of solo mode", async () => {
    await using office = await openInstallOffice({ policies: ONE });
    const card = await office.ask("ada");
    const live = await office.live(card);
    await office.restart({ policies: { install: TWO_OTHERS, update: TWO_OTHERS } });
    expect(textOf((await press(office, "bob", live, "Approve")).reply)).toContain("gate_changed");
    await office.say("olga", "solo on");
    const second = await office.ask("ada");
    const solo = await office.live(second);
    expect(textOf(solo)).toContain("Solo mode: whoever asked may approve this alone.");
    await office.say("olga", "solo off");
    expect(textOf((await press(office, "ada", solo, "Approve")).reply)).toContain("others must approve it");
    expect(await office.version()).toBeUndefined();
  });

  test("APV-015: a module that was sent back is not approved by an old button", async () => {
    await using office = await openInstallOffice({ policies: ONE });
    const card = await office.ask("ada");
    const live = await office.live(card);
    await office.say("bob", `reject ${codeOf({ ...card, reply: live })}`);
    await office.card(card, isClosed);
    expect(textOf((await press(office, "cleo", live, "Approve")).reply)).toContain("gate_closed");
    expect(await office.version()).toBeUndefined();
  });
});
