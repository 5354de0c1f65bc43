import { expect, test } from "vitest";
import { CredentialNeed } from "#core/contract/manifest.ts";
import type { ApiDescription } from "#core/evolution/api/api-description.ts";
import { describe } from "#core/evolution/api/describe.ts";

const OK = { "200": { description: "ok", content: { "application/json": { schema: { type: "object" } } } } };

function api(securitySchemes: object, security: object[], operation: object = {}): ApiDescription {
  const document = {
    openapi: "3.0.3",
    info: { title: "Shop", contact: { url: "https://www.example.com/keys" } },
    servers: [{ url: "https://api.example.com" }],
    components: { securitySchemes },
    security,
    paths: { "/x": { get: { operationId: "x", responses: OK, ...operation } } },
  };
  return describe({ kind: "openapi", text: JSON.stringify(document) });
}

const SCHEMES = {
  header: { type: "apiKey", in: "header", name: "X-Key" },
  query: { type: "apiKey", in: "query", name: "api_key" },
  cookie: { type: "apiKey", in: "cookie", name: "sid" },
  bearer: { type: "http", scheme: "bearer" },
  basic: { type: "http", scheme: "basic" },
  code: {
    type: "oauth2",
    flows: {
      authorizationCode: {
        authorizationUrl: "https://example.com/authorize",
        tokenUrl: "/token",
        scopes: { read: "r", write: "w" },
      },
    },
  },
  client: { type: "oauth2", flows: { clientCredentials: { tokenUrl: "https://example.com/token", scopes: {} } } },
  oidc: { type: "openIdConnect", openIdConnectUrl: "https://example.com/.well-known/openid-configuration" },
  tls: { type: "mutualTLS" },
};

test.each([
  ["header", { kind: "api_key", header: "X-Key" }],
  ["bearer", { kind: "api_key", header: "Authorization", prefix: "Bearer " }],
  [
    "basic",
    { kind: "api_key", header: "Authorization", prefix: "Basic ", title: "Shop basic: Base64 of user:password" },
  ],
  ["client", { kind: "api_key", header: "Authorization", prefix: "Bearer " }],
  ["oidc", { kind: "api_key", header: "Authorization", prefix: "Bearer " }],
  [
    "code",
    {
      kind: "oauth2",
      personal: true,
      oauth2: {
        authorizationUrl: "https://example.com/authorize",
        tokenUrl: "https://api.example.com/token",
        scopes: ["read", "write"],
      },
    },
  ],
])("the scheme %s becomes a credential that a manifest may hold", (name, expected) => {
  const { credentials, operations } = api(SCHEMES, [{ [name]: ["read"] }]);
  expect(credentials).toHaveLength(1);
  expect(CredentialNeed.parse(credentials[0])).toMatchObject({
    host: "api.example.com",
    obtainUrl: "https://www.example.com/keys",
    ...expected,
  });
  expect(operations[0]?.credentials).toEqual([name]);
  expect(operations[0]?.scopes).toEqual(name === "code" ? ["read"] : undefined);
});

test.each([
  "https://169.254.169.254/token",
  "https://localhost/token",
  "https://sso.corp/token",
  "https://u:p@a.example/t",
])("nobody is asked to sign in by way of %s: a token is asked for instead", (tokenUrl) => {
  const flows = { authorizationCode: { authorizationUrl: "https://example.com/a", tokenUrl, scopes: { read: "r" } } };
  const { credentials } = api({ code: { type: "oauth2", flows } }, [{ code: ["read"] }]);
  expect(credentials).toMatchObject([{ kind: "api_key", header: "Authorization", prefix: "Bearer " }]);
});

test("of several ways in the simplest that works is taken, and none where none is needed", () => {
  const names = (...security: object[]): unknown => api(SCHEMES, security).operations[0]?.credentials;
  expect(names({ query: [] }, { cookie: [] }, { basic: [] }, { header: [] })).toEqual(["header"]);
  expect(names({ code: [] }, {})).toEqual([]);
  expect(names({ header: [], bearer: [] })).toEqual(["header", "bearer"]);
  expect(names({ bearer: [], code: [] })).toEqual(["bearer"]);
});

test("an operation says for itself what it needs", () => {
  expect(api(SCHEMES, [{ header: [] }], { security: [] }).credentials).toEqual([]);
});

test.each([
  ["a key in a cookie", "cookie", "cookie"],
  ["a certificate", "tls", "certificate"],
])("%s is refused with the reason, unless there is another way", (_what, name, why) => {
  expect(() => api(SCHEMES, [{ [name]: [] }])).toThrow(
    expect.objectContaining({ code: "document_unfit", say: expect.stringContaining(why) }),
  );
  expect(api(SCHEMES, [{ [name]: [] }, { bearer: [] }]).operations[0]?.credentials).toEqual(["bearer"]);
});

test("GEN-011: a key in the address is the last choice, and is said", () => {
  const { credentials, repairs } = api(SCHEMES, [{ query: [] }]);
  expect(credentials).toMatchObject([{ name: "query", query: "api_key", queryOnly: true }]);
  expect(repairs).toMatchObject([{ rule: "security.scheme", what: expect.stringContaining("into the address") }]);
  expect(api(SCHEMES, [{ query: [] }, { basic: [] }]).operations[0]?.credentials).toEqual(["basic"]);
});

test("a key among the parameters is never asked for in a message", () => {
  const operation = (name: string, place: string, required: boolean): object => ({
    parameters: [{ name, in: place, required, schema: { type: "string" } }],
  });
  const header = api({}, [], operation("X-API-Key", "header", true));
  expect(header.operations[0]).toMatchObject({ inputs: [], credentials: ["x-api-key"] });
  expect(header.credentials).toMatchObject([{ header: "X-API-Key" }]);
  expect(api({}, [], operation("access_token", "query", false)).operations[0]?.inputs).toEqual([]);
  expect(api({}, [], operation("access_token", "query", true))).toMatchObject({
    operations: [{ inputs: [], credentials: ["access-token"] }],
    credentials: [{ query: "access_token", queryOnly: true }],
  });
  const beside = api(SCHEMES, [{ bearer: [] }], operation("Authorization", "header", true));
  expect(beside.operations[0]).toMatchObject({ inputs: [], credentials: ["bearer"] });
});

test("people are sent for a key only to the service's own pages", () => {
  const document = {
    openapi: "3.0.3",
    info: {
      title: "Shop",
      contact: { url: "https://evil.test.example.org/keys" },
      termsOfService: "javascript:alert(1)",
    },
    servers: [{ url: "https://api.example.com" }],
    components: { securitySchemes: SCHEMES },
    paths: { "/x": { get: { security: [{ bearer: [] }], responses: OK } } },
  };
  const { credentials } = describe({ kind: "openapi", text: JSON.stringify(document) });
  expect(credentials[0]?.obtainUrl).toBe("https://api.example.com/");
});
