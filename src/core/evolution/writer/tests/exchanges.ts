import type { Json } from "#core/contract/json.ts";
import { INTRODUCED, introduction, isStateless, mcpVersion } from "#core/evolution/writer/code/mcp-file.ts";
import type { CapabilityPlan } from "#core/evolution/writer/plan.ts";
import type { WantedRequest } from "#core/evolution/writer/request-of.ts";
import type { WrittenTest } from "./written-test.ts";

type Exchanges = WrittenTest["exchanges"];

/**
 * What the sources of a call that goes well say.
 * @param message what an MCP server answers in place of its usual message
 */
export function exchangesOf(capability: CapabilityPlan, request: WantedRequest, body: Json, message?: Json): Exchanges {
  const { method, url } = request;
  const { operation, view } = capability;
  if (operation.protocol === "mcp") return toolExchanges(capability, request, message ?? messageOf(capability, body));
  const isText = view.kind === "text";
  return [
    {
      request: { method, url, ...(request.body === undefined ? {} : { bodyIncludes: request.body.slice(0, 2_000) }) },
      answer: {
        status: operation.answer.status,
        headers: { "content-type": isText ? "text/plain" : "application/json" },
        body: view.kind === "done" ? "" : isText || typeof body === "object" ? body : JSON.stringify(body),
      },
    },
  ];
}

function messageOf({ view }: CapabilityPlan, body: Json): Json {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const result = { content: [{ type: "text", text }], ...(view.kind === "text" ? {} : { structuredContent: body }) };
  return { jsonrpc: "2.0", id: 1, result };
}

/** The introduction, where the server wants one, and the call itself, answered as a stream of events. */
function toolExchanges(capability: CapabilityPlan, { url, body = "" }: WantedRequest, message: Json): Exchanges {
  const said = (bodyIncludes: string, answer: Exchanges[number]["answer"]): Exchanges[number] => ({
    request: { method: "POST", url, bodyIncludes: bodyIncludes.slice(0, 2_000) },
    answer,
  });
  const events = `event: message\ndata: ${JSON.stringify(message)}\n\n`;
  const call = said(body, { status: 200, headers: { "content-type": "text/event-stream" }, body: events });
  if (isStateless(capability)) return [call];
  const greeting = { jsonrpc: "2.0", id: 0, result: { protocolVersion: mcpVersion(capability), capabilities: {} } };
  return [
    said(JSON.stringify(introduction(mcpVersion(capability))), {
      status: 200,
      headers: { "mcp-session-id": "s1" },
      body: greeting,
    }),
    said(JSON.stringify(INTRODUCED), { status: 202, headers: {}, body: "" }),
    call,
  ];
}
