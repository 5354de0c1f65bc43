import { expect, onTestFinished, test } from "vitest";
import { newId, OrgId } from "#core/contract/ids.ts";
import { CredentialNeed } from "#core/contract/manifest.ts";
import type { Log } from "#core/contract/ports.ts";
import { openStore } from "#core/store/store.ts";
import { egressToGoogle } from "#test/platforms/google-egress.ts";
import { startGoogle } from "#test/platforms/google.ts";
import { createVault } from "./vault.ts";

const KEY_NEED = CredentialNeed.parse({
  name: "openweather",
  title: "OpenWeather",
  kind: "api_key",
  host: "api.openweathermap.org",
  header: "x-api-key",
  obtainUrl: "https://home.openweathermap.org/api_keys",
});
const GOOGLE_NEED = CredentialNeed.parse({
  name: "google-calendar",
  title: "Google Calendar",
  kind: "oauth2",
  host: "www.googleapis.com",
  header: "authorization",
  prefix: "Bearer ",
  obtainUrl: "https://console.cloud.google.com/apis/credentials",
  oauth2: {
    authorizationUrl: "https://accounts.google.com/o/oauth2/v2/auth",
    tokenUrl: "https://oauth2.googleapis.com/token",
    scopes: ["https://www.googleapis.com/auth/calendar.freebusy"],
  },
});
const CLIENT = { clientId: "1234567890-abc.apps.example", clientSecret: "client-secret" };
const signal = new AbortController().signal;

/** A vault over a real store, with Google on loopback and a clock that is moved by hand. */
async function setUp() {
  let now = Date.parse("2026-11-20T09:00:00Z");
  const clock = (): Date => new Date(now);
  const lines: string[] = [];
  const write = (fields: object, message: string): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const store = await openStore(":memory:", { clock });
  const google = await startGoogle({ ...CLIENT, clock, timeZone: "UTC" });
  const egress = egressToGoogle(google);
  onTestFinished(async () => {
    await egress[Symbol.asyncDispose]();
    await google[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });
  const newOrg = async (tenantId: string): Promise<OrgId> => {
    const actor = { platform: "test", tenantId, id: "U1", displayName: "Kim", affiliation: "member" } as const;
    return (await store.people.identify({ ...actor, platformRoleIds: [] })).org;
  };
  const open = (masterKey = Buffer.alloc(32, 1)) =>
    createVault({ masterKey, credentials: (org) => store.forOrg(org).credentials, egress, clock, log });
  const tokenRequests = () => google.requests.filter(({ path }) => path === "/token").length;
  const connect = (org: OrgId, vault = open()) => {
    const values = { ...CLIENT, refreshToken: google.oauth.grant() };
    return vault.put(org, "google-calendar", values);
  };
  return {
    store,
    google,
    lines,
    open,
    vault: open(),
    org: await newOrg("T1"),
    otherOrg: await newOrg("T2"),
    tokenRequests,
    connect,
    pass: (ms: number) => (now += ms),
  };
}

test("an API key that was put in comes out for the header, and only its end is ever listed", async () => {
  const { vault, org, store } = await setUp();
  expect(await vault.secretFor(org, KEY_NEED, signal)).toEqual({ state: "missing" });
  await vault.put(org, "openweather", { value: "0123456789abcdef4f2a" });
  expect(await vault.secretFor(org, KEY_NEED, signal)).toEqual({ state: "ready", value: "0123456789abcdef4f2a" });
  const listed = await vault.list(org);
  expect(listed).toEqual([{ name: "openweather", hint: "ends in …4f2a", updatedAt: new Date("2026-11-20T09:00:00Z") }]);
  expect(JSON.stringify(await store.forOrg(org).credentials.list())).not.toContain("0123456789abcdef");
});

test("a key too short to shorten is not shown at all", async () => {
  const { vault, org } = await setUp();
  await vault.put(org, "openweather", { value: "hunter2" });
  expect((await vault.list(org))[0]?.hint).toBe("stored");
});

test("one org never gets the credential of another", async () => {
  const { vault, org, otherOrg, store } = await setUp();
  await vault.put(org, "openweather", { value: "belongs-to-the-first" });
  expect(await vault.secretFor(otherOrg, KEY_NEED, signal)).toEqual({ state: "missing" });
  expect(await vault.list(otherOrg)).toEqual([]);
  const row = await store.forOrg(org).credentials.get("openweather");
  await store.forOrg(otherOrg).credentials.put("openweather", row?.version ?? 0, row?.sealed ?? "", "moved");
  await expect(vault.secretFor(otherOrg, KEY_NEED, signal)).rejects.toMatchObject({ code: "credential_unreadable" });
});

test("a record that was renamed, or dressed up as another version, does not open", async () => {
  const { vault, org, store } = await setUp();
  const records = store.forOrg(org).credentials;
  await vault.put(org, "clash-royale", { value: "some-token-of-a-game" });
  const row = await records.get("clash-royale");
  await records.put("openweather", 1, row?.sealed ?? "", "moved");
  await expect(vault.secretFor(org, KEY_NEED, signal)).rejects.toMatchObject({ code: "credential_unreadable" });
  await vault.put(org, "openweather", { value: "the-right-one-here" });
  const right = await records.get("openweather");
  await records.put("openweather", 7, right?.sealed ?? "", "later");
  await expect(vault.secretFor(org, KEY_NEED, signal)).rejects.toMatchObject({ code: "credential_unreadable" });
});

test("with another master key nothing opens, and the error names neither value nor key", async () => {
  const { vault, open, org } = await setUp();
  await vault.put(org, "openweather", { value: "correct-horse-battery" });
  const failure = await open(Buffer.alloc(32, 2))
    .secretFor(org, KEY_NEED, signal)
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "credential_unreadable", message: expect.stringContaining("master key") });
  expect(String(failure)).not.toContain("correct-horse");
});

test("a replaced credential is used at once, and a removed one is gone", async () => {
  const { vault, org } = await setUp();
  await vault.put(org, "openweather", { value: "the-first-value" });
  await vault.put(org, "openweather", { value: "the-second-value" });
  expect(await vault.secretFor(org, KEY_NEED, signal)).toMatchObject({ value: "the-second-value" });
  await vault.remove(org, "openweather");
  expect(await vault.secretFor(org, KEY_NEED, signal)).toEqual({ state: "missing" });
});

test("a Google connection yields an access token, fetched once and kept for 80 % of its life", async () => {
  const { vault, google, org, connect, tokenRequests, pass } = await setUp();
  await connect(org, vault);
  google.oauth.lifetimeS = 1000;
  const first = await vault.secretFor(org, GOOGLE_NEED, signal);
  expect(first).toMatchObject({ state: "ready" });
  pass(799_000);
  expect(await vault.secretFor(org, GOOGLE_NEED, signal)).toEqual(first);
  expect(tokenRequests()).toBe(1);
  pass(2_000);
  const second = await vault.secretFor(org, GOOGLE_NEED, signal);
  expect(second).not.toEqual(first);
  expect(tokenRequests()).toBe(2);
  expect(google.oauth.accepts(`Bearer ${second.state === "ready" ? second.value : ""}`)).toBe(true);
});

test("many who ask at the same moment cause one token request", async () => {
  const { vault, org, connect, tokenRequests } = await setUp();
  await connect(org, vault);
  const states = await Promise.all(Array.from({ length: 50 }, () => vault.secretFor(org, GOOGLE_NEED, signal)));
  expect(new Set(states.map((state) => JSON.stringify(state))).size).toBe(1);
  expect(tokenRequests()).toBe(1);
});

test("one who gives up does not take the token from the others", async () => {
  const { vault, google, org, connect, tokenRequests } = await setUp();
  await connect(org, vault);
  google.oauth.tokenMode = "hold";
  const stop = new AbortController();
  const impatient = vault.secretFor(org, GOOGLE_NEED, stop.signal);
  const patient = vault.secretFor(org, GOOGLE_NEED, signal);
  await expect.poll(tokenRequests).toBe(1);
  stop.abort();
  await expect(impatient).rejects.toMatchObject({ name: "AbortError" });
  google.oauth.tokenMode = "ok";
  google.oauth.release();
  expect(await patient).toMatchObject({ state: "ready" });
  expect(tokenRequests()).toBe(1);
});

test("an access that was withdrawn is reported in plain words, and Google is not asked again for a minute", async () => {
  const { vault, google, org, connect, tokenRequests, pass } = await setUp();
  await connect(org, vault);
  google.oauth.revoke();
  const said = { state: "rejected", say: "Google Calendar says the access was withdrawn or has expired." };
  expect(await vault.secretFor(org, GOOGLE_NEED, signal)).toEqual(said);
  expect(await vault.secretFor(org, GOOGLE_NEED, signal)).toEqual(said);
  expect(tokenRequests()).toBe(1);
  pass(61_000);
  await vault.secretFor(org, GOOGLE_NEED, signal);
  expect(tokenRequests()).toBe(2);
  await connect(org, vault);
  expect(await vault.secretFor(org, GOOGLE_NEED, signal)).toMatchObject({ state: "ready" });
});

test("a wrong client secret is told apart from a withdrawn access", async () => {
  const { vault, google, org } = await setUp();
  await vault.put(org, "google-calendar", { ...CLIENT, clientSecret: "wrong", refreshToken: google.oauth.grant() });
  expect(await vault.secretFor(org, GOOGLE_NEED, signal)).toEqual({
    state: "rejected",
    say: "Google Calendar does not accept the client ID and secret that were stored.",
  });
});

test.each([
  ["unavailable", "upstream_unavailable"],
  ["rate-limited", "rate_limited"],
  ["garbage", "upstream_invalid"],
] as const)(
  "a token endpoint that is %s does not make the credential look wrong, and is asked anew",
  async (mode, code) => {
    const { vault, google, org, connect } = await setUp();
    await connect(org, vault);
    google.oauth.tokenMode = mode;
    await expect(vault.secretFor(org, GOOGLE_NEED, signal)).rejects.toMatchObject({ code, retryable: true });
    google.oauth.tokenMode = "ok";
    expect(await vault.secretFor(org, GOOGLE_NEED, signal)).toMatchObject({ state: "ready" });
  },
);

test("a network that is down is not the credential's fault", async () => {
  const { vault, google, org, connect } = await setUp();
  await connect(org, vault);
  await google[Symbol.asyncDispose]();
  await expect(vault.secretFor(org, GOOGLE_NEED, signal)).rejects.toMatchObject({ code: "upstream_unavailable" });
});

test("a refresh token that the provider replaces is kept, across a restart too", async () => {
  const { vault, open, google, org, connect, tokenRequests } = await setUp();
  await connect(org, vault);
  google.oauth.rotates = true;
  const first = await vault.secretFor(org, GOOGLE_NEED, signal);
  expect(await vault.secretFor(org, GOOGLE_NEED, signal)).toEqual(first);
  expect(tokenRequests()).toBe(1);
  expect(await open().secretFor(org, GOOGLE_NEED, signal)).toMatchObject({ state: "ready" });
  expect(await open().secretFor(org, GOOGLE_NEED, signal)).toMatchObject({ state: "ready" });
});

test("an access token that the source refused is fetched anew", async () => {
  const { vault, org, connect, tokenRequests } = await setUp();
  await connect(org, vault);
  const first = await vault.secretFor(org, GOOGLE_NEED, signal);
  vault.distrust(org, "google-calendar");
  expect(await vault.secretFor(org, GOOGLE_NEED, signal)).not.toEqual(first);
  expect(tokenRequests()).toBe(2);
});

test("what is logged names the credential and no secret", async () => {
  const { vault, google, org, connect, lines } = await setUp();
  await connect(org, vault);
  const state = await vault.secretFor(org, GOOGLE_NEED, signal);
  google.oauth.revoke();
  vault.distrust(org, "google-calendar");
  await vault.secretFor(org, GOOGLE_NEED, signal);
  expect(lines).toHaveLength(2);
  const secrets = [CLIENT.clientSecret, "refresh-1", state.state === "ready" ? state.value : "no token"];
  for (const secret of secrets) expect(lines.join("\n")).not.toContain(secret);
});

test("a credential stored for another kind of need counts as missing", async () => {
  const { vault, org } = await setUp();
  await vault.put(org, "google-calendar", { value: "an-api-key" });
  expect(await vault.secretFor(org, GOOGLE_NEED, signal)).toEqual({ state: "missing" });
});

test("an org that has stored nothing has an empty list", async () => {
  const { vault } = await setUp();
  expect(await vault.list(newId(OrgId))).toEqual([]);
});
