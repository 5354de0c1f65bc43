import { findZone } from "#core/orchestrator/people/time-zone.ts";
import { clockText, PLAIN_TIME, readTime, TIME } from "./clock-words.ts";
import { type Days, readDays } from "./recurring-days.ts";
import { createEater, type Eater } from "./eater.ts";
import { eatQuiet } from "./quiet-words.ts";

/** When something is to happen again and again, as far as the words tell. */
export interface Recurrence {
  /** Five fields each: several where no one pattern says it, as for 9:00 and 16:30. */
  readonly crons: readonly string[];
  /** IANA zone, where one was named. */
  readonly timeZone: string | undefined;
  readonly skipHolidays: boolean;
  /** The address of the calendar that has the holidays, where one was named. */
  readonly calendar?: string;
  /** Hours at which it is left out, as in “but not between 22:00 and 7:00”. */
  readonly quiet?: { readonly from: string; readonly to: string };
  /** The part of the day that was named instead of an hour, as in “every morning”. */
  readonly isHourOurs: boolean;
  /** The rhythm was a month, a year or an hour: “show my spending every month” may be a question. */
  readonly isSlow: boolean;
  /** What was taken for what, where the words allow another reading. */
  readonly notes: readonly string[];
  /** The sentence without all that. */
  readonly left: string;
}

/** A rhythm that was named and that no pattern says, in its words; or a time or a zone that there is not. */
export interface Beyond {
  readonly beyond: string;
  readonly isNo?: "time" | "zone";
}

/**
 * Reads “every weekday at 8:30, but not on holidays” out of a sentence; undefined where nothing recurs.
 * @param said a sentence as `readable` leaves it
 */
export function readRecurrence(said: string): Recurrence | Beyond | undefined {
  if (!CUE.test(said)) return undefined;
  const beyond = BEYOND.exec(said)?.[0];
  if (beyond !== undefined) return { beyond };
  const noZone = unknownZone(said);
  if (noZone !== undefined) return { beyond: noZone, isNo: "zone" };
  const eater = createEater(said);
  const holidays = eater.eat(HOLIDAYS);
  const calendar = holidays?.["calendar"];
  const quiet = eatQuiet(eater);
  const hourly = readHourly(eater);
  const zoneFirst = readZone(eater);
  const days = hourly === undefined ? readDays(eater) : (readDays(eater) ?? EVERY_DAY);
  if (days === undefined) return undefined;
  const times = hourly === undefined ? readTimes(eater, days) : undefined;
  if (times !== undefined && "beyond" in times) return times;
  const timeZone = zoneFirst ?? readZone(eater);
  const crons = hourly === undefined ? cronsOf(times?.minutes ?? [USUAL_MINUTES], days) : cronOfHours(hourly, days);
  return {
    crons,
    timeZone,
    skipHolidays: holidays !== undefined,
    ...(calendar !== undefined && { calendar }),
    ...(quiet && { quiet: quiet.hours }),
    isHourOurs: hourly === undefined && times === undefined,
    isSlow: hourly !== undefined || days.isSlow,
    notes: [...days.notes, ...(times?.notes ?? []), ...(hourly?.notes ?? []), ...(quiet?.notes ?? [])],
    left: eater.left(),
  };
}

/** Words of which one is in every sentence that says how often. */
const CUE =
  /\b(?:every|each|daily|weekly|monthly|hourly|yearly|annually|quarterly|regularly|biweekly|fortnightly|twice|once an?|(?:mon|tues|wednes|thurs|fri|satur|sun)days|week ?days?|week ?ends?|mornings|evenings|afternoons|mon(?:day)? ?(?:-|–|to|through|till)|of the month)\b/i;
const BEYOND =
  /\bevery (?:other|second|third|fourth|few|two|three|four|five|six|\d+) (?:days?|weeks?|week ?days?|months?|years?|quarters?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mornings?|evenings?)\b|\b(?:(?:every|each) (?:single )?(?:(?:\d+|few|five|ten|thirty) )?sec(?:ond)?s?(?=$| (?:post|send|publish|show|tell|give|bring|remind|ping|announce) (?:me|us|the|my|our|an?|today's|open|usage|weather|everyone)\b)|biweekly|bi-weekly|fortnightly|every fortnight|twice (?:a|every|each) (?:day|week|month|year)|once (?:in )?every (?:two|three|\d+) \w+|regularly|every (?:now and then|so often))\b/i;
/** “… holidays in team-days@group.calendar.google.com”. */
export const OF_CALENDAR = String.raw`(?:,? (?:of|in|from|by|as in)(?: the| my| our)?(?: calendar)? (?<calendar>[\w.+#-]+@[\w-]+(?:\.[\w-]+)+)(?: calendar)?)?`;
const HOLIDAYS = new RegExp(
  String.raw`(?:,? ?\b(?:but|and))?,? ?\b(?:(?:not|never|no|except(?: for)?|skip(?:ping)?|excluding|other than|leaving out)(?: (?:on|for|during|at))?(?: (?:the|our|any))?(?: (?:public|bank|national|statutory))? holidays?${OF_CALENDAR}|unless (?:it is|it's) (?:an? )?(?:public |bank )?holiday|if (?:it is|it's) (?:not|no)(?: an?)? (?:public |bank )?holiday)\b`,
  "i",
);

const EVERY_DAY: Days = { fields: "* * *", isSlow: false, notes: [] };
const USUAL_MINUTES = 540;

interface Hourly {
  readonly minute: string;
  readonly hour: string;
  readonly notes: readonly string[];
}

const NUMBERS = ["one", "two", "three", "four", "five", "six"];
const COUNT = String.raw`(?<count>\d{1,3}|${NUMBERS.join("|")}|half(?: an)?|other|couple of|quarter(?: of an)?)`;
const EVERY_HOURS = new RegExp(
  String.raw`\b(?:(?:every|each) (?:${COUNT} ?)?(?<unit>hours?|hrs?|minutes?|mins?)|(?<hourly>hourly|once an hour|on the hour))\b`,
  "i",
);
const RANGE = new RegExp(
  String.raw`,? ?\b(?:between|from) (?:the hours of )?(?<from>${TIME}) (?:and|to|till|until|through|-|–) (?<to>${TIME})(?![\w:])`,
  "i",
);

function readHourly(eater: Eater): Hourly | undefined {
  const every = eater.eat(EVERY_HOURS);
  if (every === undefined) return undefined;
  const range = eater.eat(RANGE);
  const from = readTime(range?.["from"] ?? "0")?.minutes ?? 0;
  const to = readTime(range?.["to"] ?? "23:59")?.minutes ?? 1_439;
  // “Between 9 and 5” ends in the afternoon.
  const until = to <= from ? Math.min(to + 720, 1_439) : to;
  const hours = range === undefined ? "*" : `${Math.floor(from / 60)}-${Math.floor(until / 60)}`;
  const notes = to <= from && range !== undefined ? [`I took it as until ${clockText(until)}.`] : [];
  const count = countOf(every["count"]);
  // The last of them is before the hour that it ends with.
  const within = range === undefined ? "*" : `${Math.floor(from / 60)}-${Math.floor((until - 1) / 60)}`;
  if (/^m/i.test(every["unit"] ?? "")) return { minute: count >= 60 ? "0" : `*/${count}`, hour: within, notes };
  if (count < 1) return { minute: count === 0.25 ? "*/15" : "*/30", hour: within, notes };
  const at = String(from % 60);
  return { minute: at, hour: count === 1 ? hours : `${hours}/${count}`, notes };
}

function countOf(word: string | undefined): number {
  if (word === undefined) return 1;
  const said = word.toLowerCase();
  if (said.startsWith("half")) return 0.5;
  if (said.startsWith("quarter")) return 0.25;
  if (said === "other" || said === "couple of") return 2;
  const named = NUMBERS.indexOf(said);
  return named < 0 ? Number(said) : named + 1;
}

function cronOfHours({ minute, hour }: Hourly, { fields }: Days): string[] {
  return [`${minute} ${hour} ${fields}`];
}

const ITEMS = `(?:(?:, ?(?:and )?| and | & )(?:at )?${TIME}(?![\\w:]))*`;
const NOT_AFTER = String.raw`(?![\w:%]|\.\d)`;
const AT = new RegExp(String.raw`(?:,? ?\b(?:at|@|around|about|by) ?)(?<times>${TIME}${NOT_AFTER}${ITEMS})`, "i");
const BARE = new RegExp(String.raw`(?<![\w:.#/])(?<times>${PLAIN_TIME}${NOT_AFTER}${ITEMS})`, "i");
/** Right behind the day, where that was taken out: “every weekday 8”, “Mondays 8.30”. */
const BEHIND_DAY = new RegExp(String.raw`\uE000 ?(?<times>${TIME}${NOT_AFTER}${ITEMS})`, "i");

/** Written as nothing but a time of day is: “25:99”, “14 pm”. */
const CLOCK_LIKE = /^\d{1,2}(?:[:h]\d{2}|.*[ap]\.?m)/i;

function readTimes(eater: Eater, { part, usual }: Days): { minutes: number[]; notes: string[] } | Beyond | undefined {
  const found = eater.eat(AT) ?? eater.eat(BEHIND_DAY) ?? eater.eat(BARE);
  const items = found?.["times"]?.split(/, ?(?:and )?| and | & /i).map((one) => one.replace(/^at /i, ""));
  const never = items?.find((one) => CLOCK_LIKE.test(one) && readTime(one, part) === undefined);
  if (never !== undefined) return { beyond: never, isNo: "time" };
  const times = items?.flatMap((one) => readTime(one, part) ?? []) ?? [];
  if (times.length === 0) return usual === undefined ? undefined : { minutes: [usual], notes: [] };
  const notes = times
    .filter(({ isUnsure }) => isUnsure)
    .map(({ minutes }) => `I read that as ${clockText(minutes)}: say \`${(minutes / 60) | 0} pm\` for the afternoon.`);
  return { minutes: times.map(({ minutes }) => minutes), notes };
}

/** One pattern for all times that share their minute. */
function cronsOf(minutes: readonly number[], { fields }: Days): string[] {
  const byMinute = new Map<number, Set<number>>();
  for (const one of minutes) {
    byMinute.set(one % 60, (byMinute.get(one % 60) ?? new Set()).add(Math.floor(one / 60)));
  }
  return [...byMinute].map(
    ([minute, hours]) => `${minute} ${[...hours].toSorted((a, b) => a - b).join(",")} ${fields}`,
  );
}

const NAMED_ZONE = /(?:,? ?\b(?:in|by|on))? ?\(?(?<zone>[A-Za-z]+\/[A-Za-z_]+(?:\/[A-Za-z_]+)?)\)?/;
const UTC = /(?:,? ?\b(?:in|by))? ?\b(?:UTC|GMT)(?: time)?\b/i;
const ZONE_TIME =
  /(?:,? ?\b(?:in|by|on))?,? ?(?:the )?\b(?<zone>[A-Za-zÀ-ž]+(?:[ _][A-Za-zÀ-ž]+){0,2}) time(?: ?zone)?\b/i;

/** Right behind a time, and written as a name: “at 9 Atlantis time”, “at 9 in Europe/Atlantis”. */
const ZONE_LIKE = new RegExp(
  String.raw`(?<![\w:])(?:\d{1,2}[:.h]\d{2}|\d{1,2})(?: ?[ap]\.?m\.?)?,? (?:in |by )?\(?(?<zone>\p{Lu}[\p{L}_]*\/\p{Lu}[\p{L}_/]*|\p{Lu}[\p{L}]*(?: \p{Lu}[\p{L}]*){0,2}(?= [tT]ime\b))`,
  "u",
);

function unknownZone(said: string): string | undefined {
  const named = ZONE_LIKE.exec(said)?.groups?.["zone"];
  const words = named?.split(" ") ?? [];
  return words.some((_, from) => findZone(words.slice(from).join(" ")) !== undefined) ? undefined : named;
}

/** The zone that was named, by its name or by a city of it. */
function readZone(eater: Eater): string | undefined {
  if (eater.eat(UTC) !== undefined) return "UTC";
  const named = eater.eat(NAMED_ZONE, ({ zone = "" }) => findZone(zone) !== undefined)?.["zone"];
  if (named !== undefined) return findZone(named);
  const words = eater.find(ZONE_TIME)?.["zone"]?.split(" ") ?? [];
  for (let from = 0; from < words.length; from++) {
    const city = words.slice(from).join(" ");
    const zone = findZone(city);
    if (zone === undefined) continue;
    const plain = city.replaceAll(/[^\p{L} _]/gu, ".");
    eater.eat(new RegExp(String.raw`(?:,? ?\b(?:in|by|on))?,? ?(?:the )?\b${plain} time(?: ?zone)?\b`, "i"));
    return zone;
  }
  return undefined;
}
