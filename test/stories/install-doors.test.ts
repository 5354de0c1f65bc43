import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { Actor, Platform } from "#core/contract/message.ts";
import { localOwner } from "#core/auth/local-owner.ts";
import { openStore } from "#core/store/store.ts";
import { openEffectsWorld } from "#test/drills/effects-world.ts";
import { type House, labelsOf, openHouse, textOf } from "./house.ts";
import { haveAsked, NOTES, notesEntries, stageReady } from "./install-office.ts";
import { ADA, BEN, CYD, DM, labelsIn, live, OPS, wordsOf } from "./slack-house.ts";
import { labelsOf as labelsOn, openDiscordHouse, PATIENCE } from "./discord-house.ts";

/** Proving a bundle takes its own time. */
vi.setConfig({ testTimeout: 120_000 });

/** Has a version of the module asked about where approvals are decided in that house, as if it had just been built. */
async function haveBuilt(house: House, platform: Platform, person: Pick<Actor, "id" | "displayName">, version: string) {
  await using store = await openStore(join(house.dataDir, "nexus.db"), { clock: () => house.now() });
  const place = await vi.waitUntil(async () => {
    // At the terminal nothing may have been audited yet; elsewhere somebody was given a role.
    const orgs =
      platform === "console" ? [(await store.people.identify(localOwner())).org] : await store.auditedOrgs.all();
    const channels = orgs.map((org) => store.forOrg(org).gates.channel());
    return (await Promise.all(channels)).find((channel) => channel?.platform === platform);
  }, PATIENCE);
  const { tenantId } = place;
  const { id, displayName } = person;
  const actor: Actor = { platform, tenantId, id, displayName, affiliation: "member", platformRoleIds: [] };
  const { build } = await stageReady(store, actor, { entries: notesEntries(version), place });
  await haveAsked(store, actor, { build, place, now: house.now() });
}

describe("a module is installed and taken back", () => {
  test("J3: in Slack, with its source as files, a card that becomes live, and an undo that says first what it does", async () => {
    using world = await openEffectsWorld(() => undefined);
    await live(
      async (town) => {
        const { house } = town;
        await town.linkAda();
        for (const person of [BEN, CYD]) await town.ask(person, DM[person === BEN ? BEN : CYD], "whoami");
        for (const name of ["Ben", "Cyd"]) await town.ask(ADA, DM[ADA], `make ${name} operator`);
        await town.ask(ADA, OPS, "approvals here");
        await haveBuilt(house, "slack", { id: BEN, displayName: "Ben" }, "1.0.0");
        const card = await town.shown(OPS, (message) => labelsIn(message).includes("Approve"));
        expect(card.text).toContain("Install Deploy Notes 1.0.0: notes.example.com, reads only");
        expect(wordsOf(card)).toContain("GET notes.example.com/v1/");
        const source = await town.uploaded("deploy-notes-1.0.0-source.txt");
        expect(source.content.toString()).toContain("nexus.fetch(");
        await town.press(BEN, OPS, card, "Approve");
        expect((await town.whispered(BEN, () => true)).text).toContain("others must approve it");
        await town.press(CYD, OPS, card, "Approve");
        await town.shown(OPS, (message) => wordsOf(message).includes("1 of 2"));
        await town.press(ADA, OPS, card, "Approve");
        const done = await town.shown(
          OPS,
          (message) => message.ts === card.ts && wordsOf(message).includes("Installed by"),
        );
        expect(wordsOf(done)).toContain("Installed by Cyd and Ada");
        expect(labelsIn(done)).toEqual(["Undo"]);
        const { replies } = await town.ask(BEN, OPS, NOTES);
        expect(replies[0]?.text).toContain("as 1.0.0 tells them");
        await town.press(CYD, OPS, done, "Undo");
        const preview = await town.whispered(CYD, ({ text }) => text.includes("1.0.0 goes"));
        await town.press(CYD, OPS, preview, "Undo");
        await town.shown(OPS, ({ text }) => text.includes("Done. deploy-notes is gone."));
      },
      { vendors: { "notes.example.com": world } },
    );
  });

  test("J3: in Discord, the same", async () => {
    using world = await openEffectsWorld(() => undefined);
    await using town = await openDiscordHouse({ vendors: { "notes.example.com": world } });
    const { house, ada, ben, cyd, general } = town;
    await town.linkAda();
    for (const person of [ben, cyd]) await town.slash(person, general, "whoami");
    for (const name of ["Ben", "Cyd"]) await town.ask(ada, town.dm(ada), `make ${name} operator`);
    await town.ask(ada, general, "approvals here");
    await haveBuilt(house, "discord", { id: ben, displayName: "Ben" }, "1.0.0");
    const card = await town.seen(general, (message) => labelsOn(message).includes("Approve"));
    expect(card.text).toContain("GET notes.example.com/v1/");
    await town.press(ben, card, "Approve");
    await town.whispered(ben, ({ text }) => text.includes("others must approve it"));
    await town.press(cyd, card, "Approve");
    await vi.waitUntil(() => town.now(card).text.includes("1 of 2"), PATIENCE);
    await town.press(ada, town.now(card), "Approve");
    await vi.waitUntil(() => town.now(card).text.includes("Installed by Cyd and Ada"), PATIENCE);
    await town.press(cyd, town.now(card), "Undo");
    const preview = await town.whispered(cyd, ({ text }) => text.includes("1.0.0 goes"));
    await town.press(cyd, preview, "Undo");
    await town.seen(general, ({ text }) => text.includes("Done. deploy-notes is gone."));
    expect(town.faults()).toEqual([]);
  });

  test("J3: at the terminal, alone, in solo mode: the card says how before, and that it is so after", async () => {
    using world = await openEffectsWorld(() => undefined);
    await using house = await openHouse({ vendors: { "notes.example.com": world } });
    await house.say("approvals here");
    await haveBuilt(house, "console", localOwner(), "1.0.0");
    const card = await vi.waitUntil(
      () => house.terminal.shown().find(({ reply }) => labelsOf(reply).includes("Approve"))?.reply,
      PATIENCE,
    );
    expect(textOf(card)).toContain("`solo on`");
    const refused = await house.press(card, "Approve");
    expect(textOf(refused)).toContain("others must approve it");
    await house.say("solo on");
    await house.press(card, "Approve");
    expect((await house.say(NOTES)).summary).toContain("as 1.0.0 tells them");
    const preview = await house.say("undo deploy-notes");
    expect(textOf(preview)).toContain("1.0.0 goes");
    expect((await house.press(preview, "Undo")).summary).toContain("deploy-notes is gone");
  });
});
