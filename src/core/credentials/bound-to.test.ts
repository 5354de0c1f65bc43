import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { ModuleName, newId, PersonId } from "#core/contract/ids.ts";
import { CredentialNeed } from "#core/contract/manifest.ts";
import { personRef } from "#core/contract/principal.ts";
import type { BundleOrigin } from "#core/contract/sandbox.ts";
import { openStore } from "#core/store/store.ts";
import { silent } from "#test/delivery-kit.ts";
import { egressToGoogle } from "#test/platforms/google-egress.ts";
import { startOAuthProvider } from "#test/platforms/oauth-provider.ts";
import { listeningAudit, request, vaultOver } from "#test/vault-kit.ts";
import { boundTo } from "./bound-to.ts";
import { createOAuthClients } from "./oauth-clients.ts";
import { createOAuthConnect } from "./oauth-connect.ts";

const REDIRECT = "http://127.0.0.1/oauth/callback";
const CLIENT = { clientId: "without-secret", clientSecret: "" };
const signal = new AbortController().signal;

const NEED = CredentialNeed.parse({
  name: "tracker-token",
  title: "Tracker",
  kind: "api_key",
  host: "api.tracker.example",
  header: "authorization",
  obtainUrl: "https://tracker.example/keys",
});
const ACCOUNT = CredentialNeed.parse({
  ...NEED,
  kind: "oauth2",
  oauth2: {
    authorizationUrl: "https://id.example/auth?prompt=consent",
    tokenUrl: "https://id.example/token",
    scopes: ["openid", "offline_access", "meetings"],
    clientAuthentication: "none",
  },
});

function source(module: string, need = NEED, origin: BundleOrigin = "stranger") {
  return { manifest: { name: ModuleName.parse(module) }, need, origin };
}

let house: Awaited<ReturnType<typeof setUp>>;
beforeEach(async () => {
  house = await setUp();
});

async function setUp() {
  let now = Date.now();
  const clock = (): Date => new Date(now);
  const provider = await startOAuthProvider(
    [{ client_id: CLIENT.clientId, token_endpoint_auth_method: "none" }],
    REDIRECT,
  );
  const egress = egressToGoogle(provider);
  const store = await openStore(":memory:", { clock });
  onTestFinished(async () => {
    await egress[Symbol.asyncDispose]();
    await provider[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });
  const actor = { platform: "test", tenantId: "T1", id: "U1", displayName: "Kim", affiliation: "member" } as const;
  const { org, person } = await store.people.identify({ ...actor, platformRoleIds: [] });
  const audit = listeningAudit();
  const vault = vaultOver(store, { egress, clock, log: silent, audit });
  const connect = createOAuthConnect({ vault, states: store.oauthStates, egress, clock, randomBytes });
  const put = (from: ReturnType<typeof source>) =>
    vault.put({ org, name: from.need.name, ...boundTo(from) }, { value: "kept" }, personRef(person));
  const ask = (from: ReturnType<typeof source>) =>
    vault.secretFor({ ...request(org, person, from.need), module: from.manifest.name, ...boundTo(from) }, signal);
  return { provider, org, person, vault, connect, audit, put, ask, pass: (ms: number) => (now += ms) };
}

const MISSING = { state: "missing" };

describe("a secret of the same name", () => {
  test("that was entered for a module of NEXUS reaches no stranger's module, and the attempt is in the audit", async () => {
    await house.put(source("tracker", NEED, "own"));
    expect(await house.ask(source("tracker", NEED, "own"))).toMatchObject({ state: "ready", value: "kept" });
    expect(await house.ask(source("tracker"))).toEqual(MISSING);
    expect(await house.ask(source("thief"))).toEqual(MISSING);
    expect(house.audit.heard.at(-1)).toMatchObject({
      act: "credential.read",
      outcome: "refused",
      detail: { module: "thief" },
    });
  });

  test("that was entered for one stranger's module reaches no other, and none of NEXUS's own", async () => {
    await house.put(source("tracker"));
    expect(await house.ask(source("tracker"))).toMatchObject({ state: "ready", value: "kept" });
    expect(await house.ask(source("thief"))).toEqual(MISSING);
    expect(await house.ask(source("tracker", NEED, "own"))).toEqual(MISSING);
  });

  test("does not follow an update to another host", async () => {
    await house.put(source("tracker"));
    expect(await house.ask(source("tracker", { ...NEED, host: "collect.example" }))).toEqual(MISSING);
    await house.put(source("tracker", { ...NEED, host: "collect.example" }));
    expect(await house.ask(source("tracker", { ...NEED, host: "collect.example" }))).toMatchObject({ state: "ready" });
  });
});

test("an account stays bound when its token is renewed, and is renewed at no other token endpoint", async () => {
  const { org, person, provider, connect, vault, pass } = house;
  const bound = source("tracker", ACCOUNT);
  const target = { org, name: ACCOUNT.name, ...boundTo(bound) };
  const { url, state } = await connect.begin({
    target,
    need: ACCOUNT,
    client: CLIENT,
    redirectUri: REDIRECT,
    by: personRef(person),
  });
  await connect.finish(state, { code: (await provider.browse(url)).get("code") ?? "" }, signal);
  for (let hour = 0; hour < 2; hour += 1) {
    expect(await house.ask(bound)).toMatchObject({ state: "ready" });
    pass(3_600_000);
  }
  const elsewhere = CredentialNeed.parse({
    ...ACCOUNT,
    oauth2: { ...ACCOUNT.oauth2, tokenUrl: "https://collect.example/token" },
  });
  expect(await house.ask(source("tracker", elsewhere))).toEqual(MISSING);
  expect(await house.ask(source("tracker", ACCOUNT, "own"))).toEqual(MISSING);
  expect(await vault.access(org, ACCOUNT.name, newId(PersonId))).toBe("shared");
});

test("a client that was registered for a module of NEXUS is sent to no stranger's token endpoint", async () => {
  const { org, person, vault } = house;
  const clients = createOAuthClients(vault);
  const { turn } = request(org, person, ACCOUNT);
  const read = (from: ReturnType<typeof source>) =>
    clients.get({ org, person, turn, module: from.manifest.name, ...boundTo(from) }, from.need, signal);
  await clients.set({ org }, ACCOUNT, { clientId: "ours", clientSecret: "theirs to keep" }, personRef(person));
  expect(await read(source("tracker", ACCOUNT, "own"))).toMatchObject({ clientId: "ours" });
  expect(await read(source("tracker", ACCOUNT))).toBeUndefined();
  await clients.set({ org, ...boundTo(source("tracker", ACCOUNT)) }, ACCOUNT, CLIENT, personRef(person));
  expect(await read(source("tracker", ACCOUNT))).toEqual(CLIENT);
  // Nor is the client itself a secret that a name could ask for.
  const name = ModuleName.parse("tracker-token-client");
  expect(await house.ask(source("thief", { ...NEED, name }))).toEqual(MISSING);
});
