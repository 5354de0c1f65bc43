import { NUMBER_WORDS } from "#core/lidm/slots/numbers.ts";

/** A time of day as it was said. */
export interface SaidTime {
  /** Minutes after midnight. */
  readonly minutes: number;
  /** A bare small hour: `5` may have meant 17:00. */
  readonly isUnsure: boolean;
}

const HOURS = NUMBER_WORDS.slice(1);
const HOUR = `(?:${HOURS.join("|")}|\\d{1,2})`;
const HALF = String.raw`(?: ?(?:a\.?m\.?|p\.?m\.?)(?![a-z]))`;
const CLOCK = String.raw`\d{1,2}(?:[:.h]\d{2})(?: ?h(?:ours|rs)?)?${HALF}?`;
const WORDS = String.raw`(?:half past|quarter past|quarter to|ten past|ten to|five past|five to|twenty past|twenty to) ${HOUR}`;

/** One time of day, as part of a pattern: `8:30`, `8.30 pm`, `half past eight`, `noon`. */
export const TIME = `(?:${WORDS}|noon|midday|midnight|${CLOCK}|${HOUR}(?: o'?clock| thirty| fifteen| forty-?five)?${HALF}?)`;
/** One that needs no “at” before it to be a time. */
export const PLAIN_TIME = String.raw`(?:${WORDS}|noon|midday|midnight|\d{1,2}[:h]\d{2}${HALF}?|\d{1,2}\.\d{2}${HALF}|${HOUR} o'?clock${HALF}?|\d{1,2}${HALF})`;

/**
 * The time of day that some words are.
 * @param part of the day it was said for: “every evening at 8” is 20:00
 */
export function readTime(words: string, part?: "afternoon" | "evening" | "night"): SaidTime | undefined {
  const said = words.trim().toLowerCase();
  if (said === "noon" || said === "midday") return { minutes: 720, isUnsure: false };
  if (said === "midnight") return { minutes: 0, isUnsure: false };
  const spoken = new RegExp(`^(half|quarter|ten|five|twenty) (past|to) (${HOUR})$`).exec(said);
  if (spoken !== null) {
    const [, share = "", side, hour = ""] = spoken;
    const off = { half: 30, quarter: 15, ten: 10, five: 5, twenty: 20 }[share] ?? 0;
    const base = hourOf(hour);
    return base === undefined ? undefined : halved(base * 60 + (side === "to" ? -off : off), undefined, part, true);
  }
  const match = new RegExp(
    String.raw`^(${HOUR})(?:[:.h](\d{2})|( o'?clock)|( thirty)|( fifteen)|( forty-?five))?(?: ?h(?:ours|rs)?)?(?: ?([ap])\.?m\.?)?$`,
  ).exec(said);
  if (match === null) return undefined;
  const [, hour = "", minute, , thirty, fifteen, three, half] = match;
  const base = hourOf(hour);
  const past = thirty !== undefined ? 30 : fifteen !== undefined ? 15 : three !== undefined ? 45 : Number(minute ?? 0);
  if (base === undefined || base > 24 || past > 59) return undefined;
  // “08:30” is written by the clock of 24 hours; a bare five may not be.
  return halved(base * 60 + past, half, part, minute === undefined);
}

function hourOf(word: string): number | undefined {
  const named = HOURS.findIndex((one) => one === word);
  if (named >= 0) return named + 1;
  return /^\d{1,2}$/.test(word) ? Number(word) : undefined;
}

function halved(
  minutes: number,
  half: string | undefined,
  part: "afternoon" | "evening" | "night" | undefined,
  isBare: boolean,
): SaidTime | undefined {
  if (minutes < 0) return halved(minutes + 1_440, half, part, isBare);
  const isMorningHour = minutes < 720;
  if (half !== undefined) {
    if (minutes >= 780 || minutes < 60) return minutes >= 780 ? undefined : { minutes, isUnsure: false };
    const inHalf = minutes % 720;
    return { minutes: half === "p" ? inHalf + 720 : inHalf, isUnsure: false };
  }
  if (part !== undefined && isMorningHour && !(part === "night" && minutes < 300)) {
    return { minutes: minutes + 720, isUnsure: false };
  }
  return minutes > 1_439 ? undefined : { minutes, isUnsure: isBare && minutes >= 60 && minutes < 420 };
}

/** Minutes after midnight as a wall clock shows them: `08:30`. */
export function clockText(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}
