import { findKnownPlaces } from "#core/lidm/slots/known-places.ts";
import type { Sentence, Span, Word } from "#core/lidm/sentence.ts";
import { overlaps } from "#core/lidm/sentence.ts";

/** A word as the classifier sees it: itself, or the kind of value it is, so that what holds of Lisbon holds of Oslo. */
export interface MaskedWord {
  readonly key: string;
  readonly isMask: boolean;
}

interface Mark extends Span {
  readonly mask: string;
}

const QUOTED = /"[^"]{1,200}"|[\u201C\u201E][^\u201D\u201C]{1,200}[\u201D\u201C]|\u00AB[^\u00BB]{1,200}\u00BB/g;
const LINK = /https?:\/\/\S+|[\w.+-]+@[\w-]+\.[\w.-]+/g;
const MENTION = /<[@#!][^>\s]{1,60}>|(?<![\w.])@[\w.-]{2,40}/g;
const TAG = /#[a-z0-9]{3,15}\b/g;

const DAYS = new Set(["tomorrow", "yesterday", "tonight", "tmr", "tmrw"]);
const WEEKDAY = /^(?:mon|tues?|wednes|thurs?|fri|satur|sun)day?s?$|^(?:tue|wed|thu|fri)$/;
const MONTH =
  /^(?:january|february|april|june|july|august|september|october|november|december|jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec)$/;
const NUMBER = /^\d+(?:st|nd|rd|th|k|m|%)?$/;
const TIME = /^\d{1,2}(?:am|pm)$/;
const CODE = /^(?=.*\d)(?=.*\p{L})[\p{L}\d]{4,}$/u;

/** The words of a sentence with quotations, links, tags, dates, numbers and places replaced by what they are. */
export function maskWords(sentence: Sentence): MaskedWord[] {
  const marks: Mark[] = [];
  collect(marks, sentence.folded, QUOTED, "<text>");
  collect(marks, sentence.folded, LINK, "<link>");
  collect(marks, sentence.folded, MENTION, "<person>");
  collect(marks, sentence.folded, TAG, "<tag>");
  for (const place of findKnownPlaces(sentence)) marks.push({ ...place, mask: "<place>" });

  const masked: MaskedWord[] = [];
  const used = new Set<Mark>();
  for (const word of sentence.words) {
    const mark = marks.find((candidate) => overlaps(candidate, word));
    if (mark !== undefined) {
      if (!used.has(mark)) masked.push({ key: mark.mask, isMask: true });
      used.add(mark);
      continue;
    }
    const mask = maskOf(word.key) ?? (masked.at(-1)?.key === "in" ? maskAfterIn(word) : undefined);
    masked.push(mask === undefined ? { key: word.key, isMask: false } : { key: mask, isMask: true });
  }
  return masked;
}

function maskOf(key: string): string | undefined {
  if (DAYS.has(key)) return "<day>";
  if (WEEKDAY.test(key)) return "<weekday>";
  if (MONTH.test(key)) return "<month>";
  if (NUMBER.test(key)) return "<number>";
  if (TIME.test(key)) return "<time>";
  if (CODE.test(key)) return "<tag>";
  return undefined;
}

/** “March” and “May” are months here and words elsewhere; no list holds every town, but a capital letter marks one. */
function maskAfterIn(word: Word): string | undefined {
  if (word.key === "march" || word.key === "may") return "<month>";
  return word.capital ? "<place>" : undefined;
}

function collect(marks: Mark[], text: string, pattern: RegExp, mask: string): void {
  for (const match of text.matchAll(pattern)) {
    const mark = { start: match.index, end: match.index + match[0].length, mask };
    if (!marks.some((other) => overlaps(other, mark))) marks.push(mark);
  }
}
