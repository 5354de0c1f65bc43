import type { ModulePlan } from "./plan.ts";

/** The README of a written module: what it is, what it asks, and where it came from. */
export function readmeOf({ title, description, capabilities, kind }: ModulePlan, notes: readonly string[]): string {
  const from = {
    openapi: "an OpenAPI document",
    graphql: "what its GraphQL endpoint says of itself",
    mcp: "the tools that its MCP server names",
    exchange: "one recorded request",
  }[kind];
  const lines = [
    `# ${title}`,
    "",
    description,
    "",
    `Written by the builder of NEXUS from ${from}; no person and no model wrote any of it.`,
    "",
    "## What it can do",
    "",
    ...capabilities.map(
      ({ name, title: what, operation, effect }) =>
        `- \`${name}\`: ${what} (${effect}; \`${operation.method} ${operation.path.replaceAll("`", "")}\`)`,
    ),
  ];
  if (notes.length > 0) lines.push("", "## What to know of it", "", ...notes.map((note) => `- ${note}`));
  return `${lines.join("\n")}\n`;
}
