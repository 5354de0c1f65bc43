import type { JsonObject } from "#core/contract/json.ts";

/** The two ways to speak to an MCP server over HTTP: each request by itself, and after an introduction. */
export const MCP_VERSIONS = ["2026-07-28", "2025-11-25"] as const;
export type McpVersion = (typeof MCP_VERSIONS)[number];

/** Who asks. The server is told no more of the caller than that. */
export const MCP_CLIENT = { name: "nexus", version: "1" } as const;

/** What every request of the stateless era carries. https://modelcontextprotocol.io/specification/2026-07-28 */
export const MCP_META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { ...MCP_CLIENT },
  "io.modelcontextprotocol/clientCapabilities": {},
} satisfies JsonObject;

/** What answers may come as. Servers refuse those who do not take both. */
export const MCP_ACCEPT = "application/json, text/event-stream";
