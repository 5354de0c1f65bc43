import { createHash, randomBytes } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { newId, OrgId } from "#core/contract/ids.ts";
import { CredentialNeed } from "#core/contract/manifest.ts";
import { egressToGoogle } from "#test/platforms/google-egress.ts";
import { startGoogle } from "#test/platforms/google.ts";
import { createOAuthConnect } from "./oauth-connect.ts";

const NEED = CredentialNeed.parse({
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
    scopes: [
      "https://www.googleapis.com/auth/calendar.events.readonly",
      "https://www.googleapis.com/auth/calendar.freebusy",
    ],
  },
});
const CLIENT = { clientId: "1234567890-abc.apps.example", clientSecret: "client-secret" };
const REDIRECT = "http://127.0.0.1:8420/oauth/callback";
const org = newId(OrgId);
const signal = new AbortController().signal;

async function setUp() {
  let now = Date.parse("2026-11-20T09:00:00Z");
  const clock = (): Date => new Date(now);
  const google = await startGoogle({ ...CLIENT, clock, timeZone: "UTC" });
  const egress = egressToGoogle(google);
  onTestFinished(async () => {
    await egress[Symbol.asyncDispose]();
    await google[Symbol.asyncDispose]();
  });
  const stored: [OrgId, string, Readonly<Record<string, string>>][] = [];
  const vault = { put: async (...entry: (typeof stored)[number]) => void stored.push(entry) };
  const connect = createOAuthConnect({ vault, egress, clock, randomBytes });
  /** The person's browser: opens the link and comes back with what Google appended to the redirect. */
  const browse = async (link: string): Promise<URLSearchParams> => {
    const { pathname, search } = new URL(link);
    const response = await fetch(`${google.origin}${pathname}${search}`, { redirect: "manual" });
    expect(response.status).toBe(302);
    const landed = new URL(response.headers.get("location") ?? "");
    expect(landed.href.startsWith(REDIRECT)).toBe(true);
    return landed.searchParams;
  };
  const begin = (client = CLIENT) => connect.begin(org, NEED, client, REDIRECT);
  return { google, connect, stored, begin, browse, pass: (ms: number) => (now += ms) };
}

test("a person who allows the access is connected, and the refresh token goes to the vault", async () => {
  const { google, connect, stored, begin, browse } = await setUp();
  const { url, state } = begin();
  const back = await browse(url);
  expect(back.get("state")).toBe(state);
  expect(await connect.finish(state, back.get("code") ?? "", signal)).toEqual({ org, credential: "google-calendar" });
  expect(stored).toEqual([[org, "google-calendar", { ...CLIENT, refreshToken: "refresh-2" }]]);
  const request = google.requests.find(({ path }) => path === "/token");
  expect(new URLSearchParams(request?.body).get("code_verifier")).toMatch(/^[\w-]{43}$/);
});

test("the link asks for lasting access, with a challenge and without the client secret", async () => {
  const { begin } = await setUp();
  const { url, state } = begin();
  const link = new URL(url);
  expect(link.origin + link.pathname).toBe("https://accounts.google.com/o/oauth2/v2/auth");
  expect(Object.fromEntries(link.searchParams)).toEqual({
    response_type: "code",
    client_id: CLIENT.clientId,
    redirect_uri: REDIRECT,
    scope: NEED.oauth2?.scopes.join(" "),
    state,
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: "S256",
    access_type: "offline",
    prompt: "consent",
  });
  expect(url).not.toContain(CLIENT.clientSecret);
});

test("two connections never share a state or a challenge", async () => {
  const { begin } = await setUp();
  const links = Array.from({ length: 100 }, () => begin());
  expect(new Set(links.map(({ state }) => state)).size).toBe(100);
  expect(new Set(links.map(({ url }) => new URL(url).searchParams.get("code_challenge"))).size).toBe(100);
});

test("a provider other than Google is not sent Google's own parameters", async () => {
  const { connect } = await setUp();
  const oauth2 = {
    authorizationUrl: "https://id.example.com/auth?tenant=7",
    tokenUrl: "https://id.example.com/token",
    scopes: ["a"],
  };
  const { url } = connect.begin(org, { ...NEED, oauth2 }, CLIENT, REDIRECT);
  expect(new URL(url).searchParams.get("tenant")).toBe("7");
  expect(new URL(url).searchParams.has("access_type")).toBe(false);
});

test("a state counts once", async () => {
  const { connect, stored, begin, browse } = await setUp();
  const { url, state } = begin();
  const code = (await browse(url)).get("code") ?? "";
  await connect.finish(state, code, signal);
  await expect(connect.finish(state, code, signal)).rejects.toMatchObject({ code: "action_expired" });
  expect(stored).toHaveLength(1);
});

test("a link older than ten minutes no longer connects", async () => {
  const { google, connect, begin, browse, pass } = await setUp();
  const { url, state } = begin();
  const code = (await browse(url)).get("code") ?? "";
  pass(600_000);
  await expect(connect.finish(state, code, signal)).rejects.toMatchObject({ code: "action_expired" });
  expect(google.requests.filter(({ path }) => path === "/token")).toEqual([]);
});

test("a state that nobody was given is refused without asking Google", async () => {
  const { google, connect } = await setUp();
  await expect(connect.finish("made-up", "code", signal)).rejects.toMatchObject({ code: "action_expired" });
  expect(google.requests).toEqual([]);
});

test("a code stolen for another connection fails, for its challenge is another", async () => {
  const { connect, stored, begin, browse } = await setUp();
  const victim = begin();
  const attacker = begin();
  const code = (await browse(victim.url)).get("code") ?? "";
  await expect(connect.finish(attacker.state, code, signal)).rejects.toMatchObject({
    code: "connect_failed",
    say: "Google Calendar says the sign-in was already used or took too long.",
  });
  expect(stored).toEqual([]);
});

test("a person who declines reads so, and the link is used up", async () => {
  const { google, connect, begin, browse } = await setUp();
  google.oauth.consent = "deny";
  const { url, state } = begin();
  const back = await browse(url);
  const error = connect.declined(state, back.get("error") ?? "");
  expect(error).toMatchObject({ code: "connect_failed", say: expect.stringContaining("did not allow") });
  await expect(connect.finish(state, "code", signal)).rejects.toMatchObject({ code: "action_expired" });
});

test("an unknown error from the browser is not repeated to anyone", async () => {
  const { connect, begin } = await setUp();
  const error = connect.declined(begin().state, "<script>alert(1)</script>");
  expect(`${error.message} ${error.say} ${error.hint}`).not.toContain("script");
});

test("an access with a box left unticked is not kept", async () => {
  const { google, connect, stored, begin, browse } = await setUp();
  google.oauth.consent = "untick one box";
  const { url, state } = begin();
  await expect(connect.finish(state, (await browse(url)).get("code") ?? "", signal)).rejects.toMatchObject({
    code: "connect_failed",
    hint: expect.stringContaining("every box"),
  });
  expect(stored).toEqual([]);
});

test("a wrong client secret is named as the cause", async () => {
  const { connect, begin, browse } = await setUp();
  const { url, state } = begin({ ...CLIENT, clientSecret: "wrong" });
  await expect(connect.finish(state, (await browse(url)).get("code") ?? "", signal)).rejects.toMatchObject({
    code: "credential_rejected",
    say: "Google Calendar does not accept that client ID and secret.",
  });
});

test("a token endpoint that is down is not taken for a refusal", async () => {
  const { google, connect, begin, browse } = await setUp();
  const { url, state } = begin();
  const code = (await browse(url)).get("code") ?? "";
  google.oauth.tokenMode = "unavailable";
  await expect(connect.finish(state, code, signal)).rejects.toMatchObject({ code: "upstream_unavailable" });
});

test("however many links are opened, the desk keeps the newest thousand", async () => {
  const { connect, begin, browse } = await setUp();
  const oldest = begin();
  for (let index = 0; index < 1_000; index += 1) begin();
  await expect(connect.finish(oldest.state, "code", signal)).rejects.toMatchObject({ code: "action_expired" });
  const { url, state } = begin();
  await expect(connect.finish(state, (await browse(url)).get("code") ?? "", signal)).resolves.toMatchObject({ org });
});

test("the challenge is the SHA-256 of the verifier that the code is traded with", async () => {
  const { google, connect, begin, browse } = await setUp();
  const { url, state } = begin();
  await connect.finish(state, (await browse(url)).get("code") ?? "", signal);
  const form = new URLSearchParams(google.requests.find(({ path }) => path === "/token")?.body);
  const challenge = createHash("sha256")
    .update(form.get("code_verifier") ?? "")
    .digest("base64url");
  expect(new URL(url).searchParams.get("code_challenge")).toBe(challenge);
});
