import { expect, test } from "vitest";
import { createOrgMoves, type OrgMoves } from "#core/backup/move-org.ts";
import { digestEntries } from "#core/contract/bundle.ts";
import { ModuleName } from "#core/contract/ids.ts";
import { packKept } from "#cli/pack-kept.ts";
import { readPack } from "#sandbox/bundle/pack.ts";
import { openBuilds } from "#test/build-kit.ts";
import { silent } from "#test/delivery-kit.ts";
import { idleSandbox, type InstallHouse, openInstallHouse } from "#test/install-kit.ts";
import { testActor, testConversation } from "#test/platforms/test-message.ts";
import { openImported } from "./open-imported.ts";

const NOTES = ModuleName.parse("deploy-notes");
const BY = { kind: "system", id: "a test" } as const;

function movesOf(house: InstallHouse, key: number): OrgMoves {
  const { store, audit } = house;
  return createOrgMoves({
    store,
    audit,
    masterKey: Buffer.alloc(32, key),
    version: "1",
    pack: packKept,
    clock: () => house.now(),
  });
}

test("installed modules move with their org as exact bytes, and are asked about where they arrive", async () => {
  await using there = await openInstallHouse();
  const { sha256 } = await there.install();
  await there.make(await there.installer.pin(there.org, NOTES, true, there.ada));
  const exported = await movesOf(there, 1).exportOrg(there.org, BY);

  const [said] = await there.audit.read(there.org, { act: "module.exported", limit: 5 });
  expect(said?.subject).toEqual({ kind: "module", id: NOTES, sha256 });

  await using here = await openInstallHouse();
  const moves = movesOf(here, 2);
  const line = { section: "installed", key: "deploy-notes", kind: "added", to: `1.0.0, sha256 ${sha256.slice(0, 12)}` };
  expect((await moves.compare(here.org, exported.text)).changes).toMatchObject([line]);
  expect(await here.store.waitingImports.find(10)).toEqual([]);
  await moves.importOrg(here.org, exported.text, exported.fingerprint, BY);
  // An import installs nothing.
  expect(here.live()).toEqual([]);
  const [waiting] = await here.store.waitingImports.find(10);
  expect(waiting).toMatchObject({ module: NOTES, version: "1.0.0", sha256, isPinned: true });

  await using room = await openBuilds({ sandbox: idleSandbox(), store: here.store });
  const place = { actor: testActor("acme", "ada"), conversation: testConversation("acme", "general") };
  const deps = { store: here.store, builds: room.builds, log: silent };
  await openImported({ ...deps, adminPlaces: () => Promise.resolve([]) });
  expect(await room.builds.list(here.org, { limit: 10 })).toEqual([]);
  await openImported({ ...deps, adminPlaces: () => Promise.resolve([place]) });
  await openImported({ ...deps, adminPlaces: () => Promise.resolve([place]) });
  const builds = await room.builds.list(here.org, { limit: 10 });
  expect(builds).toMatchObject([
    { author: here.ada, source: { kind: "pack", name: "deploy-notes-1.0.0.nexus-module" } },
  ]);
  const { entries } = await readPack(Buffer.from(waiting?.pack ?? "", "base64"));
  expect(digestEntries(entries)).toBe(sha256);

  // Once people have approved it, it is what it was there, and is kept at its version as it was there.
  await here.install();
  expect(here.live()).toEqual(["deploy-notes 1.0.0"]);
  expect(await here.installer.versions(here.org, NOTES)).toMatchObject([{ sha256, isPinned: true }]);
  expect(await here.store.waitingImports.find(10)).toEqual([]);
  expect((await moves.compare(here.org, exported.text)).changes).toEqual([]);
});

test("a module that was altered on disk is not exported as if it were the one that was approved", async () => {
  await using house = await openInstallHouse();
  const { sha256 } = await house.install();
  const { moduleBundles } = house.store.forOrg(house.org);
  const kept = await moduleBundles.get(sha256);
  if (kept !== undefined) await moduleBundles.put({ ...kept, entries: Buffer.concat([kept.entries, Buffer.alloc(1)]) });
  await expect(movesOf(house, 1).exportOrg(house.org, BY)).rejects.toMatchObject({ code: "bundle_changed" });
});
