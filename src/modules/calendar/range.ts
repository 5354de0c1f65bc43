import { z } from "zod";
import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { meetingsOnDay, toData } from "./listing.ts";
import type { AllDayMeeting, Meeting } from "./meeting.ts";
import type { CalendarSource } from "./source.ts";
import { cellsOf, count, dayInWords, dayName, listed, shortDay, spanOnDay, todayOf } from "./words.ts";
import { addDays, daysBetween, startOfDay } from "./zone.ts";

const Input = z.object({
  days: z.object({ from: z.iso.date(), to: z.iso.date() }).optional(),
  calendar: z.string().optional(),
});
const DEFAULT_DAYS = 7;
const MAX_DAYS = 92;
const MAX_ROWS = 100;

/** The meetings of several days, the next seven when none are named; of another calendar with its whole days by name. */
export async function range(input: JsonObject, nexus: Nexus, source: CalendarSource): Promise<ModuleOutput> {
  const { asker } = nexus;
  const today = todayOf(nexus);
  const { days: named, calendar } = Input.parse(input);
  const { from, to } = named ?? { from: today, to: addDays(today, DEFAULT_DAYS - 1) };
  const problem = rangeProblem(from, to);
  if (problem !== undefined) return { error: { code: "slot_invalid", slot: "days", ...problem } };
  if (calendar !== undefined && !ADDRESS.test(calendar)) return { error: NO_ADDRESS };
  const [begin, end] = [startOfDay(from, asker.timeZone), startOfDay(addDays(to, 1), asker.timeZone)];
  const answer = await source.meetings(begin, end, undefined, calendar);
  if (!answer.ok)
    return { error: calendar !== undefined && answer.error.code === "not_found" ? NOT_THERE : answer.error };

  const days = Array.from({ length: daysBetween(from, to) + 1 }, (_, index) => {
    const day = addDays(from, index);
    return { day, ...meetingsOnDay(answer.value.meetings, day, asker.timeZone) };
  });
  const rows = days.flatMap(({ day, timed, allDay }) => [
    ...allDay.map((meeting) => [shortDay(day), "all day", ...cellsOf(meeting)]),
    ...timed.map((meeting) => [shortDay(day), spanOnDay(meeting.when, day, asker), ...cellsOf(meeting)]),
  ]);
  const off = calendar === undefined ? [] : wholeDays(days);
  const period = from === to ? dayInWords(from, today) : `from ${dayName(from, today)} to ${dayName(to, today)}`;
  return {
    summary: `${headline(days, period, today)}${calendar === undefined ? "" : ` ${daysText(off)}`}${answer.value.complete ? "" : " There are more than I can read at once."}`,
    shared: headline(days, period, today),
    data: {
      from,
      to,
      complete: answer.value.complete,
      meetings: answer.value.meetings.slice(0, MAX_ROWS).map(toData),
      ...(calendar !== undefined && { calendar, wholeDays: off }),
    },
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

const ADDRESS = /^[\w.+#-]+@[\w-]+(?:\.[\w-]+)+$/;
const NO_ADDRESS = {
  code: "slot_invalid",
  slot: "calendar",
  say: "That is no address of a calendar.",
  hint: "Copy it from the calendar's settings at Google, under Integrate calendar: it looks like team@group.calendar.google.com.",
} as const;
const NOT_THERE = {
  code: "not_found",
  say: "Google knows no calendar of that address that the connected account may read.",
  hint: "Copy it from the calendar's settings at Google, under Integrate calendar.",
} as const;

/** The days that something agreed takes up whole, each with the name of the first of these. */
function wholeDays(days: readonly { readonly day: string; readonly allDay: readonly AllDayMeeting[] }[]) {
  return days.flatMap(({ day, allDay }) => {
    const first = allDay.find(({ kind, tentative, isWorkingDay }) => kind !== "focus" && !tentative && !isWorkingDay);
    return first === undefined ? [] : [{ day, name: first.title }];
  });
}

function daysText(off: readonly { readonly day: string; readonly name: string }[]): string {
  if (off.length === 0) return "No whole day is taken there.";
  const shown = off.slice(0, MAX_DAYS_SAID).map(({ day, name }) => `${shortDay(day)} (${name})`);
  const more = off.length - shown.length;
  return `Whole days: ${listed(more === 0 ? shown : [...shown, `${more} more`])}.`;
}

const MAX_DAYS_SAID = 10;

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
