import type { Eater } from "./eater.ts";

/** The days on which something recurs. */
export interface Days {
  /** Day of the month, month, and day of the week of a cron pattern. */
  readonly fields: string;
  /** A month, a quarter or a year lies between. */
  readonly isSlow: boolean;
  /** Named instead of an hour; which half of the clock is meant. */
  readonly part?: "afternoon" | "evening" | "night";
  /** When that part of the day is, where no hour was named: minutes after midnight. */
  readonly usual?: number;
  readonly notes: readonly string[];
}

const DAY = String.raw`(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?`;
const LIST = String.raw`${DAY}s?(?:(?:,? (?:and|or|&) |, ?)(?:every |each |on )?${DAY}s?)*`;
const PLURALS = String.raw`${DAY.replace("(?:day)?", "days")}(?:(?:,? (?:and|or|&) |, ?)(?:every |each |on )?${DAY}s?)*`;
const PART = String.raw`(?<part>mornings?|noon|midday|lunch ?times?|afternoons?|evenings?|nights?)`;
const ORDINAL = String.raw`(?:\d{1,2}(?:st|nd|rd|th)?|first|second|third|fourth|fifth|tenth|fifteenth|last)`;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTH = String.raw`(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)`;
const EACH_MONTH = String.raw`(?:(?:of|in) )?(?:each|every|the|a) month`;

const NTH_WEEKDAY = new RegExp(
  String.raw`(?:\b(?:on|every) )?\b(?:the )?(?<nth>first|second|third|fourth|last|1st|2nd|3rd|4th) (?<day>${DAY}) ${EACH_MONTH}\b`,
  "i",
);
const MONTH_DAYS = [
  new RegExp(
    String.raw`(?:\b(?:on|every) )?\b(?:the )?(?<days>${ORDINAL}(?:(?:,? and |, ?| & )(?:the )?${ORDINAL})*)(?: day)? ${EACH_MONTH}\b`,
    "i",
  ),
  new RegExp(
    String.raw`\b(?:every month|each month|monthly|once a month),? (?:on )?(?:the )?(?<days>${ORDINAL}(?:(?:,? and |, ?| & )(?:the )?${ORDINAL})*)(?: day)?(?![\w:.])`,
    "i",
  ),
];
const YEAR_DAY = new RegExp(
  String.raw`\b(?:every|each) (?:year,? (?:on )?)?(?:the )?(?:(?<day>\d{1,2})(?:st|nd|rd|th)?(?: of)? (?<month>${MONTH})|(?<month2>${MONTH}) (?<day2>\d{1,2})(?:st|nd|rd|th)?)\b(?: every year)?`,
  "i",
);
const SPAN = new RegExp(
  String.raw`(?:\b(?:every|each|on|from) )?\b(?<from>${DAY})s? ?(?:to|through|thru|till|until|-|–) ?(?<to>${DAY})s?\b`,
  "i",
);
const WEEKDAYS = new RegExp(
  String.raw`\b(?:(?:every|each|on|all|in the) )?(?:week ?days?|work(?:ing)? ?days?|business days?)(?: ${PART})?\b`,
  "i",
);
const WEEKENDS = new RegExp(String.raw`\b(?:(?:every|each|on|at|all) )?(?:the )?week ?ends?(?: ${PART})?\b`, "i");
const NAMED = [
  new RegExp(
    String.raw`\b(?:(?:every|each) week,? (?:on )?|weekly,? (?:on )?|once a week,? (?:on )?|(?:every|each) (?:single )?)(?<days>${LIST})(?: ${PART})?\b`,
    "i",
  ),
  new RegExp(String.raw`\b(?:on )?(?<days>${PLURALS})(?: ${PART})?\b`, "i"),
  new RegExp(String.raw`\bon (?<days>${LIST}) (?<part>mornings|afternoons|evenings|nights)\b`, "i"),
];
const DAILY = new RegExp(
  String.raw`\b(?:(?:every|each) (?:single )?day(?: of the week)?(?:,? (?:in the |at )?${PART})?|once a day|(?:every|each) (?<part2>morning|noon|midday|lunch ?time|afternoon|evening|night)|in the (?<part3>mornings|afternoons|evenings)|(?<part4>mornings|evenings)$)`,
  "i",
);
const PERIODS: readonly [RegExp, Pick<Days, "fields" | "isSlow" | "notes">][] = [
  [/\b(?:every|each) week\b|\bonce a week\b/i, weekly()],
  [/\b(?:every|each) month\b|\bonce a month\b/i, monthly()],
  [/\b(?:every|each) quarter\b|\bquarterly\b/i, { ...monthly(), fields: "1 1,4,7,10 *" }],
];
/** “Monthly spending” is no rhythm: the word stands at an end, before a time, or before what is set up. */
const ADVERB =
  /\b(?<often>daily|weekly|monthly)(?=$|,? (?:at|@|on|in|to|about|that)\b| \d|\uE000|(?: \w+){0,2} (?:briefings?|digests?|round-?ups?|summar(?:y|ies)|reports?|updates?|overviews?|reminders?)\b)|^(?<often2>daily|weekly|monthly)\b/i;

/** Takes the days out of a sentence; undefined where it names none that recur. */
export function readDays(eater: Eater): Days | undefined {
  const nth = eater.eat(NTH_WEEKDAY);
  if (nth !== undefined) {
    const which = /^l/i.test(nth["nth"] ?? "") ? "L" : String(ordinal(nth["nth"] ?? "1"));
    return { fields: `* * ${dayNumber(nth["day"] ?? "")}#${which}`, isSlow: true, notes: [] };
  }
  for (const pattern of MONTH_DAYS) {
    const days = eater.eat(pattern)?.["days"];
    if (days !== undefined) return { fields: `${monthDays(days)} * *`, isSlow: true, notes: [] };
  }
  const yearly = eater.eat(YEAR_DAY);
  if (yearly !== undefined) {
    const month = MONTHS.indexOf((yearly["month"] ?? yearly["month2"] ?? "").slice(0, 3).toLowerCase()) + 1;
    return { fields: `${yearly["day"] ?? yearly["day2"]} ${month} *`, isSlow: true, notes: [] };
  }
  const span = eater.eat(SPAN);
  if (span !== undefined) {
    return inWeek(`${dayNumber(span["from"] ?? "")}-${dayNumber(span["to"] ?? "") || 7}`, undefined, eater);
  }
  const weekdays = eater.eat(WEEKDAYS);
  if (weekdays !== undefined) return inWeek("1-5", weekdays["part"], eater);
  const weekends = eater.eat(WEEKENDS);
  if (weekends !== undefined) return inWeek("0,6", weekends["part"], eater);
  for (const pattern of NAMED) {
    const found = eater.eat(pattern);
    if (found !== undefined) return inWeek(namedDays(found["days"] ?? ""), found["part"], eater);
  }
  const daily = eater.eat(DAILY);
  if (daily !== undefined) {
    return inWeek("*", daily["part"] ?? daily["part2"] ?? daily["part3"] ?? daily["part4"], eater);
  }
  for (const [pattern, days] of PERIODS) if (eater.eat(pattern) !== undefined) return days;
  const adverb = eater.eat(ADVERB);
  const often = (adverb?.["often"] ?? adverb?.["often2"])?.toLowerCase();
  if (often === undefined) return undefined;
  return often === "daily" ? inWeek("*", undefined, eater) : often === "weekly" ? weekly() : monthly();
}

function weekly(): Days {
  return { fields: "* * 1", isSlow: true, notes: ["You named no day, so I took Mondays."] };
}

function monthly(): Days {
  return { fields: "1 * *", isSlow: true, notes: ["You named no day, so I took the 1st."] };
}

const LOOSE_PART = /,? ?\bin the (?<part>morning|afternoon|evening)s?\b|,? ?\bat (?<part2>night|lunch ?time)\b/i;

function inWeek(days: string, named: string | undefined, eater: Eater): Days {
  const loose = named === undefined ? eater.eat(LOOSE_PART) : undefined;
  const part = (named ?? loose?.["part"] ?? loose?.["part2"])?.toLowerCase().replace(/s$/, "");
  const fields = `* * ${days}`;
  const plain = { fields, isSlow: false, notes: [] };
  switch (part) {
    case undefined:
    case "morning":
      return plain;
    case "noon":
    case "midday":
    case "lunchtime":
    case "lunch time":
      return { ...plain, usual: 720 };
    case "afternoon":
      return { ...plain, part: "afternoon", usual: 840 };
    case "evening":
      return { ...plain, part: "evening", usual: 1_080 };
    default:
      return { ...plain, part: "night", usual: 1_260 };
  }
}

/** As cron counts them: Sunday is 0. */
function dayNumber(word: string): number {
  return ["sun", "mon", "tue", "wed", "thu", "fri", "sat"].indexOf(word.slice(0, 3).toLowerCase());
}

function namedDays(list: string): string {
  const words = list.match(new RegExp(DAY, "gi")) ?? [];
  return [...new Set(words.map(dayNumber))].toSorted((one, other) => one - other).join(",");
}

function monthDays(list: string): string {
  const words = list.toLowerCase().match(new RegExp(ORDINAL, "g")) ?? [];
  return [...new Set(words.map((word) => (word === "last" ? "L" : String(ordinal(word)))))].join(",");
}

function ordinal(word: string): number {
  const named: Readonly<Record<string, number>> = {
    first: 1,
    second: 2,
    third: 3,
    fourth: 4,
    fifth: 5,
    tenth: 10,
    fifteenth: 15,
  };
  return named[word.toLowerCase()] ?? Number.parseInt(word, 10);
}
