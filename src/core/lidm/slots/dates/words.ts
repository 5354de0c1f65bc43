/** Pattern sources for the words dates are made of, and their meaning. All match folded text. */

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"] as const;
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
const COUNTS: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  couple: 2,
  three: 3,
  few: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
};

export const MONTH =
  "(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)";
export const WEEKDAY = "(?:sunday|monday|tuesday|wednesday|thursday|friday|saturday)";
export const WEEKDAY_SHORT = "(?:sun|mon|tues?|weds?|thurs?|thu|fri|sat)";
export const COUNT = `(?:\\d{1,3}|(?:a )?(?:couple|few)(?: of)?|${Object.keys(COUNTS)
  .filter((word) => word !== "couple" && word !== "few")
  .toSorted((one, other) => other.length - one.length)
  .join("|")})`;

/** 1 to 12, or 0 for a word that is no month. */
export function monthNumber(word: string): number {
  return MONTHS.findIndex((month) => word.startsWith(month)) + 1;
}

/** 0 (Sunday) to 6, or −1 for a word that is no weekday. */
export function weekdayNumber(word: string): number {
  return WEEKDAYS.findIndex((weekday) => word.startsWith(weekday));
}

/** The value of a word of `COUNT`, or 0. */
export function countOf(words: string): number {
  if (/^\d+$/.test(words)) return Number(words);
  const counting = words
    .replace(/^a (?=couple|few)/, "")
    .replace(/ of$/, "")
    .trim();
  return COUNTS[counting] ?? 0;
}
