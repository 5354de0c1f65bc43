import type { JsonObject } from "#core/contract/json.ts";
import { isAllDay, isTimed, type AllDayMeeting, type Meeting, type TimedMeeting } from "./meeting.ts";
import { addDays, startOfDay } from "./zone.ts";

/** What of a list falls on a day. */
export function meetingsOnDay(
  meetings: readonly Meeting[],
  day: string,
  timeZone: string,
): { timed: TimedMeeting[]; allDay: AllDayMeeting[] } {
  const [from, to] = [startOfDay(day, timeZone), startOfDay(addDays(day, 1), timeZone)];
  return {
    // An entry without length, such as a reminder at 10:00, is on the day it starts.
    timed: meetings.filter(isTimed).filter(({ when }) => when.start < to && (when.end > from || when.start >= from)),
    // Google picks whole-day entries by the calendar's zone; what counts is the day the asker asked for.
    allDay: meetings.filter(isAllDay).filter(({ when }) => when.firstDay <= day && day <= when.lastDay),
  };
}

/** A meeting as data for whoever works on with the answer. */
export function toData(meeting: Meeting): JsonObject {
  const { title, kind, tentative, place, people, when } = meeting;
  const time =
    when.type === "timed"
      ? { start: when.start.toISOString(), end: when.end.toISOString() }
      : { firstDay: when.firstDay, lastDay: when.lastDay };
  return { title, kind, tentative, place, people, ...time };
}
