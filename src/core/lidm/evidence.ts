import type { Slot } from "#core/contract/manifest.ts";
import type { Scored } from "./classifier/classifier.ts";
import { readSentence, type Sentence } from "./sentence.ts";
import { COUNT, MONTH, WEEKDAY } from "./slots/dates/words.ts";
import { findKnownPlaces } from "./slots/known-places.ts";

/** The kinds of value a sentence plainly holds. */
interface Values {
  readonly period: boolean;
  /** The period is longer than a week: no single day stands for it. */
  readonly isLong: boolean;
  /** The period is a number of something: “the last six months”. */
  readonly isCounted: boolean;
  readonly day: boolean;
  readonly clock: boolean;
  readonly place: boolean;
}

const PERIOD = new RegExp(
  String.raw`\b(?:this|last|next|past|previous|coming|current) (?:week|weekend|month|quarter|year|few|couple|\d+|two|three|four|six|twelve)\b|\b(?:weekend|to date|ytd|mtd|q[1-4]|since|between)\b|\b(?:in|for|during|last|this|next) (?:${MONTH}|20\d\d)\b(?! \d{1,2}\b)|\b${MONTH} 20\d\d\b|\bfrom (?:${WEEKDAY}|${MONTH}) (?:to|till|until|through)\b`,
);
const LONG = new RegExp(
  String.raw`\b(?:month|quarter|year)s?\b|\b(?:to date|ytd|mtd|q[1-4])\b|\b(?:in|for|during|last|this|next) (?:${MONTH}|20\d\d)\b|\b${MONTH} 20\d\d\b`,
);
const COUNTED = new RegExp(
  String.raw`\b(?:last|next|past|previous|coming) (?:few|couple of|couple|${COUNT}) (?:day|week|month|year)s?\b`,
);
const DAY = new RegExp(
  String.raw`\b(?:tomorrow|yesterday|${WEEKDAY}s?|\d{4}-\d\d-\d\d)\b|\b\d{1,2}(?:st|nd|rd|th)?(?: of)? ${MONTH}\b|\b${MONTH} \d{1,2}(?:st|nd|rd|th)?\b`,
);
const CLOCK = /\b(?:at \d{1,2}|\d{1,2} ?[ap]m|\d{1,2}:\d\d|o'?clock|noon)\b/;

/** The types of the slots of each capability, by its label. */
export type SlotTypes = Readonly<Record<string, readonly Slot["type"][]>>;

// A value the capability has no use for would be dropped in silence: unlikely to be what was meant, but not impossible.
const UNUSED_VALUE = 0.05;
const LOOSE_FIT = 0.5;

/** A ranking weighed by how well each capability can use the values the text names. Labels without slots are as they were. */
export function weighByValues(text: string, ranking: readonly Scored[], slotTypes: SlotTypes): Scored[] {
  const values = valuesIn(readSentence(text));
  const weighed = ranking.map(({ label, score }) => {
    const types = slotTypes[label];
    return { label, score: types === undefined ? score : score * valueFit(new Set(types), values) };
  });
  const total = weighed.reduce((sum, { score }) => sum + score, 0) || 1;
  return weighed
    .map(({ label, score }) => ({ label, score: score / total }))
    .sort((one, other) => other.score - one.score);
}

/** 1 for a capability that can use all of the values, less for each it cannot. */
function valueFit(types: ReadonlySet<Slot["type"]>, values: Values): number {
  let fit = 1;
  if (values.period && !types.has("dateRange") && !(values.isCounted && types.has("number"))) {
    fit *= types.has("date") && !values.isLong ? LOOSE_FIT : UNUSED_VALUE;
  } else if (values.day && !types.has("date") && !types.has("dateTime"))
    fit *= types.has("dateRange") ? LOOSE_FIT : UNUSED_VALUE;
  if (values.clock && !types.has("dateTime")) fit *= LOOSE_FIT;
  if (values.place && !types.has("place")) fit *= UNUSED_VALUE;
  return fit;
}

function valuesIn(sentence: Sentence): Values {
  const { folded } = sentence;
  const period = PERIOD.test(folded);
  return {
    period,
    isLong: period && LONG.test(folded),
    isCounted: period && COUNTED.test(folded),
    day: !period && DAY.test(folded),
    clock: CLOCK.test(folded),
    place: findKnownPlaces(sentence).length > 0,
  };
}
