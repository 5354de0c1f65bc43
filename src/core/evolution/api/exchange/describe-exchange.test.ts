import { expect, test } from "vitest";
import type { ApiDescription } from "#core/evolution/api/api-description.ts";
import { describe } from "#core/evolution/api/describe.ts";
import { exchangeOf, materialOf } from "#core/evolution/api/material-of.ts";
import { isCurl } from "./read-curl.ts";
import { withoutSecrets } from "./without-secrets.ts";

function api(curl: string, answer?: string): ApiDescription {
  return describe(exchangeOf(curl, answer));
}

test("one request becomes one operation: its ids and values are asked for, with what they were as examples", () => {
  const { operations, credentials } = api(
    String.raw`curl -sS -X POST "https://api.example.com/v1/users/42/orders?lang=en&q=green%20tea" \
      -H 'Content-Type: application/json' -H 'X-Api-Version: 2024-01' \
      -d '{"item": "tea", "count": 2, "gift": {"to": "Ada"}, "lines": [{"a": 1}]}'`,
    'HTTP/1.1 201 Created\r\ncontent-type: application/json\r\n\r\n{"id": 7, "lines": [{"a": 1}, {"a": null, "b": "x"}]}',
  );
  const [operation] = operations;
  expect(credentials).toEqual([]);
  expect(operation).toMatchObject({
    method: "POST",
    server: "https://api.example.com",
    path: "/v1/users/{userId}/orders",
    effect: "write",
    body: "json",
    answer: { status: 201, content: "json", example: { id: 7 } },
  });
  expect(
    operation?.inputs.map((input) => [input.in, input.name, input.required, input.fixed ?? input.example]),
  ).toEqual([
    ["path", "userId", true, 42],
    ["query", "lang", false, "en"],
    ["query", "q", true, "green tea"],
    ["header", "X-Api-Version", true, "2024-01"],
    ["body", "item", true, "tea"],
    ["body", "count", true, 2],
    ["body", "to", true, "Ada"],
    ["body", "lines", true, [{ a: 1 }]],
  ]);
  expect(operation?.answer.schema?.properties?.["lines"]?.items).toEqual({
    type: "object",
    properties: { a: { type: "integer", nullable: true }, b: { type: "string" } },
    required: ["a"],
  });
});

const SECRET = "s3cr3t-Value-0123456789abcdef";

test.each([
  ["a bearer token", `-H 'Authorization: Bearer ${SECRET}'`, { header: "Authorization", prefix: "Bearer " }],
  ["a key in a header", `-H 'X-Api-Key: ${SECRET}'`, { header: "X-Api-Key" }],
  ["a header whose value looks like a key", `-H 'X-Shop: ${SECRET}'`, { header: "X-Shop" }],
  ["a user and a password", `-u 'ada:${SECRET}'`, { header: "Authorization", prefix: "Basic " }],
  ["a token of its own option", `--oauth2-bearer ${SECRET}`, { header: "Authorization", prefix: "Bearer " }],
])("%s is a credential, and its value is kept nowhere", (_what, options, expected) => {
  const material = exchangeOf(`curl https://api.example.com/me ${options}`);
  expect(JSON.stringify(material)).not.toContain(SECRET);
  const { credentials, operations } = describe(material);
  expect(credentials).toMatchObject([{ host: "api.example.com", ...expected }]);
  expect(operations[0]?.credentials).toEqual([credentials[0]?.name]);
  expect(operations[0]?.inputs).toEqual([]);
});

test.each([
  `curl https://user:${SECRET}@api.example.com/me`,
  `curl 'https://api.example.com/me?x=${SECRET}'`,
  `curl https://api.example.com/hooks/${SECRET}`,
  `curl https://api.example.com/login -d '{"user":"ada","password":"${SECRET}"}'`,
  `curl https://api.example.com/login -d 'user=ada&password=${SECRET}'`,
])("a secret in the address or the body is removed, and the request refused: %s", (curl) => {
  const kept = withoutSecrets(curl);
  expect(kept).not.toContain(SECRET);
  expect(withoutSecrets(kept)).toBe(kept);
  expect(() => describe({ kind: "exchange", curl: kept })).toThrow(expect.objectContaining({ code: "document_unfit" }));
});

test.each(["access_token", "key", "appid", "sig"])("a key in the address, called %s, is asked for as one", (query) => {
  const { credentials, operations, repairs } = api(`curl 'https://api.example.com/me?lang=en&${query}=hunter2x'`);
  expect(credentials).toMatchObject([{ host: "api.example.com", query, queryOnly: true }]);
  expect(operations[0]?.inputs.map(({ name }) => name)).toEqual(["lang"]);
  expect(repairs.map(({ rule }) => rule)).toContain("exchange.secret");
});

test("a key of a project, a token of a page and a country are no secrets", () => {
  const { operations, credentials } = api(
    "curl 'https://api.example.com/issues?key=OPS-12&page_token=abc&code=DE'",
    '{"items":[{"key":"OPS-12","session":7}],"next_token":"b"}',
  );
  expect(credentials).toEqual([]);
  expect(operations[0]?.inputs.map(({ name }) => name)).toEqual(["key", "page_token", "code"]);
  expect(operations[0]?.answer).toMatchObject({ example: { items: [{ key: "OPS-12", session: 7 }], next_token: "b" } });
});

test("what was answered keeps no secret either: no header of it, and no token", () => {
  const answer = `HTTP/1.1 200 OK\nset-cookie: sid=hunter2x\n\n{"name":"Ada","auth":{"accessToken":"hunter2x"}}`;
  const material = exchangeOf("curl https://api.example.com/me", answer);
  expect(JSON.stringify(material)).not.toContain("hunter2x");
  expect(describe(material).operations[0]?.answer).toMatchObject({ status: 200, example: { name: "Ada" } });
});

test("what a browser sends along is left out, and cookies are said", () => {
  const { operations, repairs, credentials } = api(
    `curl 'https://api.example.com/a' -H 'user-agent: x' -H 'sec-ch-ua: y' -H 'accept: */*' -b 'sid=${SECRET}' --compressed`,
  );
  expect(operations[0]?.inputs).toEqual([]);
  expect(credentials).toEqual([]);
  expect(repairs.map(({ rule }) => rule)).toEqual(["exchange.cookie"]);
});

test("options may stand together, and what the address leaves open is asked for", () => {
  const { operations } = api("curl -sSLXDELETE -HAccept:x https://api.example.com/pets/{{pet_id}}/$SPOT");
  expect(operations[0]).toMatchObject({ method: "DELETE", path: "/pets/{petId}/{spot}", effect: "write" });
  expect(
    api("curl -G https://api.example.com/s -d q=tea --data-urlencode 'w=a b'").operations[0]?.inputs,
  ).toMatchObject([
    { in: "query", name: "q", example: "tea" },
    { in: "query", name: "w", example: "a b" },
  ]);
});

test.each([
  ["wget https://api.example.com", "does not begin with curl"],
  ["curl", "names no address"],
  ["curl https://a.example.com | sh", "more than one command"],
  ["curl https://a.example.com && rm -rf /", "more than one command"],
  ["curl https://a.example.com https://b.example.com", "more than one address"],
  ["curl -F file=@x https://a.example.com", "form with files"],
  ["curl -d @secret.txt https://a.example.com", "sends a file"],
  ["curl --cert c.pem https://a.example.com", "certificate"],
])("%s is refused: it %s", (curl, said) => {
  expect(() => withoutSecrets(curl)).toThrow(
    expect.objectContaining({ code: "document_unreadable", say: expect.stringContaining(said) }),
  );
});

test.each([
  "curl http://localhost:3000/x",
  "curl https://10.0.0.1/x",
  "curl https://a.example.com/../x",
  "curl -X TRACE https://a.example.com/",
])("no module is made for %s", (curl) => {
  expect(() => api(curl)).toThrow(expect.objectContaining({ code: "document_unfit" }));
});

test("what is handed in is told apart", () => {
  expect(isCurl(" $ curl https://a.example.com")).toBe(true);
  expect(materialOf("a.txt", "curl https://a.example.com/x").kind).toBe("exchange");
  expect(materialOf("a.json", '{"openapi":"3.0.0"}')).toEqual({ kind: "openapi", text: '{"openapi":"3.0.0"}' });
  expect(materialOf("a.yaml", "openapi: 3.0.0", "https://a.example.com")).toMatchObject({
    server: "https://a.example.com",
  });
  expect(materialOf("s.json", '{"data":{"__schema":{}}}', "https://a.example.com/graphql").kind).toBe("graphql");
  expect(materialOf("t.json", '{"tools":[]}', "https://a.example.com/mcp").kind).toBe("mcp");
  expect(() => materialOf("s.json", '{"data":{"__schema":{}}}')).toThrow(
    expect.objectContaining({ say: expect.stringContaining("does not say where its service is") }),
  );
  expect(() => materialOf("s.proto", "syntax = 3")).toThrow(expect.objectContaining({ code: "document_unreadable" }));
});
