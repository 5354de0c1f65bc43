import type { Choice } from "#core/lidm/reflex.ts";
import { routingFor } from "#core/orchestrator/models/routing-trial.ts";
import { findCapability } from "#core/orchestrator/runs/use.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";

type Found = Pick<Choice, "module" | "capability" | "input">;

/** What would tell what somebody wants to know: one capability beyond doubt, a question that is missing, or a few that may be meant. */
export type FoundWatched =
  | { readonly is: "sure"; readonly use: Found }
  | { readonly is: "ask"; readonly question: string }
  | { readonly is: "unsure"; readonly choices: readonly Choice[] }
  | { readonly is: "none" };

/**
 * Finds the capability that one would ask, by the same reflex as a question of a person's own. Only what reads counts:
 * nothing is ever changed by watching.
 * @param questions ways to ask for it, the likeliest first
 */
export async function findWatched(
  deps: OrchestratorDeps,
  scene: Scene,
  questions: readonly string[],
): Promise<FoundWatched> {
  const { org, signal } = scene.turn;
  const reflex = await deps.learning.reflexOf(org, signal);
  const { config: routing } = await routingFor(deps.store.forOrg(org), scene.conversation.key);
  const context = { now: scene.now, ...scene.asker, files: [], remembered: { ...scene.remembered }, routing };
  const outcomes = questions.map((question) => reflex.decide(question, context).outcome);
  const reads = (one: Found): boolean => {
    const { capability } = findCapability(deps, org, one);
    return capability.effect === "read" && !Object.values(capability.slots).some(({ type }) => type === "file");
  };
  for (const outcome of outcomes) {
    if (outcome.kind !== "invoke" || !reads(outcome)) continue;
    const { module, capability, input } = outcome;
    return { is: "sure", use: { module, capability, input } };
  }
  const asked = outcomes.find((outcome) => outcome.kind === "ask" && reads(outcome));
  if (asked?.kind === "ask") return { is: "ask", question: asked.question };
  const choices = outcomes.flatMap((outcome) => (outcome.kind === "unsure" ? outcome.choices.filter(reads) : []));
  const distinct = choices.filter(
    (one, at) =>
      choices.findIndex((other) => other.module === one.module && other.capability === one.capability) === at,
  );
  return distinct.length === 0 ? { is: "none" } : { is: "unsure", choices: distinct.slice(0, MOST_CHOICES) };
}

const MOST_CHOICES = 3;
