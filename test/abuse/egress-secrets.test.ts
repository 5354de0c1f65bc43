import { expect, test } from "vitest";
import { CredentialNeed, type HostGrant } from "#core/contract/manifest.ts";
import { answerJson, openBrokerWorld, POLICY, SECRET, SECRETS } from "./broker-world.ts";

const HOME = "https://api.example.com/v1/x";

test("SEC-007: an error of the network never carries a credential into an answer or a log", async () => {
  const failure = Object.assign(new Error(`cannot send Authorization: Bearer ${SECRET}`), {
    code: "ECONNRESET",
    headers: { authorization: `Bearer ${SECRET}` },
    request: { headers: [["authorization", SECRET]] },
  });
  await using world = await openBrokerWorld({ connect: () => Promise.reject(failure) });
  const asked = await world.ask(HOME);
  expect(asked.result).toEqual({ ok: false, code: "unreachable", detail: "the source cannot be reached" });
  // Whoever runs it can still see what happened.
  expect(world.log()).toContain("ECONNRESET");
  expect(world.log() + JSON.stringify(asked)).not.toContain("sk_live");
});

test("SEC-007: what is said of a refused header is its name, never its value", async () => {
  await using world = await openBrokerWorld();
  const { result } = await world.ask(HOME, { headers: { Authorization: "Bearer my-own" } });
  expect(result).toMatchObject({ code: "denied", detail: "the header authorization may not be set" });
  await world.ask(HOME, { headers: { "evil\r\nname": "my-own" } });
  expect(world.log()).toContain("evil??name");
  expect(world.log()).not.toContain("my-own");
});

test("SEC-008: the record and the log of a good request hold no credential", async () => {
  await using world = await openBrokerWorld();
  const { record } = await world.ask(`${HOME}?q=1`);
  expect(record).toEqual({ host: "api.example.com", method: "GET", outcome: 200, ms: expect.any(Number), bytes: 7 });
  expect(world.seen[0]?.headers.authorization).toContain(SECRET);
  expect(world.log() + JSON.stringify(record)).not.toContain("sk_live");
});

test("SEC-009: each declared host gets its own credential and no other", async () => {
  await using world = await openBrokerWorld();
  const [first] = SECRETS;
  if (first === undefined) throw new Error("the world has a credential");
  const second = { need: CredentialNeed.parse({ ...first.need, host: "other.example.com" }), value: "other-4711" };
  world.answerWith((request, response) => {
    if (request.headers.host === "api.example.com") {
      response.writeHead(302, { location: "https://other.example.com/" }).end();
    } else answerJson(response, {});
  });
  await world.ask(HOME, {}, POLICY, [first, second]);
  expect(world.seen.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${SECRET}`, "Bearer other-4711"]);
});

test("SEC-014: a credential that was not handed over with the request is not sent", async () => {
  await using world = await openBrokerWorld();
  await world.ask(HOME);
  await world.ask(HOME, {}, POLICY, []);
  expect(world.seen.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${SECRET}`, undefined]);
});

test("SEC-015: on a host that many share, a module reaches only the part it declared", async () => {
  await using world = await openBrokerWorld();
  const hosts: HostGrant[] = [{ host: "hooks.example.com", methods: ["POST"], pathPrefixes: ["/services/T1/"] }];
  const post = (url: string) => world.ask(url, { method: "POST", body: "x" }, { ...POLICY, hosts });
  expect((await post("https://hooks.example.com/services/T1/B1")).result).toMatchObject({ ok: true });
  for (const path of ["/services/T2/B1", "/services/T1/../T2/B1", "/services/T1/..%2fT2/B1", "/services/T1"]) {
    expect((await post(`https://hooks.example.com${path}`)).result).toMatchObject({ code: "denied" });
  }
  expect(world.seen).toHaveLength(1);
});
