import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { ErrorCode } from "#core/contract/errors.ts";
import { CapabilityName, ModuleName, type OrgId, type Sha256 } from "#core/contract/ids.ts";
import type { AdapterRunResult, RunFacts } from "#core/contract/invocation.ts";
import type { Inbound } from "#core/contract/message.ts";
import { silent } from "#test/delivery-kit.ts";
import { type InstallHouse, openInstallHouse } from "#test/install-kit.ts";
import { temporaryDir } from "#test/stories/service.ts";
import { detailOf } from "./health-detail.ts";
import type { HealthSettings } from "./health-deps.ts";
import { createHealthWatch, type HealthWatch } from "./health-watch.ts";

const NOTES = ModuleName.parse("deploy-notes");

interface Watched extends AsyncDisposable {
  readonly watch: HealthWatch;
  /** What people were to be told. */
  readonly told: Extract<Inbound, { kind: "due" }>[];
  /** Calls of what is live, one after the other. */
  calls(times: number, ended?: ErrorCode | "ok" | "cached"): Promise<void>;
}

function watchOver(house: InstallHouse, settings: Partial<HealthSettings> = {}): Watched {
  const told: Watched["told"] = [];
  const watch = createHealthWatch({
    store: house.store,
    audit: house.audit,
    registry: house.registry,
    settings: { revert: true, watchMinutes: 60, ...settings },
    receive: (_org: OrgId, inbound: Inbound) => {
      if (inbound.kind === "due") told.push(inbound);
      return Promise.resolve();
    },
    adminPlaces: () => Promise.resolve([]),
    clock: () => house.now(),
    log: silent,
  });
  return {
    watch,
    told,
    async calls(times, ended = "ok") {
      const module = house.registry.modules(house.org).find(({ manifest }) => manifest.name === NOTES);
      if (module === undefined) throw new Error("nothing is live");
      const { sha256, manifest } = module;
      for (let call = 0; call < times; call += 1) {
        watch.saw({
          org: house.org,
          module: NOTES,
          sha256,
          version: manifest.version,
          result: resultOf(sha256, ended),
        });
      }
      await watch.settled();
    },
    [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose](),
  };
}

function resultOf(sha256: Sha256, ended: ErrorCode | "ok" | "cached"): AdapterRunResult {
  const at = new Date();
  const facts: RunFacts = {
    module: NOTES,
    title: "Notes",
    version: "1.0.0",
    sha256,
    capability: CapabilityName.parse("look"),
    dataClass: "public",
    startedAt: at,
    ms: 1,
    cpuMs: 1,
    cached: ended === "cached",
    egress: [],
    runUnits: 0,
    clock: at,
    seed: "",
  };
  if (ended === "ok" || ended === "cached") {
    const files = { changes: [], seen: new Map<string, string | undefined>() };
    const rest = { data: null, parts: [], asOf: at, sample: false, remember: {}, choices: undefined, next: [] };
    return { ok: true, summary: "Looked.", ...rest, files, stale: false, facts };
  }
  const none = { retryAfterS: undefined, slot: undefined, credential: undefined, downSince: undefined };
  return { ok: false, code: ended, retryable: false, say: "No.", hint: "", ...none, facts };
}

/** Two versions, the first with calls behind it; the second is live. */
async function updated(house: InstallHouse, watched: Watched): Promise<void> {
  await house.install();
  await watched.calls(212);
  const plan = await house.plan({ version: "1.1.0" });
  const gate = await house.approved({ module: NOTES, sha256: plan.sha256 });
  await house.make(house.installer.install(plan, { gate, approvedBy: [house.bob] }));
}

async function isOff(house: InstallHouse): Promise<boolean> {
  return (await house.store.forOrg(house.org).moduleStates.off()).has(NOTES);
}

describe("a version that does worse than the one before", () => {
  test("is taken back by itself with the data of before, once, and people are told the numbers", async () => {
    await using house = await openInstallHouse();
    await using watched = watchOver(house);
    await house.keep("notes.txt", "of 1.0.0");
    await updated(house, watched);
    await house.keep("notes.txt", "of 1.1.0");
    await watched.calls(3);
    await watched.calls(6, "module_failed");
    expect(house.live()).toEqual(["deploy-notes 1.0.0"]);
    expect(await house.read("notes.txt")).toBe("of 1.0.0");
    expect(await isOff(house)).toBe(false);

    await vi.waitUntil(() => watched.told.length > 0);
    expect(watched.told).toMatchObject([{ what: "module_reverted", actor: { id: "ada" } }]);
    const own = house.store.forOrg(house.org);
    const decision = await own.moduleHealth.decision(watched.told[0]?.id ?? "");
    expect(decision).toMatchObject({ verdict: "reverted", module: NOTES });
    expect(detailOf(decision)).toMatchObject({
      version: "1.1.0",
      calls: 9,
      failures: 6,
      of: "failures",
      codes: { module_failed: 6 },
      former: { version: "1.0.0", calls: 212, failures: 0 },
      to: { version: "1.0.0" },
    });
    const [entry] = await own.auditTrail.find({ act: "module.reverted", limit: 10 });
    expect(JSON.parse(entry?.entry ?? "{}")).toMatchObject({
      actor: { kind: "system", id: "nexus" },
      detail: { reason: "health", from: "1.1.0", to: "1.0.0" },
    });
    // Told once, however often it is looked.
    await watched.watch.tell();
    await watched.watch.tell();
    expect(watched.told).toHaveLength(1);
  });

  test("LIF-011: is taken back once: when that does not help either, the module is switched off and stays off", async () => {
    await using house = await openInstallHouse();
    await using watched = watchOver(house);
    await updated(house, watched);
    await watched.calls(9, "module_failed");
    expect(house.live()).toEqual(["deploy-notes 1.0.0"]);
    // Its source changed under both: 1.0.0 fails now too.
    await watched.calls(40, "upstream_invalid");
    expect(house.live()).toEqual(["deploy-notes 1.0.0"]);
    expect(await isOff(house)).toBe(true);
    await watched.calls(40, "upstream_invalid");
    const history = await house.store.forOrg(house.org).moduleInstalls.history(NOTES);
    expect(history.map(({ reason }) => reason)).toEqual(["health", "approved", "approved"]);
    await vi.waitUntil(() => watched.told.length === 2);
    const last = await house.store.forOrg(house.org).moduleHealth.decision(watched.told[1]?.id ?? "");
    expect(detailOf(last)).toMatchObject({ why: "going back has not helped" });
  });

  test("LIF-011: that came first is switched off, not deleted, and the version that mends it switches it on", async () => {
    await using house = await openInstallHouse();
    await using watched = watchOver(house);
    await house.install();
    await house.keep("notes.txt", "mine");
    await watched.calls(5, "module_timeout");
    expect(house.live()).toEqual(["deploy-notes 1.0.0"]);
    expect(await isOff(house)).toBe(true);
    expect(await house.read("notes.txt")).toBe("mine");
    await house.install({ version: "1.0.1" });
    expect(await isOff(house)).toBe(false);
  });

  test("LIF-011: whose version before was revoked meanwhile is switched off, not brought back", async () => {
    await using house = await openInstallHouse();
    await using watched = watchOver(house);
    await house.install();
    const [first] = await house.installer.versions(house.org, NOTES);
    await house.install({ version: "1.1.0" });
    if (first !== undefined) await house.make(await house.installer.revoke(house.org, first.sha256, "It leaks."));
    await watched.calls(9, "module_failed");
    expect(house.live()).toEqual(["deploy-notes 1.1.0"]);
    expect(await isOff(house)).toBe(true);
  });

  test.each([
    ["nobody wants it taken back", { revert: false }, false, "going back by itself is switched off"],
    ["it is kept at its version", {}, true, "it is kept at its version"],
  ])("is only told of where %s", async (_where, settings, isPinned, why) => {
    await using house = await openInstallHouse();
    await using watched = watchOver(house, settings);
    await updated(house, watched);
    await house.make(await house.installer.pin(house.org, NOTES, isPinned, house.ada));
    await watched.calls(9, "module_failed");
    await watched.calls(9, "module_failed");
    expect(house.live()).toEqual(["deploy-notes 1.1.0"]);
    expect(await isOff(house)).toBe(false);
    await vi.waitUntil(() => watched.told.length === 1);
    const decision = await house.store.forOrg(house.org).moduleHealth.decision(watched.told[0]?.id ?? "");
    expect([decision?.verdict, detailOf(decision)?.why]).toEqual(["told", why]);
  });
});

test.each([
  ["a person's words that do not fit", "slot_invalid"],
  ["a missing credential", "credential_missing"],
  ["a credential that was refused", "credential_rejected"],
  ["a source that is down", "upstream_unavailable"],
  ["a source that is being mended", "maintenance"],
  ["too many requests to its source", "rate_limited"],
  ["a limit on usage", "quota_reached"],
  ["somebody who stopped it", "stopped"],
  ["a machine that has no room", "module_busy"],
  ["a fence that is down", "sandbox_unavailable"],
  ["answers from the cache", "cached"],
] as const)("%s says nothing about a module", async (_what, ended) => {
  await using house = await openInstallHouse();
  await using watched = watchOver(house);
  await updated(house, watched);
  await watched.calls(50, ended);
  expect(house.live()).toEqual(["deploy-notes 1.1.0"]);
  expect(await isOff(house)).toBe(false);
});

test("what went wrong before a restart counts after it", async () => {
  using dir = temporaryDir();
  const path = join(dir.path, "nexus.db");
  {
    await using house = await openInstallHouse(path);
    await using watched = watchOver(house);
    await updated(house, watched);
    await watched.calls(3);
    await watched.calls(2, "module_failed");
    expect(house.live()).toEqual(["deploy-notes 1.1.0"]);
  }
  await using house = await openInstallHouse(path);
  await using watched = watchOver(house);
  expect(house.live()).toEqual(["deploy-notes 1.1.0"]);
  await watched.calls(3, "module_failed");
  expect(house.live()).toEqual(["deploy-notes 1.0.0"]);
});

test("what was decided just before a crash is told after it", async () => {
  using dir = temporaryDir();
  const path = join(dir.path, "nexus.db");
  let told: unknown[];
  {
    await using house = await openInstallHouse(path);
    await using watched = watchOver(house);
    await updated(house, watched);
    const [head] = await house.store.forOrg(house.org).moduleInstalls.history(NOTES);
    await watched.calls(1, "module_failed");
    const { moduleHealth } = house.store.forOrg(house.org);
    const detail = { version: "1.1.0", calls: 9, failures: 6, empties: 0, of: "failures", codes: {} };
    await moduleHealth.decide(head?.id ?? "", "told", detail);
    told = [head?.id];
  }
  await using house = await openInstallHouse(path);
  await using watched = watchOver(house);
  await watched.watch.tell();
  expect(watched.told.map(({ id }) => id)).toEqual(told);
});

test("after the time of watching a version is left alone; what it does still counts as what it was", async () => {
  await using house = await openInstallHouse();
  await using watched = watchOver(house, { watchMinutes: 10 });
  await updated(house, watched);
  house.wait(11 * 60_000);
  await watched.calls(30, "module_failed");
  expect(house.live()).toEqual(["deploy-notes 1.1.0"]);
  // The next version fails as often as this one: it is no worse.
  await house.install({ version: "1.2.0" });
  await watched.calls(9, "module_failed");
  expect(house.live()).toEqual(["deploy-notes 1.2.0"]);
});

test("calls that end on a version which was replaced meanwhile count for nobody", async () => {
  await using house = await openInstallHouse();
  await using watched = watchOver(house);
  const { sha256 } = await house.install();
  await house.install({ version: "1.1.0" });
  for (let call = 0; call < 20; call += 1) {
    const result = resultOf(sha256, "module_failed");
    watched.watch.saw({ org: house.org, module: NOTES, sha256, version: "1.0.0", result });
  }
  await watched.watch.settled();
  expect(house.live()).toEqual(["deploy-notes 1.1.0"]);
  expect(await isOff(house)).toBe(false);
});
