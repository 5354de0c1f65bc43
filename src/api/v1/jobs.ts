import { JobParams, JobResource } from "#core/contract/programs/job.ts";
import { PageQuery } from "#core/contract/programs/page.ts";
import type { Programs } from "#core/contract/programs.ts";
import { principalOf } from "#api/guard.ts";
import { about, type Api, ONCE_HEADERS, pageSchema, toPage } from "./route.ts";

/** Adds what programs do with what NEXUS does by itself. */
export function jobRoutes(api: Api, programs: Programs): void {
  api.get(
    "/jobs",
    about("listJobs", "What NEXUS does by itself, and what came of it", {
      querystring: PageQuery,
      response: { 200: pageSchema(JobResource) },
    }),
    async (request, reply) => toPage(request, reply, await programs.listJobs(principalOf(request), request.query)),
  );
  api.post(
    "/jobs/:name/run",
    about("runJob", "Have a job done now; one that takes longer goes on after the answer", {
      params: JobParams,
      headers: ONCE_HEADERS,
      response: { 200: JobResource },
    }),
    (request) => programs.runJob(principalOf(request), request.params),
  );
}
