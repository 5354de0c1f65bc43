import { z } from "zod";
import { NexusError } from "#core/contract/errors.ts";
import type { Json } from "#core/contract/json.ts";
import type { Effect } from "#core/contract/manifest.ts";
import type { ApiDescription, ApiInput, ApiOperation, ApiSchema } from "#core/evolution/api/api-description.ts";
import { effectOf } from "#core/evolution/api/effect.ts";
import { flattenBody } from "#core/evolution/api/flatten-body.ts";
import { entries, isRecord, list, part } from "#core/evolution/api/look.ts";
import { createIds, wordsOf } from "#core/evolution/api/names.ts";
import { createReading, OperationRefused, type Reading } from "#core/evolution/api/openapi/reading.ts";
import { readSchema } from "#core/evolution/api/openapi/schema.ts";
import { plainLine, plainWords } from "#core/evolution/api/plain-words.ts";
import { readText } from "#core/evolution/api/read-text.ts";
import { splitAddress } from "#core/evolution/api/servers.ts";
import { MCP_ACCEPT, MCP_META, MCP_VERSIONS, type McpVersion } from "./protocol.ts";

/** What an MCP server said of itself and its tools, as it is kept: all pages of its list together. */
export const McpTools = z.looseObject({
  protocolVersion: z.enum(MCP_VERSIONS).default("2025-11-25"),
  serverInfo: z.looseObject({ name: z.string().optional(), title: z.string().optional() }).optional(),
  instructions: z.string().optional(),
  tools: z.array(z.unknown()).max(2_000),
});

/** https://modelcontextprotocol.io/specification/2025-11-25/server/tools */
const Tool = z.looseObject({
  name: z.string().min(1).max(200),
  title: z.string().optional(),
  description: z.string().optional(),
  inputSchema: z.unknown().optional(),
  outputSchema: z.unknown().optional(),
  annotations: z
    .looseObject({
      title: z.string().optional(),
      readOnlyHint: z.boolean().optional(),
      destructiveHint: z.boolean().optional(),
    })
    .optional(),
});
type Tool = z.infer<typeof Tool>;

/**
 * The tools of an MCP server as operations. Each is a POST of one JSON-RPC request whose envelope is fixed.
 * @throws NexusError document_unreadable when the text is no list of tools, document_unfit when no tool fits
 */
export function describeMcp(text: string, url: string): ApiDescription {
  const { protocolVersion, serverInfo, tools } = readTools(text);
  const address = splitAddress(url);
  const newId = createIds();
  const operations: ApiOperation[] = [];
  const refused: { operation: string; why: string }[] = [];
  const reading = createReading(undefined);
  for (const written of tools) {
    const tool = Tool.safeParse(written);
    if (!tool.success) {
      refused.push({ operation: "a tool", why: "it has no name" });
      continue;
    }
    try {
      operations.push(operationOf(reading, tool.data, protocolVersion, address, newId));
    } catch (error) {
      if (!(error instanceof OperationRefused)) throw error;
      refused.push({ operation: plainWords(tool.data.name, 120), why: plainLine(error.message, 300) });
    }
  }
  if (operations.length === 0) {
    const say = "Nothing of that MCP server can be made into a module: it has no tool that fits.";
    throw new NexusError("document_unfit", "no tool of the server fits", { say });
  }
  const called = serverInfo?.title ?? serverInfo?.name ?? "";
  const title = plainWords(called, 60) || plainWords(new URL(address.server).hostname, 60);
  const repairs = [...address.repairs, ...reading.repairs];
  return { kind: "mcp", title, description: "", operations, credentials: [], repairs, refused };
}

function readTools(text: string): z.infer<typeof McpTools> {
  const value = readText(text);
  const found = McpTools.safeParse(part(value, "result") ?? value);
  if (found.success) return found.data;
  throw new NexusError("document_unreadable", "no list of tools", {
    say: "That is no list of an MCP server's tools.",
    cause: found.error,
  });
}

function operationOf(
  reading: Reading,
  tool: Tool,
  version: McpVersion,
  { server, path }: { readonly server: string; readonly path: string },
  newId: (name: string) => string,
): ApiOperation {
  const isModern = version === "2026-07-28";
  if (isModern && !/^[\x21-\x7e]+$/.test(tool.name)) {
    throw new OperationRefused("its name cannot be sent in a header");
  }
  const taken = argumentsOf(tool, isModern);
  const answer = isRecord(tool.outputSchema) ? read(tool.outputSchema) : undefined;
  const id = newId(tool.name);
  const words = wordsOf(tool.name).join(" ");
  const title = plainWords(tool.title ?? tool.annotations?.title ?? "", 60);
  return {
    id,
    title: title || plainWords(`${words[0]?.toUpperCase() ?? ""}${words.slice(1)}`, 60) || id,
    description: plainWords(tool.description ?? words, 300) || id,
    tags: [],
    method: "POST",
    server,
    path,
    effect: effectOfTool(reading, tool),
    inputs: [...envelope(tool.name, isModern, version), ...taken],
    body: "json",
    protocol: "mcp",
    answer: answer ? { status: 200, content: "json", schema: answer } : { status: 200, content: "text" },
    credentials: [],
    deprecated: false,
  };
}

/** A tool's schema stands by itself: what it refers to is within. */
function read(schema: unknown): ApiSchema {
  return readSchema(createReading(schema), schema, "/");
}

function argumentsOf({ name, inputSchema }: Tool, isModern: boolean): readonly ApiInput[] {
  const mirrored = entries(inputSchema, "properties").filter(
    ([, inside]) => part(inside, "x-mcp-header") !== undefined,
  );
  const required = list(inputSchema, "required");
  const hasTo = mirrored.find(([property]) => required.includes(property));
  if (isModern && hasTo) throw new OperationRefused(`it wants ${plainWords(hasTo[0], 60)} in a header as well`);
  const schema = read(inputSchema);
  const properties = Object.entries(schema.properties ?? {}).filter(
    ([property]) => !isModern || !mirrored.some(([one]) => one === property),
  );
  const root = ["params", "arguments"];
  if (properties.length === 0) return [fixed("arguments", root, {})];
  if (name === "") return [];
  return flattenBody({ ...schema, type: "object", properties: Object.fromEntries(properties) }, true, root);
}

function envelope(tool: string, isModern: boolean, version: McpVersion): readonly ApiInput[] {
  const header = (name: string, value: string): ApiInput => ({ ...fixed(name, [], value), in: "header" });
  return [
    header("Accept", MCP_ACCEPT),
    header("MCP-Protocol-Version", version),
    ...(isModern ? [header("Mcp-Method", "tools/call"), header("Mcp-Name", tool)] : []),
    fixed("jsonrpc", ["jsonrpc"], "2.0"),
    fixed("id", ["id"], 1),
    fixed("method", ["method"], "tools/call"),
    fixed("name", ["params", "name"], tool),
    ...(isModern ? [fixed("_meta", ["params", "_meta"], MCP_META)] : []),
  ];
}

function fixed(name: string, at: readonly string[], value: Json): ApiInput {
  return { name, in: "body", at, required: true, description: "", schema: { type: "any" }, fixed: value };
}

/**
 * A server's claim that a tool only reads is believed as far as the method GET of a document is: both are a stranger's
 * word about the stranger's own service, and are shown to whoever approves. A name that says otherwise counts more,
 * and without the claim a tool changes something.
 */
function effectOfTool(reading: Reading, { name, title, annotations }: Tool): Effect {
  const claims = annotations?.readOnlyHint === true && annotations.destructiveHint !== true;
  const called = { path: "", id: name, summary: title };
  if (!claims) return effectOf({ method: "POST", ...called });
  const effect = effectOf({ method: "GET", ...called });
  if (effect === "read") reading.repair("mcp.read-only", name, "the server says itself that this tool only reads");
  return effect;
}
