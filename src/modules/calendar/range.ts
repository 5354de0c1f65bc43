import { z } from "zod";
import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { meetingsOnDay, toData } from "./listing.ts";
import type { Meeting } from "./meeting.ts";
import type { CalendarSource } from "./source.ts";
import { cellsOf, count, dayInWords, dayName, listed, shortDay, spanOnDay, todayOf } from "./words.ts";
import { addDays, daysBetween, startOfDay } from "./zone.ts";

const Input = z.object({ days: z.object({ from: z.iso.date(), to: z.iso.date() }).optional() });
const DEFAULT_DAYS = 7;
const MAX_DAYS = 92;
const MAX_ROWS = 100;

/** The meetings of several days, the next seven when none are named. */
export async function range(input: JsonObject, nexus: Nexus, source: CalendarSource): Promise<ModuleOutput> {
  const { asker } = nexus;
  const today = todayOf(nexus);
  const { from, to } = Input.parse(input).days ?? { from: today, to: addDays(today, DEFAULT_DAYS - 1) };
  const problem = rangeProblem(from, to);
  if (problem !== undefined) return { error: { code: "slot_invalid", slot: "days", ...problem } };
  const answer = await source.meetings(startOfDay(from, asker.timeZone), startOfDay(addDays(to, 1), asker.timeZone));
  if (!answer.ok) return { error: answer.error };

  const days = Array.from({ length: daysBetween(from, to) + 1 }, (_, index) => {
    const day = addDays(from, index);
    return { day, ...meetingsOnDay(answer.value.meetings, day, asker.timeZone) };
  });
  const rows = days.flatMap(({ day, timed, allDay }) => [
    ...allDay.map((meeting) => [shortDay(day), "all day", ...cellsOf(meeting)]),
    ...timed.map((meeting) => [shortDay(day), spanOnDay(meeting.when, day, asker), ...cellsOf(meeting)]),
  ]);
  const period = from === to ? dayInWords(from, today) : `from ${dayName(from, today)} to ${dayName(to, today)}`;
  return {
    summary: `${headline(days, period, today)}${answer.value.complete ? "" : " There are more than I can read at once."}`,
    shared: headline(days, period, today),
    data: { from, to, complete: answer.value.complete, meetings: answer.value.meetings.slice(0, MAX_ROWS).map(toData) },
    parts: [
      ...(rows.length === 0 ? [] : [table(period, rows.slice(0, MAX_ROWS))]),
      {
        type: "context",
        markdown: `${rows.length > MAX_ROWS ? `The first ${MAX_ROWS} of ${rows.length} are shown. ` : ""}Times are in ${asker.timeZone}.`,
      },
    ],
    next: ["what is my next meeting?", "when am I free tomorrow?"],
  };
}

function rangeProblem(from: string, to: string): { say: string; hint: string } | undefined {
  if (to < from) return { say: `${to} is before ${from}.`, hint: "Name the first day first." };
  if (daysBetween(from, to) < MAX_DAYS) return undefined;
  return { say: `I list at most ${MAX_DAYS} days at once.`, hint: "Ask for a month, or for a week." };
}

interface DayOfMeetings {
  readonly day: string;
  readonly timed: readonly Meeting[];
}

/** How many, and where most of them are. A meeting across midnight is on two days but counts once. */
function headline(days: readonly DayOfMeetings[], period: string, today: string): string {
  const perDay = days.map(({ day, timed }) => ({ day, meetings: timed.filter(({ kind }) => kind === "meeting") }));
  const total = new Set(perDay.flatMap(({ meetings }) => meetings)).size;
  const most = Math.max(...perDay.map(({ meetings }) => meetings.length));
  const busiest = perDay.filter(({ meetings }) => meetings.length === most).map(({ day }) => dayName(day, today));
  const worthSaying = total > 2 && most > 1 && busiest.length <= 2 && days.length > 1;
  return `${count(total, "meeting")} ${period}${worthSaying ? `, most on ${listed(busiest)} (${most})` : ""}.`;
}

function table(caption: string, rows: string[][]) {
  const columns = [
    { header: "Day" },
    { header: "When" },
    { header: "What" },
    { header: "Where" },
    { header: "People", align: "right" as const },
  ];
  return { type: "table" as const, caption: `Meetings ${caption}`, columns, rows };
}
