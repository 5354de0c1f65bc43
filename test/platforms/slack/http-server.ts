import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An HTTP answer; `hang-up` breaks the connection instead. */
export type HttpAnswer =
  | { readonly status: number; readonly headers: Record<string, string>; readonly body: string | Buffer }
  | "hang-up";

export interface HttpServer extends AsyncDisposable {
  readonly origin: string;
}

/** Starts an HTTP server on loopback that also takes WebSockets. */
export async function startHttpServer(
  answer: (request: HttpRequest) => Promise<HttpAnswer>,
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
): Promise<HttpServer> {
  const server = createServer((incoming, response) => {
    void read(incoming)
      .then(answer)
      .then(
        (answered) => {
          if (answered === "hang-up") response.destroy();
          else response.writeHead(answered.status, answered.headers).end(answered.body);
        },
        () => response.destroy(),
      );
  });
  server.on("upgrade", upgrade);
  // Idle connections outlive any test: a client that reuses one never meets a server that just closed it.
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the loopback Slack has no port");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function read(incoming: IncomingMessage): Promise<HttpRequest> {
  const url = new URL(incoming.url ?? "/", "http://loopback");
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return {
    method: incoming.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body: Buffer.concat(chunks),
  };
}
