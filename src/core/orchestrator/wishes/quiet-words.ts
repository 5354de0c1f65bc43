import { clockText, readTime, TIME } from "./clock-words.ts";
import { createEater, type Eater } from "./eater.ts";
import { readDays } from "./recurring-days.ts";

/** When nothing is to be posted: hours of the day, or whole days of the week. */
export type SaidQuiet =
  | {
      readonly is: "hours";
      /** Wall clock, `HH:MM` each, over midnight where `from` is later. */
      readonly hours: { readonly from: string; readonly to: string };
      /** What was taken for what, where the words allow another reading. */
      readonly notes: readonly string[];
    }
  /** Days of the week as cron counts them: Sunday is 0. */
  | { readonly is: "days"; readonly days: readonly number[] };

const DAY = String.raw`(?:mon|tues|wednes|thurs|fri|satur|sun)days`;
const HOURS = String.raw`(?:(?:between|from)(?: the hours of)? (?<qfrom>${TIME})(?: (?:and|to|till|until|through) | ?[-–] ?)(?<qto>${TIME})|(?:after|past|later than|from) (?<qafter>${TIME})(?: on| onwards?)?|(?:before|earlier than|until|till) (?<qbefore>${TIME})|(?<qnight>at night|overnight|(?:during|in|over) the night))`;
const DAYS = String.raw`(?<qdays>(?:at|on|over|during) (?:the |my |our )?week ?ends?|on ${DAY}(?:(?:,| and|,? or) (?:on )?${DAY})*)`;

/** When nothing is to be posted, as part of a pattern for a whole sentence; `readQuiet` reads its groups. */
export const QUIET = `(?:${HOURS}|${DAYS})`;
/** The same where “between” goes without saying: “quiet hours 22:00 to 7:00”. */
export const QUIET_HOURS = QUIET.replace("(?:between|from)", "(?:between|from)?").replace(" (?<qfrom>", " ?(?<qfrom>");

/** The quiet of a match of `QUIET`; undefined where its words are no times. */
export function readQuiet(groups: Readonly<Record<string, string | undefined>>): SaidQuiet | undefined {
  const { qfrom, qto, qafter, qbefore, qnight, qdays } = groups;
  if (qdays !== undefined) return daysOf(qdays);
  if (qnight !== undefined) return hours(22 * 60, 7 * 60, ["I took the night as 22:00 to 07:00."]);
  const after = qafter === undefined ? undefined : readTime(qafter);
  if (after !== undefined) {
    const { minutes, isUnsure } = after;
    const from = isUnsure ? minutes + NOON : minutes;
    return hours(from, 0, isUnsure ? [`I read that as ${clockText(from)}.`] : []);
  }
  const before = qbefore === undefined ? undefined : readTime(qbefore);
  if (before !== undefined) return hours(0, before.minutes, []);
  const [begin, end] = [readTime(qfrom ?? ""), readTime(qto ?? "")];
  if (begin === undefined || end === undefined) return undefined;
  // “Between 10 and 7” is a night, not a day and most of the next.
  const isEvening = /^\w+$/.test(qfrom ?? "") && begin.minutes < NOON && end.minutes < begin.minutes;
  const from = isEvening ? begin.minutes + NOON : begin.minutes;
  return hours(from, end.minutes, isEvening ? [`I read that as ${clockText(from)} to ${clockText(end.minutes)}.`] : []);
}

const BUT_NOT = new RegExp(
  String.raw`,? ?\b(?:but )?(?:not|never|except|quiet|silent|nothing)(?: (?:at all|posted|anything))? ${HOURS}(?![\w:])`,
  "i",
);

/** Takes “but not between 22:00 and 7:00” out of a sentence. */
export function eatQuiet(eater: Eater): Extract<SaidQuiet, { is: "hours" }> | undefined {
  const groups = eater.eat(BUT_NOT, (found) => readQuiet(found)?.is === "hours");
  const quiet = groups && readQuiet(groups);
  return quiet?.is === "hours" ? quiet : undefined;
}

const NOON = 12 * 60;
const DAY_MINUTES = 24 * 60;

function hours(from: number, to: number, notes: readonly string[]): SaidQuiet {
  return { is: "hours", hours: { from: clockText(from % DAY_MINUTES), to: clockText(to % DAY_MINUTES) }, notes };
}

function daysOf(words: string): SaidQuiet | undefined {
  const [, , days = ""] = readDays(createEater(words.replace(/ my | our /i, " ")))?.fields.split(" ") ?? [];
  return /^[0-6](?:,[0-6])*$/.test(days) ? { is: "days", days: days.split(",").map(Number) } : undefined;
}
