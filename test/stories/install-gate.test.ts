import { describe, expect, test, vi } from "vitest";
import type { Reply } from "#core/contract/reply.ts";
import { codeOf, isClosed } from "./approval-office.ts";
import { buttonOf, labelsOf, textOf } from "./house.ts";
import { type InstallOffice, NOTES, notesEntries, openInstallOffice } from "./install-office.ts";

/** Proving a bundle takes its own time, once for each of this file. */
vi.setConfig({ testTimeout: 120_000 });

describe("a module that was built", () => {
  test("is installed once two people who had no part in it have read and approved it, and answers at once", async () => {
    await using office = await openInstallOffice();
    const card = await office.ask("ada");
    // Its source comes first; until it is there, nobody can approve.
    expect(labelsOf(card.reply)).toEqual(["Reject With Feedback", "Review Code"]);
    const at = office.door.shown.findIndex(({ id }) => id === card.id);
    const files = office.door.shown.slice(0, at).find(({ reply }) => reply.attaches !== undefined);
    expect(textOf(files?.reply ?? card.reply)).toContain("nexus.fetch(");
    const live = await office.live(card);
    expect(labelsOf(live)).toEqual(["Approve", "Reject With Feedback", "Review Code"]);
    expect(live.summary).toContain("Install Deploy Notes 1.0.0: notes.example.com, reads only");
    await office.pressToken("bob", token(live, "Approve"));
    await office.card(card, (reply) => textOf(reply).includes("1 of 2"));
    expect(await office.version()).toBeUndefined();
    await office.pressToken("cleo", token(live, "Approve"));
    const closed = await office.card(card, isClosed);
    expect(textOf(closed)).toContain("Installed by bob and cleo");
    expect(labelsOf(closed)).toEqual(["Undo"]);
    expect(await office.version()).toBe("1.0.0");
    const answer = await office.say("vic", NOTES);
    expect(answer.reply.summary).toContain("The notes, as 1.0.0 tells them.");
    const { reply } = await office.say("vic", "who approved this?");
    expect(textOf(reply)).toContain("deploy-notes 1.0.0");
    expect(textOf(reply)).toContain("bob");
  });

  test("shows on its card what the host found out: hosts, tests, mutants, egress, size and where it came from", async () => {
    await using office = await openInstallOffice();
    const live = await office.live(await office.ask("ada"));
    const text = textOf(live);
    for (const fact of [
      "GET notes.example.com/v1/",
      "2 of 2 tests passed",
      "mutants killed",
      "GET notes.example.com; nothing undeclared",
      "List notes (read)",
      "change things outside",
      "built from notes.example.com by rules, without a model",
      "the notes of our deployments",
      "sha256",
    ])
      expect(text).toContain(fact);
  });

  test("is not installed by whoever asked for it, nor by anybody whose words are in it", async () => {
    await using office = await openInstallOffice();
    const card = await office.ask("ada", { contributors: ["bob"] });
    const live = await office.live(card);
    for (const [person, why] of [
      ["ada", "You asked for this"],
      ["bob", "You have a part in this"],
      ["vic", "Only operators, admins and owners"],
    ] as const) {
      const turn = await office.pressToken(person, token(live, "Approve"));
      const told = await office.shown(({ turnId }) => turnId === turn);
      expect(textOf(told.reply)).toContain(why);
      expect(told.reply.visibility).toBe("only_actor");
    }
    expect(await office.version()).toBeUndefined();
  });

  test("is built anew with what was said when it was sent back", async () => {
    await using office = await openInstallOffice();
    const card = await office.ask("ada");
    const reply = await office.live(card);
    await office.say("bob", `reject ${codeOf({ ...card, reply })} because use the schedule names, not ids`);
    const closed = await office.card(card, isClosed);
    expect(textOf(closed)).toContain("use the schedule names, not ids");
    const told = await office.shown(({ reply }) => reply.summary.includes("I build it anew with that"));
    expect(told.reply.summary).toContain("Rejected by bob");
  });
});

describe("an update", () => {
  test("tells first what it may do that the version before could not, and takes two people when that is more", async () => {
    await using office = await openInstallOffice();
    await install(office, "1.0.0");
    const same = await office.live(await office.ask("ada", { entries: notesEntries("1.1.0") }));
    expect(same.summary).toContain("Update Deploy Notes 1.0.0 → 1.1.0: may do no more than before");
    expect(textOf(same)).toContain("0 of 1, by operators");
    const hosts = [{ host: "notes.example.com", methods: ["GET"], pathPrefixes: ["/"] }];
    const more = await office.live(
      await office.ask("ada", { entries: notesEntries("1.2.0", { manifest: { hosts } }) }),
    );
    expect(more.summary).toContain("may do more than before");
    expect(textOf(more)).toContain("reach GET notes.example.com/");
    expect(textOf(more)).toContain("0 of 2, by operators");
    const [fields] = more.parts.filter(({ type }) => type === "fields");
    expect(fields?.type === "fields" && fields.items[0]?.label).toBe("May now");
  });
});

describe("undoing", () => {
  test("says first what it would do, is done at once, and is not done twice", async () => {
    await using office = await openInstallOffice();
    await install(office, "1.0.0");
    await install(office, "1.1.0", ["bob"]);
    const [first, second] = [
      await office.say("bob", "undo deploy-notes"),
      await office.say("cleo", "undo deploy notes"),
    ];
    expect(first.reply.visibility).toBe("only_actor");
    expect(textOf(first.reply)).toContain("1.1.0 → 1.0.0");
    await office.press("bob", first, "Undo");
    await office.shown(({ reply }) => reply.summary === "Done. deploy-notes is on 1.0.0.");
    expect(await office.version()).toBe("1.0.0");
    office.wait(4_000);
    const turn = await office.press("cleo", second, "Undo");
    const late = await office.shown(({ turnId }) => turnId === turn);
    expect(late.reply.summary).toContain("Already done by bob 4 s ago");
    expect((await office.say("vic", NOTES)).reply.summary).toContain("as 1.0.0 tells them");
    const { reply } = await office.say("vic", "undo deploy-notes");
    expect(textOf(reply)).toContain("not_allowed");
  });

  test("a module can be taken away, brought back, pinned, and its versions told", async () => {
    await using office = await openInstallOffice();
    await install(office, "1.0.0");
    const asked = await office.say("bob", "uninstall deploy-notes");
    await office.press("bob", asked, "Uninstall");
    const gone = await office.shown(({ reply }) => reply.summary === "Done. deploy-notes is gone.");
    expect(await office.version()).toBeUndefined();
    const turn = await office.press("bob", gone, "Undo");
    const back = await office.shown(({ turnId }) => turnId === turn);
    await office.press("bob", back, "Undo");
    await office.shown(({ reply }) => reply.summary === "Done. deploy-notes is on 1.0.0.");
    expect(textOf((await office.say("bob", "versions deploy-notes")).reply)).toContain("1.0.0");
    expect((await office.say("olga", "pin deploy-notes")).reply.summary).toContain("stays at its version");
  });

  test("a revoked version never comes back", async () => {
    await using office = await openInstallOffice();
    await install(office, "1.0.0");
    const asked = await office.say("olga", "revoke deploy-notes 1.0.0 because it leaks");
    await office.press("olga", asked, "Revoke");
    await office.shown(({ reply }) => reply.summary.includes("never runs here again"));
    expect(await office.version()).toBeUndefined();
    expect((await office.say("vic", NOTES)).reply.summary).not.toContain("tells them");
  });
});

describe("solo mode", () => {
  test("lets whoever asks approve alone, says so on every card and in the status, and ends for what waits too", async () => {
    await using office = await openInstallOffice();
    const card = await office.ask("ada");
    await office.live(card);
    expect((await office.say("ada", "solo on")).reply.summary).not.toContain("Solo mode is on");
    await office.say("olga", "solo on");
    const solo = await office.card(card, (reply) => textOf(reply).includes("Solo mode"));
    expect(textOf(solo)).toContain("0 of 1, by operators");
    expect(textOf((await office.say("vic", "status")).reply)).toContain("solo mode");
    await office.say("olga", "solo off");
    const ended = await office.card(card, (reply) => !textOf(reply).includes("Solo mode"));
    const turn = await office.pressToken("ada", token(ended, "Approve"));
    expect(textOf((await office.shown(({ turnId }) => turnId === turn)).reply)).toContain("others must approve it");
    await office.say("olga", "solo on");
    const again = await office.card(card, (reply) => textOf(reply).includes("Solo mode"));
    await office.pressToken("ada", token(again, "Approve"));
    expect(textOf(await office.card(card, isClosed))).toContain("Installed by ada");
    const acts = await office.store.forOrg((await office.store.people.identify(card.actor)).org).auditTrail.find({
      act: "solo.switched",
      limit: 10,
    });
    expect(acts).toHaveLength(3);
  });
});

function token(reply: Reply, label: string) {
  return buttonOf(reply, label).token;
}

async function install(office: InstallOffice, version: string, by: readonly string[] = ["bob", "cleo"]) {
  const card = await office.ask("ada", { entries: notesEntries(version) });
  const live = await office.live(card);
  for (const person of by) await office.pressToken(person, token(live, "Approve"));
  await office.card(card, isClosed);
}
