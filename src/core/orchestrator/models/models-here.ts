import { channelOf } from "#core/contract/message.ts";
import { MATRIX } from "#core/contract/permission.ts";
import type { Part } from "#core/contract/reply.ts";
import type { Role } from "#core/contract/gate.ts";
import { tiersHolding } from "#core/lidm/holding-tiers.ts";
import { routingFor } from "./routing-trial.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";

/**
 * Whether a language model can help in a place: none is set up, none may be asked there (none at all, or none of those
 * that are outside), none answers now, or one does.
 */
export type ModelsHere = "none" | "not_here" | "only_outside" | "down" | "on";

/** How models stand where somebody asks. */
export async function modelsHere(deps: OrchestratorDeps, { turn, conversation }: Scene): Promise<ModelsHere> {
  const models = deps.gateway.standing().flatMap(({ tier, models: some }) => some.map((model) => ({ tier, ...model })));
  if (models.length === 0) return "none";
  const { config } = await routingFor(deps.store.forOrg(turn.org), conversation.key);
  const channel = channelOf(conversation);
  const holding = tiersHolding(config.tiers, channel);
  const policy = await deps.rights.channelPolicyOf(turn.org, channel);
  const allowed = models.filter(({ tier }) => ORDER.indexOf(tier) <= ORDER.indexOf(holding.highest));
  if (allowed.length === 0 || !policy.spending) return "not_here";
  const isInside = policy.staysInside || holding.localOnly;
  const askable = allowed.filter(({ ref }) => !isInside || ref.staysInside);
  if (askable.length === 0) return "only_outside";
  return askable.some(({ isOpen }) => isOpen) ? "on" : "down";
}

const ORDER: readonly string[] = ["reflex", "standard", "heavy", "ultra"];

const WITHOUT = "What is missing without one: unforeseen questions, answers from several modules, talk.";

/** What help says of models: what is missing without one, and who can mend that; or what else can be said. */
export function modelsPart(models: ModelsHere, role: Role): Part {
  const mayChange = MATRIX[role].has("routing.manage");
  const how = {
    none: mayChange ? " To set one up: `nexus models`, and docs/models.md." : "",
    not_here: mayChange ? " `use all models again` changes that." : "",
    only_outside: mayChange
      ? " `allow cloud models again` changes that; or set up one that runs here: docs/models.md."
      : "",
    down: " I ask again by myself: `status` says which.",
    on: "",
  }[models];
  return { type: "context", markdown: `${WORDS[models]}${models === "on" ? "" : ` ${WITHOUT}`}${how}` };
}

const WORDS: Readonly<Record<ModelsHere, string>> = {
  none: "No language model is set up: I match what you say to what I can do, and I say so when nothing fits.",
  not_here: "No language model is asked here: I match what you say to what I can do, and I say so when nothing fits.",
  only_outside:
    "What is said here stays inside, and no language model runs inside: I match what you say to what I can do.",
  down: "No language model answers just now: I match what you say to what I can do, and I say so when nothing fits.",
  on: "A language model helps where I don't know your words: ask in your own, several things at once too.",
};
