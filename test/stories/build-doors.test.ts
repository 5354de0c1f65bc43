import { expect, test, vi } from "vitest";
import { ROTA_DOCUMENT, ROTA_HOST, startRota } from "#test/platforms/rota.ts";
import { openDiscordHouse } from "./discord-house.ts";
import { ADA, BEN, CYD, labelsIn, live, OPS, wordsOf } from "./slack-house.ts";

vi.setConfig({ testTimeout: 300_000 });
const SOON = { timeout: 150_000, interval: 50 };
const WISH = `build me a module for ${ROTA_DOCUMENT} that says who is on call`;

test("J2 in Slack: one message is the checklist from its first line to its last, and who may not build is told who may", async () => {
  await using rota = await startRota();
  await live(
    async (house) => {
      await house.linkAda();
      const refused = await house.ask(CYD, OPS, WISH);
      expect(refused.replies[0]?.text).toContain("Only operators, admins and owners can have modules built.");
      const asked = await house.ask(ADA, OPS, WISH);
      const [card] = asked.replies;
      if (card === undefined) throw new Error("there is no checklist");
      expect(labelsIn(card)).toEqual(["Stop"]);
      const done = await vi.waitUntil(
        () =>
          house.said(OPS).find((message) => message.ts === card.ts && wordsOf(message).includes("waits for approval")),
        SOON,
      );
      expect(wordsOf(done)).toMatch(/18 of 18 tests passed|(\d+) of \1 tests passed/);
      expect(done.threadTs).toBe(card.threadTs);
      const gate = await vi.waitUntil(
        () => house.said(OPS).find((message) => labelsIn(message).includes("Approve")),
        SOON,
      );
      expect(wordsOf(gate)).toContain("api.rota.example");
      const checklists = house.said(OPS).filter((message) => wordsOf(message).includes("Check in the sandbox"));
      expect(checklists).toHaveLength(1);
      // Ben may not stop what he may not begin.
      expect(BEN).not.toBe(ADA);
    },
    { vendors: { [ROTA_HOST]: rota } },
  );
});

test("J2 in Discord: the checklist is redrawn in place, and Stop ends it", async () => {
  await using rota = await startRota();
  await using town = await openDiscordHouse({ vendors: { [ROTA_HOST]: rota } });
  await town.linkAda();
  const [card] = await town.ask(town.ada, town.general, WISH);
  if (card === undefined) throw new Error("there is no checklist");
  const done = await vi.waitUntil(() => {
    const now = town.now(card);
    return now.text.includes("waits for approval") && now;
  }, SOON);
  expect(done.text).toContain("✓ **Read**");
  const other = await town.answer(
    town.ada,
    town.general,
    `build a module for ${ROTA_DOCUMENT} that lists all schedules`,
  );
  await town.press(town.ada, other, "Stop");
  await vi.waitUntil(() => town.now(other).text.includes("was stopped"), SOON);
  expect(town.faults()).toEqual([]);
});
