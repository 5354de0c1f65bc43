import { describe, expect, test, vi } from "vitest";
import type { Reply } from "#core/contract/reply.ts";
import { codeOf, isClosed, room } from "./approval-office.ts";
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

  test("shows what the model worried about that read it, a few lines as data, and all of it in a file", async () => {
    await using office = await openInstallOffice();
    const concerns = [
      "It keeps nothing\u202e of <@U1> @everyone.",
      `It [reads](https://evil.example) ${"on and on ".repeat(40)}`,
      "Third.",
      "Fourth.",
    ];
    const review = { by: "anthropic/two", concerns, isRewritten: true };
    const card = await office.ask("ada", {
      change: { provenance: { from: "build", build: "b", wrote: "model", model: "openai/one", review } },
    });
    const live = await office.live(card);
    const at = live.parts.findIndex((part) => part.type === "context" && part.markdown.startsWith("The reviewer"));
    expect(live.parts[at]).toEqual({
      type: "context",
      markdown: "The reviewer, anthropic/two, before it was written anew, was worried about (not checked):",
    });
    const code = live.parts[at + 1];
    const lines = code?.type === "code" ? code.text.split("\n") : [];
    expect(lines).toHaveLength(4);
    expect(lines.every((line) => line.length < 200)).toBe(true);
    expect(lines.at(-1)).toBe("… and 1 more in review.txt");
    expect(lines.join()).not.toMatch(/\u202e|<@|@everyone|\]\(/);
    expect(textOf(live)).toContain("anthropic/two read it and had 4 concerns, so it was written anew");
    const before = office.door.shown.slice(
      0,
      office.door.shown.findIndex(({ id }) => id === card.id),
    );
    const files = before.find(({ reply }) => reply.attaches !== undefined)?.reply.parts ?? [];
    const file = files.find((part) => part.type === "file" && part.name.endsWith("review.txt"));
    expect(file?.type === "file" && file.text).toContain("- Fourth.\n");
    const { org } = await office.store.people.identify(card.actor);
    const [build] = await office.store.forOrg(org).builds.page({ limit: 1 });
    const shown = await office.say("bob", `build ${build?.code ?? ""}`);
    expect(textOf(shown.reply)).toContain("was worried about this, which nobody has checked");
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

describe("what whoever asked for a module says when they turn it down", () => {
  test.each([
    ["where others decide", []],
    ["where they may decide alone", ["solo on"]],
  ])("is built with, %s", async (_where, before) => {
    await using office = await openInstallOffice();
    for (const words of before) await office.say("olga", words);
    const card = await office.ask("ada");
    const reply = await office.live(card);
    await office.say("ada", `reject ${codeOf({ ...card, reply })} because use the schedule names, not ids`);
    expect(textOf(await office.card(card, isClosed))).toContain("use the schedule names, not ids");
    await office.shown((one) => one.reply.summary.includes("I build it anew with that"));
    const { org } = await office.store.people.identify(card.actor);
    const [build] = await office.store.forOrg(org).builds.page({ limit: 1 });
    const feedback = build && (await office.store.forOrg(org).buildPapers.feedback(build.id));
    expect(feedback?.map(({ words }) => words)).toEqual(["use the schedule names, not ids"]);
  });

  test("and nothing else ends the request, and leaves a draft", async () => {
    await using office = await openInstallOffice();
    const card = await office.ask("ada");
    const reply = await office.live(card);
    await office.say("ada", `reject ${codeOf({ ...card, reply })}`);
    expect(textOf(await office.card(card, isClosed))).toContain("Withdrawn");
    const { org } = await office.store.people.identify(card.actor);
    const [build] = await office.store.forOrg(org).builds.page({ limit: 1 });
    expect(build?.state).toBe("ready");
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
    const what = await office.say("cleo", "undo deploy-notes");
    expect(what.reply.summary).toBe("deploy-notes: it was taken away, and comes back as 1.0.0.");
    expect(textOf(what.reply)).toMatch(/bob uninstalled 1\.0\.0 on \uE000\d+:date_time\uE001/);
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
    const { reply } = await office.say("bob", "undo deploy-notes");
    expect(reply.summary).toMatch(
      /^deploy-notes is not here any more: olga revoked 1\.0\.0 on .+\. I cannot put it back\./,
    );
    expect(reply.summary).toContain("it leaks");
    expect(textOf(reply)).toContain("`versions deploy-notes`");
    expect(labelsOf(reply)).toEqual([]);
  });

  test("a module whose name is a plain word is known after it is gone, and one that never was is not", async () => {
    await using office = await openInstallOffice();
    const entries = notesEntries("1.0.0", { manifest: { name: "jotter", title: "Jotter" } });
    const card = await office.ask("ada", { entries });
    const live = await office.live(card);
    for (const person of ["bob", "cleo"]) await office.pressToken(person, token(live, "Approve"));
    await office.card(card, isClosed);
    const preview = await office.say("bob", "undo jotter");
    expect(preview.reply.summary).toBe("jotter: 1.0.0 goes: there was none before it.");
    await office.press("bob", preview, "Undo");
    await office.shown(({ reply }) => reply.summary === "Done. jotter is gone.");
    const gone = await office.say("cleo", "Undo jotter!");
    expect(textOf(gone.reply)).toContain("bob undid the installation of 1.0.0");
    expect(labelsOf(gone.reply)).toEqual(["Undo"]);
    expect(textOf((await office.say("cleo", "versions jotter")).reply)).toContain("jotter is not here now.");
    const never = await office.say("cleo", "undo sales-report");
    expect(never.reply.summary).toBe("No module called sales-report was ever installed here.");
    expect((await office.say("cleo", "undo jotters")).reply.summary).not.toContain("installed here");
  });

  test("where a channel lets no modules be installed none is undone, pinned, revoked or taken away, by word or by button", async () => {
    await using office = await openInstallOffice();
    await install(office, "1.0.0");
    await install(office, "1.1.0", ["bob"]);
    const before = await office.say("bob", "undo deploy-notes");
    const taking = await office.say("bob", "uninstall deploy-notes");
    const revoking = await office.say("olga", "revoke deploy-notes 1.1.0");
    await office.say("olga", "policy installs off");
    const words = ["undo", "pin", "unpin", "uninstall"].map((verb) => `${verb} deploy-notes`);
    for (const said of [...words, "revoke deploy-notes 1.1.0"]) {
      const { reply } = await office.say("olga", said);
      expect([said, textOf(reply).includes("channel_closed"), labelsOf(reply)]).toEqual([said, true, []]);
    }
    for (const [person, shown, label] of [
      ["bob", before, "Undo"],
      ["bob", taking, "Uninstall"],
      ["olga", revoking, "Revoke"],
    ] as const) {
      const turn = await office.press(person, shown, label);
      expect(textOf((await office.shown(({ turnId }) => turnId === turn)).reply)).toContain("channel_closed");
    }
    expect(await office.version()).toBe("1.1.0");
    const { org } = await office.store.people.identify(before.actor);
    const refusals = await office.store.forOrg(org).auditTrail.find({ act: "right.refused", limit: 50 });
    expect(refusals.filter(({ entry }) => entry.includes('"because":"channel"'))).toHaveLength(8);
    // What there is may be read there all the same, and changed elsewhere.
    expect(textOf((await office.say("bob", "versions deploy-notes")).reply)).toContain("1.1.0");
    const elsewhere = room("releases");
    const undo = await office.say("bob", "undo deploy-notes", elsewhere);
    await office.press("bob", undo, "Undo", elsewhere);
    await office.shown(({ reply }) => reply.summary === "Done. deploy-notes is on 1.0.0.");
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
