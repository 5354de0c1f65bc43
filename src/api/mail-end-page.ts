import type { FastifyInstance, FastifyReply } from "fastify";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { z } from "zod";
import type { Core } from "#core/core.ts";
import { connectForm, page } from "./page.ts";

const REQUESTS_PER_MINUTE = 60;
const BODY_LIMIT = 4_096;
const Parameters = z.object({ token: z.string().max(600) });

/**
 * `/mail/end/<token>`: what ends mails to an address. To open it changes nothing, since programs open links too; it is ended
 * by the page's button, or by the one press of a mail program. https://www.rfc-editor.org/rfc/rfc8058
 */
export async function registerMailEndPage(app: FastifyInstance, core: Pick<Core, "mailEnd">): Promise<void> {
  const limiter = new RateLimiterMemory({ points: REQUESTS_PER_MINUTE, duration: 60 });
  await app.register(async (scope) => {
    // What a mail program or the page sends says nothing that the address does not.
    scope.addContentTypeParser(
      ["application/x-www-form-urlencoded", "multipart/form-data"],
      { parseAs: "string", bodyLimit: BODY_LIMIT },
      (_, __, done) => done(null, {}),
    );
    scope.addHook("onRequest", async (request, reply) => {
      void reply.headers(HEADERS);
      const allowed = await limiter.consume(request.ip).catch(() => undefined);
      if (allowed === undefined) await html(reply, 429, page("Slower, please", "Wait a minute, then try again."));
    });
    scope.get("/mail/end/:token", { config: { permission: "public" } }, (request, reply) => {
      const { token } = Parameters.parse(request.params);
      const address = core.mailEnd.look(token);
      if (address === undefined) return gone(reply);
      const shown = {
        title: "No more mail?",
        facts: [
          `NEXUS sends mail to ${address} because somebody there said yes. One press ends it: briefings, reminders and warnings alike.`,
          BACK,
        ],
        fields: [],
        submit: "End It",
      };
      return html(reply, 200, connectForm(`/mail/end/${token}`, shown));
    });
    scope.post("/mail/end/:token", { config: { permission: "public" } }, async (request, reply) => {
      const { token } = Parameters.parse(request.params);
      const address = await core.mailEnd.end(token);
      if (address === undefined) return gone(reply);
      return html(reply, 200, page("Ended", `No more mail goes to ${address}. ${BACK} You can close this window.`));
    });
  });
}

const BACK = "What NEXUS says in chat goes on. There, “email” and the address brings mail back.";

function gone(reply: FastifyReply): FastifyReply {
  return html(reply, 404, page("Nothing here", "This link is not valid, or not any more."));
}

function html(reply: FastifyReply, code: number, body: string): FastifyReply {
  return reply.code(code).type("text/html; charset=utf-8").send(body);
}

const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-robots-tag": "noindex, nofollow",
};
