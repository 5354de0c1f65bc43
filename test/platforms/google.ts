import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { answerEventsList, answerFreeBusy, type GoogleEvent } from "./google-calendar.ts";
import { createGoogleOAuth, type GoogleOAuth } from "./google-oauth.ts";
import { refuse, reply, type GoogleAnswer } from "./google-answer.ts";

/** How the Calendar API behaves from now on. `ok` obeys the vendor's documentation; each other name is a failure it documents, or one that happens. */
export type GoogleMode = "ok" | "slow" | "garbage" | "html" | "wrong-shape" | "hang-up" | keyof typeof FAILURES;

/** https://developers.google.com/workspace/calendar/api/guides/errors */
const FAILURES = {
  badRequest: refuse(400, "badRequest", "Bad Request"),
  authError: refuse(401, "authError", "Invalid Credentials"),
  rateLimitExceeded: refuse(403, "rateLimitExceeded", "Rate Limit Exceeded", "usageLimits"),
  userRateLimitExceeded: refuse(403, "userRateLimitExceeded", "User Rate Limit Exceeded", "usageLimits"),
  quotaExceeded: refuse(403, "quotaExceeded", "Calendar usage limits exceeded.", "usageLimits"),
  dailyLimitExceeded: refuse(403, "dailyLimitExceeded", "Daily Limit Exceeded", "usageLimits"),
  insufficientPermissions: refuse(403, "insufficientPermissions", "Request had insufficient authentication scopes."),
  accessNotConfigured: refuse(
    403,
    "accessNotConfigured",
    "Google Calendar API has not been used before",
    "usageLimits",
  ),
  notFound: refuse(404, "notFound", "Not Found"),
  gone: refuse(
    410,
    "updatedMinTooLongAgo",
    "The requested minimum modification time lies too far in the past.",
    "calendar",
  ),
  tooManyRequests: {
    ...refuse(429, "rateLimitExceeded", "Rate Limit Exceeded", "usageLimits"),
    headers: { "retry-after": "17" },
  },
  backendError: refuse(500, "backendError", "Backend Error"),
  unavailable: { status: 503, headers: {}, body: "<html>The service is currently unavailable.</html>" },
} as const satisfies Record<string, GoogleAnswer>;

export interface GoogleRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Google on loopback: consent, tokens, and one calendar. */
export interface LoopbackGoogle extends AsyncDisposable {
  readonly origin: string;
  readonly requests: readonly GoogleRequest[];
  readonly oauth: GoogleOAuth;
  mode: GoogleMode;
  events: readonly GoogleEvent[];
  /** Calendars beside the account's own, by their address. */
  readonly others: Map<string, readonly GoogleEvent[]>;
}

export interface GoogleOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clock: () => Date;
  /** Of the calendar. */
  readonly timeZone: string;
  readonly events?: readonly GoogleEvent[];
}

/** Starts a Google that is as strict as the real one about what it is asked. */
export async function startGoogle(options: GoogleOptions): Promise<LoopbackGoogle> {
  const oauth = createGoogleOAuth(options);
  const requests: GoogleRequest[] = [];
  const google: { mode: GoogleMode; events: readonly GoogleEvent[] } = { mode: "ok", events: options.events ?? [] };
  const others = new Map<string, readonly GoogleEvent[]>();

  function calendar(request: GoogleRequest): GoogleAnswer {
    const authorization = request.headers.authorization;
    if (authorization === undefined) return refuse(401, "required", "Login Required.");
    if (!oauth.accepts(authorization)) return refuse(401, "authError", "Invalid Credentials");
    const { timeZone } = options;
    const list = /^\/calendar\/v3\/calendars\/([^/]+)\/events$/.exec(request.path);
    if (request.method === "GET" && list !== null) {
      const events = list[1] === "primary" ? google.events : others.get(list[1] ?? "");
      if (events === undefined) return refuse(404, "notFound", "Not Found");
      return answerEventsList(request.query, events, timeZone);
    }
    if (request.method === "POST" && request.path === "/calendar/v3/freeBusy") {
      return answerFreeBusy(request.query, request.body, google.events, timeZone);
    }
    return refuse(404, "notFound", "Not Found");
  }

  async function answer(request: GoogleRequest): Promise<GoogleAnswer | "slow" | "hang-up"> {
    if (request.path === "/o/oauth2/v2/auth") return oauth.authorize(request.query);
    if (request.path === "/token") return oauth.token(request);
    switch (google.mode) {
      case "ok":
        return calendar(request);
      case "slow":
      case "hang-up":
        return google.mode;
      case "garbage":
        return { status: 200, headers: { "content-type": "application/json" }, body: '{"items": [{"id": "broken' };
      case "html":
        return {
          status: 200,
          headers: { "content-type": "text/html" },
          body: "<html>Sign in to the hotel network</html>",
        };
      case "wrong-shape":
        return reply(200, { items: [{ id: 7, start: "tomorrow" }], calendars: [] });
      default:
        return FAILURES[google.mode];
    }
  }

  const server = createServer((incoming, response) => {
    void handle(incoming).then((answered) => send(response, answered));
  });
  async function handle(incoming: IncomingMessage): Promise<GoogleAnswer | "slow" | "hang-up"> {
    const url = new URL(incoming.url ?? "/", "http://google.invalid");
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
    const request: GoogleRequest = {
      method: incoming.method ?? "GET",
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString("utf8"),
    };
    requests.push(request);
    return answer(request);
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the loopback Google has no port");

  return Object.assign(google, {
    origin: `http://127.0.0.1:${address.port}`,
    requests,
    oauth,
    others,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  });
}

/** `slow` never answers: the other side has to give up. */
function send(response: ServerResponse, answer: GoogleAnswer | "slow" | "hang-up"): void {
  if (answer === "slow") return;
  if (answer === "hang-up") {
    response.destroy();
    return;
  }
  response.writeHead(answer.status, answer.headers).end(answer.body);
}
