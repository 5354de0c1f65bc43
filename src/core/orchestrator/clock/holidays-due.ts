import type { Conversation } from "#core/contract/message.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { StoredSchedule } from "#core/store/store.ts";
import { failingText } from "./holidays-text.ts";
import { GOOD_FOR_MS, laterBy, TRIED_AGAIN_MS } from "./known-holidays.ts";
import { readCalendar, type ReadCalendar } from "./read-calendar.ts";
import { seeOwner } from "./see-owner.ts";
import { toldAlone } from "./told-alone.ts";

/** A calendar is to be read again: with the account and the rights that the schedule's owner has now. */
export async function onHolidaysDue(deps: OrchestratorDeps, scene: Scene, schedule: StoredSchedule): Promise<Outcome> {
  const { org } = scene.turn;
  const { plan } = schedule;
  const { calendar, skipHolidays } = plan.rule;
  if (calendar === undefined || !skipHolidays || schedule.state === "ended") return { replies: [] };
  const owner = await seeOwner(deps, scene, schedule);
  if (owner === undefined) return { replies: [] };
  const place: Conversation = { ...scene.conversation, key: plan.place.key };
  const asOwner: Scene = { ...scene, person: owner.person, actor: plan.actor, asker: owner.asker, conversation: place };
  const read = await readCalendar(deps, asOwner, calendar, place);
  const before = deps.holidays.of(org, owner.person, plan.rule).calendar?.failing;
  const isNews = read.is === "failed" && read.isTheirs && before !== read.why;
  return {
    replies: [],
    elsewhere: isNews ? await toldAlone(deps, scene, schedule, () => say(failedText(schedule, calendar, read))) : [],
    commit: (inside) => {
      const { holidayCalendars } = inside.forOrg(org);
      return read.is === "read"
        ? holidayCalendars.keep(owner.person, calendar, read.days, laterBy(scene, GOOD_FOR_MS))
        : holidayCalendars.fail(owner.person, calendar, read.why, laterBy(scene, TRIED_AGAIN_MS));
    },
  };
}

function failedText({ plan, code }: StoredSchedule, address: string, read: Extract<ReadCalendar, { is: "failed" }>) {
  const known = "The days that I have read of it are left out all the same; later ones are not.";
  return `“${inert(plan.title)}” leaves out the holidays of ${inert(address)}, which I cannot read: ${failingText(read.why, true)}. ${known} \`schedule ${code}\` shows it.`;
}
