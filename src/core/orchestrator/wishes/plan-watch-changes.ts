import type { StoredWatch } from "#core/store/store.ts";
import { endOne } from "#core/orchestrator/clock/watches-command.ts";
import { clip, say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { plainName } from "#core/orchestrator/plain-name.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { alone } from "./plan-offer.ts";
import type { WatchChangeWish } from "./wish-watch-changes.ts";

const MOST_NAMED = 5;

/** Ends the watch that is meant, or says which there are; undefined where the words may be about something else. */
export async function changeWatch(
  deps: OrchestratorDeps,
  scene: Scene,
  { do: deed, which, isSure }: WatchChangeWish,
): Promise<Outcome | undefined> {
  const mine = await deps.store.forOrg(scene.turn.org).watches.ofPerson(scene.person);
  const meant = mine.filter(({ plan, code }) => isAbout(plan.title, which) || code === which.toUpperCase());
  const [only, ...more] = meant;
  if (only === undefined)
    return isSure || mine.length > 0 ? said(scene, `${noneText(which)} ${there(mine)}`, mine) : undefined;
  if (more.length > 0) return said(scene, "Which of them do you mean?", meant);
  if (deed === "end") return endOne(deps, scene, only);
  const words = `A watch can't be paused. \`end ${only.code}\` stops the one for when ${inert(only.plan.title)}, and it can be begun again.`;
  return said(scene, words, meant);
}

/** Whether each word of what was named is among those of a title, in any form. */
function isAbout(title: string, which: string): boolean {
  const plain = plainName(title);
  const words = which.split(/\s+/).filter((word) => !SMALL.test(word));
  return words.every((word) => plain.includes(plainName(word.replace(/(?:s|es|ing)$/i, ""))));
}

const SMALL = /^(?:the|an?|my|our|in|on|at|of|for|about|it|is|if|when)$/i;

function noneText(which: string): string {
  return which === "" ? "You have no watch going on." : `You have no watch about “${inert(clip(which, 60))}”.`;
}

function there(mine: readonly StoredWatch[]): string {
  return mine.length === 0 ? "Say `tell me when it rains in Porto tomorrow` to begin one." : "These go on:";
}

function said({ composer }: Scene, words: string, watches: readonly StoredWatch[]): Outcome {
  const shown = watches.slice(0, MOST_NAMED);
  const lines = shown.map(({ code, plan }) => `\`end ${code}\`: when ${inert(plan.title)}`);
  const buttons = shown.map(({ id, code }) => composer.button(`End ${code}`, { verb: "wat", do: "end", watch: id }));
  const parts = lines.length === 0 ? [] : [{ type: "context", markdown: lines.join("\n") } as const];
  return { replies: [alone(say(words, buttons, parts))] };
}
