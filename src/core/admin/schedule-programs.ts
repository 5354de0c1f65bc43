import { NexusError } from "#core/contract/errors.ts";
import type { ScheduleId } from "#core/contract/ids.ts";
import { channelOf } from "#core/contract/message.ts";
import { MATRIX } from "#core/contract/permission.ts";
import type { Principal } from "#core/contract/principal.ts";
import { pageOf } from "#core/contract/programs/page.ts";
import type { ScheduleDetail, ScheduleResource } from "#core/contract/programs/schedule.ts";
import type { Programs } from "#core/contract/programs.ts";
import type { StoredSchedule } from "#core/store/store.ts";
import type { AdminDeps } from "./admin-deps.ts";
import { askTurn } from "./ask-turn.ts";

type SchedulePrograms = Pick<Programs, "listSchedules" | "getSchedule" | "createSchedule" | "doWithSchedule">;

const SHOWN_RUNS = 20;

/** What programs do with schedules: one's own and those of channels; with the right to manage them, everybody's. */
export function createSchedulePrograms(deps: AdminDeps): SchedulePrograms {
  const { store, authorise } = deps;
  const seen = async ({ org, person, role }: Principal): Promise<StoredSchedule[]> => {
    const all = await store.forOrg(org).schedules.all();
    return MATRIX[role].has("schedule.manage") ? all : all.filter((one) => one.person === person);
  };
  const read = async (principal: Principal, id: ScheduleId): Promise<StoredSchedule> => {
    const found = (await seen(principal)).find((one) => one.id === id);
    if (found === undefined) throw new NexusError("schedule_unknown", `no schedule ${id} for this program`);
    return found;
  };
  const detail = async (principal: Principal, schedule: StoredSchedule): Promise<ScheduleDetail> => {
    const slots = await store.forOrg(principal.org).schedules.slots(schedule.id, SHOWN_RUNS);
    const runs = slots.map(({ slot, dueAt, state }) => ({ slot, dueAt: dueAt.toISOString(), state }));
    return { ...toResource(principal, schedule), runs };
  };
  return {
    async listSchedules(principal, query) {
      await authorise(principal, "schedule.own");
      const all = await seen(principal);
      return pageOf(
        all.map((one) => toResource(principal, one)),
        ({ id }) => id,
        query,
      );
    },
    async getSchedule(principal, { id }) {
      await authorise(principal, "schedule.own", { kind: "schedule", id });
      return detail(principal, await read(principal, id));
    },
    async createSchedule(principal, { words, once }, signal) {
      await authorise(principal, "schedule.own", { kind: "schedule", id: "new" });
      const request = await askTurn(deps, principal, { do: "set_schedule", words }, once, signal);
      if (request.state === "pending") return { state: "pending", request };
      return { state: "done", result: { said: request.said ?? "Done." } };
    },
    async doWithSchedule(principal, { id, deed, once }, signal) {
      await authorise(principal, "schedule.own", { kind: "schedule", id });
      const held = await read(principal, id);
      if (held.person !== principal.person) await authorise(principal, "schedule.manage", { kind: "schedule", id });
      const request = await askTurn(deps, principal, { do: "on_schedule", schedule: id, deed }, once, signal);
      if (request.state === "pending") return { state: "pending", request };
      return { state: "done", result: { said: request.said ?? "Done." } };
    },
  };
}

function toResource({ person }: Principal, schedule: StoredSchedule): ScheduleResource {
  const { id, code, plan, state, why, nextAt, snoozedUntil, createdAt } = schedule;
  const isAlone = plan.place.audience === "just_me";
  return {
    id,
    code,
    // What goes to somebody alone is theirs, whoever manages schedules.
    ...((!isAlone || schedule.person === person) && { title: plan.title }),
    does: plan.task.do,
    rule: plan.rule,
    misfire: plan.misfire,
    lateMinutes: plan.lateMinutes,
    state,
    ...(why !== undefined && { why }),
    owner: schedule.person,
    ...(!isAlone && { channel: channelOf(plan.place) }),
    ...(nextAt && { nextAt: nextAt.toISOString() }),
    ...(snoozedUntil && { snoozedUntil: snoozedUntil.toISOString() }),
    createdAt: createdAt.toISOString(),
  };
}
