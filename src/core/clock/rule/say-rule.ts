import type { ScheduleRule } from "#core/contract/schedule.ts";
import { readPattern, type Pattern } from "./pattern.ts";

/**
 * A rule in words: “every weekday at 08:30, but not on holidays”. Its zone is said elsewhere.
 * @throws NexusError schedule_invalid
 */
export function sayRule(rule: ScheduleRule, locale: string): string {
  const pattern = readPattern(rule.cron);
  const but = [
    ...(rule.skipHolidays ? ["but not on holidays"] : []),
    ...(rule.quiet ? [sayQuiet(rule.quiet, locale)] : []),
  ];
  return [sayPattern(rule.cron, pattern, locale), ...but].join(", ");
}

/** Hours at which it does not come, in words: “not between 22:00 and 07:00”. */
export function sayQuiet({ from, to }: NonNullable<ScheduleRule["quiet"]>, locale: string): string {
  return `not between ${time(from, locale)} and ${time(to, locale)}`;
}

/** The times of the day of a pattern in words: “08:30 and 17:00”; undefined when there are too many to name. */
export function sayTimes({ minutes, hours }: Pick<Pattern, "minutes" | "hours">, locale: string): string | undefined {
  const times = hours.flatMap((hour) => minutes.map((minute) => clock(hour, minute, locale)));
  return times.length <= MOST_NAMED ? list(times) : undefined;
}

function sayPattern(cron: string, pattern: Pattern, locale: string): string {
  const days = sayDays(pattern);
  if (days === undefined) return `at the times of \`${cron.trim().split(/\s+/).join(" ")}\``;
  const often = sayOften(pattern, locale);
  if (often === undefined) {
    const times = sayTimes(pattern, locale);
    return `${days} ${times === undefined ? `at ${pattern.hours.length * pattern.minutes.length} times` : `at ${times}`}`;
  }
  return days === "every day" ? often : `${days}, ${often}`;
}

/** “every 15 minutes from 09:00 to 17:45”, where the times are evenly apart; else undefined. */
function sayOften({ minutes, hours }: Pattern, locale: string): string | undefined {
  const [firstHour = 0, lastHour = 0] = [hours[0], hours.at(-1)];
  const [firstMinute = 0, lastMinute = 0] = [minutes[0], minutes.at(-1)];
  const perHour = stepOf(minutes, 60);
  const step = stepOf(hours, 24);
  const every = allDay(hours)
    ? ""
    : ` from ${clock(firstHour, firstMinute, locale)} to ${clock(lastHour, lastMinute, locale)}`;
  if (minutes.length > 1 && allDay(hours) && !(perHour !== undefined && isWhole(minutes, perHour))) {
    return `every hour at ${list(minutes.map(String))} minutes past`;
  }
  if (minutes.length > 1) {
    return perHour !== undefined && (step === 1 || hours.length === 1) && isWhole(minutes, perHour)
      ? `every ${perHour} minutes${every}`
      : undefined;
  }
  if (hours.length < 3 || step === undefined) return undefined;
  const isWholeDay = hours.length * step === 24;
  const past = firstMinute === 0 ? "" : ` at ${firstMinute} minutes past`;
  const hourly = step === 1 ? "every hour" : `every ${step} hours`;
  if (allDay(hours)) return `${hourly}${past}`;
  return isWholeDay && firstHour === 0 ? `${hourly}${past}` : `${hourly}${every}`;
}

function allDay(hours: readonly number[]): boolean {
  return hours.length === 24;
}

/** Whether minutes with a step go on evenly into the next hour. */
function isWhole(minutes: readonly number[], step: number): boolean {
  return minutes.length * step === 60 && minutes[0] === 0;
}

function stepOf(values: readonly number[], whole: number): number | undefined {
  const [first, second] = values;
  if (first === undefined || second === undefined) return whole;
  const step = second - first;
  return values.every((value, index) => value === first + index * step) ? step : undefined;
}

/** “every weekday”, “on the 1st and the last day of March”; undefined for what has no plain words. */
function sayDays(pattern: Pattern): string | undefined {
  if (pattern.isSpecial) return undefined;
  const { months } = pattern;
  const isEveryMonth = months.length === 12;
  const named = isEveryMonth ? "every month" : list(months.map((month) => MONTHS[month - 1] ?? ""));
  const within = isEveryMonth ? "" : ` in ${named}`;
  const byDate = pattern.everyDayOfMonth ? undefined : `on the ${sayDates(pattern)} of ${named}`;
  const byWeekday = pattern.everyWeekday ? undefined : sayWeekdays(pattern.weekdays, named);
  if (byDate === undefined && byWeekday === undefined) return `every day${within}`;
  if (byDate === undefined) return byWeekday?.startsWith("on the ") ? byWeekday : `${byWeekday}${within}`;
  // In a cron pattern, either is enough.
  return byWeekday === undefined ? byDate : `${byDate} and ${byWeekday}${within}`;
}

function sayDates({ days, lastDay }: Pattern): string {
  return list([...days.map(nth), ...(lastDay ? ["last day"] : [])]);
}

function sayWeekdays(weekdays: Pattern["weekdays"], months: string): string {
  const ordered = [...weekdays].map(([day, which]) => ({ day: (day + 6) % 7, which })).sort((a, b) => a.day - b.day);
  const days = ordered.map(({ day }) => day).join("");
  if (ordered.every(({ which }) => which.length === 0)) {
    if (days === "01234") return "every weekday";
    return `every ${list(ordered.map(({ day }) => WEEKDAYS[day] ?? ""))}`;
  }
  const each = ordered.flatMap(({ day, which }) =>
    which.length === 0
      ? [`every ${WEEKDAYS[day]}`]
      : [`${list(which.map((count) => (count === 6 ? "last" : (WORDS[count - 1] ?? ""))))} ${WEEKDAYS[day]}`],
  );
  return `on the ${list(each)} of ${months}`;
}

function nth(day: number): string {
  const ending = day > 10 && day < 14 ? "th" : (["th", "st", "nd", "rd"][day % 10] ?? "th");
  return `${day}${ending}`;
}

function clock(hour: number, minute: number, locale: string): string {
  const form = { timeZone: "UTC", timeStyle: "short" } as const;
  return new Intl.DateTimeFormat(locale, form).format(Date.UTC(2026, 0, 1, hour, minute));
}

function time(text: string, locale: string): string {
  return clock(Number(text.slice(0, 2)), Number(text.slice(3)), locale);
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

const MOST_NAMED = 8;
const WORDS = ["first", "second", "third", "fourth", "fifth"];
const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
