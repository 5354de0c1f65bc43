import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";

/** How a source misbehaves, whatever it is asked; everything else is the source's own. */
export type Misbehaviour = "slow" | "half-open" | "giant" | "garbage";

export interface VendorRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface VendorAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body: unknown;
}

/** A source on loopback whose behaviour can be changed between two questions. */
export interface LoopbackVendor<Mode extends string> extends AsyncDisposable {
  readonly origin: string;
  readonly requests: readonly VendorRequest[];
  mode: Mode | Misbehaviour;
}

/** Starts an HTTP server that answers with `answer`, or misbehaves as its mode says. */
export async function startVendor<Mode extends string>(
  mode: Mode,
  answer: (request: VendorRequest, mode: Mode) => VendorAnswer,
): Promise<LoopbackVendor<Mode>> {
  const requests: VendorRequest[] = [];
  const state: { mode: Mode | Misbehaviour } = { mode };
  const server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? "/", "http://loopback");
    const { method = "GET", headers } = incoming;
    const request = { method, path: url.pathname, query: url.searchParams, headers };
    requests.push(request);
    const now = state.mode;
    if (isMisbehaviour(now)) misbehave(now, response);
    else send(answer(request, now), response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    requests,
    get mode() {
      return state.mode;
    },
    set mode(next) {
      state.mode = next;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function isMisbehaviour(mode: string): mode is Misbehaviour {
  return ["slow", "half-open", "giant", "garbage"].includes(mode);
}

function misbehave(mode: Misbehaviour, response: ServerResponse): void {
  const type = { "content-type": "application/json" };
  switch (mode) {
    case "slow":
      // Accepted, and never answered; the connection ends with the server.
      return;
    case "half-open":
      response.writeHead(200, type).write('{"half":');
      return;
    case "giant":
      response.writeHead(200, type).end(`"${"x".repeat(12_000_000)}"`);
      return;
    case "garbage":
      response.writeHead(200, type).end("<b>not JSON</b>");
      return;
    default:
      mode satisfies never;
  }
}

function send({ status, headers, body }: VendorAnswer, response: ServerResponse): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(body));
}
