import { z } from "zod";
import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import type { AllDayMeeting, TimedMeeting } from "./meeting.ts";
import { meetingsOnDay, toData } from "./listing.ts";
import type { CalendarSource } from "./source.ts";
import { cellsOf, count, dayInWords, dayName, listed, spanOnDay, timeOf, titleOf, todayOf } from "./words.ts";
import { addDays, startOfDay } from "./zone.ts";

const Input = z.object({ date: z.iso.date().optional() });

/** The meetings of one day, today when none is named. */
export async function today(input: JsonObject, nexus: Nexus, source: CalendarSource): Promise<ModuleOutput> {
  const { timeZone } = nexus.asker;
  const day = Input.parse(input).date ?? todayOf(nexus);
  const answer = await source.meetings(startOfDay(day, timeZone), startOfDay(addDays(day, 1), timeZone));
  if (!answer.ok) return { error: answer.error };
  const { timed, allDay } = meetingsOnDay(answer.value.meetings, day, timeZone);
  const rows = timed.map((meeting) => [spanOnDay(meeting.when, day, nexus.asker), ...cellsOf(meeting)]);
  return {
    summary: [timedSentence(timed, day, nexus), allDaySentence(allDay)].filter((sentence) => sentence !== "").join(" "),
    data: { date: day, meetings: [...allDay, ...timed].map(toData) },
    shared: sharedSentence(timed, day, nexus),
    parts: [
      ...(rows.length === 0 ? [] : [table(dayName(day, todayOf(nexus)), rows)]),
      { type: "context", markdown: `Times are in ${timeZone}.` },
    ],
    next:
      day === todayOf(nexus)
        ? ["my meetings tomorrow", "what is my next meeting?"]
        : ["what meetings do I have today?"],
  };
}

function table(caption: string, rows: string[][]) {
  const columns = [
    { header: "When" },
    { header: "What" },
    { header: "Where" },
    { header: "People", align: "right" as const },
  ];
  return { type: "table" as const, caption, columns, rows };
}

/** How many, and the one that matters now. */
function timedSentence(timed: readonly TimedMeeting[], day: string, nexus: Nexus): string {
  const meetings = timed.filter(({ kind }) => kind === "meeting");
  const now = nexus.now();
  const intro = `${count(meetings.length, "meeting")} ${dayInWords(day, todayOf(nexus))}`;
  const [first] = meetings;
  if (first === undefined) return `${intro}.`;
  const begun = day === todayOf(nexus) && first.when.start <= now;
  if (!begun) return `${intro}, ${meetings.length === 1 ? "" : "first "}${whenFirst(first, day, nexus)}.`;
  const running = meetings.find(({ when }) => when.start <= now && now < when.end);
  const coming = meetings.find(({ when }) => when.start > now);
  if (coming !== undefined) return `${intro}, next at ${timeOf(coming.when.start, nexus.asker)}: ${titleOf(coming)}.`;
  if (running !== undefined) return `${intro}, the last one until ${timeOf(running.when.end, nexus.asker)}.`;
  return `${intro}, all over.`;
}

/** How many, and when the first begins: what a calendar shows to others too. */
function sharedSentence(timed: readonly TimedMeeting[], day: string, nexus: Nexus): string {
  const meetings = timed.filter(({ kind }) => kind === "meeting");
  const intro = `${count(meetings.length, "meeting")} ${dayInWords(day, todayOf(nexus))}`;
  const [first] = meetings;
  if (first === undefined) return `${intro}.`;
  return `${intro}, ${meetings.length === 1 ? "" : "first "}${whenFirst(first, day, nexus)}.`;
}

function whenFirst({ when }: TimedMeeting, day: string, { asker }: Nexus): string {
  const cameOver = when.start < startOfDay(day, asker.timeZone);
  return cameOver ? spanOnDay(when, day, asker) : `at ${timeOf(when.start, asker)}`;
}

function allDaySentence(allDay: readonly AllDayMeeting[]): string {
  if (allDay.length === 0) return "";
  const shown = allDay.slice(0, 3).map(titleOf);
  const more = allDay.length - shown.length;
  return `All day: ${listed(more === 0 ? shown : [...shown, `${more} more`])}.`;
}
