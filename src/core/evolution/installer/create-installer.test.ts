import { expect, test } from "vitest";
import { ModuleName, newId, TurnId } from "#core/contract/ids.ts";
import { candidateOf, openInstallHouse } from "#test/install-kit.ts";
import { testActor } from "#test/platforms/test-message.ts";

const NOTES = ModuleName.parse("deploy-notes");
const TOKEN = {
  name: "notes-token",
  title: "Token",
  kind: "api_key",
  host: "api.example.com",
  header: "Authorization",
  obtainUrl: "https://example.com/",
};
const HOST = { host: "api.example.com", methods: ["GET"], pathPrefixes: ["/v1/"] };
const WITH_TOKEN = { hosts: [HOST], credentials: [TOKEN] };

test("what was staged comes back byte for byte, and the same bytes twice are one", async () => {
  await using house = await openInstallHouse();
  const { installer, org, ada, bob } = house;
  const candidate = candidateOf({ contributors: [ada] });
  const first = await installer.stage(org, candidate);
  const second = await installer.stage(org, { ...candidate, contributors: [bob] });
  expect(second.sha256).toBe(first.sha256);
  expect(second.stagedAt).toEqual(first.stagedAt);
  const kept = await installer.staged(org, first.sha256);
  expect([...(kept?.entries ?? [])].map(([path, bytes]) => [path, Buffer.from(bytes).toString()])).toEqual(
    [...candidate.entries]
      .map(([path, bytes]) => [path, Buffer.from(bytes).toString()])
      .toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
  );
  expect(kept?.bundle.code).toEqual(candidate.bundle.code);
  expect(kept?.report).toEqual(candidate.report);
  // Whoever had a part in it may not approve it, whichever time it was staged.
  expect(kept?.contributors).toEqual([ada, bob]);
});

test("compiled code or a report of another bundle is not kept with it", async () => {
  await using house = await openInstallHouse();
  const mine = candidateOf();
  const other = candidateOf({ version: "1.0.1" });
  for (const mixed of [
    { ...mine, bundle: { ...mine.bundle, code: new Map([["module.ts", "export const evil = 1;"]]) } },
    { ...mine, bundle: other.bundle },
    { ...mine, report: other.report },
    { ...mine, report: { ...mine.report, hashes: { bundle: mine.report.hashes.bundle } } },
  ]) {
    await expect(house.installer.stage(house.org, mixed)).rejects.toMatchObject({ code: "bundle_changed" });
  }
});

test("an installed module is there at once, for its org alone, and the audit says who agreed", async () => {
  await using house = await openInstallHouse();
  const plan = await house.install();
  expect(house.live()).toEqual(["deploy-notes 1.0.0"]);
  expect(house.registry.houseModules().map(({ manifest }) => manifest.name)).toEqual(["weather"]);
  const [entry] = await house.store.forOrg(house.org).auditTrail.find({ act: "module.installed", limit: 10 });
  expect(JSON.parse(entry?.entry ?? "{}")).toMatchObject({
    actor: { kind: "person", id: house.bob },
    subject: { kind: "module", id: "deploy-notes", sha256: plan.sha256 },
    detail: { version: "1.0.0", approvedBy: [house.bob], lock: {} },
  });
});

test("an update says what it takes the place of and what it may do more; undone, bytes and data are as before", async () => {
  await using house = await openInstallHouse();
  const first = await house.install();
  await house.keep("notes.txt", "as 1.0.0 wrote it");
  house.wait(60_000);
  const second = await house.plan({ version: "1.1.0", changes: { hosts: [HOST] } });
  expect(second).toMatchObject({
    base: { version: "1.0.0", sha256: first.sha256 },
    permissions: { grows: true, hosts: { added: [HOST] } },
  });
  await house.make(house.installer.install(second, { approvedBy: [house.bob] }));
  await house.keep("notes.txt", "as 1.1.0 wrote it");
  await house.keep("more.txt", "only 1.1.0 knows");
  house.wait(60_000);

  const plan = await house.installer.undoPlan(house.org, NOTES);
  expect(plan).toMatchObject({
    from: { version: "1.1.0" },
    to: { version: "1.0.0", sha256: first.sha256 },
    snapshotAt: new Date("2026-11-20T15:01:00Z"),
    filesSetBack: 2,
    running: 0,
    cannotUndo: [],
  });
  await house.make(await house.installer.undo(house.org, plan, "undo", house.ada));
  expect(house.live()).toEqual(["deploy-notes 1.0.0"]);
  expect(await house.read("notes.txt")).toBe("as 1.0.0 wrote it");
  expect(await house.read("more.txt")).toBeUndefined();
  expect([...house.registry.source(house.org, NOTES).values()].join()).toContain("I looked with 1.0.0.");

  // The undoing is a change like another: undone in turn, it is as it was.
  house.wait(60_000);
  const again = await house.installer.undoPlan(house.org, NOTES);
  expect(again).toMatchObject({ from: { version: "1.0.0" }, to: { version: "1.1.0" }, filesSetBack: 2 });
  await house.make(await house.installer.undo(house.org, again, "undo", house.ada));
  expect(house.live()).toEqual(["deploy-notes 1.1.0"]);
  expect(await house.read("more.txt")).toBe("only 1.1.0 knows");
});

test("going back to a version named passes over those between, with the data it had", async () => {
  await using house = await openInstallHouse();
  const first = await house.install();
  await house.keep("notes.txt", "of 1.0.0");
  await house.install({ version: "1.1.0" });
  await house.keep("notes.txt", "of 1.1.0");
  await house.install({ version: "1.2.0" });
  const plan = await house.installer.undoPlan(house.org, NOTES, first.sha256);
  await house.make(await house.installer.undo(house.org, plan, "undo", house.ada));
  expect(house.live()).toEqual(["deploy-notes 1.0.0"]);
  expect(await house.read("notes.txt")).toBe("of 1.0.0");
  await expect(house.installer.undoPlan(house.org, NOTES, first.sha256)).rejects.toMatchObject({
    code: "nothing_to_undo",
  });
  expect((await house.installer.versions(house.org, NOTES)).map(({ version, isLive }) => [version, isLive])).toEqual([
    ["1.2.0", false],
    ["1.1.0", false],
    ["1.0.0", true],
  ]);
});

test("a module that was not there before goes when it is undone, and comes back when that is undone", async () => {
  await using house = await openInstallHouse();
  await house.install();
  await house.keep("notes.txt", "mine");
  const plan = await house.installer.undoPlan(house.org, NOTES);
  expect(plan).toMatchObject({ from: { version: "1.0.0" } });
  expect(plan.to).toBeUndefined();
  await house.make(await house.installer.undo(house.org, plan, "undo", house.ada));
  expect(house.live()).toEqual([]);
  expect(await house.read("notes.txt")).toBeUndefined();
  const back = await house.installer.undoPlan(house.org, NOTES);
  expect(back.from).toBeUndefined();
  await house.make(await house.installer.undo(house.org, back, "undo", house.ada));
  expect(house.live()).toEqual(["deploy-notes 1.0.0"]);
  expect(await house.read("notes.txt")).toBe("mine");
});

test("of two who undo at once, the second is told that it was done; nothing goes back twice", async () => {
  await using house = await openInstallHouse();
  await house.install();
  await house.install({ version: "1.1.0" });
  const plan = await house.installer.undoPlan(house.org, NOTES);
  const [one, two] = [
    await house.installer.undo(house.org, plan, "undo", house.ada),
    await house.installer.undo(house.org, plan, "undo", house.bob),
  ];
  await house.make(one);
  await expect(house.make(two)).rejects.toMatchObject({ code: "internal" });
  await expect(house.installer.undo(house.org, plan, "undo", house.bob)).rejects.toMatchObject({ code: "conflict" });
  expect(house.live()).toEqual(["deploy-notes 1.0.0"]);
});

test("data kept longer ago than thirty days stays as it is when a version goes back", async () => {
  await using house = await openInstallHouse();
  await house.install();
  await house.keep("notes.txt", "old");
  await house.install({ version: "1.1.0" });
  await house.keep("notes.txt", "new");
  house.wait(31 * 24 * 3_600_000);
  await house.store.housekeeping.sweep(house.now());
  const plan = await house.installer.undoPlan(house.org, NOTES);
  expect(plan.snapshotAt).toBeUndefined();
  await house.make(await house.installer.undo(house.org, plan, "undo", house.ada));
  expect(house.live()).toEqual(["deploy-notes 1.0.0"]);
  expect(await house.read("notes.txt")).toBe("new");
});

test("a version that is not newer, or was here with other bytes, is no update", async () => {
  await using house = await openInstallHouse();
  await house.install({ version: "1.2.0" });
  await expect(house.plan({ version: "1.1.9" })).rejects.toMatchObject({
    code: "conflict",
    say: "deploy-notes 1.2.0 is here, and 1.1.9 is not newer.",
  });
  await expect(house.plan({ version: "1.2.0" })).rejects.toMatchObject({
    code: "conflict",
    say: expect.stringMatching(/installed already/),
  });
  await expect(house.plan({ version: "1.2.0", changes: { description: "Other bytes." } })).rejects.toMatchObject({
    code: "conflict",
    say: "deploy-notes 1.2.0 was here before with other bytes.",
  });
});

test("the name of a module that came with NEXUS is taken, and that one can be neither undone nor taken away", async () => {
  await using house = await openInstallHouse();
  await expect(house.plan({ changes: { name: "weather" } })).rejects.toMatchObject({
    code: "module_invalid",
    say: "It cannot be installed: there is another module called weather.",
  });
  const weather = ModuleName.parse("weather");
  await expect(house.installer.undoPlan(house.org, weather)).rejects.toMatchObject({ code: "nothing_to_undo" });
  await expect(house.installer.uninstallPlan(house.org, weather)).rejects.toMatchObject({
    code: "module_unknown",
    say: "weather came with NEXUS: it can be switched off, not taken away.",
  });
});

test("a pinned module keeps its version until it is let go", async () => {
  await using house = await openInstallHouse();
  await house.install();
  await house.make(await house.installer.pin(house.org, NOTES, true, house.ada));
  await expect(house.plan({ version: "1.1.0" })).rejects.toMatchObject({ code: "module_pinned" });
  await expect(house.installer.undoPlan(house.org, NOTES)).rejects.toMatchObject({ code: "module_pinned" });
  expect(await house.installer.versions(house.org, NOTES)).toMatchObject([{ isPinned: true }]);
  await house.make(await house.installer.pin(house.org, NOTES, false, house.ada));
  await house.install({ version: "1.1.0" });
  expect(house.live()).toEqual(["deploy-notes 1.1.0"]);
});

test("what a module builds on must be here, is locked as it is, and cannot be taken away under it", async () => {
  await using house = await openInstallHouse();
  const reports = { name: "reports", dependencies: { "deploy-notes": "^1.0.0", weather: "2.x" } };
  await expect(house.plan({ changes: reports })).rejects.toMatchObject({ code: "dependency_missing" });
  const notes = await house.install();
  const plan = await house.install({ changes: reports });
  expect(plan.lock).toMatchObject({
    "deploy-notes": { version: "1.0.0", sha256: notes.sha256 },
    weather: { version: "2.1.0" },
  });
  await expect(house.installer.uninstallPlan(house.org, NOTES)).rejects.toMatchObject({
    code: "dependency_needed",
    say: "reports builds on deploy-notes.",
  });
  await expect(house.installer.undoPlan(house.org, NOTES)).rejects.toMatchObject({ code: "dependency_needed" });
  await expect(house.plan({ version: "2.0.0" })).rejects.toMatchObject({ code: "dependency_needed" });
});

test("what it builds on changed between plan and commit: nothing is installed", async () => {
  await using house = await openInstallHouse();
  await house.install();
  const plan = await house.plan({ changes: { name: "reports", dependencies: { "deploy-notes": "^1.0.0" } } });
  await house.install({ version: "1.1.0" });
  const change = house.installer.install(plan, { approvedBy: [house.bob] });
  await expect(house.make(change)).rejects.toMatchObject({ code: "internal" });
  expect(house.live()).toEqual(["deploy-notes 1.1.0"]);
});

test("a secret that was entered for one place is not sent to another by whoever takes its name", async () => {
  await using house = await openInstallHouse();
  const { credentials } = house.store.forOrg(house.org);
  await house.install({ changes: WITH_TOKEN });
  await credentials.put({ name: "notes-token", version: 1, sealed: "sealed", keyVersion: 1, hint: "…1" });
  const evil = { ...HOST, host: "evil.example" };
  const moved = { hosts: [HOST, evil], credentials: [{ ...TOKEN, host: "evil.example" }] };
  await expect(house.plan({ version: "1.1.0", changes: moved })).rejects.toMatchObject({
    code: "conflict",
    say: expect.stringMatching(/would send it to evil\.example/),
  });
  await house.install({ version: "1.1.0", changes: WITH_TOKEN });
  // Undone twice and thrice it is gone, and the secret with nobody.
  const plan = await house.installer.undoPlan(house.org, NOTES);
  await house.make(await house.installer.undo(house.org, plan, "undo", house.ada));
  expect(await house.installer.orphans(house.org)).toEqual([]);
  await expect(house.plan({ changes: { ...moved, name: "thief" } })).rejects.toMatchObject({ code: "module_invalid" });
});

test("an orphaned secret is listed, and no other module gets it by its name", async () => {
  await using house = await openInstallHouse();
  const { credentials } = house.store.forOrg(house.org);
  await house.install({ changes: WITH_TOKEN });
  await credentials.put({ name: "notes-token", version: 1, sealed: "sealed", keyVersion: 1, hint: "…1" });
  const plan = await house.installer.undoPlan(house.org, NOTES);
  await house.make(await house.installer.undo(house.org, plan, "undo", house.ada));
  expect(await house.installer.orphans(house.org)).toEqual(["notes-token"]);
  await expect(house.plan({ changes: { ...WITH_TOKEN, name: "thief" } })).rejects.toMatchObject({ code: "conflict" });
  // The module that it was entered for may have it again.
  await house.install({ version: "1.0.1", changes: WITH_TOKEN });
  expect(await house.installer.orphans(house.org)).toEqual([]);
});

test("what changed outside since is told before anything is undone", async () => {
  await using house = await openInstallHouse();
  await house.install({ changes: { name: "deploy-notes" } });
  house.wait(1_000);
  for (const [index, capability] of ["publish", "publish", "tell"].entries()) {
    await house.record(`deploy-notes.${capability}`, index);
  }
  await house.record("weather.current", 9);
  const { cannotUndo } = await house.installer.undoPlan(house.org, NOTES);
  expect(cannotUndo).toEqual([
    "publish changed something outside 2 times; that stays as it is",
    "tell changed something outside once; that stays as it is",
  ]);
});

test("what was taken away can be fetched back with its data for thirty days, without its secrets", async () => {
  await using house = await openInstallHouse();
  const { credentials, moduleStates } = house.store.forOrg(house.org);
  await house.install({ changes: WITH_TOKEN });
  await house.keep("notes.txt", "mine");
  await credentials.put({ name: "notes-token", version: 1, sealed: "sealed", keyVersion: 1, hint: "…1" });
  await moduleStates.set(NOTES, false);
  expect(await house.installer.uninstallPlan(house.org, NOTES)).toMatchObject({
    version: "1.0.0",
    data: { files: 1, people: 1, keptUntil: new Date("2026-12-20T15:00:00Z") },
    credentials: ["notes-token"],
  });
  await house.make(await house.installer.uninstall(house.org, NOTES, house.ada));
  expect(house.live()).toEqual([]);
  expect(await house.read("notes.txt")).toBeUndefined();
  expect(await credentials.list()).toEqual([]);
  const back = await house.installer.undoPlan(house.org, NOTES);
  await house.make(await house.installer.undo(house.org, back, "undo", house.ada));
  expect(house.live()).toEqual(["deploy-notes 1.0.0"]);
  expect(await house.read("notes.txt")).toBe("mine");
});

test("somebody who was deleted has nothing come back by an undo", async () => {
  await using house = await openInstallHouse();
  await house.install();
  await house.keep("notes.txt", "of ada");
  await house.keep("notes.txt", "of bob", house.bob);
  await house.install({ version: "1.1.0" });
  await house.store.erasure.erase({ org: house.org, person: house.ada });
  const plan = await house.installer.undoPlan(house.org, NOTES);
  await house.make(await house.installer.undo(house.org, plan, "undo", house.bob));
  expect(await house.read("notes.txt")).toBeUndefined();
  expect(await house.read("notes.txt", house.bob)).toBe("of bob");
});

test("an org that joins another brings its bundles and what it revoked, and has nothing run there unasked", async () => {
  await using house = await openInstallHouse();
  const bad = await house.install();
  await house.install({ version: "1.1.0" });
  await house.make(await house.installer.revoke(house.org, bad.sha256, "It leaks.", house.ada));
  const { org: into } = await house.store.people.identify(testActor("globex", "gil"));
  await house.store.transaction((inside) => inside.orgJoins.join(house.org, into, [], newId(TurnId)));
  await house.registry.refresh(into);
  expect(house.registry.modules(into).map(({ manifest }) => manifest.name)).toEqual(["weather"]);
  const names = await house.store.forOrg(into).moduleBundles.of(NOTES);
  const good = names.find(({ version }) => version === "1.1.0");
  await expect(house.installer.plan(into, bad.sha256)).rejects.toMatchObject({ code: "bundle_revoked" });
  const plan = await house.installer.plan(into, good?.sha256 ?? bad.sha256);
  expect(plan.base).toBeUndefined();
  await house.make(house.installer.install(plan, { approvedBy: [] }));
  expect(house.registry.modules(into).map(({ manifest }) => manifest.name)).toEqual(["weather", "deploy-notes"]);
});
