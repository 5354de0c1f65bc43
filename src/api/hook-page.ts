import type { FastifyInstance, FastifyReply } from "fastify";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { z } from "zod";
import type { HookDoor } from "#core/contract/hook.ts";
import { connectForm, document, escape, page } from "./page.ts";

const REQUESTS_PER_MINUTE = 60;
const BODY_LIMIT = 4_096;
const Parameters = z.object({ token: z.string().max(250) });
const Typed = z.object({ secret: z.string().max(600).optional() });

/**
 * `/hook-secret/<token>`: the page where the address and the secret of a hook are seen, once. To open it shows nothing yet,
 * since programs open links too; its button does.
 */
export async function registerHookPage(app: FastifyInstance, hooks: HookDoor): Promise<void> {
  const limiter = new RateLimiterMemory({ points: REQUESTS_PER_MINUTE, duration: 60 });
  await app.register(async (scope) => {
    scope.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "string", bodyLimit: BODY_LIMIT },
      (_, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    scope.addHook("onRequest", async (request, reply) => {
      void reply.headers(HEADERS);
      const allowed = await limiter.consume(request.ip).catch(() => undefined);
      if (allowed === undefined) await html(reply, 429, page("Slower, please", "Wait a minute, then try again."));
    });
    scope.get("/hook-secret/:token", { config: { permission: "public" } }, (request, reply) =>
      form(reply, hooks, tokenOf(request.params), undefined),
    );
    scope.post("/hook-secret/:token", { config: { permission: "public" } }, async (request, reply) => {
      const token = tokenOf(request.params);
      const typed = Typed.safeParse(request.body ?? {});
      const shown = await hooks.openPage(token, typed.success ? typed.data.secret : undefined);
      switch (shown.state) {
        case "gone":
          return gone(reply);
        case "again":
          return form(reply, hooks, token, shown.problem);
        case "kept":
          return html(
            reply,
            200,
            document("Kept", `<p>It works from now on, at this address:</p>${field(shown.address)}`),
          );
        case "shown":
          return html(
            reply,
            200,
            document(
              "This once",
              `<p>${escape(shown.how)}</p><p>Address</p>${field(shown.address)}<p>Secret</p>${field(shown.secret)}
              <p>Neither is shown again. You can close this window once both are where they belong.</p>`,
            ),
          );
        default:
          return shown satisfies never;
      }
    });
  });
}

async function form(reply: FastifyReply, hooks: HookDoor, token: string, problem: string | undefined) {
  const found = await hooks.page(token);
  if (found === undefined) return gone(reply);
  const { title, facts, asksSecret } = found;
  const fields = asksSecret ? [{ id: "secret", label: "Signing secret", type: "secret" } as const] : [];
  const shown = {
    title,
    facts,
    fields,
    submit: asksSecret ? "Keep It" : "Show Them",
    ...(problem !== undefined && { problem }),
  };
  return html(reply, problem === undefined ? 200 : 422, connectForm(`/hook-secret/${token}`, shown));
}

function field(text: string): string {
  return `<p><code style="overflow-wrap: anywhere; user-select: all">${escape(text)}</code></p>`;
}

function gone(reply: FastifyReply): FastifyReply {
  const text = "This link is not valid, or not any more. In NEXUS, “rotate hook” with its code makes a new secret.";
  return html(reply, 404, page("Nothing here", text));
}

function html(reply: FastifyReply, code: number, body: string): FastifyReply {
  return reply.code(code).type("text/html; charset=utf-8").send(body);
}

function tokenOf(params: unknown): string {
  return Parameters.safeParse(params).data?.token ?? "";
}

const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-robots-tag": "noindex, nofollow",
};
