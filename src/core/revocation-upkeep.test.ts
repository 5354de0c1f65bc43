import { expect, test } from "vitest";
import type { Inbound } from "#core/contract/message.ts";
import type { Sha256 } from "#core/contract/ids.ts";
import { openInstallHouse } from "#test/install-kit.ts";
import { testActor, testConversation } from "#test/platforms/test-message.ts";
import { SILENT } from "#test/silent-log.ts";
import { createRevocationUpkeep } from "./revocation-upkeep.ts";

const never = new AbortController().signal;

async function open() {
  const house = await openInstallHouse();
  const told: Inbound[] = [];
  const taken = new Map<Sha256, string>();
  const admin = { actor: testActor("acme", "ada"), conversation: testConversation("acme", "admins") };
  const upkeep = createRevocationUpkeep({
    ...house,
    indexes: { revoked: async () => taken },
    metering: { adminPlaces: async () => [admin] },
    receive: async (_, inbound) => void told.push(inbound),
    clock: () => new Date(),
    log: SILENT,
  });
  return { house, taken, told, look: () => upkeep.look(never) };
}

test("LIF-006: what an index takes back stops here, the version before comes back, and admins hear of it once", async () => {
  const { house, taken, told, look } = await open();
  await using _ = house;
  await house.install();
  house.wait(60_000);
  const bad = await house.install({ version: "1.1.0" });
  await look();
  expect(house.live()).toEqual(["deploy-notes 1.1.0"]);
  taken.set(bad.sha256, "answers for the wrong week");
  await look();
  expect(house.live()).toEqual(["deploy-notes 1.0.0"]);
  await look();
  expect(told).toMatchObject([{ kind: "due", what: "module_revoked", id: bad.sha256 }]);
  await expect(house.installer.plan(house.org, bad.sha256)).rejects.toMatchObject({ code: "bundle_revoked" });
});

test("LIF-002: what was taken back while an older version ran cannot come back, and nobody is bothered", async () => {
  const { house, taken, told, look } = await open();
  await using _ = house;
  const bad = await house.install();
  house.wait(60_000);
  await house.install({ version: "1.1.0" });
  taken.set(bad.sha256, "leaks");
  await look();
  expect(house.live()).toEqual(["deploy-notes 1.1.0"]);
  expect(told).toEqual([]);
  await expect(house.installer.plan(house.org, bad.sha256)).rejects.toMatchObject({ code: "bundle_revoked" });
});
