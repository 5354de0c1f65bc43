import { describe, expect, test } from "vitest";
import { HostGrant } from "#core/contract/manifest.ts";
import { checkRead } from "./check-read.ts";

const grants = [
  HostGrant.parse({
    host: "api.example.com",
    methods: ["GET", "POST", "DELETE"],
    pathPrefixes: ["/"],
    reads: [
      { as: "graphql", path: "/graphql" },
      { as: "mcp", path: "/mcp", tools: ["list", "look up"] },
    ],
  }),
  HostGrant.parse({ host: "other.example.com", methods: ["POST"], pathPrefixes: ["/"] }),
];

interface Sent {
  readonly url?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Why it is refused; undefined when it is not. A body that is no text is written as JSON. */
function why({ url = "/graphql", method = "POST", headers = {}, body }: Sent): string | undefined {
  return checkRead(grants, {
    url: new URL(url, "https://api.example.com"),
    method,
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  })?.detail;
}

const call = (name: string, more: object = {}): object => ({
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name, arguments: { id: 7 }, ...more },
});

describe("a capability that only reads", () => {
  test("asks with GET wherever it is granted, and with nothing else where no POST is said to read", () => {
    expect(why({ method: "GET", url: "/anything?x=1" })).toBeUndefined();
    for (const sent of [{ method: "DELETE" }, { method: "PUT" }, { url: "/graphql/" }, { url: "/other" }])
      expect(why({ ...sent, body: { query: "{ a }" } })).toContain("only reads cannot send");
    expect(why({ url: "https://other.example.com/graphql", body: { query: "{ a }" } })).toContain("cannot send POST");
  });

  test("sends queries of GraphQL with their values", () => {
    expect(why({ body: { query: "query($id: ID!) { pet(id: $id) { name } }", variables: { id: "} mutation" } } })).toBe(
      undefined,
    );
    expect(why({ body: { query: "query A { a }", operationName: "A", variables: null } })).toBeUndefined();
    const charset = { "content-type": "application/json; charset=utf-8" };
    expect(why({ headers: charset, body: { query: "{ a }" } })).toBeUndefined();
  });

  test.each<[string, Sent]>([
    ["a mutation", { body: { query: "mutation { drop }" } }],
    ["a mutation among queries", { body: { query: "query A { a } mutation B { drop }", operationName: "A" } }],
    ["several at once", { body: [{ query: "{ a }" }, { query: "mutation { drop }" }] }],
    ["a document that is meant by its number", { body: { query: "{ a }", extensions: { persistedQuery: {} } } }],
    ["a document elsewhere", { body: { id: "drop" } }],
    ["a name in other letters", { body: { query: "{ a }", Query: "mutation { drop }" } }],
    ["a name that stands twice", { body: '{"query":"mutation { drop }","query":"{ a }"}' }],
    ["a name that is written in another way", { body: '{"\\u0071uery":"{ a }"}' }],
    ["a document in the address as well", { url: "/graphql?query=mutation{drop}", body: { query: "{ a }" } }],
    ["a form", { headers: { "content-type": "application/x-www-form-urlencoded" }, body: { query: "{ a }" } }],
    ["other letters", { headers: { "content-type": "application/json; charset=utf-7" }, body: { query: "{ a }" } }],
    ["several parts", { headers: { "content-type": "multipart/form-data" }, body: { query: "{ a }" } }],
    ["no type", { headers: { "content-type": "" }, body: { query: "{ a }" } }],
    ["no JSON", { body: "{ a }" }],
    ["JSON with something behind it", { body: '{"query":"{ a }"} ' }],
    ["nothing", { body: "" }],
  ])("cannot send %s to a GraphQL endpoint", (_what, sent) => {
    expect(why(sent)).toBeDefined();
  });

  test("calls the tools that only read, after an introduction", () => {
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "nexus", version: "1" } };
    const said = [
      { jsonrpc: "2.0", id: 0, method: "initialize", params },
      { jsonrpc: "2.0", method: "notifications/initialized" },
      call("list"),
      call("look up", { _meta: { a: 1 } }),
    ];
    for (const body of said) expect(why({ url: "/mcp", body })).toBeUndefined();
    const headers = { "mcp-method": "tools/call", "mcp-name": "list" };
    expect(why({ url: "/mcp", headers, body: call("list") })).toBeUndefined();
  });

  test.each<[string, Sent]>([
    ["another tool", { body: call("drop") }],
    ["a tool in other letters", { body: call("List") }],
    ["several calls at once", { body: [call("list"), call("drop")] }],
    ["something else than a call", { body: { jsonrpc: "2.0", id: 1, method: "resources/subscribe", params: {} } }],
    ["a call as a task", { body: call("list", { task: {} }) }],
    ["a call that its header says is of another tool", { headers: { "mcp-name": "drop" }, body: call("list") }],
    ["a call that its header says is another", { headers: { "mcp-method": "tools/drop" }, body: call("list") }],
    ["a query of GraphQL", { body: { query: "{ a }" } }],
  ])("cannot send %s to an MCP server", (_what, sent) => {
    expect(why({ ...sent, url: "/mcp" })).toBeDefined();
  });
});
