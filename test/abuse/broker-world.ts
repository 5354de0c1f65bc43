import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { CredentialNeed } from "#core/contract/manifest.ts";
import type { FetchInit, FetchResult } from "#core/contract/module.ts";
import type { EgressPolicy, EgressRecord, InjectedSecret } from "#core/contract/sandbox.ts";
import { createEgress, type EgressOptions } from "#sandbox/egress/egress.ts";

/** The one credential of these worlds. It may reach api.example.com and nothing else that anybody can read. */
export const SECRET = "sk_live_4f2a9c?&x";

/** What the module of these worlds may reach: one prefix of one host, and all of another, to read. */
export const POLICY: EgressPolicy = {
  hosts: [
    { host: "api.example.com", methods: ["GET"], pathPrefixes: ["/v1/"] },
    { host: "other.example.com", methods: ["GET"], pathPrefixes: ["/"] },
  ],
  maxResponseBytes: 1_048_576,
  timeoutMs: 1_500,
};

/** The same, where api.example.com may be written to. */
export const WRITABLE: EgressPolicy = {
  ...POLICY,
  hosts: POLICY.hosts.map((grant) => ({ ...grant, methods: ["GET", "POST"] })),
};

export interface Seen {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A source on loopback, as well or badly behaved as the case wants it. */
export type Source = (request: IncomingMessage, response: ServerResponse) => void;

export interface Asked {
  readonly result: FetchResult;
  readonly record: EgressRecord;
}

/** The real broker before a source on loopback, with everything that either of them saw. */
export interface BrokerWorld extends AsyncDisposable {
  answerWith(source: Source): void;
  /** What a name leads to from now on; one public address unless told. */
  resolveTo(...addresses: readonly string[]): void;
  ask(url: string, init?: FetchInit, policy?: EgressPolicy, secrets?: readonly InjectedSecret[]): Promise<Asked>;
  readonly seen: readonly Seen[];
  readonly connected: readonly { host: string; address: string }[];
  readonly lookups: readonly string[];
  /** Everything that was logged, as text. */
  log(): string;
}

/** The need of a credential that is sent to api.example.com as a bearer token. */
export const NEED = CredentialNeed.parse({
  name: "sample",
  title: "Sample key",
  kind: "api_key",
  host: "api.example.com",
  header: "Authorization",
  prefix: "Bearer ",
  obtainUrl: "https://example.com/keys",
});

/** The secret as it is sent to api.example.com. */
export const SECRETS: readonly InjectedSecret[] = [{ need: NEED, value: SECRET }];

/** Opens a world. Its source answers `{"a":1}` until it is told otherwise. */
export async function openBrokerWorld(options: Partial<EgressOptions> = {}): Promise<BrokerWorld> {
  const seen: Seen[] = [];
  const connected: { host: string; address: string }[] = [];
  const lookups: string[] = [];
  const logged: unknown[] = [];
  let addresses: readonly string[] = ["93.184.216.34"];
  let source: Source = (_, response) => answerJson(response, { a: 1 });

  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    const note = (): void => {
      const { headers, method = "", url: path = "" } = request;
      seen.push({ host: headers.host ?? "", method, path, headers, body });
      source(request, response);
    };
    // A source that answers before it has read the question is one of the cases.
    if (request.headers["content-length"] === undefined) note();
    else request.on("end", note);
  });
  // A world may break its own connections.
  server.on("connection", (socket) => socket.on("error", () => {}));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  const note = (fields: object, message: string): void => void logged.push({ ...fields, message });
  const egress = createEgress({
    log: { debug: note, info: note, warn: note, error: note },
    lookup: async (host) => {
      lookups.push(host);
      return addresses;
    },
    connect: async (target) => {
      connected.push(target);
      const socket = connect(port, "127.0.0.1");
      await once(socket, "connect");
      return socket;
    },
    ...options,
  });

  return {
    answerWith: (next) => {
      source = next;
    },
    resolveTo: (...next) => {
      addresses = next;
    },
    ask: (url, init = {}, policy = POLICY, secrets = SECRETS) =>
      egress.request(url, init, policy, secrets, new AbortController().signal),
    seen,
    connected,
    lookups,
    log: () => JSON.stringify(logged),
    async [Symbol.asyncDispose]() {
      await egress[Symbol.asyncDispose]();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** A plain answer of data. */
export function answerJson(response: ServerResponse, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
}

/** Bytes straight onto the wire, past everything that keeps a server's answers proper. */
export function sendRaw({ socket }: ServerResponse, ...parts: readonly (string | Uint8Array)[]): void {
  for (const part of parts) socket?.write(part);
}
