import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { Server as LegacyServer } from "@modelcontextprotocol/sdk/server/index.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { buildSchema, graphqlSync } from "graphql";
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { expect, test } from "vitest";
import { z } from "zod";
import { startStrangeService } from "#test/strange-service.ts";
import { describe } from "./describe.ts";
import { discover } from "./discover.ts";

const signal = AbortSignal.timeout(60_000);
const DOCUMENT = JSON.stringify({
  openapi: "3.0.3",
  info: { title: "Pets" },
  servers: [{ url: "/v1" }],
  paths: { "/pets": { get: { operationId: "listPets", responses: { "200": { description: "ok" } } } } },
});

/** Answers with a text at some paths, and not at all elsewhere. */
function pages(texts: Readonly<Record<string, string>>) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const text = request.method === "GET" ? texts[request.url ?? ""] : undefined;
    const type = text?.startsWith("<") ? "text/html" : "application/json";
    response.writeHead(text === undefined ? 404 : 200, { "content-type": type }).end(text ?? "no");
  };
}

test("an address that is a document is that document", async () => {
  await using service = await startStrangeService(pages({ "/spec.json": DOCUMENT }));
  const material = await discover("api.example.com/spec.json", service.fetchText, signal);
  expect(material).toEqual({ kind: "openapi", text: DOCUMENT, url: "https://api.example.com/spec.json" });
  expect(describe(material).operations[0]?.server).toBe("https://api.example.com/v1");
  expect(service.asked).toEqual(["GET /spec.json"]);
});

test.each([
  ["links", '<a href="/docs/openapi.json">API</a>', "/docs/openapi.json"],
  ["shows", '<script>SwaggerUIBundle({url: "/files/swagger.json?v=1"})</script>', "/files/swagger.json?v=1"],
  ["does not mention", "<p>Welcome</p>", "/v3/api-docs"],
])("a page leads to the document that it %s", async (_how, html, place) => {
  await using service = await startStrangeService(pages({ "/": `<html>${html}</html>`, [place]: DOCUMENT }));
  const material = await discover("https://www.example.com", service.fetchText, signal);
  expect(material).toMatchObject({ kind: "openapi", url: `https://www.example.com${place}` });
});

test("a page's links to other owners' hosts are not followed", async () => {
  const html = '<html><a href="https://evil.example.net/openapi.json">API</a></html>';
  await using service = await startStrangeService(pages({ "/": html }));
  await expect(discover("https://www.example.com", service.fetchText, signal)).rejects.toMatchObject({
    code: "document_unreadable",
  });
  expect(service.asked.filter((asked) => asked === "GET /openapi.json")).toHaveLength(1);
});

test.each([
  ["nothing", {}, "answered 404"],
  ["a page without any", { "/": "<html></html>" }, "links no API description"],
  ["something else", { "/": "just text" }, "begins with “just text”"],
])("an address with %s is refused with what was seen", async (_what, texts, said) => {
  await using service = await startStrangeService(pages(texts));
  await expect(discover("https://api.example.com/", service.fetchText, signal)).rejects.toMatchObject({
    code: "document_unreadable",
    say: expect.stringContaining(said),
  });
});

test.each(["no address", "ftp://api.example.com", "https://user:secret@api.example.com"])(
  "%s is not asked at all",
  async (address) => {
    await using service = await startStrangeService(pages({ "/": DOCUMENT }));
    await expect(discover(address, service.fetchText, signal)).rejects.toMatchObject({ code: "document_unreadable" });
    expect(service.asked).toEqual([]);
  },
);

test("a GraphQL endpoint is asked for its schema", async () => {
  const schema = buildSchema("type Query { hello(name: String!): String }");
  await using service = await startStrangeService(async (request, response) => {
    if (request.method !== "POST") return response.writeHead(400).end();
    const { query } = z.object({ query: z.string() }).parse(await json(request));
    response.writeHead(200, { "content-type": "application/json" });
    return response.end(JSON.stringify(graphqlSync({ schema, source: query })));
  });
  const material = await discover("https://api.example.com/graphql", service.fetchText, signal);
  expect(material).toMatchObject({ kind: "graphql", url: "https://api.example.com/graphql" });
  expect(describe(material).operations.map(({ id }) => id)).toEqual(["hello"]);
  expect(service.asked).toEqual(["POST /graphql"]);
});

test("an MCP server of the stateless era is asked for its tools", async () => {
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: "weather", version: "1.0.0" });
    server.registerTool(
      "get_forecast",
      {
        description: "The weather ahead",
        inputSchema: z.object({ city: z.string() }),
        annotations: { readOnlyHint: true },
      },
      () => ({ content: [{ type: "text", text: "sun" }] }),
    );
    return server;
  });
  const serve = toNodeHandler(handler);
  await using service = await startStrangeService((request, response) =>
    serve(Object.assign(request, { method: request.method ?? "GET", url: request.url ?? "/" }), response),
  );
  const material = await discover("https://mcp.example.com/mcp", service.fetchText, signal);
  const { kind, title, operations } = describe(material);
  expect([kind, title]).toEqual(["mcp", "weather"]);
  const [operation] = operations;
  expect(operation).toMatchObject({
    id: "getForecast",
    protocol: "mcp",
    effect: "read",
    server: "https://mcp.example.com",
  });
  // what the operation says is what the server takes
  const fixed = Object.fromEntries(
    (operation?.inputs ?? [])
      .filter(({ in: place }) => place === "header")
      .map(({ name, fixed }) => [name, typeof fixed === "string" ? fixed : ""]),
  );
  const meta = operation?.inputs.find(({ name }) => name === "_meta")?.fixed;
  const body = {
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "get_forecast", arguments: { city: "Bonn" }, _meta: meta },
  };
  const answer = await service.fetchText(
    {
      url: "https://mcp.example.com/mcp",
      method: "POST",
      headers: { "content-type": "application/json", ...fixed },
      body: JSON.stringify(body),
    },
    signal,
  );
  expect(answer.status).toBe(200);
  expect(answer.text).toContain('"text":"sun"');
});

test("an MCP server that wants an introduction and a session gets them, and all pages of its list are read", async () => {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  await using service = await startStrangeService(async (request, response) => {
    const known = sessions.get(String(request.headers["mcp-session-id"]));
    if (known) return known.handleRequest(request, response);
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, transport),
    });
    const server = new LegacyServer({ name: "files", version: "1.0.0" }, { capabilities: { tools: {} } });
    server.setRequestHandler(ListToolsRequestSchema, ({ params }) => ({
      tools: [{ name: params?.cursor === undefined ? "read_file" : "delete_file", inputSchema: { type: "object" } }],
      ...(params?.cursor === undefined && { nextCursor: "2" }),
    }));
    server.setRequestHandler(CallToolRequestSchema, () => ({ content: [] }));
    await server.connect(transport);
    return transport.handleRequest(request, response);
  });
  const material = await discover("https://mcp.example.com/mcp", service.fetchText, signal);
  const { operations } = describe(material);
  expect(operations.map(({ id, effect }) => [id, effect])).toEqual([
    ["readFile", "write"],
    ["deleteFile", "write"],
  ]);
  expect(operations[0]?.inputs.find(({ name }) => name === "MCP-Protocol-Version")?.fixed).toBe("2025-11-25");
});

test("GEN-007: what takes minutes and gigabytes to read is handed on unread, and keeps nobody waiting here", async () => {
  const bomb = `openapi: 3.0.0\n${"a: [b, c, d, e]\n".repeat(1_200_000)}`;
  const material = await discover(
    "https://api.example.com/openapi.yaml",
    ({ url }) => Promise.resolve({ status: 200, headers: {}, text: bomb, url }),
    signal,
  );
  expect(material).toEqual({ kind: "openapi", text: bomb, url: "https://api.example.com/openapi.yaml" });
});

test("GEN-007: an MCP server whose list of tools has no end is left", async () => {
  const tool = { name: "a", description: "x".repeat(500_000) };
  let pages = 0;
  const answer = async (): Promise<string> => {
    pages += 1;
    return Promise.resolve(JSON.stringify({ jsonrpc: "2.0", id: 1, result: { tools: [tool], nextCursor: "more" } }));
  };
  const asked = discover(
    "https://mcp.example.com/mcp",
    async ({ url, method }) => ({
      status: method === "POST" ? 200 : 404,
      headers: {},
      text: method === "POST" ? await answer() : "",
      url,
    }),
    signal,
  );
  await expect(asked).rejects.toMatchObject({ code: "document_unreadable" });
  expect(pages).toBeLessThan(20);
});
