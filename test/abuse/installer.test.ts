import { readdirSync } from "node:fs";
import Sqlite from "better-sqlite3";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ModuleName } from "#core/contract/ids.ts";
import { installedBundles } from "#core/evolution/installer/installed-bundles.ts";
import type { Change } from "#core/evolution/installer/installer.ts";
import type { Repositories } from "#core/store/store.ts";
import { silent } from "#test/delivery-kit.ts";
import { candidateOf, type InstallHouse, openInstallHouse } from "#test/install-kit.ts";
import { temporaryDir } from "#test/stories/service.ts";

const NOTES = ModuleName.parse("deploy-notes");

/** Everything the org has, as text, but for what time does to it. */
async function stateOf(house: InstallHouse): Promise<string> {
  const own = house.store.forOrg(house.org);
  const live = await own.moduleInstalls.live();
  const history = await own.moduleInstalls.history(NOTES);
  const audit = await own.auditTrail.find({ limit: 1_000 });
  const states = [...(await own.moduleStates.off())];
  return JSON.stringify([live, history, audit.length, states, await house.read("notes.txt"), house.live()]);
}

/** Flips one bit of a column, as a bad disk or a bad guest would: past the house, in its file. */
function flip(path: string, table: string, column: string, where: string, at: (bytes: Buffer) => number): void {
  const sqlite = new Sqlite(path);
  try {
    const row = sqlite.prepare(`select ${column} as value from ${table} where ${where}`).pluck().get();
    const isText = typeof row === "string";
    const bytes =
      typeof row === "string" ? Buffer.from(row) : Buffer.isBuffer(row) ? Buffer.from(row) : Buffer.alloc(0);
    const place = at(bytes);
    bytes[place] = (bytes[place] ?? 0) ^ 1;
    sqlite.prepare(`update ${table} set ${column} = ? where ${where}`).run(isText ? bytes.toString() : bytes);
  } finally {
    sqlite.close();
  }
}

describe("between an approval and its installation", () => {
  test.each([
    ["the code", "entries", (bytes: Buffer) => bytes.indexOf("I looked")],
    ["what would run of it", "compiled", (bytes: Buffer) => bytes.indexOf("I looked")],
    ["the manifest", "entries", (bytes: Buffer) => bytes.indexOf("public")],
    ["the report", "report_json", (bytes: Buffer) => bytes.indexOf('"ms":10') + 6],
    ["the report's verdict on itself", "report_sha256", () => 0],
    ["the name of what would run", "compiled_sha256", () => 0],
  ])("APV-016, APV-033: one bit of %s is changed: nothing is installed", async (_what, column, at) => {
    using dir = temporaryDir();
    const path = join(dir.path, "nexus.db");
    await using house = await openInstallHouse(path);
    const plan = await house.plan();
    const change = house.installer.install(plan, { approvedBy: [house.bob] });
    const before = await stateOf(house);
    flip(path, "module_bundles", column, "1 = 1", at);
    await expect(house.make(change)).rejects.toMatchObject({ code: expect.stringMatching(/^bundle_/) });
    await expect(house.installer.plan(house.org, plan.sha256)).rejects.toMatchObject({ code: "bundle_changed" });
    expect(await stateOf(house)).toBe(before);
    // Fetched again it is what it was, and a new plan says so.
    await house.installer.stage(house.org, candidateOf());
    expect(await house.installer.plan(house.org, plan.sha256)).toMatchObject({ reportSha256: plan.reportSha256 });
  });

  test("APV-017: what was installed is not installed again, and one approval allows one installation", async () => {
    await using house = await openInstallHouse();
    const plan = await house.plan();
    const gate = await house.approved({ module: NOTES, sha256: plan.sha256 });
    const change = house.installer.install(plan, { gate, approvedBy: [house.bob] });
    await house.make(change);
    await expect(house.make(change)).rejects.toMatchObject({ code: "gate_closed" });
    // Taken back by people, it does not come again by the word that was given once.
    const undo = await house.installer.undoPlan(house.org, NOTES);
    await house.make(await house.installer.undo(house.org, undo, "undo", house.ada));
    const again = await house.installer.plan(house.org, plan.sha256);
    await expect(house.make(house.installer.install(again, { gate, approvedBy: [house.bob] }))).rejects.toMatchObject({
      code: "gate_closed",
    });
    expect(house.live()).toEqual([]);
  });

  test("APV-017: fifty who install at once install once", async () => {
    await using house = await openInstallHouse();
    const plan = await house.plan();
    const gate = await house.approved({ module: NOTES, sha256: plan.sha256 });
    const all = await Promise.allSettled(
      Array.from({ length: 50 }, () => house.make(house.installer.install(plan, { gate, approvedBy: [house.bob] }))),
    );
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await house.store.forOrg(house.org).moduleInstalls.history(NOTES)).toHaveLength(1);
  });

  test("APV-040: a newer bundle that lies ready after a crash is not what was approved, and is not installed", async () => {
    using dir = temporaryDir();
    const path = join(dir.path, "nexus.db");
    let sha256;
    let gate;
    {
      await using house = await openInstallHouse(path);
      const plan = await house.plan();
      sha256 = plan.sha256;
      gate = await house.approved({ module: NOTES, sha256 });
    }
    await using house = await openInstallHouse(path);
    const newer = await house.plan({ version: "1.0.1" });
    await expect(house.make(house.installer.install(newer, { gate, approvedBy: [house.bob] }))).rejects.toMatchObject({
      code: "gate_changed",
    });
    const plan = await house.installer.plan(house.org, sha256);
    await house.make(house.installer.install(plan, { gate, approvedBy: [house.bob] }));
    expect(house.live()).toEqual(["deploy-notes 1.0.0"]);
  });

  test("APV-040: a request that nobody has agreed to allows nothing", async () => {
    await using house = await openInstallHouse();
    const plan = await house.plan();
    const gate = await house.approved({ module: NOTES, sha256: "0".repeat(64) });
    const change = house.installer.install(plan, { gate, approvedBy: [house.bob] });
    await expect(house.make(change)).rejects.toMatchObject({ code: "gate_changed" });
    expect(house.live()).toEqual([]);
  });

  test("APV-021: a bundle whose report does not say that it passed cannot even be asked about", async () => {
    await using house = await openInstallHouse();
    await expect(house.plan({ report: { ok: false } })).rejects.toMatchObject({ code: "module_invalid" });
  });
});

describe("what was taken back", () => {
  test("LIF-001: cannot be installed on the word of an earlier approval", async () => {
    await using house = await openInstallHouse();
    const plan = await house.plan();
    const gate = await house.approved({ module: NOTES, sha256: plan.sha256 });
    const change = house.installer.install(plan, { gate, approvedBy: [house.bob] });
    await house.make(await house.installer.revoke(house.org, plan.sha256, "It leaks.", house.ada));
    await expect(house.make(change)).rejects.toMatchObject({ code: "bundle_revoked" });
    await expect(house.installer.plan(house.org, plan.sha256)).rejects.toMatchObject({
      code: "bundle_revoked",
      say: "deploy-notes 1.0.0 was taken back and cannot run: It leaks.",
    });
    // Staged anew it is the same bytes, and they stay revoked.
    await expect(house.plan()).rejects.toMatchObject({ code: "bundle_revoked" });
    expect(house.live()).toEqual([]);
  });

  test("LIF-001: is gone at once where it was live, and the version below comes back, not one above", async () => {
    await using house = await openInstallHouse();
    await house.install();
    const bad = await house.install({ version: "1.1.0" });
    const undo = await house.installer.undoPlan(house.org, NOTES);
    await house.make(await house.installer.undo(house.org, undo, "undo", house.ada));
    await house.install({ version: "1.2.0" });
    await house.make(await house.installer.revoke(house.org, bad.sha256, "No.", house.ada));
    expect(house.live()).toEqual(["deploy-notes 1.2.0"]);
    const live = await house.installer.versions(house.org, NOTES);
    await house.make(await house.installer.revoke(house.org, live[0]?.sha256 ?? bad.sha256, "Neither.", house.ada));
    expect(house.live()).toEqual(["deploy-notes 1.0.0"]);
    expect((await house.installer.versions(house.org, NOTES)).map(({ revoked }) => revoked)).toEqual([
      "Neither.",
      "No.",
      undefined,
    ]);
  });

  test("LIF-001: is not loaded at the next start either, whatever the pointer says", async () => {
    using dir = temporaryDir();
    const path = join(dir.path, "nexus.db");
    {
      await using house = await openInstallHouse(path);
      const { sha256 } = await house.install();
      // Revoked while nobody looked: the row is there, the pointer still leads to it.
      await house.store.forOrg(house.org).moduleRevocations.add(sha256, "By its publisher.", undefined);
    }
    await using house = await openInstallHouse(path);
    expect(house.live()).toEqual([]);
    expect(house.registry.notLoaded()).toMatchObject([{ module: "deploy-notes", why: "it was revoked" }]);
  });

  test("LIF-002: does not come back by undoing", async () => {
    await using house = await openInstallHouse();
    const { sha256 } = await house.install();
    await house.install({ version: "1.1.0" });
    const early = await house.installer.undoPlan(house.org, NOTES);
    const planned = await house.installer.undo(house.org, early, "undo", house.ada);
    await house.make(await house.installer.revoke(house.org, sha256, "It leaks.", house.ada));
    await expect(house.installer.undoPlan(house.org, NOTES)).rejects.toMatchObject({ code: "bundle_revoked" });
    await expect(house.make(planned)).rejects.toMatchObject({ code: "bundle_revoked" });
    expect(house.live()).toEqual(["deploy-notes 1.1.0"]);
  });

  test.each(["entries", "compiled", "report_json"])(
    "LIF-003: does not come back when its %s were altered on disk since",
    async (column) => {
      using dir = temporaryDir();
      const path = join(dir.path, "nexus.db");
      await using house = await openInstallHouse(path);
      const { sha256 } = await house.install();
      await house.install({ version: "1.1.0" });
      flip(path, "module_bundles", column, `sha256 = '${sha256}'`, (bytes) => bytes.length - 3);
      await expect(house.installer.undoPlan(house.org, NOTES)).rejects.toMatchObject({ code: "bundle_changed" });
      expect(house.live()).toEqual(["deploy-notes 1.1.0"]);
    },
  );

  test("LIF-003: what was altered on disk while it was live does not start again, and is named", async () => {
    using dir = temporaryDir();
    const path = join(dir.path, "nexus.db");
    {
      await using house = await openInstallHouse(path);
      await house.install();
      await house.install({ changes: { name: "other-notes" } });
    }
    flip(path, "module_bundles", "compiled", "module = 'deploy-notes'", (bytes) => bytes.indexOf("I looked"));
    await using house = await openInstallHouse(path);
    expect(house.live()).toEqual(["other-notes 1.0.0"]);
    expect(house.registry.notLoaded()).toMatchObject([
      { org: house.org, module: "deploy-notes", why: expect.stringContaining("what would run of it changed") },
    ]);
  });

  test("LIF-004: where nothing came before there is nothing to undo, and nothing happens", async () => {
    await using house = await openInstallHouse();
    const before = await stateOf(house);
    await expect(house.installer.undoPlan(house.org, NOTES)).rejects.toMatchObject({ code: "nothing_to_undo" });
    await house.plan();
    await expect(house.installer.undoPlan(house.org, NOTES)).rejects.toMatchObject({ code: "nothing_to_undo" });
    expect(await stateOf(house)).toBe(before);
  });

  test("LIF-006: is not what the next call runs, whatever process still has it", async () => {
    await using house = await openInstallHouse();
    const { sha256 } = await house.install();
    await house.make(await house.installer.revoke(house.org, sha256, "It leaks.", house.ada));
    expect([...house.registry.source(house.org, NOTES)]).toEqual([]);
    const loaded = await installedBundles({ store: house.store, log: silent }).loadFor(house.org);
    expect(loaded).toEqual([]);
  });
});

describe("an update", () => {
  test("LIF-005: that adds a host, a secret, an effect or a limit says so, whatever its number says", async () => {
    await using house = await openInstallHouse();
    await house.install();
    const host = { host: "evil.example", methods: ["GET"], pathPrefixes: ["/"] };
    const token = {
      name: "notes-token",
      title: "Token",
      kind: "api_key",
      host: "evil.example",
      header: "Authorization",
      obtainUrl: "https://example.com/",
    };
    const harmless = await house.plan({ version: "1.0.1", changes: { description: "Only words." } });
    expect(harmless.permissions.grows).toBe(false);
    const [capability] = harmless.manifest.capabilities;
    const growths = [
      { hosts: [host] },
      { hosts: [host], credentials: [token] },
      { capabilities: [{ ...capability, effect: "write" }] },
      { limits: { ...harmless.manifest.limits, fetches: 5 } },
    ];
    for (const [index, changes] of growths.entries()) {
      const plan = await house.plan({ version: `1.0.${index + 2}`, changes });
      expect([changes, plan.permissions.grows]).toEqual([changes, true]);
    }
    // Nothing of it is here before people agree.
    expect(house.live()).toEqual(["deploy-notes 1.0.0"]);
  });
});

describe("an installation that is cut short", () => {
  test("LIF-010: at whatever step of installing, updating, undoing or removing, all is as it was", async () => {
    await using house = await openInstallHouse();
    await house.keep("notes.txt", "mine");
    const changes: (() => Promise<Change>)[] = [
      async () => house.installer.install(await house.plan(), { approvedBy: [house.bob] }),
      async () => house.installer.install(await house.plan({ version: "1.1.0" }), { approvedBy: [house.bob] }),
      async () => house.installer.undo(house.org, await house.installer.undoPlan(house.org, NOTES), "undo", house.ada),
      () => house.installer.pin(house.org, NOTES, true, house.ada),
      () => house.installer.pin(house.org, NOTES, false, house.ada),
      () => house.installer.uninstall(house.org, NOTES, house.ada),
    ];
    let cuts = 0;
    for (const change of changes) {
      for (let step = 1; ; step += 1) {
        const before = await stateOf(house);
        const made = await change();
        const cut = cutAfter(step);
        const ended = await house.store
          .transaction(async (inside) => {
            await made.commit(cut.within(inside));
            cut.end();
          })
          .then(() => undefined)
          .catch((error: unknown) => error);
        await house.registry.refresh(house.org);
        if (ended === undefined) break;
        expect(ended).toMatchObject({ message: "the power is gone" });
        cuts += 1;
        expect(await stateOf(house)).toBe(before);
      }
    }
    expect(cuts).toBeGreaterThan(30);
    expect(house.live()).toEqual([]);
  });

  test("LIF-008: nothing is written to any folder, so none can be put in the place of another", async () => {
    using dir = temporaryDir();
    const before = () => readdirSync(dir.path, { recursive: true, encoding: "utf8" }).toSorted();
    await using house = await openInstallHouse(join(dir.path, "nexus.db"));
    const files = before();
    expect(files).toEqual(["nexus.db", "nexus.db-shm", "nexus.db-wal"]);
    await house.install();
    await house.install({ version: "1.1.0" });
    const plan = await house.installer.undoPlan(house.org, NOTES);
    await house.make(await house.installer.undo(house.org, plan, "undo", house.ada));
    expect(before()).toEqual(files);
    // A path in a bundle is a word, not a place: there is nothing it could lead to.
    expect(house.live()).toEqual(["deploy-notes 1.0.0"]);
  });
});

describe("a module that was uninstalled", () => {
  test("LIF-012: leaves no files, no cached answers, no secrets, no switch; what is left by an undo is listed", async () => {
    await using house = await openInstallHouse();
    const own = house.store.forOrg(house.org);
    const token = {
      name: "notes-token",
      title: "Token",
      kind: "api_key",
      host: "api.example.com",
      header: "Authorization",
      obtainUrl: "https://example.com/",
    };
    const host = { host: "api.example.com", methods: ["GET"], pathPrefixes: ["/"] };
    await house.install({ changes: { hosts: [host], credentials: [token] } });
    await house.keep("notes.txt", "mine");
    const secret = { name: "notes-token", version: 1, sealed: "sealed", keyVersion: 1, hint: "…1" };
    await own.credentials.put(secret);
    await own.credentials.put({ ...secret, owner: house.ada });
    await own.credentialGrants.add({ name: "notes-token", owner: house.ada }, house.bob);
    await own.moduleCache.set(NOTES, "porto", "cached", new Date("2027-01-01"));
    await own.moduleStates.set(NOTES, false);
    await house.make(await house.installer.uninstall(house.org, NOTES, house.ada));
    expect({
      files: await own.moduleInstalls.dataOf(NOTES),
      cached: await own.moduleCache.lastKnown(NOTES, "porto"),
      credentials: await own.credentials.list(),
      grants: await own.credentialGrants.list(),
      off: [...(await own.moduleStates.off())],
      orphans: await house.installer.orphans(house.org),
    }).toEqual({
      files: { files: 0, people: 0 },
      cached: undefined,
      credentials: [],
      grants: [],
      off: [],
      orphans: [],
    });
    const acts = (await own.auditTrail.find({ limit: 100 })).map(({ act }) => act);
    expect(acts.slice(-3)).toEqual(["module.uninstalled", "credential.removed", "credential.removed"]);
    // What was kept for an undo goes after thirty days.
    house.wait(31 * 24 * 3_600_000);
    await house.store.housekeeping.sweep(house.now());
    const plan = await house.installer.undoPlan(house.org, NOTES);
    await house.make(await house.installer.undo(house.org, plan, "undo", house.ada));
    expect(await house.read("notes.txt")).toBeUndefined();
  });
});

/** Repositories of which the given number of calls is answered, and then the power is gone. */
function cutAfter(steps: number) {
  let calls = 0;
  const count = (): void => {
    calls += 1;
    if (calls === steps) throw new Error("the power is gone");
  };
  const counting = <T extends object>(repository: T): T =>
    new Proxy(repository, {
      get(target, name, receiver) {
        const value: unknown = Reflect.get(target, name, receiver);
        if (typeof value === "object" && value !== null) return counting(value);
        if (typeof value !== "function") return value;
        return (...args: unknown[]): unknown => {
          if (name === "forOrg") {
            const own: unknown = Reflect.apply(value, target, args);
            return typeof own === "object" && own !== null ? counting(own) : own;
          }
          count();
          return Reflect.apply(value, target, args);
        };
      },
    });
  return { within: (inside: Repositories): Repositories => counting(inside), end: count };
}
