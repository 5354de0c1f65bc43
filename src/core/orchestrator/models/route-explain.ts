import type { Part, Reply } from "#core/contract/reply.ts";
import { tiersHolding } from "#core/lidm/holding-tiers.ts";
import type { Decision } from "#core/lidm/reflex.ts";
import { channelOf } from "#core/contract/message.ts";
import { readCommand } from "#core/orchestrator/command.ts";
import { clip } from "#core/orchestrator/compose.ts";
import { findSource } from "#core/orchestrator/secrets/connect.ts";
import { talkFacts, type TalkFacts } from "./converse-facts.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { findJoining } from "#core/orchestrator/people/join.ts";
import { findModule } from "#core/orchestrator/runs/modules-switch.ts";
import { decide } from "#core/orchestrator/decide.ts";
import { routeModels } from "./route-models.ts";
import { type HeldRouting, routingFor } from "./routing-trial.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { mayUseHere } from "#core/orchestrator/runs/use-right.ts";
import { findCapability } from "#core/orchestrator/runs/use.ts";
import { readWish } from "#core/orchestrator/wishes/read-wish.ts";

const NOTHING_DONE = "Nothing was run, asked or spent.";

/**
 * Who would answer a sentence said here and now by this person, why, and what it would cost at most. It runs nothing and
 * asks no model.
 */
export async function explainRoute(deps: OrchestratorDeps, scene: Scene, text: string): Promise<Reply> {
  const word = wordForWord(deps, scene, text);
  if (word !== undefined) return reply(word, [], []);
  const held = await routingFor(deps.store.forOrg(scene.turn.org), scene.conversation.key);
  const decision = await decide(deps, scene, { text, attachments: [] }, held.config);
  const isHandedOn = decision.outcome.kind === "unsure" || decision.outcome.kind === "none";
  const facts = await talkFacts(deps, scene, { text, attachments: [] }, decision, held);
  const mayAsk = isHandedOn && deps.models.all().length > 0;
  const models = mayAsk ? await routeModels(deps, scene, facts) : undefined;
  const reflex = await reflexWords(deps, scene, decision);
  const summary = models === undefined || models.tiers.length === 0 ? reflex : `${reflex} ${models.summary}`;
  const items = [...reflexFields(decision), ...routingFields(held, facts), ...(models?.items ?? [])];
  const why = isHandedOn
    ? [...decision.notes, ...(mayAsk ? facts.plan.reasons : [noModelWords(held, scene)])]
    : decision.notes;
  return reply(summary, items, [...scoreTable(decision), ...(models?.parts ?? []), ...whyPart(why)]);
}

function reply(summary: string, items: readonly { label: string; value: string }[], parts: readonly Part[]): Reply {
  return {
    summary,
    parts: [
      { type: "text", markdown: summary },
      ...(items.length === 0 ? [] : [{ type: "fields" as const, items: [...items] }]),
      ...parts,
      { type: "context", markdown: NOTHING_DONE },
    ],
    visibility: "only_actor",
  };
}

/** What is recognised word for word never comes as far as a tier. */
function wordForWord(deps: OrchestratorDeps, scene: Scene, text: string): string | undefined {
  const isSource = (name: string): boolean => findSource(deps, scene.turn.org, name) !== undefined;
  const isModule = (name: string): boolean => findModule(deps, scene.turn.org, name) !== undefined;
  const isPlatform = (name: string): boolean => findJoining(deps, name) !== undefined;
  const command = readCommand(text, (name) => isSource(name) || isPlatform(name), isModule);
  if (command !== undefined) return "That is a command: I know it word for word, and no tier is asked.";
  const wish = readWish(text, { isModule, isSource });
  if (wish !== undefined)
    return "That wants something set up: I would plan it and ask you first, and no tier is asked.";
  return undefined;
}

async function reflexWords(deps: OrchestratorDeps, scene: Scene, { outcome }: Decision): Promise<string> {
  switch (outcome.kind) {
    case "invoke": {
      const what = findCapability(deps, scene.turn.org, outcome);
      const name = `“${what.manifest.title}: ${what.capability.title}”`;
      const { allowed } = await mayUseHere(deps, scene, what);
      if (!allowed) return `The reflex tier would take that for ${name}, which is not for you here.`;
      const values = Object.entries(outcome.input).map(([slot, value]) => `${slot} = ${shown(value)}`);
      const asks = what.capability.effect !== "read" && deps.policies[what.capability.effect].approvals > 0;
      const how = asks ? "would ask people to agree to" : "would run";
      return inert(
        `The reflex tier ${how} ${name}${values.length === 0 ? "" : ` with ${clip(values.join(", "), 200)}`}.`,
      );
    }
    case "ask": {
      const { manifest, capability } = findCapability(deps, scene.turn.org, outcome);
      return inert(
        `The reflex tier would take that for “${manifest.title}: ${capability.title}” and ask: “${outcome.question}”`,
      );
    }
    case "unsure": {
      const names = outcome.choices.map(({ title }) => `“${title}”`).join(" or ");
      return inert(`The reflex tier is not sure enough; at best it is ${names}.`);
    }
    case "none":
      return "The reflex tier finds nothing that comes close.";
    default:
      return outcome satisfies never;
  }
}

function reflexFields({ confidence, threshold, bound, scores }: Decision): { label: string; value: string }[] {
  if (scores.length === 0) return [];
  const proven =
    bound === null
      ? "nothing yet: only what is close to an example is answered"
      : `at most ${percent(bound)} of what is answered is wrong`;
  return [
    { label: "Confidence", value: `${percent(confidence)} (needed ${percent(threshold)})` },
    { label: "Proven", value: proven },
  ];
}

function routingFields({ version, trial }: HeldRouting, { staysInside, isClosed }: TalkFacts) {
  const state =
    trial === undefined
      ? ""
      : version === trial.newest
        ? ", on trial here"
        : `, as version ${trial.newest} is on trial elsewhere`;
  return [
    ...(version === 0 && trial === undefined ? [] : [{ label: "Routing", value: `version ${version}${state}` }]),
    ...(staysInside ? [{ label: "Stays inside", value: "yes: only models in the building are asked" }] : []),
    ...(isClosed ? [{ label: "Spending", value: "off in this channel: no model is asked" }] : []),
  ];
}

function noModelWords({ config }: HeldRouting, scene: Scene): string {
  const { highest } = tiersHolding(config.tiers, channelOf(scene.conversation));
  return highest === "reflex" ? "no model is asked here: the highest tier is set to reflex" : "no model is set up";
}

function scoreTable({ scores }: Decision): Part[] {
  if (scores.length < 2) return [];
  return [
    {
      type: "table",
      caption: "What the reflex tier thinks of",
      columns: [{ header: "Capability" }, { header: "Score", align: "right" }],
      rows: scores.map(({ module, capability, score }) => [`${module}.${capability}`, percent(score)]),
    },
  ];
}

function whyPart(reasons: readonly string[]): Part[] {
  return reasons.length === 0 ? [] : [{ type: "context", markdown: inert(reasons.join(" · ")) }];
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
