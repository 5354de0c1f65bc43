import { z } from "zod";
import { NexusError } from "#core/contract/errors.ts";
import type { Json } from "#core/contract/json.ts";
import type { FetchText, TextAnswer } from "#core/evolution/api/fetch-text.ts";
import { MCP_ACCEPT, MCP_CLIENT, MCP_META, type McpVersion } from "./protocol.ts";

/** A JSON-RPC answer, as far as it is read. https://www.jsonrpc.org/specification */
const Answer = z.looseObject({
  jsonrpc: z.literal("2.0"),
  result: z.unknown().optional(),
  error: z.unknown().optional(),
});
const Initialized = z.looseObject({ protocolVersion: z.string(), serverInfo: z.unknown().optional() });
const Page = z.looseObject({
  tools: z.array(z.unknown()),
  nextCursor: z.string().optional(),
  _meta: z.looseObject({ "io.modelcontextprotocol/serverInfo": z.unknown().optional() }).optional(),
});

const MAX_PAGES = 20;
const MAX_TOOLS = 2_000;
/** Of all answers together. */
const MAX_CHARS = 4_000_000;

/**
 * What an MCP server says of its tools, all pages together, as text to be kept; undefined when nothing there speaks the
 * protocol. The stateless era is tried first, then the one that begins with an introduction.
 */
export async function askMcp(url: string, fetchText: FetchText, signal: AbortSignal): Promise<string | undefined> {
  let left = MAX_CHARS;
  // Each answer is read here, where everybody else waits meanwhile.
  const bounded: FetchText = async (request, through) => {
    const answer = await fetchText(request, through);
    left -= answer.text.length;
    if (left >= 0) return answer;
    throw new NexusError("document_unfit", `the server answered more than ${MAX_CHARS} characters`, {
      say: "That MCP server says more of its tools than I read.",
    });
  };
  return (await askModern(url, bounded, signal)) ?? (await askLegacy(url, bounded, signal));
}

async function askModern(url: string, fetchText: FetchText, signal: AbortSignal): Promise<string | undefined> {
  const found = await pages(async (cursor) => {
    const params = { _meta: MCP_META, ...(cursor !== undefined && { cursor }) };
    const headers = { "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/list" };
    return resultOf(await fetchText(rpc(url, "tools/list", params, headers), signal));
  });
  return found && kept("2026-07-28", found.tools, found.serverInfo);
}

async function askLegacy(url: string, fetchText: FetchText, signal: AbortSignal): Promise<string | undefined> {
  const introduction = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { ...MCP_CLIENT } };
  const hello = await fetchText(rpc(url, "initialize", introduction, {}), signal);
  const met = Initialized.safeParse(resultOf(hello));
  if (!met.success) return undefined;
  const session = hello.headers["mcp-session-id"];
  const headers = {
    "mcp-protocol-version": met.data.protocolVersion.slice(0, 20),
    ...(session !== undefined && { "mcp-session-id": session.slice(0, 500) }),
  };
  const ready = { jsonrpc: "2.0", method: "notifications/initialized" };
  await fetchText({ ...rpc(url, "", {}, headers), body: JSON.stringify(ready) }, signal);
  const found = await pages(async (cursor) =>
    resultOf(await fetchText(rpc(url, "tools/list", cursor === undefined ? {} : { cursor }, headers), signal)),
  );
  return found && kept("2025-11-25", found.tools, met.data.serverInfo);
}

function rpc(
  url: string,
  method: string,
  params: Json,
  headers: Readonly<Record<string, string>>,
): Parameters<FetchText>[0] {
  return {
    url,
    method: "POST",
    headers: { "content-type": "application/json", accept: MCP_ACCEPT, ...headers },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  };
}

/** All tools of a list that comes in pages; undefined when the first is none. */
async function pages(
  ask: (cursor: string | undefined) => Promise<unknown>,
): Promise<{ readonly tools: readonly unknown[]; readonly serverInfo: unknown } | undefined> {
  const tools: unknown[] = [];
  let serverInfo: unknown;
  let cursor: string | undefined;
  for (let count = 0; count < MAX_PAGES && tools.length < MAX_TOOLS; count += 1) {
    const page = Page.safeParse(await ask(cursor));
    if (!page.success) {
      if (count === 0) return undefined;
      break;
    }
    serverInfo ??= page.data._meta?.["io.modelcontextprotocol/serverInfo"];
    tools.push(...page.data.tools);
    cursor = page.data.nextCursor;
    if (cursor === undefined) break;
  }
  return { tools: tools.slice(0, MAX_TOOLS), serverInfo };
}

function kept(protocolVersion: McpVersion, tools: readonly unknown[], serverInfo: unknown): string {
  return JSON.stringify({ protocolVersion, serverInfo, tools });
}

/** The result of an answer that came as JSON or as a stream of events; undefined when it is an error or no answer. */
export function resultOf({ status, headers, text }: TextAnswer): unknown {
  if (status < 200 || status > 299) return undefined;
  const isStream = (headers["content-type"] ?? "").toLowerCase().startsWith("text/event-stream");
  for (const message of isStream ? events(text) : [text]) {
    const answer = Answer.safeParse(json(message));
    if (answer.success && answer.data.result !== undefined) return answer.data.result;
  }
  return undefined;
}

/** The data of each event. https://html.spec.whatwg.org/multipage/server-sent-events.html */
function events(text: string): string[] {
  return text.split(/\r?\n\r?\n/).map((event) =>
    event
      .split(/\r?\n/)
      .filter((line) => line.startsWith("data:"))
      .map((line) => line.slice(5).replace(/^ /, ""))
      .join("\n"),
  );
}

function json(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
