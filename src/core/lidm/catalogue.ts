import type { Capability, Manifest } from "#core/contract/manifest.ts";
import { maskWords } from "./classifier/mask.ts";
import type { LabelledText } from "./classifier/train-classifier.ts";
import type { SlotTypes } from "./evidence.ts";
import { overlaps, readSentence, type Sentence } from "./sentence.ts";
import { findKnownPlaces } from "./slots/known-places.ts";

/** A capability and its module, under the label the classifier knows it by. */
export interface Entry {
  readonly label: string;
  readonly module: Manifest["name"];
  readonly capability: Capability;
}

/** All that can be asked for, and the ways to ask. */
export interface Catalogue {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly examples: readonly LabelledText[];
  /** The words of the examples and of everyday talk: what is among them is no name. */
  readonly common: ReadonlySet<string>;
  find(module: string, capability: string): Entry | undefined;
  /** The capability that has this very sentence among its examples, values aside. */
  exact(text: string): Entry | undefined;
  readonly slotTypes: SlotTypes;
}

/** Reads the manifests into what the reflex tier decides on. */
export function createCatalogue(modules: readonly Manifest[], background: readonly string[]): Catalogue {
  const entries = new Map<string, Entry>();
  for (const manifest of modules) {
    for (const capability of manifest.capabilities) {
      const label = labelOf(manifest.name, capability.name);
      entries.set(label, { label, module: manifest.name, capability });
    }
  }
  const examples = [...entries.values()].flatMap(({ label, capability }) =>
    capability.examples.map((text): LabelledText => ({ text, label })),
  );

  // Each is read once: this is most of a start from a kept model.
  const read = examples.map(({ text, label }) => ({ sentence: readSentence(text), label }));
  const verbatim = indexBy(read, verbatimKey);
  const masked = indexBy(read, maskedKey);

  return {
    entries,
    examples,
    common: commonWords([...read.map(({ sentence }) => sentence), ...background.map(readSentence)]),
    slotTypes: Object.fromEntries(
      [...entries].map(([label, { capability }]) => [label, Object.values(capability.slots).map((slot) => slot.type)]),
    ),
    find: (module, capability) => entries.get(labelOf(module, capability)),
    exact: (text) => {
      const sentence = readSentence(text);
      return entries.get(verbatim.get(verbatimKey(sentence)) ?? masked.get(maskedKey(sentence)) ?? "");
    },
  };
}

/** How much two sets of words share, 0 to 1. */
export function similarity(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  return jaccard([...one].filter((word) => other.has(word)).length, one.size, other.size);
}

/** The share of what two sets have in common in what either has, 0 to 1. */
export function jaccard(shared: number, one: number, other: number): number {
  return shared === 0 ? 0 : shared / (one + other - shared);
}

/** The words of a text, values replaced by their kinds. */
export function maskedSet(text: string): ReadonlySet<string> {
  return new Set(maskWords(readSentence(text)).map((word) => word.key));
}

function labelOf(module: string, capability: string): string {
  return `${module}.${capability}`;
}

function verbatimKey(sentence: Sentence): string {
  return sentence.words.map((word) => word.key).join(" ");
}

/** A sentence with its values masked, or "" when nothing but values is left. */
function maskedKey(sentence: Sentence): string {
  const words = maskWords(sentence);
  return words.some((word) => !word.isMask) ? words.map((word) => word.key).join(" ") : "";
}

/** Key to label; a key that stands for several labels, or is empty, is left out. */
function indexBy(
  examples: readonly { readonly sentence: Sentence; readonly label: string }[],
  keyOf: (sentence: Sentence) => string,
): ReadonlyMap<string, string> {
  const labels = new Map<string, Set<string>>();
  for (const { sentence, label } of examples) {
    const key = keyOf(sentence);
    labels.set(key, (labels.get(key) ?? new Set()).add(label));
  }
  return new Map(
    [...labels].flatMap(([key, [label, second]]): [string, string][] =>
      key === "" || label === undefined || second !== undefined ? [] : [[key, label]],
    ),
  );
}

function commonWords(sentences: readonly Sentence[]): ReadonlySet<string> {
  const common = new Set<string>();
  for (const sentence of sentences) {
    const places = findKnownPlaces(sentence);
    for (const [index, word] of sentence.words.entries()) {
      const isName = (word.capital && index > 0) || places.some((place) => overlaps(place, word));
      if (!isName) common.add(word.key);
    }
  }
  return common;
}
