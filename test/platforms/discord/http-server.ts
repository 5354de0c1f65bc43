import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Answer } from "./answer.ts";

/** A whole request is at most 25 MiB. Source: https://discord.com/developers/docs/reference#uploading-files */
const LARGEST_REQUEST_BYTES = 25 * 1024 * 1024;

export interface UploadedFile {
  readonly field: string;
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
}

export interface HttpRequest {
  readonly method: string;
  /** Decoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  /** JSON, or the `payload_json` of a multipart body; undefined when there is none. */
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
  /** Why the body cannot be read. */
  readonly broken: "too-large" | "not-json" | undefined;
}

/** What becomes of a request: an answer, or a connection that ends without one. */
export type Handled = Answer | "hang-up";

/** An HTTP server that reads requests as Discord does; it does not listen yet. */
export function createHttpServer(handle: (request: HttpRequest) => Promise<Handled>): Server {
  return createServer((incoming, response) => {
    void read(incoming)
      .then(handle)
      .then(
        (handled) => send(response, handled),
        (error: unknown) => send(response, { status: 500, body: { message: `500: ${String(error)}`, code: 0 } }),
      );
  });
}

async function read(incoming: IncomingMessage): Promise<HttpRequest> {
  const url = new URL(incoming.url ?? "/", "http://discord.invalid");
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const bytes = Buffer.concat(chunks);
  const { method = "GET", headers } = incoming;
  const base = { method, headers, path: decodeURIComponent(url.pathname), query: url.searchParams, files: [] };
  if (bytes.length > LARGEST_REQUEST_BYTES) return { ...base, body: undefined, broken: "too-large" };
  if (bytes.length === 0) return { ...base, body: undefined, broken: undefined };
  const type = headers["content-type"] ?? "";
  if (type.startsWith("multipart/form-data")) {
    const form = await new Response(new Uint8Array(bytes), { headers: { "content-type": type } }).formData();
    const files: UploadedFile[] = [];
    for (const [field, value] of form) {
      if (typeof value === "string") continue;
      const content = Buffer.from(await value.arrayBuffer());
      files.push({ field, filename: value.name, contentType: value.type, content });
    }
    const json = form.get("payload_json");
    return { ...base, files, ...parse(typeof json === "string" ? json : "{}") };
  }
  if (!type.startsWith("application/json")) return { ...base, body: undefined, broken: "not-json" };
  return { ...base, ...parse(bytes.toString("utf8")) };
}

function parse(text: string): { body: unknown; broken: "not-json" | undefined } {
  try {
    return { body: JSON.parse(text), broken: undefined };
  } catch {
    return { body: undefined, broken: "not-json" };
  }
}

function send(response: ServerResponse, handled: Handled): void {
  if (handled === "hang-up") {
    response.destroy();
    return;
  }
  const { status, body, headers = {} } = handled;
  if (Buffer.isBuffer(body)) {
    response.writeHead(status, headers).end(body);
    return;
  }
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}
