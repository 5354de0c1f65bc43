import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Core } from "#core/core.ts";
import { isAbort } from "#core/contract/errors.ts";
import type { Log } from "#core/contract/ports.ts";
import { registerConnectPage } from "./connect-page.ts";
import { guardRoutes } from "./guard.ts";
import { registerHookPage } from "./hook-page.ts";
import { registerHooks } from "./hooks.ts";
import { addMonitor } from "./monitor.ts";
import { answerUnknown } from "./not-found.ts";
import { addPages } from "./pages.ts";
import { httpError, PROBLEM_TYPE, toProblem } from "./problem.ts";
import { createRateLimits, type Limits } from "./rate-limits.ts";
import { addSecurityHeaders } from "./security-headers.ts";
import { createSessionCookies } from "./session-cookie.ts";
import { registerMailEndPage } from "./mail-end-page.ts";
import { registerSignIn } from "./sign-in-routes.ts";
import { registerV1 } from "./v1/v1.ts";
import { answerUnreadable } from "./unreadable.ts";
import { registerWake } from "./wake-route.ts";

export interface HttpServer extends AsyncDisposable {
  /** `http://host:port`, as it really listens. */
  readonly origin: string;
}

export interface HttpOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Where people's browsers reach NEXUS, when that is elsewhere than this machine. */
  readonly publicUrl?: string | undefined;
  /** Proxies whose X-Forwarded-For is believed: without them an address is that of the connection. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Which NEXUS this is. */
  readonly version: string;
  /** How many requests a minute; what is usual when not given. */
  readonly limits?: Limits;
}

/** The part of core that this door uses. */
export type HttpCore = Pick<
  Core,
  | "health"
  | "finishOAuth"
  | "joinLink"
  | "connectLinks"
  | "signIn"
  | "programs"
  | "onceOnly"
  | "wake"
  | "mailEnd"
  | "hooks"
>;

/** The largest body: a credential, a policy. */
const BODY_LIMIT = 65_536;
const REQUEST_TIMEOUT_MS = 15_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** How often it is looked whether one has had its time. */
const LOOK_FOR_SLOW_MS = 2_000;
const CONNECTION_TIMEOUT_MS = 120_000;
/** Longer than a turn is waited for, shorter than a program waits. */
const HANDLER_TIMEOUT_MS = 30_000;
const MOST_HEADER_BYTES = 16_384;
const LONGEST_PARAMETER = 300;

/**
 * Opens the door for programs: `/v1`, what a monitor asks, and the pages a person's browser is sent to.
 * @throws when the address is taken or not this machine's
 */
export async function startHttp(core: HttpCore, options: HttpOptions, log: Log): Promise<HttpServer> {
  const app = await createHttpApp(core, options, log);
  await app.listen({ host: options.host, port: options.port });
  const address = app.server.address();
  const port = isAddress(address) ? address.port : options.port;
  return {
    origin: `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`,
    [Symbol.asyncDispose]: () => app.close(),
  };
}

/** Everything behind that door, not listening yet. */
export async function createHttpApp(core: HttpCore, options: HttpOptions, log: Log): Promise<FastifyInstance> {
  const { publicUrl } = options;
  const answer = answerWithProblem(log);
  const app = fastify({
    // An address that cannot even be read: of too long a part, or wrongly encoded.
    frameworkErrors: (error, request, reply) => void answer(error, request, reply),
    logger: false,
    trustProxy: options.trustedProxies === undefined ? false : [...options.trustedProxies],
    forceCloseConnections: true,
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    handlerTimeout: HANDLER_TIMEOUT_MS,
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      maxHeaderSize: MOST_HEADER_BYTES,
      connectionsCheckingInterval: LOOK_FOR_SLOW_MS,
    },
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    genReqId: () => randomUUID(),
    clientErrorHandler: answerUnreadable,
  });
  app.removeContentTypeParser("text/plain");
  app.setErrorHandler(answer);
  addSecurityHeaders(app, publicUrl);
  // A page elsewhere can point its own name at this address; only names that are ours are answered.
  app.addHook("onRequest", async ({ hostname }) => {
    if (!isOwnName(hostname, options)) throw httpError(421, "That name does not lead to this NEXUS.");
  });

  const limits = createRateLimits(options.limits);
  const cookies = createSessionCookies(publicUrl);
  answerUnknown(app);
  guardRoutes(app, { signIn: core.signIn, limits, cookies, publicUrl });
  addMonitor(app, core);
  addPages(app, core, log);
  registerWake(app, core);
  await registerConnectPage(app, { connectLinks: core.connectLinks, log });
  await registerMailEndPage(app, core);
  await registerHookPage(app, core.hooks);
  await registerHooks(app, core.hooks);
  await registerSignIn(app, { signIn: core.signIn, limits, cookies, publicUrl, log });
  await registerV1(app, { programs: core.programs, onceOnly: core.onceOnly, version: options.version, log });
  await app.ready();
  return app;
}

/** Every failure is answered as a problem; the log hears of those that are ours. */
function answerWithProblem(log: Log) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const problem = toProblem(error, request.id);
    const fields = { err: error, request: request.id, status: problem.status };
    if (problem.status >= 500 && !isAbort(error)) log.error(fields, "a request failed");
    else log.debug(fields, "a request was refused");
    // Whoever names the version they read is told that this is what failed.
    const isCondition = problem.code === "conflict" && request.headers["if-match"] !== undefined;
    const status = isCondition ? 412 : problem.status;
    return reply
      .code(status)
      .type(PROBLEM_TYPE)
      .serializer(JSON.stringify)
      .send({ ...problem, status });
  };
}

function isOwnName(name: string, { host, publicUrl }: HttpOptions): boolean {
  const own = ["localhost", "127.0.0.1", "::1", "[::1]", host];
  if (publicUrl !== undefined) own.push(new URL(publicUrl).hostname);
  return own.includes(name) || host === "0.0.0.0" || host === "::";
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}
