import { answerJson, SECRET, WRITABLE } from "./broker-world.ts";
import type { Exchange } from "./exchange.ts";

const START = "https://api.example.com/v1/start";

/** A source that sends whoever asks for `/v1/start` on to `location`, and answers everywhere else. */
function leadsTo(
  id: string,
  attack: string,
  location: string,
  more: Partial<Exchange> & { status?: number } = {},
): Exchange {
  const { status = 302, ...rest } = more;
  return {
    id,
    attack,
    ends: "denied",
    reached: 1,
    go: (world) => {
      world.answerWith((request, response) => {
        if (request.url === "/v1/start") response.writeHead(status, { location }).end();
        else answerJson(response, { at: request.url });
      });
      return world.ask(START);
    },
    ...rest,
  };
}

/** Where sources send modules. Each hop goes through the whole policy again. */
export const REDIRECT_EXCHANGES: readonly Exchange[] = [
  leadsTo("NET-045", "a redirect to the metadata address", "https://169.254.169.254/latest/meta-data/"),
  leadsTo("NET-046", "a redirect to another host", "https://evil.example/"),
  leadsTo("NET-047", "a redirect without a scheme", "//evil.example/v1/x"),
  leadsTo("NET-048", "a redirect to itself", START, { ends: "bad_response", reached: 3 }),
  leadsTo("NET-049", "a relative redirect out of the declared path", "../admin"),
  leadsTo("SEC-009", "a redirect to another declared host", "https://other.example.com/next", {
    ends: "ok",
    reached: 2,
    also: (_, { seen }) => (seen[1]?.headers.authorization === undefined ? undefined : "the credential went along"),
  }),
  leadsTo(
    "SEC-009",
    "a redirect that carries the credential in the address",
    `https://other.example.com/?k=${encodeURIComponent(SECRET)}`,
  ),
  leadsTo("a redirect to http", "a redirect down to http", "http://api.example.com/v1/x"),
  leadsTo(
    "a redirect with a user",
    "a redirect with a name and a password in it",
    "https://me:pw@api.example.com/v1/x",
  ),
  leadsTo("a redirect with a user", "a redirect to a host behind an at sign", "https://api.example.com@evil.example/"),
  leadsTo("a redirect to another port", "a redirect to another port", "https://api.example.com:8443/v1/x"),
  leadsTo("a redirect to a file", "a redirect to a file", "file:///etc/passwd"),
  leadsTo(
    "a redirect with a backslash",
    "a redirect that browsers and servers read differently",
    "/\\evil.example/v1/x",
  ),
  leadsTo("a redirect to an address of IPv6", "a redirect to an address of IPv6", "https://[::1]/v1/x"),
  leadsTo("a redirect in a disguise", "a redirect with an escaped way out", "/v1/%2e%2e/admin"),
  leadsTo("a redirect that is none", "a place beside an answer that has not changed", "https://evil.example/", {
    status: 304,
    ends: "ok",
  }),
  ...[301, 302, 303, 307, 308].map((status): Exchange => ({
    id: "a POST sent on",
    attack: `a POST that is answered with ${status}`,
    ends: "bad_response",
    reached: 1,
    go: (world) => {
      world.answerWith((_, response) => response.writeHead(status, { location: "https://other.example.com/" }).end());
      return world.ask(START, { method: "POST", body: "{}" }, WRITABLE);
    },
  })),
];
