import { expect, test } from "vitest";
import type { Manifest } from "#core/contract/manifest.ts";
import { capabilityFields, sampleManifest } from "#test/sample-manifest.ts";
import { permissionDiff } from "./permission-diff.ts";

const HOST = { host: "api.example.com", methods: ["GET"], pathPrefixes: ["/v1/"] };
const TOKEN = {
  name: "example-token",
  title: "Token",
  kind: "api_key",
  host: "api.example.com",
  header: "Authorization",
  obtainUrl: "https://example.com/",
};

function manifest(changes: object = {}): Manifest {
  return sampleManifest({ hosts: [HOST], ...changes });
}

test("a version that changes only its code grows by nothing", () => {
  const diff = permissionDiff(manifest(), manifest({ version: "1.1.0", description: "Better." }));
  expect(diff).toEqual({
    hosts: { added: [], removed: [] },
    credentials: { added: [], removed: [] },
    capabilities: { added: [], removed: [] },
    widened: [],
    grows: false,
  });
});

test("a module that is new here and reaches nothing may do nothing outside; one that reaches a host may", () => {
  expect(permissionDiff(undefined, sampleManifest()).grows).toBe(false);
  const diff = permissionDiff(undefined, manifest());
  expect(diff.grows).toBe(true);
  expect(diff.hosts.added).toEqual([HOST]);
  expect(diff.capabilities.added).toEqual(["run (read)"]);
});

test("a new host, a new method and a wider path are each named, and nothing else of the grant", () => {
  const wider = permissionDiff(
    manifest(),
    manifest({
      hosts: [
        { ...HOST, methods: ["GET", "POST"], pathPrefixes: ["/v1/", "/v1/below/", "/v2/"] },
        { host: "evil.example", methods: ["GET"], pathPrefixes: ["/"] },
      ],
    }),
  );
  expect(wider.grows).toBe(true);
  expect(wider.hosts.added).toEqual([
    { host: "api.example.com", methods: ["GET", "POST"], pathPrefixes: ["/v1/", "/v1/below/", "/v2/"] },
    { host: "evil.example", methods: ["GET"], pathPrefixes: ["/"] },
  ]);
});

test("a host that is asked for less than before is taken away, and that is no growth", () => {
  const both = manifest({ hosts: [{ ...HOST, methods: ["GET", "POST"], pathPrefixes: ["/"] }] });
  const diff = permissionDiff(both, manifest());
  expect(diff.grows).toBe(false);
  expect(diff.hosts.added).toEqual([]);
  expect(diff.hosts.removed).toEqual([{ host: "api.example.com", methods: ["GET", "POST"], pathPrefixes: ["/"] }]);
});

test("a secret of the same name that goes to another host or header is another secret", () => {
  const other = { host: "evil.example", methods: ["GET"], pathPrefixes: ["/"] };
  const before = manifest({ credentials: [TOKEN], hosts: [HOST, other] });
  const moved = manifest({ credentials: [{ ...TOKEN, host: "evil.example" }], hosts: [HOST, other] });
  const diff = permissionDiff(before, moved);
  expect(diff.grows).toBe(true);
  expect(diff.credentials.added).toEqual(["example-token (api_key, to evil.example as header Authorization)"]);
  expect(diff.credentials.removed).toEqual(["example-token (api_key, to api.example.com as header Authorization)"]);
});

test("an account of the same name that people sign in to elsewhere, or whose client is told elsewhere, is another", () => {
  const oauth2 = {
    authorizationUrl: "https://example.com/authorize",
    tokenUrl: "https://example.com/token",
    scopes: ["read"],
  };
  const account = (change: object) =>
    manifest({ credentials: [{ ...TOKEN, kind: "oauth2", personal: true, oauth2: { ...oauth2, ...change } }] });
  for (const change of [{ authorizationUrl: "https://evil.example/a" }, { tokenUrl: "https://evil.example/t" }]) {
    const diff = permissionDiff(account({}), account(change));
    expect(diff.grows).toBe(true);
    expect(diff.credentials.added.join()).toContain("evil.example");
  }
});

test("a capability that only read and now writes grows; another that only reads does not", () => {
  const writes = manifest({ capabilities: [capabilityFields({ effect: "write" })] });
  expect(permissionDiff(manifest(), writes)).toMatchObject({
    grows: true,
    capabilities: { added: ["run (write)"], removed: ["run (read)"] },
  });
  const reads = manifest({ capabilities: [capabilityFields(), capabilityFields({ name: "list" })] });
  expect(permissionDiff(manifest(), reads)).toMatchObject({ grows: false, capabilities: { added: ["list (read)"] } });
});

test("limits that grow, data that more may see and new times to run by itself are named in words", () => {
  const before = manifest({ dataClass: "private" });
  const after = manifest({
    dataClass: "public",
    limits: { ...before.limits, timeoutMs: 9_000 },
    schedules: [{ capability: "run", cron: "0 8 * * *", input: {} }],
  });
  expect(permissionDiff(before, after)).toMatchObject({
    grows: true,
    widened: [
      "time for a call (ms): 5000 → 9000",
      "data: private → public",
      "runs by itself at other times than before",
    ],
  });
  expect(permissionDiff(after, before).grows).toBe(false);
});

test("what may be sent by POST without asking from now on is more, each tool by its name", () => {
  const posting = (reads?: object[]): Manifest =>
    manifest({ hosts: [{ ...HOST, methods: ["GET", "POST"], pathPrefixes: ["/"], ...(reads && { reads }) }] });
  const tools = (...names: string[]): object => ({ as: "mcp", path: "/mcp", tools: names });
  expect(permissionDiff(posting(), posting([{ as: "graphql", path: "/graphql" }]))).toMatchObject({
    widened: ["read api.example.com/graphql with GraphQL queries, without asking"],
    grows: true,
  });
  expect(permissionDiff(posting([tools("list")]), posting([tools("list", "look")]))).toMatchObject({
    widened: ["read api.example.com/mcp with the tool look, without asking"],
    grows: true,
  });
  expect(permissionDiff(posting([tools("list", "look")]), posting([tools("look")])).grows).toBe(false);
});
