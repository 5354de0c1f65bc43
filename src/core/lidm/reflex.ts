import type { Json, JsonObject } from "#core/contract/json.ts";
import type { Manifest } from "#core/contract/manifest.ts";
import { isCancel, readAnswer } from "./answer.ts";
import { isExcluded, modelFor } from "./apply-routing.ts";
import { backgroundFor } from "./background.ts";
import { createCatalogue, type Catalogue, type Entry } from "./catalogue.ts";
import { confidenceOf } from "./classifier/classifier.ts";
import type { LabelledText } from "./classifier/train-classifier.ts";
import type { Choice, DecideContext, Decision, Outcome, Why } from "./decision.ts";
import { weighByValues } from "./evidence.ts";
import { readFollowUp } from "./follow-up.ts";
import { modelKey, type Model, restoreModel, serialiseModel, trainModel } from "./model.ts";
import { createNearExact, type NearExact } from "./near-exact.ts";
import { readSentence, type Sentence } from "./sentence.ts";
import { fitsSlot, hasExtension } from "./slots/fits-slot.ts";
import { createSlotReader, type SlotReader } from "./slots/read-slots.ts";

export type { Choice, DecideContext, Decision, LastCall, Outcome, Why } from "./decision.ts";

/** Decides, without any model but a small classifier, which capability a text asks for and with what input. */
export interface Reflex {
  decide(text: string, context: DecideContext): Decision;
}

export interface ReflexOptions {
  readonly modules: readonly Manifest[];
  /** Keeps the trained model between starts, by the hash of all that shapes it. */
  readonly cache: { get(key: string): Promise<string | undefined>; set(key: string, value: string): Promise<void> };
  /** Labelled messages of late (`module.capability`, or `none`): they sharpen the threshold. */
  readonly recent?: readonly LabelledText[];
  /** The share of wrong answers to stay below; 0.05 when not given. */
  readonly maxError?: number;
}

const USUAL_ERROR = 0.05;
const SHOWN_SCORES = 5;
const CHOICES = 2;
const LIKELIER_THAN_NOT = 0.5;
// A few words that are no value are a failed answer; more of them are another subject.
const SHORT_ANSWER_WORDS = 3;

/** Makes the reflex tier for the installed modules: loads the trained model, or trains and keeps it. */
export async function createReflex(options: ReflexOptions): Promise<Reflex> {
  const background = backgroundFor(options.modules);
  const catalogue = createCatalogue(
    options.modules,
    background.flatMap(({ sentences }) => sentences),
  );
  const data = {
    examples: catalogue.examples,
    background,
    slotTypes: catalogue.slotTypes,
    recent: options.recent ?? [],
    maxError: options.maxError ?? USUAL_ERROR,
  };
  const key = modelKey(data);
  const kept = restoreModel((await options.cache.get(key)) ?? "");
  const model = kept ?? trainModel(data);
  if (kept === undefined) await options.cache.set(key, serialiseModel(model));

  const reader = createSlotReader(catalogue.common);
  const learned = new Set(model.classifier.labels);
  const unlearned = [...catalogue.entries.values()].filter(({ label }) => !learned.has(label));
  const mind = { catalogue, model, reader, unlearned, isNearExact: createNearExact(reader) };
  return { decide: (text, context) => decide(mind, text, context) };
}

interface Mind {
  readonly catalogue: Catalogue;
  readonly model: Model;
  readonly reader: SlotReader;
  readonly isNearExact: NearExact;
  /** What the model was not trained for: none, but where it stands in for one that is still being trained. */
  readonly unlearned: readonly Entry[];
}

interface Question extends Mind {
  readonly text: string;
  readonly sentence: Sentence;
  readonly context: DecideContext;
  readonly ranking: readonly { entry: Entry; score: number }[];
  readonly exact: Entry | undefined;
  readonly notes: string[];
}

function decide(mind: Mind, text: string, context: DecideContext): Decision {
  const { catalogue } = mind;
  const model = modelFor(mind.model, context.routing);
  const ranking = weighByValues(text, model.classifier.rank(text), catalogue.slotTypes).flatMap(({ label, score }) => {
    const entry = catalogue.entries.get(label);
    return entry === undefined || isExcluded(entry, context) ? [] : [{ entry, score }];
  });
  const notes: string[] = [];
  const question = {
    ...mind,
    model,
    text,
    sentence: readSentence(text),
    context,
    ranking,
    exact: catalogue.exact(text),
    notes,
  };
  if (!model.answering.valid) notes.push("too few examples to prove a threshold: only near-exact matches are answered");
  const outcome = decideOutcome(question);
  return {
    outcome,
    scores: ranking.slice(0, SHOWN_SCORES).map(({ entry, score }) => ({
      module: entry.module,
      capability: entry.capability.name,
      score: round(score),
    })),
    confidence: round(confidenceOf(ranking)),
    threshold: model.answering.valid ? model.answering.threshold : 1,
    bound: model.answering.valid ? model.answering.bound : null,
    notes: [...new Set(notes)],
  };
}

function round(score: number): number {
  return Math.round(score * 10_000) / 10_000;
}

/** An open question first, then the sentence itself, then what it adds to the last one, then what it resembles. */
function decideOutcome(question: Question): Outcome {
  return (
    decideAnswer(question) ??
    (question.exact === undefined ? undefined : invoke(question, question.exact, "exact")) ??
    decideFile(question) ??
    decideFollowUp(question) ??
    decideUnlearned(question) ??
    decideClassified(question)
  );
}

function decideAnswer(question: Question): Outcome | undefined {
  const { catalogue, context, sentence, exact, notes } = question;
  const { pending } = context;
  const entry = pending === undefined ? undefined : catalogue.find(pending.module, pending.capability);
  if (pending === undefined || entry === undefined) return undefined;
  if (isCancel(sentence)) {
    notes.push("the person took the question back");
    return { kind: "none" };
  }
  if (exact !== undefined && exact !== entry) return undefined;
  const known = fitting(entry, pending.input);
  const answer = readAnswer(entry.capability, known, pending.slot, sentence, question.reader, context);
  const isNewRequest = isSure(question) && question.ranking[0]?.entry !== entry;
  if (answer === undefined) {
    if (isNewRequest || exact !== undefined || sentence.words.length > SHORT_ANSWER_WORDS) return undefined;
    notes.push(`the text is no value for ${pending.slot}`);
    return ask(entry, known, pending.slot);
  }
  if (!answer.isBare && isNewRequest) return undefined;
  return complete(question, entry, answer.input, "answer");
}

/** A file with a fitting name speaks for the capability that needs one, unless the words clearly ask for another. */
function decideFile(question: Question): Outcome | undefined {
  const { files } = question.context;
  if (files.length === 0) return undefined;
  const mayTake = [...question.catalogue.entries.values()].filter((entry) => !isExcluded(entry, question.context));
  const takers = mayTake.filter(({ capability }) =>
    Object.entries(capability.slots).some(
      ([name, slot]) =>
        slot.type === "file" &&
        capability.required.includes(name) &&
        files.some((file) => hasExtension(file, slot.extensions)),
    ),
  );
  const score = (entry: Entry): number => question.ranking.find((ranked) => ranked.entry === entry)?.score ?? 0;
  const [taker] = takers.sort((one, other) => score(other) - score(one));
  if (taker === undefined) return undefined;
  const best = question.ranking[0]?.entry;
  if (best !== undefined && !takers.includes(best) && isSure(question)) return undefined;
  question.notes.push("a file came with the message that this needs");
  return invoke(question, taker, "classified");
}

/** What the last capability cannot use, a sister of the same module may: “tomorrow?” turns the weather into a forecast. */
function decideFollowUp(question: Question): Outcome | undefined {
  const { last } = question.context;
  if (last === undefined) return undefined;
  const known = question.catalogue.find(last.module, last.capability);
  const sisters = question.ranking.flatMap(({ entry }) =>
    entry.module === last.module && entry !== known ? [entry] : [],
  );
  for (const entry of known === undefined ? [] : [known, ...sisters]) {
    // What has an effect is asked for in full.
    if (entry.capability.effect !== "read") continue;
    const input = readFollowUp(
      entry.capability,
      fitting(entry, last.input),
      question.sentence,
      question.reader,
      question.context,
    );
    if (input !== undefined) return complete(question, entry, input, "follow_up");
  }
  return undefined;
}

/** Nobody knows yet how sure the classifier would be: what differs from an example in hardly a word is beyond doubt. */
function decideUnlearned(question: Question): Outcome | undefined {
  const { unlearned, context, sentence, reader, isNearExact } = question;
  const entry = unlearned.find(
    (one) =>
      one.capability.effect === "read" &&
      !isExcluded(one, context) &&
      isNearExact(sentence, reader.read(one.capability, sentence, context).spans, one),
  );
  return entry && invoke(question, entry, "classified");
}

function decideClassified(question: Question): Outcome {
  const { model, ranking, notes } = question;
  const [first] = ranking;
  if (first === undefined || question.sentence.words.length === 0) return { kind: "none" };
  if (isSure(question)) return invoke(question, first.entry, "classified");
  if (first.entry.capability.effect !== "read" && isAbove(model.answering, confidenceOf(ranking))) {
    notes.push("it has an effect, so it must be surer than for reading");
  }
  if (confidenceOf(ranking) < model.unsureFrom) return { kind: "none" };
  const choices = ranking.slice(0, CHOICES).map(({ entry }): Choice => ({
    module: entry.module,
    capability: entry.capability.name,
    title: entry.capability.title,
    input: question.reader.read(entry.capability, question.sentence, question.context).input,
  }));
  return { kind: "unsure", choices };
}

/** Whether the best guess may be acted on: reading at the proven error, anything with an effect at a fifth of it. */
function isSure(question: Question): boolean {
  const { model, ranking, exact, sentence } = question;
  const [first] = ranking;
  if (first === undefined) return false;
  const isRead = first.entry.capability.effect === "read";
  const calibration = isRead ? model.answering : model.acting;
  if (calibration.valid) return isAbove(calibration, confidenceOf(ranking));
  if (confidenceOf(ranking) < (question.context.routing?.minimumConfidence ?? 0)) return false;
  if (!isRead) return exact === first.entry;
  const { spans } = question.reader.read(first.entry.capability, sentence, question.context);
  return first.score >= LIKELIER_THAN_NOT * sumOf(ranking) && question.isNearExact(sentence, spans, first.entry);
}

/** Talk that is close to an example was never learned as out of scope: here only the other capabilities are rivals. */
function sumOf(ranking: Question["ranking"]): number {
  return ranking.reduce((sum, { score }) => sum + score, 0);
}

function isAbove(calibration: Model["answering"], confidence: number): boolean {
  return calibration.valid && confidence >= calibration.threshold;
}

function invoke(question: Question, entry: Entry, why: Why): Outcome {
  const reading = question.reader.read(entry.capability, question.sentence, question.context);
  question.notes.push(...reading.notes);
  return complete(question, entry, reading.input, why);
}

/** Fills what is missing from memory and from the last call to the same module, or asks for it. */
function complete(question: Question, entry: Entry, read: JsonObject, why: Why): Outcome {
  const { capability, module } = entry;
  const { remembered, last } = question.context;
  const input: JsonObject = { ...read };
  // What is kept may be a module's word (a chosen option, a remembered value): it fills what is read, and nothing else.
  const mayRecall = capability.effect === "read";
  for (const [name, slot] of Object.entries(capability.slots)) {
    const isRequired = capability.required.includes(name);
    const recalled = slot.remember === true ? remembered[name] : undefined;
    const earlier = isRequired && slot.type !== "file" && last?.module === module ? last.input[name] : undefined;
    const value: Json | undefined = input[name] ?? (mayRecall ? (earlier ?? recalled) : undefined);
    if (value === undefined || !fitsSlot(slot, value)) continue;
    if (!(name in input)) question.notes.push(`${name} was taken from before`);
    input[name] = value;
  }
  const missing = capability.required.find((name) => !(name in input));
  if (missing !== undefined) return ask(entry, input, missing);
  return { kind: "invoke", module, capability: capability.name, input, why };
}

function ask(entry: Entry, input: JsonObject, slot: string): Outcome {
  const declared = entry.capability.slots[slot];
  const question = declared?.ask ?? `${declared?.description ?? slot}?`;
  return { kind: "ask", module: entry.module, capability: entry.capability.name, input, slot, question };
}

/** What of an earlier input still fits the slots: modules change between messages. */
function fitting(entry: Entry, input: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(input).filter(([name, value]) => {
      const slot = entry.capability.slots[name];
      return slot !== undefined && fitsSlot(slot, value);
    }),
  );
}
