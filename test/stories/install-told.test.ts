import { expect, test, vi } from "vitest";
import { newId, ProposalId } from "#core/contract/ids.ts";
import { testActor } from "#test/platforms/test-message.ts";
import { isClosed, ONE_OPERATOR, room } from "./approval-office.ts";
import { buttonOf, labelsOf, textOf } from "./house.ts";
import { type InstallOffice, NOTES, notesEntries, openInstallOffice } from "./install-office.ts";

/** Proving a bundle takes its own time. */
vi.setConfig({ testTimeout: 120_000 });

const ONE = { install: ONE_OPERATOR, update: ONE_OPERATOR };

test("whoever asked first, in vain, is answered where they asked as soon as the module is there", async () => {
  await using office = await openInstallOffice({ policies: ONE });
  const lobby = room("lobby");
  const vain = await office.say("vic", NOTES, lobby);
  expect(textOf(vain.reply)).toContain("cannot_do");
  const { org } = await office.store.people.identify(testActor("acme", "ada"));
  const own = office.store.forOrg(org);
  const id = newId(ProposalId);
  await own.proposals.add({
    id,
    code: "ACDE",
    label: "deploy notes",
    meaning: {},
    remedy: { kind: "words" },
    writes: false,
    specification: undefined,
    asks: 1,
    askers: 1,
    days: 1,
    proposedAt: office.now(),
  });
  const [unmet] = await own.unmet.list(1);
  await own.unmet.assign([unmet?.id ?? ""], id);
  office.wait(2 * 24 * 60 * 60_000);
  await install(office, "1.0.0", id);
  const told = await office.shown(({ reply }) => reply.summary.startsWith("You asked"));
  expect(told.conversation.key).toBe(lobby.key);
  expect(told.actor.id).toBe("vic");
  expect(told.reply.summary).toContain("“show the deploy notes”. New module, approved by bob.");
  expect(told.reply.summary).toContain("as 1.0.0 tells them");
  expect((await own.proposals.get(id))?.state).toBe("done");
});

test("a version that fails is taken back by itself, and a card says so with the numbers and the ways on", async () => {
  await using office = await openInstallOffice({ policies: ONE });
  await install(office, "1.0.0");
  await office.say("olga", "approvals here", room("alerts"));
  await install(office, "1.1.0", undefined, failing());
  for (let call = 0; call < 6; call++) await office.say("vic", NOTES);
  const card = await office.shown(({ reply }) => reply.summary.includes("I went back to 1.0.0"));
  expect(card.conversation.channelId).toBe("alerts");
  expect(card.reply.summary).toMatch(
    /^deploy-notes 1\.1\.0: \d of \d calls failed \(1\.0\.0: 0 of \d\)\. I went back to 1\.0\.0/,
  );
  expect(labelsOf(card.reply)).toEqual(["Keep 1.0.0", "Retry 1.1.0", "Logs"]);
  expect(await office.version()).toBe("1.0.0");
  const logs = await office.press("bob", card, "Logs");
  expect(textOf((await office.shown(({ turnId }) => turnId === logs)).reply)).toContain("The last calls of 1.1.0");
  const kept = await office.press("bob", card, "Keep 1.0.0");
  expect((await office.shown(({ turnId }) => turnId === kept)).reply.summary).toContain("stays as it is");
  const retry = await office.press("bob", card, "Retry 1.1.0");
  const preview = await office.shown(({ turnId }) => turnId === retry);
  expect(textOf(preview.reply)).toContain("1.0.0 → 1.1.0");
});

test("the one who decides is told alone which credential it needs, with a way to add it", async () => {
  await using office = await openInstallOffice({ policies: ONE });
  const credential = {
    name: "notes-token",
    title: "Notes token",
    kind: "api_key",
    host: "notes.example.com",
    header: "Authorization",
    obtainUrl: "https://notes.example.com/tokens",
  };
  const entries = notesEntries("1.0.0", { manifest: { credentials: [credential] } });
  const card = await office.ask("ada", { entries });
  const live = await office.live(card);
  expect(textOf(live)).toContain("Notes token (key), sent to notes.example.com alone, as header Authorization");
  const turn = await office.pressToken("olga", buttonOf(live, "Approve").token);
  await office.card(card, isClosed);
  const told = await office.shown(
    ({ turnId, reply }) => turnId === turn && labelsOf(reply).includes("Add the Notes Token"),
  );
  expect(told.reply.visibility).toBe("only_actor");
  expect(told.actor.id).toBe("olga");
});

/** A version that passes its tests, and fails with what the source really says. */
function failing() {
  const files = notesEntries("1.1.0");
  const code = new TextDecoder()
    .decode(files.get("module.ts"))
    .replace(
      "  return { summary:",
      '  if (answer.body === "{}") throw new Error("nothing was expected");\n  return { summary:',
    );
  const tests = new TextDecoder().decode(files.get("tests/notes.json")).replace('"body": "{}"', '"body": "[1]"');
  return notesEntries("1.1.0", { files: { "module.ts": code, "tests/notes.json": tests } });
}

async function install(office: InstallOffice, version: string, proposal?: ProposalId, entries = notesEntries(version)) {
  const card = await office.ask("ada", { entries, ...(proposal && { proposal }) });
  const live = await office.live(card);
  await office.pressToken("bob", buttonOf(live, "Approve").token, card.conversation);
  await office.card(card, isClosed);
}
