import { z } from "zod";
import { type BundleEntries, MANIFEST_FILE, SCRIPT_ENTRY } from "#core/contract/bundle.ts";
import type { Gateway, GatewayAnswer, ModelName } from "#core/contract/model.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Prompt } from "#core/llm/prompts/prompt.ts";
import { reviewPrompt } from "#core/llm/prompts/review-prompt.ts";
import { specifyPrompt } from "#core/llm/prompts/specify-prompt.ts";
import { writeModulePrompt } from "#core/llm/prompts/write-module-prompt.ts";
import { redactLine } from "#core/telemetry/redact.ts";
import type { ModelDraft, ModelWish, ModelWriter } from "./model-writer.ts";
import { openPurse } from "./purse.ts";
import { readSpecification, type Specification } from "./read-specification.ts";
import { SpecificationDraft } from "./specification-draft.ts";
import { specificationText } from "./specification-text.ts";
import { type ModelRules, othersToAsk, whomToAsk } from "./whom-to-ask.ts";

export interface ModelWriterDeps {
  readonly gateway: Gateway;
  /** Which models may be asked where; left out, all that are set up. */
  readonly rules?: ModelRules;
  readonly clock: Clock;
  readonly log: Log;
}

const Code = z.strictObject({ module: z.string().refine((text) => text.trim() !== ""), said: z.string() });
type Code = z.infer<typeof Code>;

const Verdict = z.strictObject({ ok: z.boolean(), concerns: z.array(z.string()).max(5) });

/** How long all models together may take over one question; ms. */
const PATIENCE_MS = 180_000;
/** How often the same thing is asked: an answer that is not taken is thrown away whole, and why is said with the second. */
const TRIES = 2;
const SAID_CHARS = 1_000;
const CONCERN_CHARS = 300;

type NotWritten = Extract<ModelDraft, { state: "not_written" }>["why"];

/** Ends the writing from wherever it is. Nobody but `write` sees it. */
class Ended extends Error {
  readonly why: NotWritten;
  readonly say: string;
  constructor(why: NotWritten, say: string = WORDS[why]) {
    super(why);
    this.why = why;
    this.say = say;
  }
}

const WORDS = {
  no_model: "No language model that could write it may be asked here.",
  unusable: "No language model gave an answer I could use. I took nothing of what they wrote.",
  refused: "The language model says that this should not be built.",
  budget: "The budget for it ended before it was written.",
} as const satisfies Record<NotWritten, string>;

/**
 * Makes what has modules written by models. What is asked for first is what the module must do; the host makes manifest
 * and tests of it, and they are fixed before a line of code is asked for. A model that did not write the code reviews it,
 * where there is another: what it says leads to one rewriting at most, and to nothing else.
 */
export function createModelWriter({ gateway, rules, clock, log }: ModelWriterDeps): ModelWriter {
  return {
    async write(wish, tell, signal) {
      const purse = openPurse(wish.unitsLeft);
      const ask = async <T>(prompt: Prompt<T>, models?: readonly ModelName[]): Promise<Answered<T>> => {
        const { asker, staysInside } = wish;
        const whom = await whomToAsk(gateway, rules, asker, "build");
        if (whom === undefined) throw new Ended("no_model");
        if (!purse.mayAsk()) throw new Ended("budget");
        const deadline = new Date(clock().getTime() + PATIENCE_MS);
        const request = { asker, staysInside, ...whom, deadline, ...prompt, ...(models && { models }) };
        const answer = await gateway.ask(request, signal);
        purse.note(answer);
        return readAnswered(answer);
      };
      try {
        const others = (writer: ModelName) =>
          othersToAsk(gateway, rules, wish.asker, { writer, staysInside: wish.staysInside });
        return { ...(await writeWith({ ask, others }, wish, tell)), units: purse.spentUnits() };
      } catch (error) {
        if (!(error instanceof Ended)) throw error;
        log.info({ why: error.why, units: purse.spentUnits() }, "module not written by a model");
        return { state: "not_written", why: error.why, say: error.say, units: purse.spentUnits() };
      }
    },
  };
}

type Answered<T> =
  | { readonly ok: true; readonly value: T; readonly model: ModelName }
  /** `why` in words of ours. */
  | { readonly ok: false; readonly why: string };
type Ask = <T>(prompt: Prompt<T>, models?: readonly ModelName[]) => Promise<Answered<T>>;

interface Room {
  readonly ask: Ask;
  /** Models that did not write it. */
  readonly others: (writer: ModelName) => Promise<readonly ModelName[]>;
}

/** An answer that was taken, or that another may be asked for; whatever else happened ends it. */
function readAnswered<T>(answer: GatewayAnswer<T>): Answered<T> {
  if (answer.ok) {
    if (answer.value === undefined) throw new Ended("unusable");
    return { ok: true, value: answer.value, model: answer.model.name };
  }
  if (answer.because === "no_model") throw new Ended("no_model");
  if (answer.because === "quota_reached") throw new Ended("budget");
  const invalid = answer.attempts.findLast(({ outcome }) => outcome === "output_invalid");
  if (answer.because === "deadline" || invalid === undefined) throw new Ended("unusable");
  return { ok: false, why: invalid.detail };
}

async function writeWith(
  { ask, others }: Room,
  wish: ModelWish,
  tell: (note: string) => void,
): Promise<Omit<Extract<ModelDraft, { state: "written" }>, "units">> {
  tell("writing down what it must do");
  const specification = await specify(ask, wish);
  const tests = testFiles(specification);
  const facts = {
    need: wish.need,
    manifest: manifestText(specification),
    tests: [...tests.values()].join("\n"),
  };
  tell("writing the code for it");
  let written = await writeCode(ask, facts);
  tell("having it reviewed");
  const review = await reviewCode({ ask, others }, facts, written);
  let isRewritten = false;
  if (review !== undefined && !review.ok && review.concerns.length > 0) {
    tell("writing it anew after the review");
    const { concerns } = review;
    const again = await writeCode(ask, { ...facts, review: { code: written.code.module, concerns } }).catch(keepFirst);
    if (again !== undefined) {
      written = again;
      isRewritten = true;
    }
  }
  return {
    state: "written",
    entries: entriesOf(specification, tests, written.code.module),
    specification: specificationText(wish.need, specification),
    by: { writer: written.model, ...(review !== undefined && { reviewer: review.by }) },
    summary: plain(written.code.said, SAID_CHARS),
    ...(review !== undefined && { review: { ok: review.ok, concerns: review.concerns, isRewritten } }),
  };
}

/** What was written first is still there when there is no second. */
function keepFirst(error: unknown): undefined {
  if (!(error instanceof Ended)) throw error;
  return undefined;
}

async function specify(ask: Ask, { need, feedback, taken }: ModelWish): Promise<Specification> {
  let rejected: string | undefined;
  for (let tries = 0; tries < TRIES; tries += 1) {
    let fault: string | undefined;
    // What does not come to a sound manifest and tests is no answer: the gateway asks the next model.
    const schema = SpecificationDraft.superRefine((draft, context) => {
      const read = draft.refused === null ? readSpecification(draft, taken) : undefined;
      fault = read?.ok === false ? read.why : undefined;
      if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
    });
    const answer = await ask(
      specifyPrompt({ need, feedback, taken, rejected, output: { name: "specification", schema } }),
    );
    if (!answer.ok) {
      rejected = fault ?? answer.why;
      continue;
    }
    const { refused } = answer.value;
    if (refused !== null) throw new Ended("refused", `${WORDS.refused} It says: “${plain(refused, CONCERN_CHARS)}”`);
    const read = readSpecification(answer.value, taken);
    if (read.ok) return read.specification;
    rejected = read.why;
  }
  throw new Ended("unusable");
}

interface Facts {
  readonly need: string;
  readonly manifest: string;
  readonly tests: string;
  readonly review?: { readonly code: string; readonly concerns: readonly string[] };
}

async function writeCode(ask: Ask, facts: Facts): Promise<{ readonly code: Code; readonly model: ModelName }> {
  let rejected: string | undefined;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const answer = await ask(writeModulePrompt({ ...facts, rejected, output: { name: "module", schema: Code } }));
    if (answer.ok) return { code: answer.value, model: answer.model };
    rejected = answer.why;
  }
  throw new Ended("unusable");
}

/** What another model says of the code; undefined where there is none, or it says nothing of use. */
async function reviewCode(
  { ask, others }: Room,
  facts: Facts,
  written: { readonly code: Code; readonly model: ModelName },
): Promise<{ readonly ok: boolean; readonly concerns: readonly string[]; readonly by: ModelName } | undefined> {
  const reviewers = await others(written.model);
  if (reviewers.length === 0) return undefined;
  const output = { name: "review", schema: Verdict };
  const answer = await ask(reviewPrompt({ ...facts, code: written.code.module, output }), reviewers).catch(keepFirst);
  if (answer?.ok !== true) return undefined;
  const { ok, concerns } = answer.value;
  return { ok, concerns: concerns.map((concern) => plain(concern, CONCERN_CHARS)), by: answer.model };
}

function manifestText({ manifest }: Specification): string {
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** Its tests by file. Files have small letters on every system. */
function testFiles({ tests }: Specification): ReadonlyMap<string, string> {
  return new Map(
    [...tests].map(([capability, list]) => {
      const file = capability.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      return [`tests/${file}.json`, `${JSON.stringify(list, undefined, 2)}\n`];
    }),
  );
}

function entriesOf(specification: Specification, tests: ReadonlyMap<string, string>, code: string): BundleEntries {
  const { title, description } = specification.manifest;
  const files = [
    [MANIFEST_FILE, manifestText(specification)],
    [SCRIPT_ENTRY, code.endsWith("\n") ? code : `${code}\n`],
    ["README.md", `# ${title}\n\n${description}\n\nWritten by a language model to a specification, for NEXUS.\n`],
    ...tests,
  ] as const;
  return new Map(files.map(([path, text]) => [path, new TextEncoder().encode(text)]));
}

function plain(text: string, chars: number): string {
  return redactLine(text).replace(/\s+/g, " ").trim().slice(0, chars).toWellFormed();
}
