import type { AdapterRunResult } from "#core/contract/invocation.ts";
import { CapabilityName, ModuleName } from "#core/contract/ids.ts";
import type { JsonObject } from "#core/contract/json.ts";
import { moment } from "#core/contract/moment.ts";
import { readSentence } from "#core/lidm/sentence.ts";
import { readDates } from "#core/lidm/slots/dates/read-dates.ts";
import { readToday } from "#core/lidm/slots/dates/today.ts";
import { createZones } from "#core/lidm/slots/dates/zones.ts";
import { clip, say } from "#core/orchestrator/compose.ts";
import type { AnswerContext } from "#core/orchestrator/context.ts";
import { failure } from "#core/orchestrator/failure.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { invokeCapability } from "#core/orchestrator/runs/invoke-capability.ts";
import { moduleOff } from "#core/orchestrator/runs/modules-switch.ts";
import { meetingsIn, reminderText } from "./meetings-ahead.ts";
import { alone, READ_WHOLE } from "./plan-offer.ts";
import { followChange } from "#core/orchestrator/clock/watch-meetings.ts";
import { offerReminders, placeNote, reminderOf, reminderPlace, zoneNote } from "./plan-reminders.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { titleCase } from "#core/orchestrator/title-case.ts";
import { mayUseHere, refusedWith } from "#core/orchestrator/runs/use-right.ts";
import { recordRun } from "#core/orchestrator/why.ts";
import type { ReminderWish } from "./wish.ts";

/** The capability that tells the meetings of a day: what it answers with is read as `Meetings`. */
const MODULE = ModuleName.parse("calendar");
const OF_A_DAY = CapabilityName.parse("today");

/**
 * Plans a reminder before each meeting of a day that is still ahead, as the asker's own calendar has them now. The
 * calendar is read by the asker's rights, like any question about it; undefined where there is none.
 */
export async function planMeetings(
  deps: OrchestratorDeps,
  scene: Scene,
  wish: Extract<ReminderWish, { wish: "remind_meetings" }>,
): Promise<Outcome | undefined> {
  const manifest = deps.registry.modules(scene.turn.org).find((module) => module.manifest.name === MODULE)?.manifest;
  const capability = manifest?.capabilities.find(({ name }) => name === OF_A_DAY);
  if (manifest === undefined || capability === undefined) return undefined;
  const off = await deps.store.forOrg(scene.turn.org).moduleStates.off();
  if (off.has(MODULE)) return moduleOff(scene, manifest);
  const verdict = await mayUseHere(deps, scene, { manifest, capability });
  if (!verdict.allowed) return refusedWith(scene, { manifest, capability }, verdict);
  const input = dayOf(wish.day, scene);
  const use = { module: MODULE, capability: OF_A_DAY, input };
  const { person, asker, conversation, now } = scene;
  const context: AnswerContext = {
    turnId: scene.turn.turnId,
    person,
    manifest,
    capability,
    input,
    attachments: [],
    conversation,
    asker,
    now,
  };
  const as = { person, asker, platform: conversation.platform, attachments: [] };
  const result = await invokeCapability(deps, scene, use, context, as);
  const record = { at: now.getTime(), route: READ_WHOLE, run: recordRun(result, input), right: verdict.right };
  if (!result.ok) return { replies: [failure(result, context, scene.composer)], record };
  const offered = await offerBefore(deps, scene, wish, result);
  return {
    ...offered,
    record,
    isQuestion: true,
    state: { ...(scene.state.last && { last: scene.state.last }), answered: scene.turn.turnId },
  };
}

async function offerBefore(
  deps: OrchestratorDeps,
  scene: Scene,
  { leadMinutes, next, day }: Extract<ReminderWish, { wish: "remind_meetings" }>,
  result: Extract<AdapterRunResult, { ok: true }>,
): Promise<Outcome> {
  const ahead = meetingsIn(result).filter(({ start }) => remindAt(start, leadMinutes) > scene.now);
  const meant = next ? ahead.slice(0, 1) : ahead;
  if (meant.length === 0) {
    const none = say(
      `There is no meeting ahead that I could remind you of in time. ${inert(result.summary)}`,
      connectButton(deps, scene, result),
    );
    return { replies: [alone(none)] };
  }
  const mark = result.sample ? " (sample data)" : "";
  const place = await reminderPlace(deps, scene);
  const reminders = meant.map((meeting) =>
    reminderOf(scene, place, {
      text: `${reminderText(meeting, scene)}${mark}`,
      at: remindAt(meeting.start, leadMinutes),
      isPrivate: true,
    }),
  );
  const which = meant.length === 1 ? "your next meeting" : `each of ${meant.length} meetings`;
  const isSomeOtherDay = day.length > 0 && !/today/i.test(day);
  return offerReminders(deps, scene, {
    title: `remind you ${leadMinutes} minutes before ${which}${mark}`,
    reminders,
    items: meant.map(({ title, start }) => ({
      label: clip(inert(title), 200),
      value: `${moment(start, isSomeOtherDay ? "date_time" : "time")}, so I tell you at ${moment(remindAt(start, leadMinutes), "time")}`,
    })),
    notes: [
      result.sample
        ? `That is what the calendar says as of ${moment(result.asOf, "time")}.`
        : "Where a meeting is moved or taken off, its reminder follows, and I tell you.",
      ...(result.sample ? ["These are sample meetings: no calendar is connected."] : []),
      ...placeNote(scene, place),
      ...zoneNote(scene),
    ],
    others: connectButton(deps, scene, result),
    ...(!result.sample && {
      also: (fresh) => followChange(scene, { place, leadMinutes, result, reminders: fresh, meetings: meant }),
    }),
  });
}

function remindAt(start: Date, leadMinutes: number): Date {
  return new Date(start.getTime() - leadMinutes * 60_000);
}

/** The day that was named, as the module wants it; none is today. */
function dayOf(words: string, { now, asker }: Scene): JsonObject {
  const zones = createZones();
  const { date } = readDates(readSentence(words), readToday(zones, { now, ...asker }, "future"), zones);
  return date === undefined || /today/i.test(words) ? {} : { date };
}

function connectButton(deps: OrchestratorDeps, scene: Scene, result: Extract<AdapterRunResult, { ok: true }>) {
  const need = deps.registry.modules(scene.turn.org).find(({ manifest }) => manifest.name === MODULE)?.manifest
    .credentials[0];
  if (!result.sample || need === undefined) return [];
  const label = titleCase(`Connect ${need.title}`);
  return [scene.composer.button(label, { verb: "con", module: MODULE, credential: need.name, asked: scene.person })];
}
