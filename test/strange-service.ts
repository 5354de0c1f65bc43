import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { FetchText } from "#core/evolution/api/fetch-text.ts";

/** A stranger's service on loopback, reached by the name of a public host. */
export interface StrangeService extends AsyncDisposable {
  /** Fetches as a person's words would have it: `https://api.example.com/…` ends at the service. */
  readonly fetchText: FetchText;
  /** What was asked for, in order: `GET /openapi.json`. */
  readonly asked: readonly string[];
}

/** Starts a service that answers with `handle`; every https address leads to it, nothing else anywhere. */
export async function startStrangeService(
  handle: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<StrangeService> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
    void handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    asked,
    async fetchText({ url, method, headers, body }, signal) {
      const { pathname, search, protocol } = new URL(url);
      if (protocol !== "https:") throw new Error(`${url} is not asked over https`);
      const answer = await fetch(`http://127.0.0.1:${port}${pathname}${search}`, {
        method,
        headers,
        signal,
        ...(body !== undefined && { body }),
      });
      return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text(), url };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
