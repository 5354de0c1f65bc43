import type { Span } from "#core/lidm/sentence.ts";
import type { Today } from "./today.ts";
import { COUNT, countOf } from "./words.ts";

/** A time named in a sentence: by the wall clock (minutes since midnight), or counted from now. */
export interface ClockTime extends Span {
  readonly minutes: number;
  /** Minutes from now, instead of a time of day. */
  readonly fromNow?: boolean;
  /** Only a part of the day was named: the minutes are its usual beginning. */
  readonly isPart?: boolean;
}

const HOUR = "(?:\\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)";
const HALF_DAY = String.raw`(?: ?(?<half>am|pm|a\.m\.?|p\.m\.?))`;

const IN = new RegExp(
  String.raw`\bin (?:(?<half>half an hour)|(?<count>${COUNT}) (?<unit>min(?:ute)?s?|hours?|hrs?))\b`,
  "g",
);
const NOW = /\b(?:right )?now\b/g;
const DIGITAL = new RegExp(String.raw`\b(?:at )?(?<hour>\d{1,2})[:h](?<minute>\d\d)(?!\d)${HALF_DAY}?(?![\w])`, "g");
const HALF_DAYS = new RegExp(String.raw`\b(?:at )?(?<hour>\d{1,2})${HALF_DAY}(?![\w])`, "g");
const PAST = new RegExp(
  String.raw`\b(?:at )?(?<amount>half|quarter|a quarter|${COUNT})(?: minutes)? (?<side>past|to) (?<hour>${HOUR})${HALF_DAY}?(?![\w:])`,
  "g",
);
const WHOLE = new RegExp(
  String.raw`\b(?:at (?<hour>${HOUR})(?: ?o'?clock)?|(?<spoken>${HOUR}) ?o'?clock)(?![\w:.%]| (?:percent|euros?|dollars?))`,
  "g",
);
const NAMED = /\b(?:at )?(?<name>noon|midday|midnight)\b/g;
const PART = /\b(?:(?:in the|this) )?(?<part>morning|afternoon|evening|night|tonight)\b/g;
const PART_HOURS: Readonly<Record<string, number>> = { morning: 9, afternoon: 15, evening: 19, night: 20, tonight: 20 };

/**
 * The first time of day a sentence names, apart from `taken`. An hour from one to six without more is in the afternoon:
 * that is when people meet.
 */
export function findClockTime(folded: string, today: Today, taken: readonly Span[]): ClockTime | undefined {
  const free = (pattern: RegExp): { span: Span; groups: Readonly<Record<string, string>> } | undefined => {
    for (const match of folded.matchAll(pattern)) {
      const span = { start: match.index, end: match.index + match[0].length };
      if (taken.some((other) => span.start < other.end && other.start < span.end)) continue;
      return { span, groups: match.groups ?? {} };
    }
    return undefined;
  };

  const counted = free(IN);
  if (counted !== undefined) {
    const { groups, span } = counted;
    const count = countOf(groups["count"] ?? "");
    const minutes = groups["half"] !== undefined ? 30 : groups["unit"]?.startsWith("min") ? count : 60 * count;
    return { ...span, minutes, fromNow: true };
  }

  const part = /\b(morning|afternoon|evening|night|tonight)\b/.exec(folded)?.[1];
  const exact = free(DIGITAL) ?? free(HALF_DAYS) ?? free(PAST) ?? free(WHOLE);
  if (exact !== undefined) {
    const minutes = readHour(exact.groups, part);
    if (minutes !== undefined) return { ...exact.span, minutes };
  }
  const named = free(NAMED);
  if (named !== undefined) return { ...named.span, minutes: named.groups["name"] === "midnight" ? 0 : 720 };
  const vague = free(PART);
  // Later in the evening, “tonight” is now.
  if (vague !== undefined) {
    const isTonight = vague.groups["part"] === "tonight";
    const minutes = 60 * (PART_HOURS[vague.groups["part"] ?? ""] ?? 0);
    return { ...vague.span, minutes: isTonight ? Math.max(minutes, today.minutes) : minutes, isPart: true };
  }
  const now = free(NOW);
  return now === undefined ? undefined : { ...now.span, minutes: 0, fromNow: true };
}

function readHour(groups: Readonly<Record<string, string>>, part: string | undefined): number | undefined {
  const word = groups["hour"] ?? groups["spoken"] ?? "";
  const hour = countOf(word);
  const minute = Number(groups["minute"] ?? 0);
  if (hour > 23 || minute > 59) return undefined;
  const base = 60 * inHalfDay(hour, word, groups["half"], part) + minute;
  const side = groups["side"];
  if (side === undefined) return base;
  const amount = groups["amount"] ?? "";
  const offset = amount === "half" ? 30 : amount.endsWith("quarter") ? 15 : countOf(amount);
  if (offset === 0 || offset > 59) return undefined;
  return (base + (side === "past" ? offset : -offset) + 1_440) % 1_440;
}

function inHalfDay(hour: number, word: string, half: string | undefined, part: string | undefined): number {
  if (half?.startsWith("a") || (half === undefined && part === "morning")) return hour === 12 ? 0 : hour;
  const isLater = half?.startsWith("p") ?? (part !== undefined && part !== "morning");
  if (isLater) return hour < 12 ? hour + 12 : hour;
  const isTwentyFour = word.startsWith("0") || hour === 0 || hour > 6;
  return isTwentyFour ? hour : hour + 12;
}
