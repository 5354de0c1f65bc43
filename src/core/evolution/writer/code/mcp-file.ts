import type { CapabilityPlan, ModulePlan } from "#core/evolution/writer/plan.ts";
import { wholePath } from "#core/evolution/writer/path-prefix.ts";
import { importLine, quotedText } from "./literal.ts";
import type { Needs } from "./needs.ts";

/** `mcp.ts`: calling a tool of an MCP server over HTTP. Empty for a module that speaks to none. */
export function mcpFile({ title, capabilities }: ModulePlan, { mcp }: Needs): string {
  const [first] = capabilities;
  if (!mcp || first === undefined) return "";
  const address = `https://${new URL(first.operation.server).host}${wholePath(first.operation)}`;
  const version = mcpVersion(first);
  const head = [
    typeImport(["FetchResult", "Nexus"], "#core/contract/module.ts"),
    importLine(["at"], "./json.ts"),
    importLine(["type Failed", "failed", "inBrief", "parsed", "readText", "unreadable"], "./source.ts"),
    "",
    `const ADDRESS = ${quotedText(address)};`,
    `const HEADERS = {`,
    `  accept: "application/json, text/event-stream",`,
    `  "content-type": "application/json",`,
    `  "mcp-protocol-version": ${quotedText(version)},`,
    `};`,
  ].join("\n");
  const call = isStateless(first) ? STATELESS : withSession(version);
  return `${[head, call, resultCode(title)].join("\n\n")}\n`;
}

/** The version of the protocol that a tool was described with. */
export function mcpVersion({ fixed }: CapabilityPlan): string {
  const named = fixed.find(
    ({ in: place, name }) => place === "header" && name.toLowerCase() === "mcp-protocol-version",
  );
  return typeof named?.fixed === "string" ? named.fixed : "2025-11-25";
}

/** Whether a server is asked without an introduction: each request says all there is to know. */
export function isStateless({ fixed }: CapabilityPlan): boolean {
  return fixed.some(({ at }) => at.at(-1) === "_meta");
}

/** What is said first to a server that wants an introduction. */
export function introduction(version: string): object {
  return {
    jsonrpc: "2.0",
    id: 0,
    method: "initialize",
    params: { protocolVersion: version, capabilities: {}, clientInfo: { name: "nexus", version: "1" } },
  };
}

/** What is said when the introduction was heard. */
export const INTRODUCED = { jsonrpc: "2.0", method: "notifications/initialized" } as const;

function typeImport(names: readonly string[], from: string): string {
  return importLine(names, from).replace("import", "import type");
}

const STATELESS = `/** Calls a tool: what came of it, or what to tell people instead. */
export async function callTool(call: Call, nexus: Nexus): Promise<{ readonly value: unknown } | Failed> {
  const headers = { ...HEADERS, "mcp-method": "tools/call", "mcp-name": call.params.name };
  return readResult(await nexus.fetch(ADDRESS, { method: "POST", headers, body: JSON.stringify(call) }));
}

interface Call {
  readonly params: { readonly name: string };
}`;

function withSession(version: string): string {
  return `const HELLO = '${JSON.stringify(introduction(version))}';
const HEARD = '${JSON.stringify(INTRODUCED)}';

/** Calls a tool after an introduction: what came of it, or what to tell people instead. */
export async function callTool(call: object, nexus: Nexus): Promise<{ readonly value: unknown } | Failed> {
  const hello = await nexus.fetch(ADDRESS, { method: "POST", headers: HEADERS, body: HELLO });
  const greeted = readText(hello);
  if ("error" in greeted) return greeted;
  const session = hello.ok ? hello.headers["mcp-session-id"] : undefined;
  const headers = session === undefined ? HEADERS : { ...HEADERS, "mcp-session-id": session };
  await nexus.fetch(ADDRESS, { method: "POST", headers, body: HEARD });
  return readResult(await nexus.fetch(ADDRESS, { method: "POST", headers, body: JSON.stringify(call) }));
}`;
}

function resultCode(title: string): string {
  const name = title.replaceAll("`", "'").replaceAll("$", "");
  return `/** The tool's own answer: its data where it gives some, else its words. */
function readResult(answer: FetchResult): { readonly value: unknown } | Failed {
  const text = readText(answer);
  if ("error" in text) return text;
  const messages = [parsed(text.value), ...eventsIn(text.value)];
  const refusal = messages.map((message) => at(message, ["error", "message"])).find((said) => typeof said === "string");
  if (typeof refusal === "string") return failed("upstream_invalid", \`${name} did not take it: \${inBrief(refusal)}\`);
  const result = messages.map((message) => at(message, ["result"])).find((found) => found !== undefined);
  if (result === undefined) return unreadable();
  const words = wordsOf(result);
  if (at(result, ["isError"]) === true) return failed("slot_invalid", \`${name} did not take it: \${inBrief(words)}\`);
  return { value: at(result, ["structuredContent"]) ?? words };
}

/** Messages as a stream of events brings them. */
function eventsIn(body: string): unknown[] {
  return body.split("\\n").flatMap((line) => (line.startsWith("data:") ? [parsed(line.slice(5))] : []));
}

function wordsOf(result: unknown): string {
  const content = at(result, ["content"]);
  const texts = Array.isArray(content) ? content.map((one) => at(one, ["text"])) : [];
  return texts.filter((text) => typeof text === "string").join("\\n");
}`;
}
