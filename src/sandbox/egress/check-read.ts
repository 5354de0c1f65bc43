import { z } from "zod";
import type { HostGrant, ReadGrant } from "#core/contract/manifest.ts";
import { holdsOnlyQueries } from "./only-queries.ts";
import { refuse, type Refusal } from "./refusal.ts";

/** A request whose address and headers were found good: its headers have small letters. */
export interface CheckedRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/**
 * Why a capability that only reads may not send a request: it is no GET, and none of its `reads` covers it, or it does
 * not show that it only reads. What is sent must be read in one way by everybody: JSON as `JSON.stringify` writes it, of
 * that type, with no name beside those that are known, and nothing in the address.
 */
export function checkRead(grants: readonly HostGrant[], request: CheckedRequest): Refusal | undefined {
  const { url, method, headers, body = "" } = request;
  if (method === "GET") return undefined;
  const grant = grants.find(({ host }) => host === url.hostname);
  const reads = method === "POST" ? (grant?.reads ?? []).filter(({ path }) => path === url.pathname) : [];
  const [first] = reads;
  if (first === undefined) return refuse("denied", `a capability that only reads cannot send ${method} there`);
  if (url.search !== "") return refuse("denied", "a POST that only reads has no query in its address");
  if (!/^application\/json(?:; ?charset=utf-8)?$/i.test(headers["content-type"] ?? "")) {
    return refuse("denied", "a POST that only reads is sent as application/json");
  }
  const value = jsonOf(body);
  if (value === undefined) return refuse("denied", "a POST that only reads has a body as JSON.stringify writes it");
  const problems = reads.map((read) => problemOf(read, value, headers));
  return problems.includes(undefined) ? undefined : refuse("denied", problems[0] ?? "");
}

/** What a body means, where it can be written in no other way; undefined elsewhere: a name that stands twice, say. */
function jsonOf(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return JSON.stringify(value) === body ? value : undefined;
  } catch {
    return undefined;
  }
}

function problemOf(read: ReadGrant, value: unknown, headers: CheckedRequest["headers"]): string | undefined {
  switch (read.as) {
    case "graphql":
      return graphqlProblem(value);
    case "mcp":
      return mcpProblem(read.tools, value, headers);
    default:
      return read satisfies never;
  }
}

/** https://graphql.github.io/graphql-over-http: without `extensions`, by which another document could be meant. */
const GraphqlRequest = z.strictObject({
  query: z.string().max(100_000),
  variables: z.record(z.string(), z.unknown()).nullable().exactOptional(),
  operationName: z.string().nullable().exactOptional(),
});

function graphqlProblem(value: unknown): string | undefined {
  const request = GraphqlRequest.safeParse(value);
  if (!request.success) return "a GraphQL query is sent as {query, variables, operationName}, and nothing else";
  return holdsOnlyQueries(request.data.query)
    ? undefined
    : "what it sends is not made of GraphQL queries alone, without comments";
}

const id = z.union([z.string(), z.number()]);
const jsonrpc = z.literal("2.0");

/** https://modelcontextprotocol.io/specification: a call of a tool, and what has to be said before it. */
const McpMessage = z.discriminatedUnion("method", [
  z.strictObject({ jsonrpc, id, method: z.literal("initialize"), params: z.record(z.string(), z.unknown()) }),
  z.strictObject({ jsonrpc, method: z.literal("notifications/initialized") }),
  z.strictObject({
    jsonrpc,
    id,
    method: z.literal("tools/call"),
    params: z.strictObject({
      name: z.string(),
      arguments: z.record(z.string(), z.unknown()).exactOptional(),
      _meta: z.record(z.string(), z.unknown()).exactOptional(),
    }),
  }),
]);

function mcpProblem(tools: readonly string[], value: unknown, headers: CheckedRequest["headers"]): string | undefined {
  const message = McpMessage.safeParse(value);
  if (!message.success) return "what it sends is no plain call of an MCP tool";
  const { method } = message.data;
  const name = method === "tools/call" ? message.data.params.name : undefined;
  if (name !== undefined && !tools.includes(name)) return `the tool ${legible(name)} is not among those that only read`;
  const isOther = (header: string | undefined, said: string | undefined): boolean =>
    header !== undefined && header !== said;
  if (isOther(headers["mcp-method"], method) || isOther(headers["mcp-name"], name)) {
    return "its headers name another call than its body";
  }
  return undefined;
}

/** A name out of strange code, fit for a log. */
function legible(name: string): string {
  return name.slice(0, 64).replaceAll(/[^\x20-\x7e]/g, "?");
}
