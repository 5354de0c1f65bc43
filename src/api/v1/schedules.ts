import { PageQuery } from "#core/contract/programs/page.ts";
import {
  NewScheduleBody,
  ScheduleDetail,
  ScheduleParams,
  ScheduleResource,
  ScheduleSet,
} from "#core/contract/programs/schedule.ts";
import type { Programs } from "#core/contract/programs.ts";
import { principalOf } from "#api/guard.ts";
import { about, type Api, ONCE_HEADERS, onceOf, pageSchema, settle, signalOf, toPage, Waiting } from "./route.ts";

const DEEDS = [
  ["pause", "Pause a schedule"],
  ["resume", "Let a schedule go on"],
  ["end", "End a schedule"],
  ["run", "Do now what a schedule is for, beside its times"],
] as const;

/** Adds what programs do with what is done by the clock. */
export function scheduleRoutes(api: Api, programs: Programs): void {
  api.get(
    "/schedules",
    about("listSchedules", "What is done by the clock: one's own, or everybody's for whoever manages them", {
      querystring: PageQuery,
      response: { 200: pageSchema(ScheduleResource) },
    }),
    async (request, reply) => toPage(request, reply, await programs.listSchedules(principalOf(request), request.query)),
  );
  api.get(
    "/schedules/:id",
    about("getSchedule", "One of them, with its last runs", {
      params: ScheduleParams,
      response: { 200: ScheduleDetail },
    }),
    (request) => programs.getSchedule(principalOf(request), request.params),
  );
  const answers = { headers: ONCE_HEADERS, response: { 200: ScheduleSet, 202: Waiting } };
  api.post(
    "/schedules",
    about("createSchedule", "Set one up, in the words a person would say", { ...answers, body: NewScheduleBody }),
    async (request, reply) => {
      const wish = { ...request.body, once: onceOf(request) };
      const { status, body } = settle(
        reply,
        await programs.createSchedule(principalOf(request), wish, signalOf(reply)),
      );
      return reply.code(status).send(body);
    },
  );
  for (const [deed, summary] of DEEDS) {
    api.post(
      `/schedules/:id/${deed}`,
      about("doWithSchedule", summary, { ...answers, params: ScheduleParams }, `${deed}Schedule`),
      async (request, reply) => {
        const wish = { ...request.params, deed, once: onceOf(request) };
        const asked = await programs.doWithSchedule(principalOf(request), wish, signalOf(reply));
        const { status, body } = settle(reply, asked);
        return reply.code(status).send(body);
      },
    );
  }
}
