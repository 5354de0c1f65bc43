import type { Json, JsonObject } from "#core/contract/json.ts";
import type { Capability, Slot } from "#core/contract/manifest.ts";
import { overlaps, type Sentence, type Span } from "#core/lidm/sentence.ts";
import { formatDay } from "./dates/civil.ts";
import { type Dates, readDates } from "./dates/read-dates.ts";
import { readToday, type Today } from "./dates/today.ts";
import { createZones } from "./dates/zones.ts";
import { findEnum } from "./enums.ts";
import { fitsSlot, hasExtension } from "./fits-slot.ts";
import { createIdFinder, type IdFinder } from "./ids.ts";
import { findNumbers } from "./numbers.ts";
import { findPlaces, type PlaceMention } from "./places.ts";
import { findAfter, findQuoted } from "./texts.ts";

/** The asker's side of reading. */
export interface Asker {
  readonly now: Date;
  readonly timeZone: string;
  readonly locale: string;
  readonly files: readonly string[];
}

/** What a sentence says about a capability's slots. */
export interface Reading {
  /** Values by slot name; each fits its slot. */
  readonly input: JsonObject;
  /** The words the values were read from. */
  readonly spans: readonly Span[];
  /** Some value is a guess: only the strangeness of a word speaks for it. */
  readonly isGuess: boolean;
  readonly notes: readonly string[];
}

/** Reads slot values. Holds formatters and compiled patterns. */
export interface SlotReader {
  read(capability: Capability, sentence: Sentence, asker: Asker): Reading;
}

interface Draft {
  readonly input: JsonObject;
  readonly spans: Span[];
  readonly notes: string[];
  isGuess: boolean;
}

/** Makes the reader. `common` are the words of everyday requests, which are no names. */
export function createSlotReader(common: ReadonlySet<string>): SlotReader {
  const zones = createZones();
  const finders = new Map<string, IdFinder | undefined>();

  function finderFor(pattern: string): IdFinder | undefined {
    if (!finders.has(pattern)) finders.set(pattern, createIdFinder(pattern));
    return finders.get(pattern);
  }

  /** The surest kinds first; each leaves alone the words another has read. */
  function read(capability: Capability, sentence: Sentence, asker: Asker): Reading {
    const draft: Draft = { input: {}, spans: [], notes: [], isGuess: false };
    const slots = Object.entries(capability.slots);
    readFiles(slots, asker, draft);
    readQuoted(slots, sentence, draft);
    for (const [name, slot] of slots) {
      if (slot.type !== "id") continue;
      const finder = finderFor(slot.pattern);
      if (finder === undefined) draft.notes.push(`the pattern of ${name} is invalid or too costly, and was not used`);
      else put(draft, name, slot, finder(sentence, common, draft.spans));
    }
    readTimes(slots, sentence, asker, draft);
    for (const [name, slot] of slots) {
      const taken = [...draft.spans, ...wordsAfterKeywords(slots, sentence)];
      if (slot.type === "enum") put(draft, name, slot, findEnum(slot, sentence, taken));
    }
    readAfterKeywords(slots, sentence, draft);
    for (const [name, slot] of slots) {
      if (slot.type !== "number") continue;
      const numbers = findNumbers(sentence, draft.spans);
      const fitting = numbers.find(({ value }) => fitsSlot(slot, value));
      if (fitting === undefined && numbers.length > 0) draft.notes.push(`no number in the text fits ${name}`);
      put(draft, name, slot, fitting);
    }
    readPlaces(slots, sentence, draft);
    return draft;
  }

  function readTimes(slots: readonly [string, Slot][], sentence: Sentence, asker: Asker, draft: Draft): void {
    const names = (type: Slot["type"]): string[] =>
      slots.filter(([, slot]) => slot.type === type).map(([name]) => name);
    const taken = [...draft.spans];
    const [ranges, days, moments] = [names("dateRange"), names("date"), names("dateTime")];
    for (const [name, slot] of slots) {
      if (slot.type !== "date" && slot.type !== "dateRange" && slot.type !== "dateTime") continue;
      const today = readToday(zones, asker, tenseOf(sentence) ?? slot.prefer ?? usualSide(slot.type));
      const dates = readDates(sentence, today, zones, taken);
      const isDay = dates.dateRange !== undefined && dates.dateRange.from === dates.dateRange.to;
      // Where a capability has a slot for a day and one for a stretch, each takes its own.
      const isForOther = slot.type === "dateRange" ? isDay && days.length > 0 : ranges.length > 0 && !isDay;
      const value: Json | undefined = isTooVague(slot.type, dates, today, days.length > 0)
        ? undefined
        : dates[slot.type];
      if (value !== undefined && !(isForOther && slot.type !== "dateTime")) {
        draft.input[name] = value;
        if (slot.type === "date" && !isDay) draft.notes.push(`${name} takes one day: the first was used`);
      } else if (slot.type === "date" && dates.dateRange !== undefined && !isForOther) {
        draft.notes.push(`${name} takes one day, and the text names a longer time`);
      }
      for (const span of dates.spans) {
        const isClock =
          dates.dateTime !== undefined && moments.length === 0 && /^(?:right )?now$/.test(textOf(sentence, span));
        if (!isClock && !draft.spans.some((other) => overlaps(other, span))) draft.spans.push(span);
      }
    }
  }

  function readPlaces(slots: readonly [string, Slot][], sentence: Sentence, draft: Draft): void {
    const wanted = slots.filter(([, slot]) => slot.type === "place");
    if (wanted.length === 0) return;
    const places = findPlaces(sentence, common, draft.spans);
    const used = new Set<PlaceMention>();
    for (const [name, slot] of wanted) {
      const isOrigin = /^(?:from|origin|start|source|departure)/i.test(name);
      const place =
        places.find((each) => wanted.length > 1 && !used.has(each) && (each.preposition === "from") === isOrigin) ??
        places.find((each) => !used.has(each));
      if (place === undefined) continue;
      used.add(place);
      put(draft, name, slot, place);
      if (place.isGuess) draft.isGuess = true;
    }
    if (places.length > used.size && used.size > 0)
      draft.notes.push("the text names more places than one; the first was used");
  }

  return { read };
}

function readFiles(slots: readonly [string, Slot][], asker: Asker, draft: Draft): void {
  const used = new Set<string>();
  for (const [name, slot] of slots) {
    if (slot.type !== "file") continue;
    const file = asker.files.find((each) => !used.has(each) && hasExtension(each, slot.extensions));
    if (file === undefined) continue;
    used.add(file);
    draft.input[name] = `input/${file}`;
  }
}

/** Quotations go to the text slot whose keyword stands right before, else to text slots in their order. */
function readQuoted(slots: readonly [string, Slot][], sentence: Sentence, draft: Draft): void {
  const texts = slots.filter(([, slot]) => slot.type === "text");
  if (texts.length === 0) return;
  for (const quoted of findQuoted(sentence)) {
    const before = sentence.folded.slice(0, quoted.start).trimEnd();
    const isNamed = (slot: Slot): boolean =>
      slot.type === "text" && (slot.after ?? []).some((keyword) => before.endsWith(keyword.toLowerCase()));
    const free = texts.filter(([name]) => !(name in draft.input));
    const target = free.find(([, slot]) => isNamed(slot)) ?? free[0];
    if (target !== undefined) put(draft, target[0], target[1], quoted);
  }
}

function keywordsOf(slot: Slot): readonly string[] {
  return slot.type === "text" ? (slot.after ?? []) : [];
}

/** “merchant Rent-A-Car” is no rent: the word right after a keyword belongs to the text slot. */
function wordsAfterKeywords(slots: readonly [string, Slot][], sentence: Sentence): Span[] {
  return slots.flatMap(([, slot]) => {
    const start = findAfter(sentence, keywordsOf(slot), [], []);
    const word = start && sentence.words.find((each) => each.end > sentence.text.indexOf(start.value, start.start));
    return word === undefined ? [] : [word];
  });
}

function readAfterKeywords(slots: readonly [string, Slot][], sentence: Sentence, draft: Draft): void {
  for (const [name, slot] of slots) {
    if (slot.type !== "text" || name in draft.input) continue;
    const stops = slots.filter(([other]) => other !== name).flatMap(([, other]) => keywordsOf(other));
    put(draft, name, slot, findAfter(sentence, keywordsOf(slot), stops, draft.spans));
  }
}

function put(draft: Draft, name: string, slot: Slot, mention: (Span & { value: Json }) | undefined): void {
  if (mention === undefined || !fitsSlot(slot, mention.value)) return;
  draft.input[name] = mention.value;
  draft.spans.push({ start: mention.start, end: mention.end });
}

function tenseOf(sentence: Sentence): Today["prefer"] | undefined {
  const { folded } = sentence;
  if (/\b(?:will|upcoming|coming|going to|gonna|next|ahead|schedule)\b/.test(folded)) return "future";
  if (/\b(?:did|was|were|spent|paid|had|went|cost me|bought|happened|since|ago)\b/.test(folded)) return "past";
  return undefined;
}

function usualSide(type: "date" | "dateRange" | "dateTime"): Today["prefer"] {
  return type === "dateRange" ? "past" : "future";
}

/** “The next three days” is not today, and where a day can be said, “tomorrow morning” is no moment. */
function isTooVague(type: "date" | "dateRange" | "dateTime", dates: Dates, today: Today, hasDaySlot: boolean): boolean {
  if (type === "dateTime") return dates.isPartOfDay && hasDaySlot;
  if (type === "dateRange" || dates.dateRange === undefined) return false;
  const now = formatDay(today.day);
  return dates.dateRange.from <= now && now < dates.dateRange.to;
}

function textOf(sentence: Sentence, span: Span): string {
  return sentence.folded.slice(span.start, span.end);
}
