import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { toData } from "./listing.ts";
import { isTimed, type Meeting, type TimedMeeting } from "./meeting.ts";
import type { CalendarSource } from "./source.ts";
import { cellsOf, dayInWords, length, spanOf, timeOf, titleOf, todayOf } from "./words.ts";
import { dayOf } from "./zone.ts";

const LOOK_AHEAD_DAYS = 30;
const DAY_MS = 86_400_000;

/** The next meeting to come, and the one that is on. */
export async function next(_input: JsonObject, nexus: Nexus, source: CalendarSource): Promise<ModuleOutput> {
  const now = nexus.now();
  const comes = ({ kind, when }: TimedMeeting): boolean => kind === "meeting" && when.start > now;
  const enough = (found: readonly Meeting[]): boolean => found.filter(isTimed).some(comes);
  const answer = await source.meetings(now, new Date(now.getTime() + LOOK_AHEAD_DAYS * DAY_MS), enough);
  if (!answer.ok) return { error: answer.error };
  const timed = answer.value.meetings.filter(isTimed);
  const running = timed.find(({ kind, when }) => kind === "meeting" && when.start <= now && now < when.end);
  const coming = timed.find(comes);
  const sentences = [
    running === undefined ? "" : `Now: ${titleOf(running)}, until ${timeOf(running.when.end, nexus.asker)}.`,
    coming === undefined
      ? `No meetings in the next ${LOOK_AHEAD_DAYS} days.`
      : `Next: ${announcement(coming, timed, nexus)}.`,
  ];
  return {
    summary: sentences.filter((sentence) => sentence !== "").join(" "),
    shared: sharedSentence(running, coming, nexus),
    data: { now: running === undefined ? null : toData(running), next: coming === undefined ? null : toData(coming) },
    parts: coming === undefined ? [] : [details(coming, nexus)],
    next: ["what meetings do I have today?", "when am I free tomorrow?"],
  };
}

/** When they are busy, and when again: what a calendar shows to others too. */
function sharedSentence(running: TimedMeeting | undefined, coming: TimedMeeting | undefined, nexus: Nexus): string {
  const now = running === undefined ? "" : `In a meeting until ${timeOf(running.when.end, nexus.asker)}. `;
  if (coming === undefined) return `${now}No meetings in the next ${LOOK_AHEAD_DAYS} days.`;
  const day = dayOf(coming.when.start, nexus.asker.timeZone);
  return `${now}Next meeting ${dayInWords(day, todayOf(nexus))} at ${timeOf(coming.when.start, nexus.asker)}.`;
}

function announcement(coming: TimedMeeting, timed: readonly TimedMeeting[], nexus: Nexus): string {
  const { start } = coming.when;
  const day = dayOf(start, nexus.asker.timeZone);
  const time = `at ${timeOf(start, nexus.asker)}`;
  const when =
    day === todayOf(nexus)
      ? `${time}, in ${length(start.getTime() - nexus.now().getTime())}`
      : `${dayInWords(day, todayOf(nexus))} ${time}`;
  const others =
    timed.filter(({ kind, when }) => kind === "meeting" && when.start.getTime() === start.getTime()).length - 1;
  return `${titleOf(coming)} ${when}${others === 0 ? "" : ` (and ${others} more at that time)`}`;
}

function details(coming: TimedMeeting, { asker }: Nexus) {
  const [, place = "", people = ""] = cellsOf(coming);
  const items = [
    { label: "When", value: spanOf(coming.when, asker) },
    { label: "Where", value: place },
    { label: "People", value: people },
  ];
  return { type: "fields" as const, items: items.filter(({ value }) => value !== "") };
}
