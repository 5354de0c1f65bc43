import { overlaps, type Sentence, type Span, type Word } from "#core/lidm/sentence.ts";
import { findKnownPlaces } from "./known-places.ts";

/** A place as the sentence writes it. */
export interface PlaceMention extends Span {
  readonly value: string;
  /** The preposition before it, or "". */
  readonly preposition: string;
  /** Only its strangeness speaks for it: neither a capital letter, nor a preposition, nor a known name. */
  readonly isGuess: boolean;
}

type Mention = Span & { isGuess: boolean };

const PREPOSITION = /^(?:in|at|near|around|for|to|from|of|over|about|outside)$/;
const CONNECTOR = /^(?:de|do|da|dos|das|del|della|di|du|la|le|les|el|al|of|on|upon|sur|am|an|der|den|and|the)$/;
const MAX_PLACE = 100;
const LONGEST_LOWER_RUN = 3;

/** Words that are never a place, whatever precedes them and however they are written. */
const NEVER = new Set(
  `a an the my our your his her its their this that these those it me us you i im we they he she is are was were be been do does did
  will would can could should shall may might must have has had if so then than as by with without and or but not no yes please pls plz
  thanks thank thx hi hello hey ok okay lol haha hmm now today tomorrow yesterday tonight day days week weeks weekend month months year
  years hour hours minute minutes morning afternoon evening night noon midnight monday tuesday wednesday thursday friday saturday sunday
  january february march april june july august september october november december here there home work office offices hq headquarters
  building branch team everyone everybody somebody anyone general total sum example instance english weather forecast rain meeting
  meetings lunch dinner breakfast what whats when where which who whos how why tell show give get let lets again also too just only all
  any some more most other another same next last first it's celsius fahrenheit euro euros eur usd dollars one two three four five six
  seven eight nine ten city town area region country place nexus bot`.split(/\s+/),
);

/** The places a sentence mentions, from left to right. `common` are the words of everyday requests. */
export function findPlaces(sentence: Sentence, common: ReadonlySet<string>, taken: readonly Span[]): PlaceMention[] {
  const words = sentence.words.filter((word) => !taken.some((span) => overlaps(span, word)));
  const isShouting = sentence.text === sentence.text.toUpperCase();
  const isName = (word: Word): boolean => {
    if (isShouting || !word.capital || NEVER.has(word.key)) return false;
    return !isOpening(sentence, word) || !common.has(word.key);
  };

  let found: Mention[] = [];
  /** “New York” by its name and “York, NY” by its capitals are one place. */
  const keep = (mention: Mention): void => {
    const whole = withRegion(sentence, words, mention);
    const parts = [whole, ...found.filter((other) => overlaps(other, whole))];
    const start = Math.min(...parts.map((part) => part.start));
    const end = Math.max(...parts.map((part) => part.end));
    found = [...found.filter((other) => !parts.includes(other)), { ...whole, start, end }];
  };
  for (const span of findKnownPlaces(sentence)) {
    if (!taken.some((other) => overlaps(other, span))) keep({ ...span, isGuess: false });
  }
  for (const run of capitalRuns(sentence, words, isName)) keep({ ...run, isGuess: false });
  const isStrange = (word: Word): boolean =>
    /^\p{L}{2,}$/u.test(word.key) && !NEVER.has(word.key) && !common.has(word.key);
  if (found.length === 0) for (const run of runsAfterPreposition(words, isStrange)) keep({ ...run, isGuess: false });
  if (found.length === 0) {
    const run = strangeEdge(words, (word) => isStrange(word) && !isMisspelling(word.key, common));
    if (run !== undefined) keep({ ...run, isGuess: true });
  }

  return found
    .sort((one, other) => one.start - other.start)
    .map((mention) => ({
      ...mention,
      value: sentence.text.slice(mention.start, mention.end).slice(0, MAX_PLACE).trim(),
      preposition: /\b([a-z]+) (?:the )?$/.exec(sentence.folded.slice(0, mention.start))?.[1] ?? "",
    }));
}

/** Whether a word may belong to a place at all. */
export function isNeverPlace(key: string): boolean {
  return NEVER.has(key);
}

function isOpening(sentence: Sentence, word: Word): boolean {
  return /(?:^|[.!?:>]\s*)$/.test(sentence.text.slice(0, word.start));
}

/** “São Paulo”, “Rio de Janeiro”, “Stratford-upon-Avon”, “St. Gallen”. */
function capitalRuns(sentence: Sentence, words: readonly Word[], isName: (word: Word) => boolean): Span[] {
  const runs: Span[] = [];
  for (let index = 0; index < words.length; index++) {
    const first = words[index];
    if (first === undefined || !isName(first)) continue;
    let { end } = first;
    for (let next = index + 1; next < words.length; next++) {
      const word = words[next];
      if (word === undefined || !isJoined(sentence, end, word)) break;
      if (isName(word)) {
        ({ end } = word);
        index = next;
      } else if (!CONNECTOR.test(word.key)) break;
      else {
        const after = words[next + 1];
        if (after === undefined || !isName(after) || !isJoined(sentence, word.end, after) || word.key === "and") break;
        ({ end } = after);
        index = ++next;
      }
    }
    runs.push({ start: first.start, end });
  }
  return runs;
}

function isJoined(sentence: Sentence, end: number, next: Word): boolean {
  return /^(?:\. ?| |-|\u2010|')?$/.test(sentence.text.slice(end, next.start));
}

/** “, NY” and “, Portugal” belong to the place before them. */
function withRegion(sentence: Sentence, words: readonly Word[], mention: Mention): Mention {
  const next = words.find((word) => word.start >= mention.end);
  if (next === undefined || !/^, ?$/.test(sentence.text.slice(mention.end, next.start))) return mention;
  const isCode = /^[a-z]{2}$/.test(next.key);
  const isRegion = next.capital || findKnownPlaces(sentence).some((span) => overlaps(span, next)) || isCode;
  if (!isRegion || NEVER.has(next.key)) return mention;
  const known = findKnownPlaces(sentence).find((span) => span.start === next.start);
  return withRegion(sentence, words, { ...mention, end: known?.end ?? next.end });
}

function runsAfterPreposition(words: readonly Word[], isStrange: (word: Word) => boolean): Span[] {
  const runs: Span[] = [];
  for (const [index, word] of words.entries()) {
    if (!PREPOSITION.test(word.key)) continue;
    const start = words[index + 1]?.key === "the" ? index + 2 : index + 1;
    const run = takeWhile(words.slice(start, start + LONGEST_LOWER_RUN), isStrange);
    if (run !== undefined) runs.push(run);
  }
  return runs;
}

/** Strange words at either end of the sentence: “aveiro weather”, “weather aveiro”. */
function strangeEdge(words: readonly Word[], isStrange: (word: Word) => boolean): Span | undefined {
  const isNoise = (word: Word): boolean =>
    NEVER.has(word.key) || CONNECTOR.test(word.key) || PREPOSITION.test(word.key);
  const inner = words.slice(
    words.findIndex((word) => !isNoise(word)),
    words.findLastIndex((word) => !isNoise(word)) + 1,
  );
  const opening = takeWhile(inner.slice(0, LONGEST_LOWER_RUN), isStrange);
  if (opening !== undefined) return opening;
  const closing = takeWhile(inner.slice(-LONGEST_LOWER_RUN).reverse(), isStrange);
  return closing;
}

function takeWhile(words: readonly Word[], test: (word: Word) => boolean): Span | undefined {
  const count = words.findIndex((word) => !test(word));
  const run = count === -1 ? words : words.slice(0, count);
  if (run.length === 0) return undefined;
  return { start: Math.min(...run.map((word) => word.start)), end: Math.max(...run.map((word) => word.end)) };
}

/** Whether a word is one slip of the finger away from a common one: “waether” is not a town. */
function isMisspelling(key: string, common: ReadonlySet<string>): boolean {
  for (const other of [...NEVER, ...common]) {
    if (other.length > 3 && Math.abs(other.length - key.length) <= 1 && isOneSlip(key, other)) return true;
  }
  return false;
}

function isOneSlip(one: string, other: string): boolean {
  let start = 0;
  while (start < one.length && one[start] === other[start]) start++;
  let tail = 0;
  while (tail < Math.min(one.length, other.length) - start && one.at(-1 - tail) === other.at(-1 - tail)) tail++;
  const left = one.slice(start, one.length - tail);
  const right = other.slice(start, other.length - tail);
  const isSwap = left.length === 2 && left === `${right[1] ?? ""}${right[0] ?? ""}`;
  return isSwap || Math.max(left.length, right.length) <= 1;
}
