import talk from "#core/lidm/data/background.json" with { type: "json" };
import { conceptsOf } from "#core/lidm/classifier/concepts.ts";
import { maskWords } from "#core/lidm/classifier/mask.ts";
import { stemOf } from "#core/lidm/classifier/stem.ts";
import { readSentence, type Word } from "#core/lidm/sentence.ts";
import { stemsOf } from "./stems.ts";
import type { Topics } from "./topics.ts";

/** What a text is about, each with how much it tells; of length 1 together. */
export type Terms = ReadonlyMap<string, number>;

/** One word that says what a text is about. */
export interface TellingWord {
  /** As it is compared. */
  readonly stem: string;
  /** As it was written, in small letters. */
  readonly word: string;
  readonly weight: number;
  /** It may be somebody's name. */
  readonly isName: boolean;
}

/** The words of a text that tell what it is about: no names of days, numbers, people, places or addresses among them. */
export function tellingWords(text: string): TellingWord[] {
  const sentence = readSentence(text.replaceAll(/<[@#!][^>\s]{1,80}>/g, " "));
  const masked = maskWords(sentence);
  const plain = new Set(masked.flatMap(({ key, isMask }) => (isMask ? [] : [key])));
  return sentence.words.flatMap((word, at) => {
    if (!plain.has(word.key) || COMMON.has(word.key) || word.key.length < 2) return [];
    if (UNSPACED.test(word.key)) return pairsOf(word.key);
    const stem = stemOf(word.key);
    if (COMMON.has(stem)) return [];
    return [{ stem, word: word.key, weight: weightOf(stem), isName: isName(word, at) }];
  });
}

/**
 * A text as a vector of length 1: its telling words, what matters they belong to, and the topics that its words name, so
 * that “who has the pager” and “the on-call rota” meet.
 */
export function termsOf(text: string, topics: Topics): Terms {
  const terms = new Map<string, number>();
  const add = (term: string, weight: number): void => void terms.set(term, (terms.get(term) ?? 0) + weight);
  const seen = new Set<string>();
  for (const { stem, weight, isName: mayBeName } of tellingWords(text)) {
    if (seen.has(stem)) continue;
    seen.add(stem);
    add(stem, mayBeName ? weight * NAME : weight);
    for (const concept of conceptsOf(stem)) add(`concept ${concept}`, weight * CONCEPT);
  }
  const named = topics.namedIn(text);
  for (const topic of named) add(`topic ${topic}`, TOPIC / Math.sqrt(named.length));
  const length = Math.hypot(...terms.values());
  return length === 0 ? terms : new Map([...terms].map(([term, weight]) => [term, weight / length]));
}

/** Of a capital in the middle of a sentence nobody knows whether it is a product's or a person's. */
const NAME = 0.75;
/** Words of one matter are not yet the same request. */
const CONCEPT = 0.35;
/** As much as two or three rare words. */
const TOPIC = 9;
/** Of words that everybody in every office uses. */
const OFFICE = 0.4;

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** Scripts that are written without blanks are compared by pairs of characters. */
function pairsOf(run: string): TellingWord[] {
  const characters = Array.from(run);
  const pairs = characters.slice(1).map((character, at) => `${characters[at] ?? ""}${character}`);
  return pairs.map((pair) => ({ stem: pair, word: pair, weight: RAREST / 2, isName: false }));
}

function isName({ capital, key }: Word, at: number): boolean {
  return capital && at > 0 && key !== "i";
}

function weightOf(stem: string): number {
  const weight = Math.log((1 + SENTENCES) / (1 + (SEEN_IN.get(stem) ?? 0))) + 1;
  const isOffice = OFFICE_WORDS.has(stem);
  return isOffice ? weight * OFFICE : weight;
}

const TALK = Object.values(talk).flat();
const SENTENCES = TALK.length;
/** In how many sentences of everyday talk a word stands. It is fixed, so that what was compared once compares alike for ever. */
const SEEN_IN: ReadonlyMap<string, number> = seenIn(TALK);
const RAREST = Math.log(1 + SENTENCES) + 1;

function seenIn(sentences: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const sentence of sentences) {
    for (const stem of new Set(stemsOf(sentence))) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  }
  return counts;
}

/** What is said around any request, in English and in the commonest words of some other languages. */
const COMMON: ReadonlySet<string> = new Set(
  `a about again all also am an and any anybody anyone anything are arent as at be because been before being but by
   can cant could couldnt did didnt do does doesnt doing done dont down each ever every everybody everyone for from get
   gets getting give gives go goes going good got great had has have havent having he hello help her here hers hey hi
   him his how hows i id if ill im in into is isnt it its ive just kind know let lets like ll look looking love made make
   maybe me might mine more most much must my myself need needs neither never new next nexus nice no nobody none nor not
   nothing now of off often oh ok okay on once one only or other ought our ours out over please pls possible quick
   quickly re really right s said same say see seen she should show so some somebody somehow someone something sometimes
   somewhere soon still such sure t take tell than thank thanks that thats the their theirs them then there theres these
   they thing things think this those through till time to today tomorrow too try u under until up us use used using
   usually ve very want wanted wants was way we well went were what whats whatever when whens where wheres which while
   who whoever whos whose why will wish with within without wont would wouldnt yes yesterday yet you your youre yours
   able actually already anyway bot check could find finding fetch hear idea list lookup nicely per pull rather remind
   since straight though useful week weeks weekly daily month months monthly day days hour hours morning evening tonight
   der die das den dem ein eine einen ist sind war hat haben wer wie was wo wann warum und oder mit von zu zum zur im am
   an auf fur ich du er sie es wir ihr mir mich dir uns nicht noch schon bitte kann kannst konnte mal gibt heute morgen
   le la les un une des du de est sont qui que quoi ou quand pourquoi comment et avec pour dans sur je tu il elle nous
   vous mon ma mes ce cette pas plus peux pouvez el los las una unos es son quien como donde cuando por para con en y o
   mi tu su no si puedes habe hast wir viele viel lassen letztem letzten letzte jahr neue gerade bin mein meine meinen
   dein deine gibts brauche mochte wollen konnen alle etwas ai suis quel quelle quels combien peut faire avoir cuanto
   cuantos tengo hay esta estan puedo demain hier aujourdhui gestern manana hoy ayer`.split(/\s+/),
);

const OFFICE_WORDS: ReadonlySet<string> = new Set(
  `status team project number count report update info information detail data current latest last open close new old
   today customer client company user people person work office link name change start end many total overview summary
   result system tool service account file item value message question answer issue problem thing set add create remove
   delete send post ask run stop move first second top high low free available`
    .split(/\s+/)
    .map(stemOf),
);
