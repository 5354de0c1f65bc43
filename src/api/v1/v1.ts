import fastifySwagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { OnceOnly } from "#core/contract/idempotency.ts";
import type { Log } from "#core/contract/ports.ts";
import type { Programs } from "#core/contract/programs.ts";
import { doOnce } from "#api/once.ts";
import { httpError } from "#api/problem.ts";
import { approvalRoutes } from "./approvals.ts";
import { auditRoutes } from "./audit.ts";
import { buildRoutes } from "./builds.ts";
import { credentialRoutes } from "./credentials.ts";
import { hookRoutes } from "./hooks.ts";
import { installationRoutes } from "./installations.ts";
import { keyRoutes } from "./keys.ts";
import { moduleRoutes } from "./modules.ts";
import { describeApi } from "./openapi.ts";
import { peopleRoutes } from "./people.ts";
import { policyRoutes } from "./policies.ts";
import { jobRoutes } from "./jobs.ts";
import { proposalRoutes } from "./proposals.ts";
import { scheduleRoutes } from "./schedules.ts";
import { routingRoutes } from "./routing.ts";
import { selfRoutes } from "./self.ts";
import { usageRoutes } from "./usage.ts";

export interface V1Deps {
  readonly programs: Programs;
  readonly onceOnly: OnceOnly;
  readonly version: string;
  readonly log: Log;
}

/** Adds `/v1`: everything programs can do, and its description. The guard must stand before. */
export async function registerV1(app: FastifyInstance, deps: V1Deps): Promise<void> {
  const { programs } = deps;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(fastifySwagger, describeApi(deps.version));
  await app.register(
    async (scope) => {
      scope.addHook("onRoute", (route) => {
        if (route.schema !== undefined) route.schema.querystring ??= z.strictObject({});
      });
      scope.addHook("onRequest", async ({ headers }) => {
        if (!takesJson(headers.accept)) {
          throw httpError(
            406,
            "The answer is JSON, which the Accept header does not take.",
            "Send Accept: application/json.",
          );
        }
      });
      doOnce(scope, deps);
      const api = scope.withTypeProvider<ZodTypeProvider>();
      for (const add of ROUTES) add(api, programs);
      let text: string | undefined;
      scope.get("/openapi.json", { config: { permission: "public" }, schema: { hide: true } }, (_, reply) => {
        text ??= JSON.stringify(app.swagger());
        return reply.type("application/json; charset=utf-8").send(text);
      });
    },
    { prefix: "/v1" },
  );
}

const ROUTES = [
  selfRoutes,
  moduleRoutes,
  installationRoutes,
  buildRoutes,
  proposalRoutes,
  jobRoutes,
  scheduleRoutes,
  hookRoutes,
  credentialRoutes,
  keyRoutes,
  peopleRoutes,
  policyRoutes,
  routingRoutes,
  usageRoutes,
  approvalRoutes,
  auditRoutes,
];

function takesJson(accept = "*/*"): boolean {
  return /(?:\*\/\*|application\/(?:\*|json|problem\+json|x-ndjson))/i.test(accept);
}
