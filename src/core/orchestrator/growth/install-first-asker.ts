import { GateId } from "#core/contract/ids.ts";
import type { Part, Reply } from "#core/contract/reply.ts";
import { namesOf } from "#core/orchestrator/approvals/gate-card.ts";
import { InstallSubject } from "#core/orchestrator/approvals/install-subject.ts";
import { say } from "#core/orchestrator/compose.ts";
import { whenOf } from "#core/orchestrator/context.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { routingFor } from "#core/orchestrator/models/routing-trial.ts";
import { decide } from "#core/orchestrator/decide.ts";
import { runCapability } from "#core/orchestrator/runs/run-capability.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { recordRoute } from "#core/orchestrator/why.ts";
import { howToAsk, missingCredentials } from "./install-how.ts";
import { firstAsk } from "./install-telling.ts";

/**
 * Answers what somebody asked for before there was a module for it, as if they asked it now: with their rights, and only
 * when it is clear, reads and nothing else. Otherwise they are told how to ask.
 */
export async function onInstalled(deps: OrchestratorDeps, scene: Scene, id: string): Promise<Outcome> {
  const { org } = scene.turn;
  const gate = await deps.approval.get(org, GateId.parse(id));
  const subject = InstallSubject.safeParse(gate?.subject).data;
  const asked = subject && (await firstAsk(deps, org, subject));
  if (gate === undefined || subject === undefined || asked === undefined) return { replies: [] };
  // What follows an installation may not have followed yet, or been cut off by a restart.
  await deps.registry.refresh(org);
  const module = deps.registry.modules(org).find(({ manifest }) => manifest.name === subject.module);
  if (module?.sha256 !== subject.sha256) return { replies: [] }; // it has been taken back since
  const { manifest } = module;
  const before = `You asked (${whenOf(asked.at, scene)}): “${inert(asked.text)}”. New module, approved by ${namesOf(gate, "approve")}.`;
  const answered = await answerNow(deps, scene, asked.text, subject);
  if (answered !== undefined) return behind(before, answered);
  const near = await nearestExample(deps, scene, asked.text, subject);
  const like = near === undefined ? undefined : await answerNow(deps, scene, near, subject);
  if (like !== undefined) return behind(`${before} Closest to that is “${inert(near ?? "")}”:`, like);
  const missing = await missingCredentials(deps, org, manifest);
  const title = inert(manifest.title);
  const can =
    missing.length === 0 ? `${title} can do that now.` : `${title} can do that once somebody has connected it.`;
  return { replies: [say(`${before} ${can}`, [], [howToAsk(manifest, missing)])] };
}

/** What its module says people ask it, where that is nearly what was asked: it was made for this. */
async function nearestExample(
  deps: OrchestratorDeps,
  { turn, person }: Scene,
  text: string,
  { module }: InstallSubject,
): Promise<string | undefined> {
  const { serves } = await deps.curriculum.noticed(turn.org, person, text);
  return serves?.module === module && !serves.isOff ? serves.example : undefined;
}

/** Undefined where it is not clear, would change something, or cannot be done. */
async function answerNow(
  deps: OrchestratorDeps,
  scene: Scene,
  text: string,
  { module }: InstallSubject,
): Promise<Outcome | undefined> {
  const { config } = await routingFor(deps.store.forOrg(scene.turn.org), scene.conversation.key);
  const decision = await decide(deps, { ...scene, state: {} }, { text, attachments: [] }, config);
  const { outcome } = decision;
  if (outcome.kind !== "invoke" || outcome.module !== module) return undefined;
  const { manifest } = deps.registry.modules(scene.turn.org).find((one) => one.manifest.name === module) ?? {};
  const capability = manifest?.capabilities.find(({ name }) => name === outcome.capability);
  if (capability?.effect !== "read") return undefined;
  const run = await runCapability(deps, scene, outcome, recordRoute(decision), []);
  return run.record?.run?.outcome === "ok" ? run : undefined;
}

function behind(before: string, answered: Outcome): Outcome {
  const first: Part = { type: "context", markdown: before };
  const [reply, ...more] = answered.replies;
  if (reply === undefined) return answered;
  const told: Reply = { ...reply, summary: `${before} ${reply.summary}`, parts: [first, ...reply.parts] };
  return { ...answered, replies: [told, ...more] };
}
