import { describe, expect, onTestFinished, test } from "vitest";
import { CapabilityName, ModuleName, newId, TurnId } from "#core/contract/ids.ts";
import { personRef } from "#core/contract/principal.ts";
import { createAudit } from "#core/audit/audit.ts";
import { createMetering } from "#core/metering/metering.ts";
import { loadPrices } from "#core/metering/prices.ts";
import { createRegistry } from "#core/registry/registry.ts";
import { openStore } from "#core/store/store.ts";
import { workingWeek } from "#test/platforms/google-calendar-kit.ts";
import { egressToGoogle } from "#test/platforms/google-egress.ts";
import { startGoogle } from "#test/platforms/google.ts";
import { vaultOver } from "#test/vault-kit.ts";
import { createCalendar } from "./index.ts";

describe("the manifest", () => {
  const { manifest, capabilities } = createCalendar();

  test("describes what the module can do, and nothing it cannot", () => {
    expect(manifest.capabilities.map(({ name }) => name)).toEqual(Object.keys(capabilities));
    expect(manifest).toMatchObject({ runtime: "host", dataClass: "private" });
  });

  test("asks for no permission to change anything", () => {
    for (const scope of manifest.credentials[0]?.oauth2?.scopes ?? ["none"])
      expect(scope).toMatch(/readonly$|freebusy$/);
  });

  test("gives each capability thirty to forty examples, none of them twice", () => {
    for (const { examples } of manifest.capabilities) {
      expect(examples.length).toBeGreaterThanOrEqual(30);
      expect(examples.length).toBeLessThanOrEqual(40);
    }
    const all = manifest.capabilities.flatMap(({ examples }) => examples.map((example) => example.toLowerCase()));
    expect(new Set(all).size).toBe(all.length);
  });
});

describe("through the registry", () => {
  async function installed() {
    const clock = (): Date => new Date("2026-11-20T10:00:00-05:00");
    const client = { clientId: "1234567890-abc.apps.example", clientSecret: "client-secret" };
    const google = await startGoogle({ ...client, clock, timeZone: "America/Toronto", events: workingWeek() });
    const egress = egressToGoogle(google);
    const store = await openStore(":memory:", { clock });
    onTestFinished(async () => {
      await egress[Symbol.asyncDispose]();
      await google[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    });
    const silent = (): void => {};
    const log = { debug: silent, info: silent, warn: silent, error: silent };
    const vault = vaultOver(store, { egress, clock, log });
    const registry = await createRegistry({
      bundles: [],
      hostModules: [createCalendar()],
      sandbox: {
        run: () => Promise.resolve({ status: "unavailable", reason: "the calendar runs in the host" }),
        validate: () => Promise.reject(new Error("nothing to validate")),
        compile: () => Promise.reject(new Error("nothing to compile")),
        retire: () => {},
        check: () => Promise.resolve({ engine: { name: "v8" }, fences: [], missing: [], ok: false, detail: "none" }),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      },
      egress,
      vault,
      metering: createMetering({
        store,
        audit: createAudit({ store, key: Buffer.alloc(32, 3), clock, log }),
        prices: loadPrices(undefined),
        timeZone: "UTC",
        defaults: {},
        admins: () => Promise.resolve([]),
        onNotice: silent,
        clock,
        log,
      }),
      store: (org) => store.forOrg(org),
      sampleOn: () => Promise.resolve(true),
      clock,
      log,
      newSeed: () => "seed",
    });
    const actor = { platform: "test", tenantId: "T1", id: "U1", displayName: "Kim", affiliation: "member" } as const;
    const { org, person: kim } = await store.people.identify({ ...actor, platformRoleIds: [] });
    const ada = (await store.people.identify({ ...actor, id: "U2", displayName: "Ada", platformRoleIds: [] })).person;
    const ask = (capability: string, person = kim) =>
      registry.invoke(
        {
          org,
          person,
          turn: newId(TurnId),
          module: ModuleName.parse("calendar"),
          capability: CapabilityName.parse(capability),
          input: {},
          asker: { locale: "en-GB", timeZone: "America/Toronto" },
          files: [],
        },
        new AbortController().signal,
      );
    const connect = () => {
      const target = { org, name: "google-calendar", owner: kim };
      return vault.put(target, { ...client, refreshToken: google.oauth.grant() }, personRef(kim));
    };
    return { google, ask, connect, ada };
  }

  test("an unconnected calendar shows a sample, a connected one the real day, and a withdrawn one says so", async () => {
    const { google, ask, connect } = await installed();
    expect(await ask("today")).toMatchObject({ ok: true, sample: true });
    await connect();
    expect(await ask("today")).toMatchObject({
      ok: true,
      sample: false,
      summary: expect.stringContaining("5 meetings"),
    });
    google.oauth.revoke();
    expect(await ask("next")).toMatchObject({ ok: false, code: "credential_rejected", credential: "google-calendar" });
    expect(await ask("freeBusy")).toMatchObject({
      ok: false,
      code: "credential_rejected",
      say: "Google Calendar says the access was withdrawn or has expired.",
    });
  });

  test("a person's calendar is never answered to another", async () => {
    const { google, ask, connect, ada } = await installed();
    await connect();
    expect(await ask("today")).toMatchObject({ ok: true, sample: false });
    const asked = google.requests.length;
    const answer = await ask("today", ada);
    expect(answer).toMatchObject({ ok: true, sample: true });
    expect(google.requests).toHaveLength(asked);
  });

  test("every capability reaches Google under the manifest's own grants", async () => {
    const { ask, connect } = await installed();
    await connect();
    for (const capability of ["today", "next", "range", "freeBusy"]) {
      expect(await ask(capability)).toMatchObject({ ok: true, sample: false, facts: { egress: [{ outcome: 200 }] } });
    }
  });
});
