import { createHash } from "node:crypto";
import { transformSync } from "amaro";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { NexusError } from "#core/contract/errors.ts";
import { CapabilityName, ModuleName, newId, PersonId, Sha256, TurnId } from "#core/contract/ids.ts";
import type { Invocation } from "#core/contract/invocation.ts";
import type { Json } from "#core/contract/json.ts";
import { Manifest } from "#core/contract/manifest.ts";
import type { Bundle, FetchResult, HostModule } from "#core/contract/module.ts";
import type { Log } from "#core/contract/ports.ts";
import type { Egress, InjectedSecret } from "#core/contract/sandbox.ts";
import { openStore } from "#core/store/store.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { meteringOn } from "#test/metering-kit.ts";
import { createRegistry } from "./registry.ts";
import type { RegistryDeps } from "./registry-deps.ts";

const logged: string[] = [];
const write = (fields: object, message: string): void => void logged.push(`${message} ${JSON.stringify(fields)}`);
const log: Log = { debug: write, info: write, warn: write, error: write };
const sandbox = createSandbox({ log, runners: 3 });
afterAll(() => sandbox[Symbol.asyncDispose]());

const SECRET = "key_of_the_org";
const person = newId(PersonId);
const otherPerson = newId(PersonId);
let now = new Date("2026-05-01T12:00:00Z");
let answerFetch: (url: string) => FetchResult;
let fetched: { url: string; secrets: readonly InjectedSecret[] }[];
beforeEach(() => {
  now = new Date("2026-05-01T12:00:00Z");
  answerFetch = () => ({ ok: true, status: 200, headers: {}, body: '{"value":1}' });
  fetched = [];
  logged.length = 0;
});

const egress: Egress = {
  async request(url, _init, policy, secrets) {
    const host = new URL(url).hostname;
    const isDeclared = policy.hosts.some((grant) => grant.host === host);
    const result: FetchResult = isDeclared ? answerFetch(url) : { ok: false, code: "denied", detail: "not declared" };
    fetched.push({ url, secrets });
    return {
      result,
      record: { host, method: "GET", outcome: result.ok ? result.status : result.code, ms: 1, bytes: 2 },
    };
  },
  async [Symbol.asyncDispose]() {},
};

function bundle(code: string, capability: object = {}, manifest: object = {}): Bundle {
  return {
    sha256: Sha256.parse(createHash("sha256").update(code).digest("hex")),
    manifest: Manifest.parse({
      schema: "urn:nexus:module-manifest:1",
      name: "sample",
      version: "1.2.3",
      title: "Sample",
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
          slots: { place: { type: "place", description: "a place", remember: true } },
          required: [],
          examples: ["look a", "look b", "look c", "look d", "look e"],
          credentials: [],
          sample: false,
          cacheTtlS: 0,
          ...capability,
        },
      ],
      limits: { timeoutMs: 2_000, memoryMib: 32, fetches: 3, outputChars: 20_000, fileBytes: 1_000 },
      dependencies: {},
      schedules: [],
      ...manifest,
    }),
    code: new Map([["module.ts", transformSync(code, { mode: "strip-only" }).code]]),
    data: new Map([["list.txt", "bundled"]]),
  };
}

async function setUp(bundles: Bundle[], more: Partial<RegistryDeps> = {}) {
  const store = await openStore(":memory:", { clock: () => now });
  const { org } = await store.people.identify({
    platform: "test",
    tenantId: "acme",
    id: "1",
    displayName: "Ann",
    affiliation: "member",
    platformRoleIds: [],
  });
  let seeds = 0;
  const registry = await createRegistry({
    bundles,
    hostModules: [],
    sandbox,
    egress,
    vault: { secretFor: async () => ({ state: "missing" }), distrust: () => {} },
    metering: meteringOn(store, () => now),
    store: (id) => store.forOrg(id),
    sampleOn: async () => true,
    clock: () => now,
    log,
    newSeed: () => `seed ${(seeds += 1)}`,
    ...more,
  });
  const invoke = async (
    input: Record<string, Json> = {},
    by: Partial<Invocation> = {},
    signal = new AbortController().signal,
  ) => {
    const invocation = {
      org,
      person,
      turn: newId(TurnId),
      module: ModuleName.parse("sample"),
      capability: CapabilityName.parse("look"),
      input,
      asker: { locale: "en-CA", timeZone: "America/Toronto" },
      files: [],
      ...by,
    };
    const result = await registry.invoke(invocation, signal);
    // As the commit of a turn does it.
    if (result.ok) {
      const { changes, seen } = result.files;
      await store.forOrg(org).moduleFiles.applyAll(invocation.module, invocation.person, changes, seen);
    }
    return result;
  };
  return { registry, invoke, store, org, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}

const counting = `export async function look(input, nexus) {
  const page = await nexus.fetch("https://api.example.com/now");
  if (!page.ok) return { error: { code: "upstream_unavailable", say: "The source does not answer." } };
  return { summary: "Number " + JSON.parse(page.body).value, data: JSON.parse(page.body), asOf: nexus.now().toISOString() };
}`;

describe("a run", () => {
  test("brings the module's answer, with the facts of how it came about", async () => {
    await using house = await setUp([bundle(counting)]);
    expect(await house.invoke()).toMatchObject({
      ok: true,
      summary: "Number 1",
      data: { value: 1 },
      asOf: now,
      sample: false,
      stale: false,
      facts: {
        module: "sample",
        version: "1.2.3",
        cached: false,
        egress: [{ host: "api.example.com", outcome: 200 }],
        clock: now,
        seed: "seed 1",
      },
    });
  });

  test("costs its processor seconds and a tenth per external call", async () => {
    await using house = await setUp([bundle(counting)]);
    const { facts } = await house.invoke();
    expect(facts.runUnits).toBeGreaterThanOrEqual(0.1);
    expect(facts.runUnits).toBeLessThan(0.2);
  });

  test("takes its sentence from the manifest when the module brings only data", async () => {
    const code = `export async function run() { return { data: { place: { name: "Oslo" }, temp: 3 } }; }`;
    await using house = await setUp([bundle(code, { reply: "{temp} °C in {place.name}" })]);
    expect(await house.invoke()).toMatchObject({ ok: true, summary: "3 °C in Oslo" });
  });

  test("remembers declared slots only", async () => {
    const code = `export async function look() { return { summary: "s", remember: { place: "Oslo", other: 1 } }; }`;
    await using house = await setUp([bundle(code)]);
    expect(await house.invoke()).toMatchObject({ ok: true, remember: { place: "Oslo" } });
  });

  test("of a value that does not fit names the slot, and runs nothing", async () => {
    await using house = await setUp([bundle(counting, { required: ["place"] })]);
    expect(await house.invoke({ place: 7 })).toMatchObject({ ok: false, code: "slot_invalid", slot: "place" });
    expect(await house.invoke({})).toMatchObject({ ok: false, code: "slot_invalid", slot: "place" });
    expect(await house.invoke({ place: "Oslo", extra: 1 })).toMatchObject({ code: "slot_invalid", slot: "extra" });
    expect(fetched).toEqual([]);
  });

  test("of something that does not exist is a result, not a crash", async () => {
    await using house = await setUp([bundle(counting)]);
    expect(await house.invoke({}, { module: ModuleName.parse("nothing") })).toMatchObject({ code: "module_unknown" });
  });

  test.each([
    ["throws", `throw new Error("details for the log")`, "module_failed"],
    ["never ends", "for (;;);", "module_timeout"],
    ["answers too much", `return { summary: "s", data: "x".repeat(50000) }`, "module_resources"],
    [
      "answers with buttons",
      `return { summary: "s", parts: [{ type: "actions", items: [] }] }`,
      "module_output_invalid",
    ],
    ["answers with nothing", "return undefined", "module_output_invalid"],
    [
      "reaches for an undeclared host",
      `await nexus.fetch("https://evil.example/"); throw new Error("no")`,
      "egress_denied",
    ],
  ])("of a module that %s is named for what it is", async (_name, body, code) => {
    await using house = await setUp([bundle(`export async function look(input, nexus) { ${body}; }`)]);
    const result = await house.invoke();
    expect(result).toMatchObject({ ok: false, code });
    expect(JSON.stringify(result)).not.toContain("details for the log");
  });

  test("that is stopped throws the reason, and nothing else does", async () => {
    await using house = await setUp([bundle("export async function look() { for (;;); }")]);
    const stop = new AbortController();
    const run = house.invoke({}, {}, stop.signal);
    stop.abort(new Error("the person said stop"));
    await expect(run).rejects.toThrow("the person said stop");
  });
});

describe("answers kept for a while", () => {
  const cached = { cacheTtlS: 60 };

  test("the same question by the same person is answered from the cache until its time is over", async () => {
    await using house = await setUp([bundle(counting, cached)]);
    await house.invoke({ place: "Oslo" });
    const second = await house.invoke({ place: "Oslo" });
    expect(second).toMatchObject({ ok: true, summary: "Number 1", facts: { cached: true, egress: [], runUnits: 0 } });
    expect(fetched).toHaveLength(1);
    now = new Date(now.getTime() + 61_000);
    expect(await house.invoke({ place: "Oslo" })).toMatchObject({ facts: { cached: false } });
  });

  test("another person, place, language or zone is another question", async () => {
    await using house = await setUp([bundle(counting, cached)]);
    await house.invoke({ place: "Oslo" });
    await house.invoke({ place: "Rome" });
    await house.invoke({ place: "Oslo" }, { person: otherPerson });
    await house.invoke({ place: "Oslo" }, { asker: { locale: "fr", timeZone: "America/Toronto" } });
    await house.invoke({ place: "Oslo" }, { asker: { locale: "en-CA", timeZone: "Europe/Oslo" } });
    expect(fetched).toHaveLength(5);
  });

  test("public data is shared between people of an org", async () => {
    await using house = await setUp([bundle(counting, cached, { dataClass: "public" })]);
    await house.invoke();
    expect(await house.invoke({}, { person: otherPerson })).toMatchObject({ facts: { cached: true } });
  });

  test("a source that is down is answered with the last known value and its time", async () => {
    await using house = await setUp([bundle(counting, cached)]);
    const then = now;
    await house.invoke();
    now = new Date(now.getTime() + 3_600_000);
    answerFetch = () => ({ ok: false, code: "timeout", detail: "slow" });
    expect(await house.invoke()).toMatchObject({ ok: true, stale: true, asOf: then, summary: "Number 1" });
  });
});

describe("a source that stops answering", () => {
  test("is left alone after four failures, asked once after a pause, and used again when it answers", async () => {
    await using house = await setUp([bundle(counting)]);
    const breaker = () => house.registry.modules(house.org)[0]?.breaker;
    answerFetch = () => ({ ok: false, code: "unreachable", detail: "gone" });
    for (let i = 0; i < 4; i += 1) expect(await house.invoke()).toMatchObject({ code: "upstream_unavailable" });
    expect(breaker()).toBe("open");
    expect(await house.invoke()).toMatchObject({
      code: "upstream_unavailable",
      downSince: now,
    });
    expect(fetched).toHaveLength(4);

    now = new Date(now.getTime() + 16_000);
    expect(breaker()).toBe("half_open");
    await house.invoke();
    expect(fetched).toHaveLength(5);
    expect(breaker()).toBe("open");

    now = new Date(now.getTime() + 31_000);
    answerFetch = () => ({ ok: true, status: 200, headers: {}, body: '{"value":2}' });
    expect(await house.invoke()).toMatchObject({ ok: true, summary: "Number 2" });
    expect(breaker()).toBe("closed");
  });
});

describe("credentials", () => {
  const need = {
    name: "sample",
    title: "Sample key",
    kind: "api_key",
    host: "api.example.com",
    header: "x-key",
    obtainUrl: "https://example.com/",
  };
  const withKey = { credentials: [need] };
  const showing = `export async function look(input, nexus) {
    const page = await nexus.fetch("https://api.example.com/");
    return { summary: nexus.sample + " " + (page.code ?? page.status), data: Object.keys(nexus) };
  }`;

  test("one that is missing gives sample data, labelled, and asks the source nothing", async () => {
    await using house = await setUp([bundle(showing, { credentials: ["sample"], sample: true }, withKey)]);
    expect(await house.invoke()).toMatchObject({ ok: true, sample: true, summary: "required credential_missing" });
    expect(fetched).toEqual([]);
  });

  test.each([
    ["the module has no sample data", { sample: false }, true],
    ["the operator wants none", { sample: true }, false],
  ])("one that is missing is named when %s", async (_name, capability, sampleOn) => {
    await using house = await setUp([bundle(showing, { credentials: ["sample"], ...capability }, withKey)], {
      sampleOn: async () => sampleOn,
    });
    expect(await house.invoke()).toMatchObject({ ok: false, code: "credential_missing", credential: "sample" });
  });

  test("one that is there goes to the broker, and nowhere else", async () => {
    await using house = await setUp([bundle(showing, { credentials: ["sample"], sample: true }, withKey)], {
      vault: { secretFor: async () => ({ state: "ready", value: SECRET }), distrust: () => {} },
    });
    const result = await house.invoke();
    expect(result).toMatchObject({ ok: true, sample: false, summary: "allowed 200" });
    expect(fetched[0]?.secrets).toMatchObject([{ value: SECRET }]);
    expect(JSON.stringify([result, logged])).not.toContain(SECRET);
  });

  test("one that the source refuses is named and not trusted again", async () => {
    const distrusted: string[] = [];
    const code = `export async function look() { return { error: { code: "credential_rejected", say: "Refused." } }; }`;
    await using house = await setUp([bundle(code, { credentials: ["sample"] }, withKey)], {
      vault: {
        secretFor: async () => ({ state: "ready", value: SECRET }),
        distrust: (_org, name) => distrusted.push(name),
      },
    });
    expect(await house.invoke()).toMatchObject({ code: "credential_rejected", credential: "sample", say: "Refused." });
    expect(distrusted).toEqual(["sample"]);
  });
});

describe("files", () => {
  test("two runs that both rest on the same file cannot both be kept", async () => {
    const adding = `export async function look(i, nexus) {
      const count = Number((await nexus.files.read("count")) ?? "0") + 1;
      await nexus.files.write("count", String(count));
      return { summary: String(count) };
    }`;
    await using house = await setUp([bundle(adding)]);
    const call = { turn: newId(TurnId), asker: { locale: "en", timeZone: "UTC" }, files: [], input: {} };
    const invocation = {
      ...call,
      org: house.org,
      person,
      module: ModuleName.parse("sample"),
      capability: CapabilityName.parse("look"),
    };
    const { signal } = new AbortController();
    const [first, second] = await Promise.all([
      house.registry.invoke(invocation, signal),
      house.registry.invoke(invocation, signal),
    ]);
    if (!first.ok || !second.ok) throw new Error("both should have run");
    const { moduleFiles } = house.store.forOrg(house.org);
    await moduleFiles.applyAll(invocation.module, person, first.files.changes, first.files.seen);
    await expect(
      moduleFiles.applyAll(invocation.module, person, second.files.changes, second.files.seen),
    ).rejects.toThrow("meanwhile");
    expect(await moduleFiles.read(invocation.module, person, "count")).toBe("1");
    const third = await house.registry.invoke({ ...invocation, earlier: first.files }, signal);
    expect(third).toMatchObject({ ok: true, summary: "2" });
  });

  const fileSlot = { slots: { file: { type: "file", description: "a file", extensions: [".csv"] } } };
  const upload = (bytes: Uint8Array, name = "may.csv"): Pick<Invocation, "files"> => ({
    files: [{ attachment: { name, ref: "r" }, read: async () => bytes }],
  });
  const echo = `export async function look(input, nexus) { return { summary: await nexus.files.read(input.file) }; }`;

  test("a person's files change only when the run succeeds, and are theirs alone", async () => {
    const code = `export async function look(input, nexus) {
      const before = await nexus.files.read("a.txt");
      await nexus.files.write("a.txt", input.place);
      const seen = await nexus.files.list("");
      if (input.place === "fail") throw new Error("after the write");
      if (input.place === "sorry") return { error: { code: "not_found", say: "No." } };
      return { summary: String(before), data: seen };
    }`;
    await using house = await setUp([bundle(code)]);
    expect(await house.invoke({ place: "fail" })).toMatchObject({ ok: false });
    expect(await house.invoke({ place: "sorry" })).toMatchObject({ ok: false });
    expect(await house.invoke({ place: "one" })).toMatchObject({
      summary: "undefined",
      data: ["a.txt", "bundle/list.txt"],
    });
    expect(await house.invoke({ place: "two" })).toMatchObject({ summary: "one" });
    expect(await house.invoke({ place: "x" }, { person: otherPerson })).toMatchObject({ summary: "undefined" });
  });

  test.each([
    ["UTF-8 with a mark", Buffer.from("\ufeffé,1")],
    ["UTF-8", Buffer.from("é,1")],
    ["UTF-16 little-endian", Buffer.from("\ufeffé,1", "utf16le")],
    ["UTF-16 big-endian", Buffer.from("\ufeffé,1", "utf16le").swap16()],
    ["windows-1252", Buffer.from([0xe9, 0x2c, 0x31])],
  ])("an uploaded file in %s is read as its text", async (_name, bytes) => {
    await using house = await setUp([bundle(echo, fileSlot)]);
    expect(await house.invoke({ file: "input/may.csv" }, upload(bytes))).toMatchObject({ summary: "é,1" });
  });

  test("a file larger than the module may have is refused by name, and so is one it would keep", async () => {
    await using house = await setUp([bundle(echo, fileSlot)]);
    expect(await house.invoke({ file: "input/may.csv" }, upload(new Uint8Array(1_001)))).toMatchObject({
      code: "file_too_large",
      say: expect.stringContaining("may.csv"),
    });
    const keeping = `export async function look(i, nexus) { await nexus.files.write("a", "x".repeat(1001)); return { summary: "s" }; }`;
    await using other = await setUp([bundle(keeping)]);
    expect(await other.invoke()).toMatchObject({ ok: false, code: "file_too_large" });
  });

  test("what came with a message and what came with the module cannot be written", async () => {
    const code = `export async function look(i, nexus) { await nexus.files.write("bundle/list.txt", "mine"); return { summary: "s" }; }`;
    await using house = await setUp([bundle(code)]);
    expect(await house.invoke()).toMatchObject({ ok: false, code: "module_failed" });
  });
});

describe("a first-party module in the host", () => {
  const { manifest } = bundle("");
  const hosted = (look: HostModule["capabilities"][string]): Partial<RegistryDeps> => ({
    hostModules: [{ manifest: { ...manifest, runtime: "host" }, capabilities: { look } }],
  });

  test("reaches its hosts through the broker, with a fetch its library can use", async () => {
    await using house = await setUp(
      [],
      hosted(async (_input, nexus) => {
        const response = await nexus.fetchImplementation("https://api.example.com/x", {
          headers: { authorization: "own" },
        });
        await expect(nexus.fetchImplementation("https://evil.example/")).rejects.toThrow("denied");
        return { summary: `${response.status} ${JSON.stringify(await response.json())}` };
      }),
    );
    expect(await house.invoke()).toMatchObject({ ok: true, summary: '200 {"value":1}' });
  });

  test("is stopped when its time is over", async () => {
    await using house = await setUp([], {
      hostModules: [
        {
          manifest: { ...manifest, runtime: "host", limits: { ...manifest.limits, timeoutMs: 100 } },
          capabilities: { look: () => new Promise(() => {}) },
        },
      ],
    });
    expect(await house.invoke()).toMatchObject({ ok: false, code: "module_timeout" });
  });
});

describe("a limit on usage", () => {
  const reached = { scope: "org", subject: "*", period: "day", limit: 2, used: 2, held: 0 } as const;
  const resetsAt = new Date("2026-05-02T04:00:00Z");
  const refusing = (because: "used" | "held" | "policy") => ({
    reserve: async () => ({ ...reached, resetsAt, state: "reached" as const, because }),
  });

  test("is told of what a run took, and the facts say how it stands", async () => {
    await using house = await setUp([bundle(counting)]);
    const metering = meteringOn(house.store, () => now);
    await metering.setLimit(
      house.org,
      { scope: "org", subject: "*", period: "day", units: 10 },
      { kind: "system", id: "test" },
    );
    const result = await house.invoke();
    expect(result.facts.runUnits).toBeGreaterThanOrEqual(0.1);
    expect(result.facts.quota).toMatchObject({ state: "within", limit: 10, used: result.facts.runUnits, held: 0 });
  });

  test("is not touched by an answer from the cache", async () => {
    await using house = await setUp([bundle(counting, { cacheTtlS: 60 })]);
    const metering = meteringOn(house.store, () => now);
    await metering.setLimit(
      house.org,
      { scope: "org", subject: "*", period: "day", units: 10 },
      { kind: "system", id: "test" },
    );
    const first = await house.invoke();
    expect(await house.invoke()).toMatchObject({ facts: { cached: true, runUnits: 0 } });
    expect(await metering.standings(house.org, {})).toMatchObject([{ used: first.facts.runUnits }]);
  });

  test("that is reached is said in one sentence, and nothing is run", async () => {
    await using house = await setUp([bundle(counting)], { metering: refusing("used") });
    expect(await house.invoke()).toMatchObject({
      ok: false,
      code: "quota_reached",
      say: "Daily limit of 2 units reached; it starts again at 00:00.",
      facts: { quota: { state: "reached" }, runUnits: 0 },
    });
    expect(fetched).toEqual([]);
  });

  test("that is reached is answered with what is known already, which says so", async () => {
    let isReached = false;
    await using house = await setUp([bundle(counting, { cacheTtlS: 60 })], {
      metering: {
        reserve: (request, signal) =>
          isReached ? refusing("used").reserve() : meteringOn(house.store, () => now).reserve(request, signal),
      },
    });
    await house.invoke();
    now = new Date("2026-05-01T13:00:00Z");
    isReached = true;
    expect(await house.invoke()).toMatchObject({
      ok: true,
      stale: true,
      facts: { cached: true, quota: { state: "reached" } },
    });
    expect(fetched).toHaveLength(1);
  });

  test.each([
    ["held by others", "held", "module_busy", true],
    ["closed to spending", "policy", "channel_closed", false],
  ] as const)("that is %s has a code of its own", async (_, because, code, retryable) => {
    await using house = await setUp([bundle(counting)], { metering: refusing(because) });
    expect(await house.invoke()).toMatchObject({ ok: false, code, retryable });
  });

  test("that cannot be counted on stops what costs", async () => {
    const error = new NexusError("metering_unavailable", "the database is gone");
    await using house = await setUp([bundle(counting)], { metering: { reserve: () => Promise.reject(error) } });
    expect(await house.invoke()).toMatchObject({ ok: false, code: "metering_unavailable" });
    expect(fetched).toEqual([]);
  });

  test("gives a call less time where less is left, and an endless one is charged what it had", async () => {
    await using house = await setUp([bundle("export async function look() { for (;;) {} }")]);
    const metering = meteringOn(house.store, () => now);
    await metering.setLimit(
      house.org,
      { scope: "org", subject: "*", period: "day", units: 1.5 },
      { kind: "system", id: "test" },
    );
    const result = await house.invoke();
    expect(result).toMatchObject({ ok: false, code: "module_timeout", facts: { quota: { state: "short" } } });
    expect(result.facts.runUnits).toBeGreaterThan(0.5);
    const [standing] = await metering.standings(house.org, {});
    expect(standing?.used).toBeLessThanOrEqual(1.5);
    expect(standing?.used).toBe(result.facts.runUnits);
  });

  test("counts the try of a new credential, and a run that was stopped", async () => {
    await using house = await setUp([bundle(counting)]);
    const metering = meteringOn(house.store, () => now);
    const trial = { credential: ModuleName.parse("sample"), value: "new" };
    await house.invoke({}, { trial });
    const stop = new AbortController();
    answerFetch = () => {
      stop.abort(new NexusError("stopped", "by a person"));
      return { ok: true, status: 200, headers: {}, body: "{}" };
    };
    await expect(house.invoke({}, {}, stop.signal)).rejects.toMatchObject({ code: "stopped" });
    const [line] = await metering.usage(house.org, { from: "2026-05-01", to: "2026-05-01", by: "module" });
    expect(line).toMatchObject({ key: "sample", uses: 2 });
    expect(line?.units).toBeGreaterThanOrEqual(0.2);
  });
});

test("a full disk is for the turn to try again, and no answer; whatever else cannot be counted is one", async () => {
  const metering = (code: "disk_full" | "metering_unavailable") => ({
    reserve: () => Promise.reject(new NexusError(code, "no unit could be held")),
  });
  const full = await setUp([bundle(counting)], { metering: metering("disk_full") });
  await expect(full.invoke()).rejects.toMatchObject({ code: "disk_full" });
  const uncounted = await setUp([bundle(counting)], { metering: metering("metering_unavailable") });
  expect(await uncounted.invoke()).toMatchObject({ ok: false, code: "metering_unavailable" });
});

test("two modules of one name are refused at the start", async () => {
  await expect(
    createRegistry({
      bundles: [bundle(counting), bundle(counting)],
      hostModules: [],
      sandbox,
      egress,
      vault: { secretFor: async () => ({ state: "missing" }), distrust: () => {} },
      metering: { reserve: () => Promise.reject(new Error("not needed")) },
      store: () => {
        throw new Error("not needed");
      },
      sampleOn: async () => true,
      clock: () => now,
      log,
      newSeed: () => "seed",
    }),
  ).rejects.toThrow("two modules are called sample");
});
