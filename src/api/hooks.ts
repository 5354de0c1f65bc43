import type { FastifyError, FastifyInstance, FastifyReply } from "fastify";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { z } from "zod";
import type { HookDoor } from "#core/contract/hook.ts";
import { NexusError } from "#core/contract/errors.ts";
import { httpError } from "./problem.ts";
import { TooMany } from "./rate-limits.ts";

/** The largest delivery: what chat can use is far smaller. */
const BODY_LIMIT = 262_144;
/** What one hook is told in a minute; a chat that is told more is read by nobody. */
const DELIVERIES_PER_MINUTE = 120;
/** What all are told together, whoever sends; what is refused counts here too. */
const REQUESTS_PER_MINUTE = 6_000;
/** What is refused, of one address. */
const REFUSED_PER_MINUTE = 60;
/** Bodies that are read at the same time: in all, and of one address. Whoever sends slowly keeps only itself waiting. */
const MOST_AT_ONCE = 64;
const MOST_AT_ONCE_EACH = 8;

const Parameters = z.object({ org: z.string().max(60), hook: z.string().max(60) });
const TYPES = [
  /^application\/(?:[a-z0-9.+-]+\+)?json\s*(?:;|$)/i,
  /^application\/x-www-form-urlencoded\s*(?:;|$)/i,
  /^text\/plain\s*(?:;|$)/i,
];

/**
 * `POST /hooks/<org>/<hook>`: what a program outside tells. It has no key and no session: what it sends proves itself by
 * its signature over the very bytes. It is on the disk before 202 is answered.
 */
export async function registerHooks(app: FastifyInstance, hooks: HookDoor): Promise<void> {
  const inAll = new RateLimiterMemory({ points: REQUESTS_PER_MINUTE, duration: 60 });
  const refused = new RateLimiterMemory({ points: REFUSED_PER_MINUTE, duration: 60 });
  const perHook = new RateLimiterMemory({ points: DELIVERIES_PER_MINUTE, duration: 60 });
  const atOnce = countAtOnce();

  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // The signature is over the bytes, so that they are kept as they came.
    for (const type of TYPES) {
      scope.addContentTypeParser(type, { parseAs: "buffer", bodyLimit: BODY_LIMIT }, (_, body, done) =>
        done(null, body),
      );
    }
    scope.setErrorHandler((error: FastifyError) => {
      throw error.statusCode === 413 ? httpError(413, "The delivery is too large: it may have 256 KiB.") : error;
    });
    scope.addHook("onRequest", async (request, reply) => {
      const guesses = await refused.get(request.ip);
      if (guesses !== null && guesses.consumedPoints >= REFUSED_PER_MINUTE) {
        throw tooMany("deliveries that were no good from one address", REFUSED_PER_MINUTE, guesses.msBeforeNext, reply);
      }
      // Who guesses uses up nothing of what all have together.
      await take(inAll, "all", "deliveries in all", REQUESTS_PER_MINUTE, reply);
      const { "content-encoding": encoding, "content-type": type } = request.headers;
      // A few bytes that unpack to a great many are never unpacked.
      if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
        throw httpError(415, "What is compressed is not taken.", "Send it as it is, without Content-Encoding.");
      }
      if (type === undefined || !TYPES.some((one) => one.test(type))) {
        throw httpError(415, "That content type is not taken.", "Send JSON, a form, or plain text.");
      }
      const release = atOnce.take(request.ip);
      if (release === undefined) {
        // The rest of it is not waited for.
        reply.headers({ "retry-after": 5, connection: "close" });
        throw httpError(503, "Too many deliveries are being read right now.", "Send it again in a few seconds.");
      }
      reply.raw.once("close", release);
    });

    scope.post(
      "/hooks/:org/:hook",
      { config: { permission: "public" }, bodyLimit: BODY_LIMIT },
      async (request, reply) => {
        const { org, hook } = Parameters.safeParse(request.params).data ?? { org: "", hook: "" };
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const limit = await perHook.get(hook);
        // Only what was proven counts, so that nobody can use up what a hook may be told.
        if (limit !== null && limit.consumedPoints >= DELIVERIES_PER_MINUTE) {
          throw tooMany("deliveries to one hook", DELIVERIES_PER_MINUTE, limit.msBeforeNext, reply);
        }
        const answer = await hooks.receive(org, hook, { headers: plain(request.headers), body });
        switch (answer.state) {
          case "taken":
            await perHook.penalty(hook);
            return reply.code(202).send({ status: "accepted" });
          case "known":
            await perHook.penalty(hook);
            return reply.code(200).send({ status: "already accepted" });
          case "proven":
            await perHook.penalty(hook);
            // Nothing of the challenge can be taken for a page.
            return answer.challenge === undefined
              ? reply.code(202).send({ status: "the address works" })
              : reply.code(200).type("text/plain; charset=utf-8").send(answer.challenge);
          case "paused":
            return reply.code(200).send({ status: "paused: nothing was done" });
          case "full":
            reply.header("retry-after", answer.retryAfterS);
            throw httpError(503, "Too much waits for this hook already.", "Send it again later.");
          case "unreadable":
            throw httpError(400, answer.say, "Send JSON, a form, or plain text, in UTF-8.");
          case "refused":
            await refused.penalty(request.ip);
            throw new NexusError("hook_refused", "a delivery that is not signed by its sender");
          default:
            return answer satisfies never;
        }
      },
    );
  });
}

function plain(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]),
  );
}

async function take(
  limiter: RateLimiterMemory,
  whose: string,
  what: string,
  points: number,
  reply: FastifyReply,
): Promise<void> {
  const found = await limiter.penalty(whose);
  if (found.consumedPoints > points) throw tooMany(what, points, found.msBeforeNext, reply);
}

function tooMany(what: string, limit: number, msBeforeNext: number, reply: FastifyReply): TooMany {
  const error = new TooMany(what, { limit, remaining: 0, resetS: Math.max(1, Math.ceil(msBeforeNext / 1_000)) });
  reply.header("retry-after", error.retryAfterS);
  return error;
}

function countAtOnce() {
  const each = new Map<string, number>();
  let all = 0;
  return {
    /** @returns what gives the place back; undefined when there is none */
    take(ip: string): (() => void) | undefined {
      const own = each.get(ip) ?? 0;
      if (all >= MOST_AT_ONCE || own >= MOST_AT_ONCE_EACH) return undefined;
      all += 1;
      each.set(ip, own + 1);
      return () => {
        all -= 1;
        const left = (each.get(ip) ?? 1) - 1;
        if (left === 0) each.delete(ip);
        else each.set(ip, left);
      };
    },
  };
}
