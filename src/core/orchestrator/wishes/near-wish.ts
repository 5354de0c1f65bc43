import type { Action, Part } from "#core/contract/reply.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { alone } from "./plan-offer.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { titleCase } from "#core/orchestrator/title-case.ts";
import { readable } from "./wish-words.ts";

/** Something that may have been meant: what its button shows, and what it says when pressed. */
export interface NearWish {
  readonly label: string;
  readonly text: string;
}

/** A sentence that seems to want something set up, but not in words we are sure of: what it may mean, as buttons. */
export function offerNear(
  deps: Pick<OrchestratorDeps, "registry">,
  scene: Scene,
  text: string,
): Pick<Outcome, "replies"> | undefined {
  const near = nearHere(deps, scene, text);
  if (near.length === 0) return undefined;
  const { composer } = scene;
  const actions = [
    ...buttonsFor(scene, near),
    composer.button("Something Else", { verb: "els", text }),
    composer.whyButton(scene.turn.turnId),
  ];
  const question =
    "I am not sure what you want set up. Did you mean one of these? I ask once more before I change anything.";
  return { replies: [alone(say(question, actions, [wordsFor(near)]))] };
}

/**
 * A model's words for a sentence that may want something set up: words set up nothing, whatever they say, so what may have
 * been meant is offered with them.
 */
export function withNear(
  deps: Pick<OrchestratorDeps, "registry">,
  scene: Scene,
  text: string,
  outcome: Outcome,
): Outcome {
  const { tiers, run } = outcome.record ?? {};
  const [reply, ...others] = outcome.replies;
  const isTalk = tiers?.by !== undefined && tiers.tools.length === 0 && run === undefined;
  const near = isTalk ? nearHere(deps, scene, text) : [];
  if (reply === undefined || others.length > 0 || near.length === 0) return outcome;
  const offer: Part = { type: "notice", tone: "info", text: OFFER };
  const parts = [offer, wordsFor(near), ...reply.parts].map((part) =>
    part.type === "actions" ? { ...part, items: [...buttonsFor(scene, near), ...part.items] } : part,
  );
  return { ...outcome, replies: [{ ...reply, parts }] };
}

const OFFER =
  "Nothing is set up by talking about it. Did you mean one of these? I ask once more before I change anything.";

function nearHere(
  { registry }: Pick<OrchestratorDeps, "registry">,
  { turn }: Scene,
  text: string,
): readonly NearWish[] {
  const modules = registry
    .modules(turn.org)
    .map(({ manifest }) => ({ name: manifest.name, title: inert(manifest.title) }));
  return nearWishes(text, modules);
}

function buttonsFor({ composer }: Scene, near: readonly NearWish[]): Action[] {
  return near.map(({ label, text }) => composer.button(titleCase(label), { verb: "say", text }));
}

function wordsFor(near: readonly NearWish[]): Part {
  return { type: "context", markdown: near.map(({ text }) => `\`${text}\``).join(" · ") };
}

/** What a sentence may want set up: at most three things, each in the words that say it beyond doubt. */
export function nearWishes(
  text: string,
  modules: readonly { readonly name: string; readonly title: string }[],
): readonly NearWish[] {
  const said = readable(text)?.toLowerCase();
  if (said === undefined || isQuestion(text, said) || said.split(" ").length > MOST_WORDS) return [];
  const named = modules.find(({ name, title }) => hasWord(said, name) || hasWord(said, title.toLowerCase()));
  const found: NearWish[] = [];
  const add = (label: string, words: string): void => void found.push({ label, text: words });
  if (named !== undefined) {
    const { name, title } = named;
    const who = /\b(admin|operator|owner)s?\b/.exec(said)?.[1];
    if (who !== undefined && /\b(?:only|just|nobody|alone|restrict|limit|lock)\b/.test(said))
      add(`only ${who}s use ${title}`, `only let ${who}s use ${name}`);
    else if (HERE.test(said) && OFF.test(said)) add(`switch off ${title} here`, `turn off ${name} here`);
    else if (HERE.test(said) && ON.test(said)) add(`switch on ${title} here`, `turn ${name} on here`);
  }
  if (
    /\b(?:cloud|openai|external|outside|hosted)\b/.test(said) &&
    /\b(?:models?|ai|llms?|chatgpt)\b/.test(said) &&
    /\b(?:no|not|never|don't|stop|without|only|avoid)\b/.test(said)
  ) {
    if (HERE.test(said)) add("no cloud models here", "no cloud models here");
    add("no cloud models anywhere", "no cloud models");
  }
  const units = /\b(\d{1,6})\s*(?:run )?units?\b/.exec(said)?.[1];
  if (units !== undefined && /\b(?:limit|cap|quota|budget|max|maximum|at most|no more|more than|only)\b/.test(said)) {
    const period = /month/.test(said) ? "month" : "day";
    add(`${units} units a ${period} each`, `set the limit for each person to ${units} units a ${period}`);
    add(`${units} units a ${period} together`, `set the limit for everybody together to ${units} units a ${period}`);
  }
  if (
    /\b(?:confidential|secret|private|internal|in-?house|inside)\b/.test(said) &&
    HERE.test(said) &&
    /\b(?:keep|stay|stays|must|should|make)\b/.test(said)
  ) {
    add("keep everything here inside", "keep everything said here inside");
  }
  return found.slice(0, MOST_OFFERED);
}

const MOST_WORDS = 18;
const MOST_OFFERED = 3;
const HERE = /\b(?:here|this channel|this conversation|this thread)\b/;
const OFF = /\b(?:off|disable|disabled|block|hide|mute|silence|remove|without|not|don't|no)\b/;
const ON = /\b(?:on|enable|enabled|allow|allowed|back|again)\b/;

/** Whoever asks about a rule does not want it changed. */
function isQuestion(text: string, said: string): boolean {
  return (
    /\?\s*$/.test(text) ||
    /^(?:who|what|when|where|why|how|which|is|are|was|were|did|does|do i|do we|has|have|should|shall|if|i heard|bob|she|he|they|ignore)\b/.test(
      said,
    )
  );
}

function hasWord(said: string, word: string): boolean {
  return new RegExp(String.raw`(?<![\w-])${word.replaceAll(/[^\w ]/g, ".")}(?![\w-])`).test(said);
}
