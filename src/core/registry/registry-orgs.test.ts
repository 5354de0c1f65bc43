import { createHash } from "node:crypto";
import { transformSync } from "amaro";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { CapabilityName, ModuleName, newId, type OrgId, PersonId, Sha256, TurnId } from "#core/contract/ids.ts";
import type { Invocation } from "#core/contract/invocation.ts";
import { type CredentialNeed, Manifest } from "#core/contract/manifest.ts";
import type { Bundle, FetchResult } from "#core/contract/module.ts";
import type { Log } from "#core/contract/ports.ts";
import type { Egress, InjectedSecret, Sandbox } from "#core/contract/sandbox.ts";
import { openStore } from "#core/store/store.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { meteringOn } from "#test/metering-kit.ts";
import type { InstalledBundles, NotLoaded } from "./org-modules.ts";
import { createRegistry } from "./registry.ts";
import type { RegistryDeps, RunOutcome } from "./registry-deps.ts";

const logged: string[] = [];
const write = (fields: object, message: string): void => void logged.push(`${message} ${JSON.stringify(fields)}`);
const log: Log = { debug: write, info: write, warn: write, error: write };
// Every test has orgs of its own: what they leave idle is not to be waited for.
const sandbox = createSandbox({ log, runners: 4, idleMs: 100 });
afterAll(() => sandbox[Symbol.asyncDispose]());
const NOW = new Date("2026-05-01T12:00:00Z");
const never = new AbortController().signal;
const person = newId(PersonId);

let answerFetch: () => Promise<FetchResult>;
let sent: InjectedSecret[];
beforeEach(() => {
  answerFetch = () => Promise.resolve(page("1"));
  sent = [];
  logged.length = 0;
});

const egress: Egress = {
  async request(url, _init, _policy, secrets) {
    sent.push(...secrets);
    const result = await answerFetch();
    const host = new URL(url).hostname;
    return {
      result,
      record: { host, method: "GET", outcome: result.ok ? result.status : result.code, ms: 1, bytes: 2 },
    };
  },
  async [Symbol.asyncDispose]() {},
};

function page(body: string): FetchResult {
  return { ok: true, status: 200, headers: {}, body };
}

const fetching = (version: string): string => `export async function look(input, nexus) {
  const page = await nexus.fetch("https://api.example.com/now");
  if (!page.ok) return { error: { code: "upstream_unavailable", say: "It does not answer." } };
  return { summary: "${version} read " + page.body };
}`;
const saying = (words: string): string => `export async function look() { return { summary: "${words}" }; }`;

function bundle(name: string, code: string, more: { capability?: object; manifest?: object } = {}): Bundle {
  return {
    sha256: Sha256.parse(createHash("sha256").update(`${name} ${code}`).digest("hex")),
    manifest: Manifest.parse({
      schema: "urn:nexus:module-manifest:1",
      name,
      version: "1.2.3",
      title: name,
      description: "For tests.",
      runtime: "sandbox",
      dataClass: "internal",
      hosts: [{ host: "api.example.com", methods: ["GET"], pathPrefixes: ["/"] }],
      credentials: [],
      capabilities: [
        {
          name: "look",
          title: "Look",
          description: "Looks.",
          effect: "read",
          slots: {},
          required: [],
          examples: ["look a", "look b", "look c", "look d", "look e"],
          credentials: [],
          sample: false,
          cacheTtlS: 0,
          ...more.capability,
        },
      ],
      limits: { timeoutMs: 5_000, memoryMib: 32, fetches: 3, outputChars: 20_000, fileBytes: 1_000 },
      dependencies: {},
      schedules: [],
      ...more.manifest,
    }),
    code: new Map([["module.ts", transformSync(code, { mode: "strip-only" }).code]]),
    data: new Map(),
  };
}

const TOKEN: CredentialNeed = {
  name: ModuleName.parse("shared-token"),
  title: "Shared token",
  kind: "api_key",
  host: "api.example.com",
  header: "authorization",
  obtainUrl: "https://api.example.com/keys",
};
const withToken = { manifest: { credentials: [TOKEN] }, capability: { credentials: ["shared-token"] } };

/** What orgs have installed, which a test changes as an installer would. */
function shelf() {
  const live = new Map<OrgId, readonly Bundle[]>();
  const notLoaded: NotLoaded[] = [];
  const kept: InstalledBundles & { broken: boolean } = {
    broken: false,
    load: () => Promise.resolve(live),
    loadFor(org) {
      return kept.broken ? Promise.reject(new Error("the rows cannot be read")) : Promise.resolve(live.get(org) ?? []);
    },
    notLoaded: () => notLoaded,
  };
  return { live, notLoaded, kept };
}

async function setUp(
  options: { house?: Bundle[]; before?: (shop: ReturnType<typeof shelf>, org: OrgId) => void } = {},
  more: Partial<RegistryDeps> = {},
) {
  const store = await openStore(":memory:", { clock: () => NOW });
  const join = (tenantId: string) =>
    store.people.identify({
      platform: "test",
      tenantId,
      id: "1",
      displayName: "Ann",
      affiliation: "member",
      platformRoleIds: [],
    });
  const { org } = await join("acme");
  const { org: other } = await join("umbrella");
  const shop = shelf();
  options.before?.(shop, org);
  const outcomes: RunOutcome[] = [];
  const registry = await createRegistry({
    bundles: options.house ?? [bundle("weather", saying("Sunny."))],
    hostModules: [],
    installed: shop.kept,
    onOutcome: (outcome) => void outcomes.push(outcome),
    sandbox,
    egress,
    vault: { secretFor: async () => ({ state: "missing" }), distrust: () => {} },
    metering: meteringOn(store, () => NOW),
    store: (id) => store.forOrg(id),
    sampleOn: async () => true,
    clock: () => NOW,
    log,
    newSeed: () => "seed",
    ...more,
  });
  const invoke = (module: string, by: Partial<Invocation> = {}) =>
    registry.invoke(
      {
        org,
        person,
        turn: newId(TurnId),
        module: ModuleName.parse(module),
        capability: CapabilityName.parse("look"),
        input: {},
        asker: { locale: "en-CA", timeZone: "America/Toronto" },
        files: [],
        ...by,
      },
      never,
    );
  const install = (...bundles: Bundle[]): Promise<void> => {
    shop.live.set(org, bundles);
    return registry.refresh(org);
  };
  return {
    registry,
    invoke,
    install,
    store,
    org,
    other,
    shop,
    outcomes,
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

const names = (states: readonly { manifest: Manifest }[]): string[] => states.map(({ manifest }) => manifest.name);
const pets = ModuleName.parse("pets");

describe("a module that one org installed", () => {
  test("is that org's alone: no other sees it, reads its source or runs it", async () => {
    await using house = await setUp();
    await house.install(bundle("pets", saying("Rex.")));
    const { registry, org, other } = house;
    expect(names(registry.modules(org))).toEqual(["weather", "pets"]);
    expect(registry.modules(org)[1]).toMatchObject({ origin: "stranger", state: "ready" });
    expect(names(registry.modules(other))).toEqual(["weather"]);
    expect(names(registry.houseModules())).toEqual(["weather"]);
    expect(names(registry.everyModule())).toEqual(["weather", "pets"]);
    expect([...registry.source(org, pets).keys()]).toEqual(["manifest.json", "module.ts"]);
    expect(registry.source(other, pets).size).toBe(0);
    expect(await house.invoke("pets")).toMatchObject({ ok: true, summary: "Rex." });
    expect(await house.invoke("pets", { org: other })).toMatchObject({ ok: false, code: "module_unknown" });
    expect(await house.invoke("weather", { org: other })).toMatchObject({ ok: true });
  });

  test("runs as a stranger's, behind the fences that strangers' code needs", async () => {
    const origins: string[] = [];
    const watched: Sandbox = {
      ...sandbox,
      run: (call, host, signal) => {
        origins.push(`${call.bundle.manifest.name}: ${call.origin}`);
        return sandbox.run(call, host, signal);
      },
    };
    await using house = await setUp({}, { sandbox: watched });
    await house.install(bundle("pets", saying("Rex.")));
    await house.invoke("pets");
    await house.invoke("weather");
    expect(origins).toEqual(["pets: stranger", "weather: own"]);
  });

  test("is there after a start, and every run of it is told with its exact bytes", async () => {
    const rex = bundle("pets", saying("Rex."));
    await using house = await setUp({ before: ({ live }, org) => live.set(org, [rex]) });
    expect(await house.invoke("pets")).toMatchObject({ ok: true, facts: { sha256: rex.sha256 } });
    expect(house.outcomes).toMatchObject([
      { org: house.org, module: "pets", sha256: rex.sha256, version: "1.2.3", result: { ok: true } },
    ]);
  });

  test("may be another of the same name in the next org, each with its own bytes", async () => {
    await using house = await setUp();
    await house.install(bundle("pets", saying("Rex.")));
    house.shop.live.set(house.other, [bundle("pets", saying("Tom."))]);
    await house.registry.refresh(house.other);
    expect(await house.invoke("pets")).toMatchObject({ summary: "Rex." });
    expect(await house.invoke("pets", { org: house.other })).toMatchObject({ summary: "Tom." });
  });
});

test("a module that was installed asks for a secret of its own, and one of NEXUS for one of NEXUS", async () => {
  const asked: string[] = [];
  const secretFor: RegistryDeps["vault"]["secretFor"] = async ({ module, bound }) => {
    asked.push(`${module}: ${bound ?? "NEXUS"}`);
    return { state: "ready", value: "kept" };
  };
  const other = { ...TOKEN, name: ModuleName.parse("pets-token") };
  const petsWithToken = bundle("pets", fetching("one"), {
    manifest: { credentials: [other] },
    capability: { credentials: ["pets-token"] },
  });
  await using house = await setUp(
    { house: [bundle("weather", saying("Sunny."), withToken)] },
    { vault: { secretFor, distrust: () => {} } },
  );
  await house.install(petsWithToken);
  await house.invoke("weather");
  await house.invoke("pets");
  expect(asked).toEqual(["weather: NEXUS", "pets: pets api.example.com"]);
  expect(sent.map(({ need }) => need.name)).toEqual(["pets-token"]);
});

describe("another version", () => {
  test("is what runs from then on, while a call that runs ends on the version it began with", async () => {
    await using house = await setUp();
    await house.install(bundle("pets", fetching("one")));
    const answer = Promise.withResolvers<FetchResult>();
    const asked = Promise.withResolvers<void>();
    answerFetch = () => {
      asked.resolve();
      return answer.promise;
    };
    const running = house.invoke("pets");
    await asked.promise;
    expect(house.registry.running(house.org, pets)).toBe(1);
    expect(house.registry.running(house.other, pets)).toBe(0);
    await house.install(bundle("pets", fetching("two")));
    answerFetch = () => Promise.resolve(page("b"));
    expect(await house.invoke("pets")).toMatchObject({ summary: "two read b" });
    answer.resolve(page("a"));
    expect(await running).toMatchObject({ summary: "one read a" });
    expect(house.registry.running(house.org, pets)).toBe(0);
  });

  test("is never answered from what the version before had kept", async () => {
    const keeping = (version: string): string => `export async function look(input, nexus) {
      const found = await nexus.cache.get("pet");
      await nexus.cache.set("pet", "${version}", 600);
      return { summary: "${version} found " + found };
    }`;
    await using house = await setUp();
    const one = bundle("pets", keeping("one"), { capability: { cacheTtlS: 60 } });
    await house.install(one);
    expect(await house.invoke("pets")).toMatchObject({ summary: "one found undefined" });
    expect(await house.invoke("pets")).toMatchObject({ summary: "one found undefined", facts: { cached: true } });
    await house.install(bundle("pets", keeping("two"), { capability: { cacheTtlS: 60 } }));
    expect(await house.invoke("pets")).toMatchObject({ summary: "two found undefined", facts: { cached: false } });
    await house.install(one);
    expect(await house.invoke("pets")).toMatchObject({ summary: "one found undefined", facts: { cached: true } });
  });

  test("is asked for from its source, although the version before gave up on it", async () => {
    await using house = await setUp();
    await house.install(bundle("pets", fetching("one")));
    answerFetch = () => Promise.resolve({ ok: false, code: "unreachable", detail: "down" });
    for (let call = 0; call < 4; call += 1) await house.invoke("pets");
    const state = (org: OrgId) => house.registry.modules(org).find(({ manifest }) => manifest.name === "pets")?.breaker;
    expect(state(house.org)).toBe("open");
    house.shop.live.set(house.other, house.shop.live.get(house.org) ?? []);
    await house.registry.refresh(house.other);
    expect(state(house.other)).toBe("closed");
    await house.install(bundle("pets", fetching("two")));
    expect(state(house.org)).toBe("closed");
  });

  test("keeps what it knows of its source when something else was installed beside it", async () => {
    await using house = await setUp();
    const one = bundle("pets", fetching("one"));
    await house.install(one);
    answerFetch = () => Promise.resolve({ ok: false, code: "unreachable", detail: "down" });
    for (let call = 0; call < 4; call += 1) await house.invoke("pets");
    await house.install(one, bundle("shops", saying("Open.")));
    expect(house.registry.modules(house.org).map(({ breaker }) => breaker)).toEqual(["closed", "open", "closed"]);
  });
});

describe("LIF-006: what nobody has installed any more", () => {
  const retiring = () => {
    const retired: Sha256[] = [];
    const watched: Sandbox = { ...sandbox, retire: (sha256) => (retired.push(sha256), sandbox.retire(sha256)) };
    return { retired, watched };
  };

  test("is let go by the processes that have it, once no org has it", async () => {
    const { retired, watched } = retiring();
    await using house = await setUp({}, { sandbox: watched });
    const one = bundle("pets", saying("Rex."));
    await house.install(one);
    house.shop.live.set(house.other, [one]);
    await house.registry.refresh(house.other);
    await house.install();
    expect(retired).toEqual([]);
    house.shop.live.set(house.other, []);
    await house.registry.refresh(house.other);
    expect(retired).toEqual([one.sha256]);
    expect(await house.invoke("pets")).toMatchObject({ code: "module_unknown" });
  });

  test("is let go after its last call, where one is still running", async () => {
    const { retired, watched } = retiring();
    await using house = await setUp({}, { sandbox: watched });
    const one = bundle("pets", fetching("one"));
    await house.install(one);
    const answer = Promise.withResolvers<FetchResult>();
    const asked = Promise.withResolvers<void>();
    answerFetch = () => {
      asked.resolve();
      return answer.promise;
    };
    const running = house.invoke("pets");
    await asked.promise;
    await house.install();
    expect(retired).toEqual([]);
    answer.resolve(page("a"));
    expect(await running).toMatchObject({ summary: "one read a" });
    expect(retired).toEqual([one.sha256]);
  });
});

describe("what cannot be loaded", () => {
  test.each([
    ["the name of a module of NEXUS", bundle("weather", saying("Rain.")), "another module called weather"],
    ["the name of another module's credential", bundle("pets", saying("Rex."), withToken), "the name of one of bank’s"],
  ])("is not run, and named: %s", async (_, clashing, why) => {
    const bank = bundle("bank", saying("Money."), withToken);
    await using house = await setUp({
      house: [bundle("weather", saying("Sunny.")), bank],
      before: ({ live }, org) => live.set(org, [clashing, bundle("shops", saying("Open."))]),
    });
    expect(names(house.registry.modules(house.org))).toEqual(["weather", "bank", "shops"]);
    expect(house.registry.notLoaded()).toEqual([
      { org: house.org, module: clashing.manifest.name, why: expect.stringContaining(why) },
    ]);
    expect(await house.invoke("weather")).toMatchObject({ summary: "Sunny." });
    expect(logged.filter((line) => line.startsWith("an installed module is not loaded"))).toHaveLength(1);
  });

  test("keeps nobody from starting, be it everything that is installed", async () => {
    const broken: InstalledBundles = {
      load: () => Promise.reject(new Error("the table is damaged")),
      loadFor: () => Promise.resolve([]),
    };
    await using house = await setUp({}, { installed: broken });
    expect(await house.invoke("weather")).toMatchObject({ summary: "Sunny." });
    expect(house.registry.notLoaded()).toEqual([
      { module: "all that is installed", why: "what is installed could not be read" },
    ]);
  });

  test("is named as whoever read it says, and nothing of an org runs that cannot be read again", async () => {
    await using house = await setUp({
      before: ({ notLoaded }) => notLoaded.push({ module: "shops", why: "its bytes are not what was approved" }),
    });
    await house.install(bundle("pets", saying("Rex.")));
    expect(house.registry.notLoaded()).toHaveLength(1);
    house.shop.kept.broken = true;
    await expect(house.registry.refresh(house.org)).rejects.toThrow("the rows cannot be read");
    expect(names(house.registry.modules(house.org))).toEqual(["weather"]);
    expect(house.registry.notLoaded()).toMatchObject([{ org: house.org }, { module: "shops" }]);
    house.shop.kept.broken = false;
    await house.registry.refresh(house.org);
    expect(await house.invoke("pets")).toMatchObject({ summary: "Rex." });
    expect(house.registry.notLoaded()).toHaveLength(1);
  });
});

test("changes that come at once are read one after the other, and whoever listens hears of each before it is told of", async () => {
  await using house = await setUp();
  const heard: string[][] = [];
  house.registry.listen(async (org) => {
    await Promise.resolve();
    heard.push(names(house.registry.modules(org)));
  });
  const first = house.install(bundle("pets", saying("Rex.")));
  const second = house.install(bundle("pets", saying("Rex.")), bundle("shops", saying("Open.")));
  await first;
  expect(heard.length).toBeGreaterThan(0);
  await second;
  expect(heard.at(-1)).toEqual(["weather", "pets", "shops"]);
  house.registry.listen(() => Promise.reject(new Error("not today")));
  await house.install();
  expect(names(house.registry.modules(house.org))).toEqual(["weather"]);
  await vi.waitUntil(() => logged.some((line) => line.includes("not taken note of")));
});
