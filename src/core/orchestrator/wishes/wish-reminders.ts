import type { ReminderWish } from "./wish.ts";
import type { ScheduleWish } from "./wish-schedules.ts";
import { fit, whole } from "./wish-words.ts";

const MEETINGS = String.raw`(?:(?:all|each|every one|any) (?:of )?)?(?:my |the |our )?(?<today>today's |tomorrow's )?(?:work )?(?:meetings?|calls?|appointments?|calendar|agenda|schedule)`;
const DAY = String.raw`(?: (?<day>(?:for |on |of )?(?:today|tomorrow|this (?:morning|afternoon|evening)|(?:next |this )?(?:mon|tues|wednes|thurs|fri|satur|sun)day)))?`;
const COUNT = String.raw`(?<count>\d{1,3}|an?|half an|five|ten|fifteen|twenty|thirty|a quarter of an) ?(?<unit>min(?:ute)?s?|hours?|h|m)`;
const ASK = String.raw`(?:remind me|give me (?:a |an )?(?:reminders?|heads?[- ]up|alerts?)|set (?:me )?(?:a )?reminders?|send me (?:a )?reminders?|alert me|notify me|warn me|ping me|nudge me|tell me|let me know)`;

const BEFORE_MEETINGS = [
  whole(
    `${ASK}${DAY} ${COUNT} (?:before|ahead of|prior to) (?:each of |every one of |every |each |all (?:of )?)?(?<next>(?:my |the )?next )?${MEETINGS}${DAY.replace("<day>", "<day2>")}`,
  ),
  whole(
    `${ASK} (?:before|ahead of|prior to) (?:each of |every |each |all (?:of )?)?(?<next>(?:my |the )?next )?${MEETINGS}${DAY}`,
  ),
];
const ABOUT_MEETINGS = [
  whole(
    `(?:remind me|give me (?:a )?reminders?|set (?:me )?(?:a )?reminders?|send me (?:a )?reminders?|alert me|notify me|ping me|nudge me) (?:about|of|for|to) (?<next>(?:my |the )?next )?${MEETINGS}${DAY}`,
  ),
];
const REMIND = [
  whole(`(?:remind|ping|nudge) me(?: again)?(?<rest>(?:[ ,:-].*)?)`),
  whole(
    `(?:send me|give me|set(?: me)?(?: up)?|make(?: me)?|create|add|schedule|put in|open up|i need|get me|have|i would like|i'd like|i want|how about) (?:a|an|another|the|my|some) (?:quick |little |new )?(?:reminders?|note to remind me)(?: for me| set| made)?(?<rest>(?:[ ,:-].*)?)`,
  ),
  // A time before it: put behind the words, where times are looked for.
  whole(
    `(?<before>(?:at|on|in|tomorrow|tonight|today|next|this)\\b[^,]{0,40}?),? (?:please )?(?:remind|ping|nudge) me(?<rest>(?:[ ,:-].*)?)`,
  ),
  whole(`(?:tell|ping|alert) me (?<before>(?:at|in|tomorrow at|today at) [^,]{1,30}?)(?<rest> to .+)`),
  whole(`(?:set|make|new) reminder(?<rest>(?:[ ,:-].*)?)`),
  whole(`(?:i (?:need|want|would like) to )?(?:be|get) reminded(?<rest>(?: .*)?)`),
  whole(`remember to remind me(?<rest>(?: .*)?)`),
  whole(`(?:don't|do not|never) let me forget(?<rest> .+)`),
  whole(`reminder(?<rest>[ ,:-].+)`),
];
const OFTEN =
  /\b(?:every|each) (?:other |second |single |few |\d+ )?(?:day|morning|noon|afternoon|evening|night|week|weekday|weekend|month|year|hour|quarter|minutes?|hours?|days?|weeks?|(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?\b|\b(?:daily|hourly|weekly|biweekly|monthly|yearly|annually|regularly|on (?:weekdays|weekends|(?:mon|tues|wednes|thurs|fri|satur|sun)days))(?: at [\d:.apm ]+)?$|\bon (?:weekdays|weekends|(?:mon|tues|wednes|thurs|fri|satur|sun)days)\b|\b(?:daily|hourly|weekly|monthly|regularly) (?:to|about|that|at)\b|\bonce an? (?:day|week|month|year)\b|\btwice an? (?:day|week|month)\b/i;
/** These ask what there is, or speak of somebody else's doing: nothing is to be set. */
const NO_WISH =
  /^(?:of (?:him|her|them|you|someone|somebody|home|my (?:childhood|youth)|how|what|who|when|where|which|why)\b|again\b(?! (?:in|at|on|to|tomorrow))|why\b|who\b|how (?:much|many|old|do|does|did|to)\b|what (?:i|you|we|he|she|it|the|was|is|did|does)\b|when\b|where\b|which\b)/i;

/** The minutes before a meeting that a reminder comes, unless told. */
export const USUAL_LEAD_MINUTES = 10;

type BeyondWish = Extract<ScheduleWish, { wish: "schedule_beyond" }>;

/** A wish to be reminded, or undefined. */
export function readReminderWish(said: string): ReminderWish | BeyondWish | undefined {
  const before = fit(said, BEFORE_MEETINGS);
  if (before !== undefined) {
    const day = before["day"] ?? before["day2"] ?? before["today"] ?? "today";
    const leadMinutes = minutesOf(before["count"], before["unit"]);
    return { wish: "remind_meetings", day, leadMinutes, next: before["next"] !== undefined };
  }
  const about = fit(said, ABOUT_MEETINGS);
  if (about !== undefined) {
    const day = about["day"] ?? about["today"] ?? "today";
    return { wish: "remind_meetings", day, leadMinutes: USUAL_LEAD_MINUTES, next: about["next"] !== undefined };
  }
  const found = fit(said, REMIND);
  const rest = found?.["rest"]?.replace(/^[ ,:-]+/, "");
  if (rest === undefined || NO_WISH.test(rest)) return undefined;
  const words = `${found?.["before"] ?? ""} ${rest}`.trim();
  const often = OFTEN.exec(words)?.[0];
  // What a clock can go by was read as a schedule before.
  if (often !== undefined) return { wish: "schedule_beyond", beyond: often, text: said };
  // “Remind me of the deadline” wants to be told it.
  return /^of\b/i.test(rest) && !TIMED.test(words) ? undefined : { wish: "remind", rest: words };
}

const TIMED =
  /\d|\b(?:in (?:an?|half|one|two|three|four|five|ten)|at (?:noon|midnight|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)|tomorrow|tonight|noon|midnight|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b/i;

function minutesOf(count = "", unit = "minutes"): number {
  if (count === "") return USUAL_LEAD_MINUTES;
  const words = new Map([
    ["a", 1],
    ["an", 1],
    ["half an", 0.5],
    ["a quarter of an", 0.25],
    ["five", 5],
    ["ten", 10],
    ["fifteen", 15],
    ["twenty", 20],
    ["thirty", 30],
  ]);
  const amount = words.get(count.toLowerCase()) ?? Number(count);
  return Math.round(/^h/i.test(unit) ? amount * 60 : amount);
}
