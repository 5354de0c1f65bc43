import { overlaps, type Sentence, type Span } from "#core/lidm/sentence.ts";
import type { Day } from "./civil.ts";
import { addMonths, dateOf, dayOf, formatDay, monthOf } from "./civil.ts";
import { findClockTime } from "./clock-times.ts";
import { findExplicitDates } from "./explicit-dates.ts";
import { findPeriods, type Period } from "./periods.ts";
import type { Today } from "./today.ts";
import type { Zones } from "./zones.ts";

/** What a sentence says about time, as slot values. Each is there only when the sentence says it. */
export interface Dates {
  /** The first single day, `YYYY-MM-DD`; of a stretch of at most a week its first day. */
  readonly date?: string;
  readonly dateRange?: { from: string; to: string };
  /** ISO 8601 with offset: only when a time of day was named. */
  readonly dateTime?: string;
  /** The moment is the beginning of a part of the day, such as “morning”: no hour was named. */
  readonly isPartOfDay: boolean;
  /** The words that said so. */
  readonly spans: readonly Span[];
}

const DAYS_IN_WEEK = 7;

/** Reads the days and times of a sentence in the asker's zone. */
export function readDates(sentence: Sentence, today: Today, zones: Zones, taken: readonly Span[] = []): Dates {
  const { folded } = sentence;
  const pairs = findPeriods(folded, today, taken);
  const explicit = findExplicitDates(folded, today, [
    ...taken,
    ...pairs.filter((period) => period.from !== period.to && period.month === undefined),
  ]);
  const periods = [...explicit, ...pairs.filter((period) => !explicit.some((date) => overlaps(date, period)))].sort(
    (one, other) => one.start - other.start,
  );
  const period = joinPeriods(folded, periods, today)[0];
  const time = findClockTime(folded, today, [
    ...taken,
    ...periods.filter((each) => !/tonight/.test(folded.slice(each.start, each.end))),
  ]);

  const spans: Span[] = [];
  if (period !== undefined) spans.push(period);
  if (time !== undefined) spans.push(time);
  const day = period === undefined ? undefined : startDay(period, today);
  const isPartOfDay = time?.isPart === true;

  if (time?.fromNow) {
    const instant = new Date(today.now.getTime() + time.minutes * 60_000);
    const wall = zones.wallTime(instant, today.timeZone);
    return { ...daysOf(period, wall.day), dateTime: zones.instantToIso(instant, today.timeZone), isPartOfDay, spans };
  }
  if (time !== undefined && (period === undefined || day !== undefined)) {
    const on = day ?? nextDayAt(time.minutes, today);
    return {
      ...daysOf(period, on),
      dateTime: zones.toIso({ day: on, minutes: time.minutes }, today.timeZone),
      isPartOfDay,
      spans,
    };
  }
  return { ...daysOf(period, day), isPartOfDay, spans };
}

function daysOf(period: Period | undefined, day: Day | undefined): Pick<Dates, "date" | "dateRange"> {
  const range = period ?? (day === undefined ? undefined : { from: day, to: day });
  return {
    ...(day === undefined ? {} : { date: formatDay(day) }),
    ...(range === undefined ? {} : { dateRange: { from: formatDay(range.from), to: formatDay(range.to) } }),
  };
}

/** “this week” on a Wednesday begins on Wednesday for what lies ahead. */
function startDay(period: Period, today: Today): Day | undefined {
  if (period.to - period.from >= DAYS_IN_WEEK) return undefined;
  const isUnderWay = period.from < today.day && today.day <= period.to;
  return isUnderWay && today.prefer === "future" ? today.day : period.from;
}

function nextDayAt(minutes: number, today: Today): Day {
  const isOver = today.prefer === "future" && minutes < today.minutes;
  return isOver ? today.day + 1 : today.day;
}

/** “from … to …”, “between … and …”, “since …”, “until …”: neighbours become one. */
function joinPeriods(folded: string, periods: readonly Period[], today: Today): Period[] {
  const joined: Period[] = [];
  for (let index = 0; index < periods.length; index++) {
    const first = periods[index];
    if (first === undefined) continue;
    const second = periods[index + 1];
    const before = folded.slice(0, first.start);
    const isBetween = /\bbetween $/.test(before);
    const gap = second === undefined ? "" : folded.slice(first.end, second.start);
    const isJoin =
      /^ ?(?:-|\u2013|to|until|till|through|thru|up to) ?(?:the )?$/.test(gap) || (isBetween && /^ and $/.test(gap));
    if (second !== undefined && isJoin) {
      const range = join(first, second, today);
      if (range !== undefined) {
        joined.push({ ...range, start: startOf(before, /(?:between|from) $/, first.start), end: second.end });
        index++;
        continue;
      }
    }
    const since = gone(first.from, first.month !== undefined, today);
    if (/\bsince (?:the )?$/.test(before) && since <= today.day) {
      joined.push({
        start: startOf(before, /since (?:the )?$/, first.start),
        end: first.end,
        from: since,
        to: today.day,
      });
    } else if (/\b(?:until|till) (?:the )?$/.test(before) && first.to >= today.day) {
      joined.push({
        start: startOf(before, /(?:until|till) (?:the )?$/, first.start),
        end: first.end,
        from: today.day,
        to: first.to,
      });
    } else {
      joined.push(first);
    }
  }
  return joined;
}

function join(first: Period, second: Period, today: Today): { from: Day; to: Day } | undefined {
  let { from } = first;
  let { to } = second;
  if (first.month !== undefined) {
    const { year } = dateOf(second.from);
    if (second.month === undefined) {
      // “from November to February 2026”: the year belongs to the second.
      from = dayOf(year, first.month, 1);
      if (from > to) from = dayOf(year - 1, first.month, 1);
    } else {
      const start = dateOf(from).year;
      to = monthOf(dayOf(second.month < first.month ? start + 1 : start, second.month, 1)).to;
      if (today.prefer === "past" && to > monthOf(today.day).to) {
        from = dayOf(start - 1, first.month, 1);
        to = monthOf(dayOf(dateOf(to).year - 1, second.month, 1)).to;
      }
    }
  } else if (from > to && today.prefer === "future") {
    to += DAYS_IN_WEEK;
  } else if (from > to) {
    from -= DAYS_IN_WEEK;
  }
  return from <= to ? { from, to } : undefined;
}

/** “since” looks back, whatever else looks ahead. */
function gone(from: Day, isMonth: boolean, today: Today): Day {
  if (from <= today.day) return from;
  return isMonth ? addMonths(from, -12) : from - DAYS_IN_WEEK;
}

function startOf(before: string, pattern: RegExp, otherwise: number): number {
  return pattern.exec(before)?.index ?? otherwise;
}
