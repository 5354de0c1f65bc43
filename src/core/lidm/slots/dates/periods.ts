import type { Span } from "#core/lidm/sentence.ts";
import type { Day } from "./civil.ts";
import { addMonths, dateOf, dayOf, monthOf, quarterOf, weekOf, yearOf } from "./civil.ts";
import type { Today } from "./today.ts";
import { COUNT, countOf, MONTH, monthNumber, WEEKDAY, WEEKDAY_SHORT, weekdayNumber } from "./words.ts";

/** Days named in a sentence, `to` included. */
export interface Period extends Span {
  readonly from: Day;
  readonly to: Day;
  /** Set when it was named without its year: a neighbour may say which. */
  readonly month?: number;
}

type Days = { from: Day; to: Day; month?: number };

interface Rule {
  readonly pattern: RegExp;
  /** The days meant, or nothing when the words do not fit together. */
  readonly read: (groups: Readonly<Record<string, string>>, today: Today) => Days | undefined;
}

const UNIT = "(?:hour|day|week|fortnight|month|quarter|year)s?";
const LAST = "(?:last|past|previous|prior|trailing)";
const NEXT = "(?:next|coming|upcoming|following)";
const STEP = `(?:(?<step>this|current|${LAST}|${NEXT}) )`;
const YEAR = String.raw`(?:19|20)\d\d`;

/** From the most telling to the least: what one rule has read, the next leaves alone. */
const RULES: readonly Rule[] = [
  rule(
    String.raw`(?:between |from )?(?:the )?(?<first>\d{1,2})(?:st|nd|rd|th)? ?(?:-|\u2013|to|and|until|through) ?(?:the )?(?<last>\d{1,2})(?:st|nd|rd|th)?(?: of)? (?<month>${MONTH})(?:,? (?<year>${YEAR}))?`,
    readDaysOfMonth,
  ),
  rule(
    String.raw`(?:between |from )?(?<month>${MONTH}) (?<first>\d{1,2})(?:st|nd|rd|th)? ?(?:-|\u2013|to|and|until|through) ?(?<last>\d{1,2})(?:st|nd|rd|th)?(?:,? (?<year>${YEAR}))?(?! ?:)`,
    readDaysOfMonth,
  ),
  rule("(?:the )?day after tomorrow", (_, today) => single(today.day + 2)),
  rule("(?:the )?day before yesterday", (_, today) => single(today.day - 2)),
  rule(
    `(?<count>${COUNT}) (?<unit>(?:day|week|fortnight|month|year)s?) (?:from (?:now|today)|later)`,
    (groups, today) => single(shift(today.day, groups, 1)),
  ),
  rule("today|tonight", (_, today) => single(today.day)),
  rule("tomorrow|tmrw?|tomorow|tommorow", (_, today) => single(today.day + 1)),
  rule("yesterday", (_, today) => single(today.day - 1)),
  rule(`${STEP}week'?s?(?: on)? (?<weekday>${WEEKDAY})`, readWeekdayOfWeek),
  rule(`(?<weekday>${WEEKDAY})(?: of)? ${STEP}week`, readWeekdayOfWeek),
  rule("(?:week to date|wtd|so far this week|this week so far)", (_, today) => ({
    from: weekOf(today.day, today.weekStart).from,
    to: today.day,
  })),
  rule("(?:month to date|mtd|so far this month|this month so far)", (_, today) => ({
    from: monthOf(today.day).from,
    to: today.day,
  })),
  rule("(?:(?:year|this year) to date|ytd|so far this year|this year so far)", (_, today) => ({
    from: yearOf(today.day).from,
    to: today.day,
  })),
  rule(`(?:the )?(?<step>${LAST}|${NEXT}) (?<count>${COUNT}) (?<unit>${UNIT})`, readStretch),
  rule(`(?:the )?past (?<unit>week|fortnight|month|quarter|year)`, (groups, today) =>
    readStretch({ ...groups, step: "past", count: "1" }, today),
  ),
  rule(`(?:the )?${STEP}(?<unit>weekend|week|fortnight|month|quarter|year)`, readUnit),
  rule("(?:the )?weekend", (_, today) => readUnit({ step: "this", unit: "weekend" }, today)),
  rule(`in (?<count>${COUNT}) (?<unit>(?:day|week|fortnight|month|year)s?)(?:'? time)?`, (groups, today) =>
    single(shift(today.day, groups, 1)),
  ),
  rule(`(?<count>${COUNT}) (?<unit>(?:day|week|fortnight|month|year)s?) ago`, (groups, today) =>
    single(shift(today.day, groups, -1)),
  ),
  rule(`${STEP}(?<month>${MONTH})(?! \\d{1,2}(?:st|nd|rd|th)?\\b)`, readMonth),
  rule(`${STEP}(?<weekday>${WEEKDAY}|${WEEKDAY_SHORT})`, readWeekday),
  rule(`(?<weekday>${WEEKDAY})`, readWeekday),
  rule(`(?<=\\b(?:on|by|until|till|since|from|to|and) )(?<weekday>${WEEKDAY_SHORT})`, readWeekday),
  rule(
    `(?:q(?<quarter>[1-4])|(?<ordinal>first|second|third|fourth) quarter)(?: (?:of )?(?<year>${YEAR}))?`,
    readQuarter,
  ),
  rule(`(?<month>${MONTH}),? (?<year>${YEAR})`, readMonth),
  // “may” and “mar” are words of their own: only after a preposition.
  rule(`(?<=\\b(?:in|since|for|during|of|from|to|until|till|and|between) )(?<month>may|mar)(?! \\d)`, readMonth),
  // “31 February” is no month either.
  rule(`(?<!\\d(?:st|nd|rd|th)? (?:of )?)(?!may\\b|mar\\b)(?<month>${MONTH})(?! \\d{1,2}\\b)`, readMonth),
  rule(`(?<=\\b(?:in|for|of|during|since|year|from|to|until|and|between) |^)(?<year>${YEAR})(?!-\\d)`, (groups) =>
    yearOf(dayOf(Number(groups["year"]), 1, 1)),
  ),
  rule(String.raw`(?:on )?the (?<date>\d{1,2})(?:st|nd|rd|th)`, readDateOfMonth),
];

/** Every period a sentence names in relative words, months, quarters or years, apart from `taken`. */
export function findPeriods(folded: string, today: Today, taken: readonly Span[]): Period[] {
  const found: Period[] = [];
  for (const { pattern, read } of RULES) {
    for (const match of folded.matchAll(pattern)) {
      const span = { start: match.index, end: match.index + match[0].length };
      if ([...found, ...taken].some((other) => span.start < other.end && other.start < span.end)) continue;
      const days = read(match.groups ?? {}, today);
      if (days !== undefined && days.from <= days.to) found.push({ ...span, ...days });
    }
  }
  return found.sort((one, other) => one.start - other.start);
}

function rule(source: string, read: Rule["read"]): Rule {
  return { pattern: new RegExp(`\\b(?:${source})\\b`, "g"), read };
}

function single(day: Day): Days {
  return { from: day, to: day };
}

function isLast(step: string | undefined): boolean {
  return step !== undefined && new RegExp(`^${LAST}$`).test(step);
}

function stepOf(step: string | undefined): number {
  if (step === undefined || step === "this" || step === "current") return 0;
  return isLast(step) ? -1 : 1;
}

function readDaysOfMonth(groups: Readonly<Record<string, string>>, today: Today): Days | undefined {
  const month = monthNumber(groups["month"] ?? "");
  const first = Number(groups["first"]);
  const last = Number(groups["last"]);
  const year =
    groups["year"] === undefined
      ? yearFor(month, first, today.prefer === "past" ? first : last, today)
      : Number(groups["year"]);
  if (first < 1 || first > last || last > dateOf(dayOf(year, month + 1, 1) - 1).date) return undefined;
  return { from: dayOf(year, month, first), to: dayOf(year, month, last) };
}

/** The year in which a stretch of a month lies on the preferred side of today. */
function yearFor(month: number, first: number, last: number, today: Today): number {
  const { year } = dateOf(today.day);
  if (today.prefer === "past") return dayOf(year, month, first) > today.day ? year - 1 : year;
  return dayOf(year, month, last) < today.day ? year + 1 : year;
}

function readWeekdayOfWeek(groups: Readonly<Record<string, string>>, today: Today): Days {
  const week = weekOf(today.day, today.weekStart, stepOf(groups["step"]));
  const weekday = weekdayNumber(groups["weekday"] ?? "");
  return single(week.from + ((weekday - today.weekStart + 7) % 7));
}

function readStretch(groups: Readonly<Record<string, string>>, today: Today): Days | undefined {
  const count = countOf(groups["count"] ?? "");
  if (count === 0) return undefined;
  // “the last 24 hours” reach into yesterday.
  if (groups["unit"]?.startsWith("hour")) {
    const days = Math.ceil(count / 24);
    return isLast(groups["step"])
      ? { from: today.day - days, to: today.day }
      : { from: today.day, to: today.day + days };
  }
  return isLast(groups["step"])
    ? { from: shift(today.day, groups, -1) + 1, to: today.day }
    : { from: today.day, to: shift(today.day, groups, 1) - 1 };
}

function shift(day: Day, groups: Readonly<Record<string, string>>, sign: 1 | -1): Day {
  const count = sign * countOf(groups["count"] ?? "");
  const unit = groups["unit"] ?? "";
  if (unit.startsWith("day")) return day + count;
  if (unit.startsWith("week")) return day + 7 * count;
  if (unit.startsWith("fortnight")) return day + 14 * count;
  if (unit.startsWith("month")) return addMonths(day, count);
  if (unit.startsWith("quarter")) return addMonths(day, 3 * count);
  return addMonths(day, 12 * count);
}

function readUnit(groups: Readonly<Record<string, string>>, today: Today): Days {
  const step = stepOf(groups["step"]);
  switch (groups["unit"]) {
    case "weekend": {
      // Saturday and Sunday of a Monday week, whatever the locale: nobody's weekend is six days long.
      const monday = weekOf(today.day, 1, step).from;
      return { from: monday + 5, to: monday + 6 };
    }
    case "week":
      return weekOf(today.day, today.weekStart, step);
    case "fortnight":
      return step < 0 ? { from: today.day - 13, to: today.day } : { from: today.day, to: today.day + 13 };
    case "month":
      return monthOf(today.day, step);
    case "quarter":
      return quarterOf(today.day, step);
    default:
      return yearOf(today.day, step);
  }
}

function readMonth(groups: Readonly<Record<string, string>>, today: Today): Days | undefined {
  const month = monthNumber(groups["month"] ?? "");
  if (month === 0) return undefined;
  if (groups["year"] !== undefined) return monthOf(dayOf(Number(groups["year"]), month, 1));
  const current = dateOf(today.day);
  const step = stepOf(groups["step"]);
  let { year } = current;
  if (groups["step"] === undefined) year = yearFor(month, 1, 31, today);
  else if (step < 0 && month >= current.month) year -= 1;
  else if (step > 0 && month <= current.month) year += 1;
  const days = monthOf(dayOf(year, month, 1));
  return groups["step"] === undefined ? { ...days, month } : days;
}

function readWeekday(groups: Readonly<Record<string, string>>, today: Today): Days {
  const wanted = weekdayNumber(groups["weekday"] ?? "");
  const ahead = (wanted - dateOf(today.day).weekday + 7) % 7;
  const step = groups["step"];
  if (isLast(step)) return single(today.day + ahead - 7);
  // “next Tuesday” is the one of the next week, not the one that comes next.
  if (step === "next" || step === "following") return readWeekdayOfWeek({ ...groups, step: "next" }, today);
  if (step === undefined && today.prefer === "past") return single(today.day + (ahead === 0 ? 0 : ahead - 7));
  return single(today.day + ahead);
}

function readQuarter(groups: Readonly<Record<string, string>>, today: Today): Days {
  const ordinal = ["first", "second", "third", "fourth"].indexOf(groups["ordinal"] ?? "") + 1;
  const quarter = ordinal === 0 ? Number(groups["quarter"]) : ordinal;
  const firstMonth = quarter * 3 - 2;
  const current = dateOf(today.day).year;
  if (groups["year"] !== undefined) return quarterOf(dayOf(Number(groups["year"]), firstMonth, 1));
  const days = quarterOf(dayOf(current, firstMonth, 1));
  if (today.prefer === "past" && days.from > today.day) return quarterOf(days.from, -4);
  if (today.prefer === "future" && days.to < today.day) return quarterOf(days.from, 4);
  return days;
}

function readDateOfMonth(groups: Readonly<Record<string, string>>, today: Today): Days | undefined {
  const date = Number(groups["date"]);
  if (date < 1 || date > 31) return undefined;
  const direction = today.prefer === "past" ? -1 : 1;
  for (let months = 0; months < 12; months++) {
    const month = monthOf(today.day, months * direction);
    const day = month.from + date - 1;
    const isOnSide = direction < 0 ? day <= today.day : day >= today.day;
    if (day <= month.to && isOnSide) return single(day);
  }
  return undefined;
}
