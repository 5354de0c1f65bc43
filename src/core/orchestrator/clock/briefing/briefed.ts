import type { Role } from "#core/contract/gate.ts";
import type { PersonId, ScheduleId } from "#core/contract/ids.ts";
import type { Conversation } from "#core/contract/message.ts";
import type { SchedulePlan } from "#core/contract/schedule.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { chosenLocale } from "#core/orchestrator/wishes/chosen-locale.ts";
import type { Readers } from "./readers.ts";

/** A schedule as far as its post needs it: it may not be kept yet when somebody looks at what it would post. */
export interface BriefedSchedule {
  readonly id: ScheduleId;
  readonly plan: SchedulePlan;
}

/** Whose a schedule is, as they are now. */
export interface ScheduleOwner {
  readonly person: PersonId;
  readonly role: Role;
  /** They are no member any more. */
  readonly hasLeft: boolean;
  /** How they read times: their language, and the clock that the schedule goes by. */
  readonly asker: { readonly locale: string; readonly timeZone: string };
}

/** For whom, where and when a section is made. */
export interface Briefed {
  readonly owner: ScheduleOwner;
  /** As it is shown to others. */
  readonly ownerName: string;
  readonly place: Conversation;
  readonly readers: Readers;
  readonly now: Date;
}

/** Whose a schedule is, with the rights and the language they have at this moment. */
export async function ownerOf(
  deps: Pick<OrchestratorDeps, "store" | "roles" | "defaults">,
  scene: Pick<Scene, "turn" | "actor" | "person" | "asker" | "remembered">,
  { actor, rule: { timeZone } }: SchedulePlan,
): Promise<ScheduleOwner> {
  const { org } = scene.turn;
  const isSame =
    actor.id === scene.actor.id && actor.platform === scene.actor.platform && actor.tenantId === scene.actor.tenantId;
  const { person, locale } = isSame
    ? { person: scene.person, locale: scene.asker.locale }
    : await known(deps, scene, actor);
  const { role, hasLeft } = await deps.roles.standing(org, person);
  return { person, role, hasLeft, asker: { locale, timeZone } };
}

async function known(
  { store, defaults }: Pick<OrchestratorDeps, "store" | "defaults">,
  { turn }: Pick<Scene, "turn">,
  actor: SchedulePlan["actor"],
) {
  const { person, locale } = await store.people.identify(actor);
  const chosen = chosenLocale(await store.forOrg(turn.org).preferences.all(person));
  return { person, locale: chosen ?? locale ?? defaults.locale };
}
