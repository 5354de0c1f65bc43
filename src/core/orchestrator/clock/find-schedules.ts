import { channelOf } from "#core/contract/message.ts";
import { MATRIX } from "#core/contract/permission.ts";
import { NexusError } from "#core/contract/errors.ts";
import { readCode } from "#core/contract/short-code.ts";
import { plainName } from "#core/orchestrator/plain-name.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import type { StoredSchedule } from "#core/store/store.ts";

type Deps = Pick<OrchestratorDeps, "store" | "roles">;

/** The schedules that somebody may see where they are: their own, those of this channel and, for whoever manages them, all. */
export async function schedulesSeen(deps: Deps, scene: Scene): Promise<StoredSchedule[]> {
  const { org } = scene.turn;
  const all = await deps.store.forOrg(org).schedules.all();
  const { role, hasLeft } = await deps.roles.standing(org, scene.person);
  return hasLeft ? [] : all.filter((one) => maySee(scene, one, MATRIX[role].has("schedule.manage")));
}

function maySee(scene: Scene, { person, plan }: StoredSchedule, managesAll: boolean): boolean {
  if (person === scene.person || managesAll) return true;
  return plan.place.audience !== "just_me" && channelOf(plan.place) === channelOf(scene.conversation);
}

/** Whether what a schedule tells is for its one person alone, and that is somebody else. */
export function isOthersOwn(scene: Pick<Scene, "person">, { person, plan }: StoredSchedule): boolean {
  return person !== scene.person && plan.place.audience === "just_me";
}

/** The schedule with a code that somebody may see. @throws NexusError schedule_unknown */
export async function scheduleByCode(deps: Deps, scene: Scene, code: string): Promise<StoredSchedule> {
  const found = (await schedulesSeen(deps, scene)).find((one) => one.code === code);
  if (found === undefined) throw new NexusError("schedule_unknown", `no schedule ${code} for this person here`);
  return found;
}

/** What the operator has written in the configuration is changed there. @throws NexusError not_allowed */
export function refuseDeclared({ isDeclared }: Pick<OrchestratorDeps, "isDeclared">, { id }: StoredSchedule): void {
  if (!isDeclared(id)) return;
  throw new NexusError("not_allowed", "a schedule of the configuration is changed in chat", {
    say: "That one is set in the configuration of this NEXUS, so it can't be changed here.",
    hint: "Whoever runs NEXUS changes the file that NEXUS_SCHEDULES names. `snooze` leaves out its next runs.",
    right: "the configuration of this NEXUS",
  });
}

/**
 * The schedules that some words may mean: a code, words of a title, a channel; of none, those that post here, else one's
 * own.
 */
export async function schedulesMeant(deps: Deps, scene: Scene, which: string): Promise<StoredSchedule[]> {
  const seen = (await schedulesSeen(deps, scene)).filter((one) => !isOthersOwn(scene, one));
  const code = readCode(which);
  const byCode = seen.filter((one) => one.code === code);
  if (byCode.length > 0) return byCode;
  const here = seen.filter(({ plan }) => channelOf(plan.place) === channelOf(scene.conversation));
  if (which === "" || /^here$/i.test(which)) {
    const briefings = here.filter(({ plan }) => plan.task.do !== "say");
    if (briefings.length > 0) return briefings;
    if (here.length > 0) return here;
    return seen.filter(({ person, plan }) => person === scene.person && plan.task.do !== "say");
  }
  const wanted = plainName(which.replace(/^#/, ""));
  const exact = seen.filter(({ plan }) => namesOf(plan).includes(wanted));
  if (exact.length > 0) return exact;
  return seen.filter(({ plan }) => namesOf(plan).some((name) => name.includes(wanted)));
}

function namesOf({ title, place }: StoredSchedule["plan"]): string[] {
  const plain = plainName(title);
  return [plain, plain.replace(/(?:briefing|digest)$/, ""), plainName(place.name ?? "")].filter((name) => name !== "");
}
