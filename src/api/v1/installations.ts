import type { z } from "zod";
import type { FastifyReply } from "fastify";
import { BuildResource } from "#core/contract/programs/build.ts";
import {
  InstallBody,
  ModuleVersionsResource,
  PinBody,
  RevokeBody,
  UndoResource,
} from "#core/contract/programs/installation.ts";
import { ModuleParams } from "#core/contract/programs/module.ts";
import type { Asked, Programs } from "#core/contract/programs.ts";
import { principalOf } from "#api/guard.ts";
import { about, type Api, ONCE_HEADERS, onceOf, settle, signalOf, Waiting } from "./route.ts";

const ANSWERS = { 200: ModuleVersionsResource, 202: Waiting } as const;

/** Adds what programs do with modules that are installed, taken back, taken away or forbidden. */
export function installationRoutes(api: Api, programs: Programs): void {
  const answer = (reply: FastifyReply, asked: Asked<z.infer<typeof ModuleVersionsResource>>) => settle(reply, asked);
  api.post(
    "/modules/install",
    about("installModule", "Have a module of an index installed; it is checked and asked about first", {
      body: InstallBody,
      headers: ONCE_HEADERS,
      response: { 200: BuildResource, 202: Waiting },
    }),
    async (request, reply) => {
      const wish = { ...request.body, once: onceOf(request) };
      const { status, body } = settle(reply, await programs.installModule(principalOf(request), wish, signalOf(reply)));
      return reply.code(status).send(body);
    },
  );
  api.get(
    "/modules/:name/versions",
    about("moduleVersions", "The versions of a module that were live here, the newest first", {
      params: ModuleParams,
      response: { 200: ModuleVersionsResource },
    }),
    (request) => programs.moduleVersions(principalOf(request), request.params),
  );
  api.get(
    "/modules/:name/undo",
    about("previewUndo", "What undoing the last change of a module would do", {
      params: ModuleParams,
      response: { 200: UndoResource },
    }),
    (request) => programs.previewUndo(principalOf(request), request.params),
  );
  api.post(
    "/modules/:name/undo",
    about("undoModule", "Undo the last change of a module", {
      params: ModuleParams,
      headers: ONCE_HEADERS,
      response: ANSWERS,
    }),
    async (request, reply) => {
      const wish = { ...request.params, once: onceOf(request) };
      const { status, body } = answer(reply, await programs.undoModule(principalOf(request), wish, signalOf(reply)));
      return reply.code(status).send(body);
    },
  );
  api.delete(
    "/modules/:name",
    about("uninstallModule", "Take a module away, with its data; it can be undone", {
      params: ModuleParams,
      headers: ONCE_HEADERS,
      response: ANSWERS,
    }),
    async (request, reply) => {
      const wish = { ...request.params, once: onceOf(request) };
      const asked = await programs.uninstallModule(principalOf(request), wish, signalOf(reply));
      const { status, body } = answer(reply, asked);
      return reply.code(status).send(body);
    },
  );
  api.put(
    "/modules/:name/pin",
    about("pinModule", "Keep a module at its version, or let it go", {
      params: ModuleParams,
      body: PinBody,
      headers: ONCE_HEADERS,
      response: ANSWERS,
    }),
    async (request, reply) => {
      const wish = { ...request.params, ...request.body, once: onceOf(request) };
      const { status, body } = answer(reply, await programs.pinModule(principalOf(request), wish, signalOf(reply)));
      return reply.code(status).send(body);
    },
  );
  api.post(
    "/modules/:name/revoke",
    about("revokeModule", "Forbid exact bytes of a module for good; where they run, they are undone", {
      params: ModuleParams,
      body: RevokeBody,
      headers: ONCE_HEADERS,
      response: ANSWERS,
    }),
    async (request, reply) => {
      const wish = { ...request.params, ...request.body, once: onceOf(request) };
      const { status, body } = answer(reply, await programs.revokeModule(principalOf(request), wish, signalOf(reply)));
      return reply.code(status).send(body);
    },
  );
}
