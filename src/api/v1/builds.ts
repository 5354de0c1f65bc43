import {
  BuildBody,
  BuildFeedbackBody,
  BuildPapersResource,
  BuildParams,
  BuildResource,
  DraftFileBody,
} from "#core/contract/programs/build.ts";
import { PageQuery } from "#core/contract/programs/page.ts";
import type { Programs } from "#core/contract/programs.ts";
import { principalOf } from "#api/guard.ts";
import { about, type Api, ONCE_HEADERS, onceOf, pageSchema, settle, signalOf, toPage, Waiting } from "./route.ts";

/** Documents are larger than anything else that is sent in. */
const LARGEST_DOCUMENT = 8_388_608;
const ANSWERS = { 200: BuildResource, 202: Waiting } as const;

/** Adds what programs do with modules that are built. */
export function buildRoutes(api: Api, programs: Programs): void {
  api.get(
    "/builds",
    about("listBuilds", "Wishes for modules, the newest first", {
      querystring: PageQuery,
      response: { 200: pageSchema(BuildResource) },
    }),
    async (request, reply) => toPage(request, reply, await programs.listBuilds(principalOf(request), request.query)),
  );
  const opening = about("openBuild", "Have a module built; it is worked on in the background", {
    body: BuildBody,
    headers: ONCE_HEADERS,
    response: ANSWERS,
  });
  api.post("/builds", { ...opening, bodyLimit: LARGEST_DOCUMENT }, async (request, reply) => {
    const wish = { ...request.body, once: onceOf(request) };
    const { status, body } = settle(reply, await programs.openBuild(principalOf(request), wish, signalOf(reply)));
    return reply.code(status).send(body);
  });
  api.get(
    "/builds/:id",
    about("getBuild", "How a build stands: its checklist, its rounds, and what came of it", {
      params: BuildParams,
      response: { 200: BuildResource },
    }),
    (request) => programs.getBuild(principalOf(request), request.params),
  );
  api.get(
    "/builds/:id/files",
    about("buildPapers", "What there is to read of a build: its files, the sandbox's report, what was noted", {
      params: BuildParams,
      response: { 200: BuildPapersResource },
    }),
    (request) => programs.buildPapers(principalOf(request), request.params),
  );
  const editing = about("putDraftFile", "Put one file of a draft in the place of what it was; all is checked anew", {
    params: BuildParams,
    body: DraftFileBody,
    headers: ONCE_HEADERS,
    response: ANSWERS,
  });
  api.put("/builds/:id/files", { ...editing, bodyLimit: LARGEST_DOCUMENT }, async (request, reply) => {
    const edit = { ...request.params, ...request.body, once: onceOf(request) };
    const { status, body } = settle(reply, await programs.putDraftFile(principalOf(request), edit, signalOf(reply)));
    return reply.code(status).send(body);
  });
  api.post(
    "/builds/:id/feedback",
    about("buildAgain", "Have it built anew, with what should be different", {
      params: BuildParams,
      body: BuildFeedbackBody.nullish(),
      headers: ONCE_HEADERS,
      response: ANSWERS,
    }),
    async (request, reply) => {
      const wish = { ...request.params, ...request.body, once: onceOf(request) };
      const { status, body } = settle(reply, await programs.buildAgain(principalOf(request), wish, signalOf(reply)));
      return reply.code(status).send(body);
    },
  );
  api.post(
    "/builds/:id/stop",
    about("stopBuild", "Stop a build", { params: BuildParams, headers: ONCE_HEADERS, response: ANSWERS }),
    async (request, reply) => {
      const wish = { ...request.params, once: onceOf(request) };
      const { status, body } = settle(reply, await programs.stopBuild(principalOf(request), wish, signalOf(reply)));
      return reply.code(status).send(body);
    },
  );
  api.post(
    "/builds/:id/promote",
    about("promoteBuild", "Ask for what a build made to be installed", {
      params: BuildParams,
      headers: ONCE_HEADERS,
      response: ANSWERS,
    }),
    async (request, reply) => {
      const wish = { ...request.params, once: onceOf(request) };
      const { status, body } = settle(reply, await programs.promoteBuild(principalOf(request), wish, signalOf(reply)));
      return reply.code(status).send(body);
    },
  );
}
