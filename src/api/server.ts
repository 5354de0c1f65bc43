import type { AddressInfo } from "node:net";
import fastify from "fastify";
import { z } from "zod";
import type { Core } from "#core/core.ts";
import { asNexusError } from "#core/contract/errors.ts";
import type { Log } from "#core/contract/ports.ts";
import { watchEventLoop } from "./event-loop.ts";
import { page } from "./page.ts";

export interface HttpServer extends AsyncDisposable {
  /** `http://host:port`, as it really listens. */
  readonly origin: string;
}

export interface HttpOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** An event loop later than this is not alive: people would wait longer than a platform's deadline. */
const LAG_LIMIT_MS = 2_000;
const READY_TIMEOUT_MS = 2_000;

/**
 * Opens the door for programs: `/livez`, `/readyz`, the way to where a platform's app is made, and where an
 * authorisation server sends a browser back to.
 * @throws when the address is taken or not this machine's
 */
export async function startHttp(
  core: Pick<Core, "health" | "finishOAuth" | "joinLink">,
  options: HttpOptions,
  log: Log,
): Promise<HttpServer> {
  const app = fastify({ logger: false, forceCloseConnections: true, bodyLimit: 65_536 });
  const loop = watchEventLoop();

  // A page elsewhere can point its own name at this address; only names that are ours are answered.
  app.addHook("onRequest", async (request, reply) => {
    if (!isOwnName(request.hostname, options.host)) {
      await reply.code(421).type("application/problem+json").send({ title: "Misdirected request", status: 421 });
    }
  });

  app.get("/livez", async (_, reply) => {
    const lagMs = loop.lagMs();
    return reply
      .code(lagMs < LAG_LIMIT_MS ? 200 : 503)
      .send({ status: lagMs < LAG_LIMIT_MS ? "alive" : "stalled", lagMs });
  });

  app.get("/readyz", async (_, reply) => {
    const health = await core.health(AbortSignal.timeout(READY_TIMEOUT_MS));
    return reply.code(health.ready ? 200 : 503).send({
      status: health.ready ? "ready" : "not ready",
      checks: health.checks,
      degraded: health.degraded,
    });
  });

  app.get("/join/:platform", async (request, reply) => {
    const { platform } = JoinParameters.parse(request.params);
    const link = core.joinLink(platform);
    return link === undefined ? reply.callNotFound() : reply.headers(PAGE_HEADERS).redirect(link);
  });

  app.get("/oauth/callback", async (request, reply) => {
    const query = CallbackQuery.safeParse(request.query);
    void reply.type("text/html; charset=utf-8").headers(PAGE_HEADERS);
    if (!query.success) {
      return reply.code(400).send(page("Not connected", "The address is incomplete. Start again from NEXUS."));
    }
    const { state, code, error: named = "no code was given" } = query.data;
    try {
      const given = code === undefined ? { error: named } : { code };
      const { title } = await core.finishOAuth(state, given, AbortSignal.timeout(15_000));
      return await reply.send(
        page("Connected", `${title} is connected. You can close this window and go back to NEXUS.`),
      );
    } catch (error) {
      const known = asNexusError(error);
      log.warn({ err: known }, "authorisation did not complete");
      return reply.code(400).send(page("Not connected", `${known.say} ${known.hint}`));
    }
  });

  app.setNotFoundHandler((_, reply) => {
    void reply.code(404).type("application/problem+json").send({ title: "No such page", status: 404 });
  });
  app.setErrorHandler((error, _, reply) => {
    log.error({ err: error }, "request failed");
    void reply
      .code(500)
      .type("application/problem+json")
      .send({ title: "Something went wrong; it is logged", status: 500 });
  });

  await app.listen({ host: options.host, port: options.port });
  const address = app.server.address();
  const port = isAddress(address) ? address.port : options.port;
  return {
    origin: `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`,
    async [Symbol.asyncDispose]() {
      loop[Symbol.dispose]();
      await app.close();
    },
  };
}

const JoinParameters = z.object({ platform: z.string().max(40) });

const CallbackQuery = z.object({
  state: z.string().max(200),
  code: z.string().max(2_000).optional(),
  error: z.string().max(200).optional(),
});

/** The page holds no script and must not be framed, cached or quoted as a referrer: its address carries a code. */
const PAGE_HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

function isOwnName(name: string, listenHost: string): boolean {
  return (
    ["localhost", "127.0.0.1", "::1", "[::1]", listenHost].includes(name) ||
    listenHost === "0.0.0.0" ||
    listenHost === "::"
  );
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}
