import type { JsonObject } from "#core/contract/json.ts";
import type { Capability } from "#core/contract/manifest.ts";
import { leftoverWords } from "./leftover.ts";
import { readSentence, type Sentence, type Span } from "./sentence.ts";
import { fitsSlot } from "./slots/fits-slot.ts";
import { isNeverPlace } from "./slots/places.ts";
import type { Asker, SlotReader } from "./slots/read-slots.ts";
import { trimEdges } from "./slots/texts.ts";

/** A text read as the answer to the question for one slot. */
export interface Answer {
  readonly input: JsonObject;
  /** The text is the value and nothing else. */
  readonly isBare: boolean;
}

const CANCEL =
  /^(?:cancel|stop|quit|forget (?:it|that|about it)|never ?mind|nvm|no thanks|no thank you|abort|leave it)[.! ]*$/;
const LONGEST_PLACE_WORDS = 5;

/** Whether a text takes back what was asked: “cancel”, “never mind”. */
export function isCancel(sentence: Sentence): boolean {
  return CANCEL.test(sentence.folded);
}

/** Reads a text as the value of the slot that was asked for, on top of the input known so far. */
export function readAnswer(
  capability: Capability,
  known: JsonObject,
  slotName: string,
  sentence: Sentence,
  reader: SlotReader,
  asker: Asker,
): Answer | undefined {
  const slot = capability.slots[slotName];
  if (slot === undefined) return undefined;
  const reading = reader.read(capability, sentence, asker);
  const isBare = leftoverWords(sentence, reading.spans).length === 0;
  const found = reading.input[slotName];
  // A place that is only guessed may be half of its name: the whole text is the better guess.
  const isGuessedPlace = slot.type === "place" && reading.isGuess;
  if (found !== undefined && !isGuessedPlace) return { input: { ...known, ...reading.input }, isBare };

  const others = reading.spans.filter((span) => sentence.text.slice(span.start, span.end) !== found);
  const value = wholeText(sentence, others);
  if (slot.type === "place") {
    const { words } = readSentence(value);
    const isPlace =
      words.length > 0 && words.length <= LONGEST_PLACE_WORDS && !words.some(({ key }) => isNeverPlace(key));
    if (!isPlace || !fitsSlot(slot, value)) return undefined;
    return { input: { ...known, ...reading.input, [slotName]: value }, isBare: !/\?\s*$/.test(sentence.text) };
  }
  if (slot.type === "text") {
    const whole = trimEdges(sentence.text);
    if (!fitsSlot(slot, whole)) return undefined;
    return { input: { ...known, [slotName]: whole }, isBare: !/\?\s*$/.test(sentence.text) };
  }
  return undefined;
}

/** What is left of a text when what was read as other values is taken out. */
function wholeText(sentence: Sentence, spans: readonly Span[]): string {
  let rest = sentence.text;
  for (const span of [...spans].sort((one, other) => other.start - one.start)) {
    rest = `${rest.slice(0, span.start)} ${rest.slice(span.end)}`;
  }
  return trimEdges(rest.replaceAll(/\s+/g, " ")).replace(/^(?:it's|its|in|at|for|the|to|from) /i, "");
}
