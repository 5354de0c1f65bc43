import { maskedSet, similarity } from "#core/lidm/catalogue.ts";
import type { Capability, Manifest } from "#core/contract/manifest.ts";
import { cosine } from "./clusters.ts";
import type { Noticed } from "./curriculum.ts";
import { wantsChange } from "./request.ts";
import { tellingWords, termsOf, type Terms } from "./terms.ts";
import { createTopics } from "./topics.ts";

/** A module of an org, and whether it is switched off there. */
export interface OwnModule {
  readonly manifest: Manifest;
  readonly isOff: boolean;
}

type Serving = NonNullable<Noticed["serves"]>;

/** A text by all that it is compared by. */
interface Read {
  readonly text: string;
  readonly terms: Terms;
  readonly stems: ReadonlySet<string>;
  /** All of its words, values replaced by what they are. */
  readonly words: ReadonlySet<string>;
}

/** Of a group this share must be like a module's examples: one stray request makes no module of another. */
const SHARE = 0.5;
const NO_TOPICS = createTopics([]);

/** The module that does what most of some requests ask for, with its example that is likest to them. */
export function servesThose(modules: readonly OwnModule[], texts: readonly string[]): Serving | undefined {
  const requests = texts.map((text) => ({ ...read(text), isChange: wantsChange(text) }));
  const scored = modules.flatMap(({ manifest, isOff }) =>
    manifest.capabilities.map((capability) => {
      const examples = examplesOf(capability);
      // What only reads does not do what is to be changed.
      const fitting = requests.filter(({ isChange }) => !isChange || capability.effect !== "read");
      const near = fitting.filter((request) => examples.some((example) => isAlike(request, example))).length;
      const sums = examples.map((example) => ({
        text: example.text,
        sum: fitting.reduce((sum, { terms }) => sum + cosine(terms, example.terms), 0),
      }));
      const likest = sums.toSorted((a, b) => b.sum - a.sum)[0];
      return { manifest, isOff, near, example: likest?.text ?? "", sum: likest?.sum ?? 0 };
    }),
  );
  const [best] = scored.toSorted((a, b) => b.near - a.near || b.sum - a.sum);
  if (best === undefined || best.near === 0 || best.near < requests.length * SHARE) return undefined;
  const { manifest, isOff, example } = best;
  return { module: manifest.name, title: manifest.title, example, isOff };
}

/** One telling word in common is chance: “who is on call” asks for no calls. */
function isAlike(one: Read, other: Read): boolean {
  const shared = [...one.stems].filter((stem) => other.stems.has(stem)).length;
  if (shared >= ENOUGH_SHARED && cosine(one.terms, other.terms) >= SAME_MATTER) return true;
  return shared > 0 && similarity(one.words, other.words) >= SAME_WORDS;
}

const ENOUGH_SHARED = 2;
const SAME_MATTER = 0.7;
const SAME_WORDS = 0.6;

function read(text: string): Read {
  return {
    text,
    terms: termsOf(text, NO_TOPICS),
    stems: new Set(tellingWords(text).map(({ stem }) => stem)),
    words: maskedSet(text),
  };
}

/** Manifests do not change: what their examples are about is found out once. */
const KNOWN = new WeakMap<Capability, readonly Read[]>();

function examplesOf(capability: Capability): readonly Read[] {
  const known = KNOWN.get(capability) ?? capability.examples.map(read);
  KNOWN.set(capability, known);
  return known;
}
