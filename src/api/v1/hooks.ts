import {
  HookDetail,
  HookParams,
  HookResource,
  HookSecretBody,
  HookSet,
  NewHookBody,
  NewHookSecret,
} from "#core/contract/programs/hook.ts";
import { PageQuery } from "#core/contract/programs/page.ts";
import type { Programs } from "#core/contract/programs.ts";
import { principalOf } from "#api/guard.ts";
import { about, type Api, ONCE_HEADERS, onceOf, pageSchema, settle, signalOf, toPage, Waiting } from "./route.ts";

const DEEDS = [
  ["pause", "Pause a hook: what is sent meanwhile is not kept"],
  ["resume", "Let a hook go on"],
  ["end", "End a hook: what is sent to it is refused"],
  ["retry", "Try again what was given up"],
] as const;

/** Adds what programs do with the addresses to which programs outside post. */
export function hookRoutes(api: Api, programs: Programs): void {
  api.get(
    "/hooks",
    about("listHooks", "The addresses to which programs outside post", {
      querystring: PageQuery,
      response: { 200: pageSchema(HookResource) },
    }),
    async (request, reply) => toPage(request, reply, await programs.listHooks(principalOf(request), request.query)),
  );
  api.get(
    "/hooks/:id",
    about("getHook", "One of them, with what came last", { params: HookParams, response: { 200: HookDetail } }),
    (request) => programs.getHook(principalOf(request), request.params),
  );
  api.post(
    "/hooks",
    about("createHook", "Set one up, in the words a person would say", {
      headers: ONCE_HEADERS,
      body: NewHookBody,
      response: { 200: HookSet, 202: Waiting },
    }),
    async (request, reply) => {
      const wish = { ...request.body, once: onceOf(request) };
      const { status, body } = settle(reply, await programs.createHook(principalOf(request), wish, signalOf(reply)));
      return reply.code(status).send(body);
    },
  );
  api.post(
    "/hooks/:id/secret",
    about("renewHookSecret", "Give a hook a new secret; one that is made here is in this answer and nowhere else", {
      params: HookParams,
      headers: ONCE_HEADERS,
      body: HookSecretBody,
      response: { 200: NewHookSecret },
    }),
    (request) => programs.renewHookSecret(principalOf(request), { ...request.params, ...request.body }),
  );
  for (const [deed, summary] of DEEDS) {
    api.post(
      `/hooks/:id/${deed}`,
      about(
        "doWithHook",
        summary,
        { params: HookParams, headers: ONCE_HEADERS, response: { 200: HookResource } },
        `${deed}Hook`,
      ),
      (request) => programs.doWithHook(principalOf(request), { ...request.params, deed }),
    );
  }
}
