import type { JsonObject } from "#core/contract/json.ts";
import type { Capability } from "#core/contract/manifest.ts";
import { leftoverWords } from "./leftover.ts";
import { readSentence, type Sentence } from "./sentence.ts";
import { fitsSlot } from "./slots/fits-slot.ts";
import type { Asker, SlotReader } from "./slots/read-slots.ts";
import { trimEdges } from "./slots/texts.ts";

const CUE =
  /^(?:(?:and|ok|okay|so|now|then|also|or|but)[ ,]+)*(?:what about|how about|same (?:thing )?(?:for|in|on|with)|the same (?:for|in|on|with)|try|and|or|also|instead)\b[ ,]*/;
const MAX_WORDS = 10;
const MAX_TEXT_WORDS = 4;

/**
 * The input of the last call with what a short addition changes in it: “and Porto?”, “what about last month”, or a bare
 * “tomorrow?”. Nothing when the sentence says more than that.
 */
export function readFollowUp(
  capability: Capability,
  lastInput: JsonObject,
  sentence: Sentence,
  reader: SlotReader,
  asker: Asker,
): JsonObject | undefined {
  if (sentence.words.length === 0 || sentence.words.length > MAX_WORDS) return undefined;
  const cue = CUE.exec(sentence.folded)?.[0] ?? "";
  const rest = readSentence(sentence.text.slice(cue.length));
  const reading = reader.read(capability, rest, { ...asker, files: [] });
  const isComplete = leftoverWords(rest, reading.spans).length === 0;

  if (Object.keys(reading.input).length > 0 && isComplete) {
    const isAsked = cue !== "" || /\?\s*$/.test(sentence.text);
    if (reading.isGuess && !isAsked) return undefined;
    return { ...withoutRivals(capability, lastInput, reading.input), ...reading.input };
  }
  return cue === "" ? undefined : replaceText(capability, lastInput, rest);
}

/** “and Tesco?” after a question about one merchant. */
function replaceText(capability: Capability, lastInput: JsonObject, rest: Sentence): JsonObject | undefined {
  const texts = Object.entries(capability.slots).filter(([name, slot]) => slot.type === "text" && name in lastInput);
  const [only] = texts;
  const value = trimEdges(rest.text);
  if (only === undefined || texts.length > 1 || rest.words.length > MAX_TEXT_WORDS || !fitsSlot(only[1], value)) {
    return undefined;
  }
  return { ...lastInput, [only[0]]: value };
}

/** A new day ends the old stretch of days, and the other way round: they answer the same question. */
function withoutRivals(capability: Capability, lastInput: JsonObject, found: JsonObject): JsonObject {
  const isTime = (name: string): boolean => (capability.slots[name]?.type ?? "").startsWith("date");
  const hasNewTime = Object.keys(found).some(isTime);
  return Object.fromEntries(Object.entries(lastInput).filter(([name]) => !(hasNewTime && isTime(name))));
}
