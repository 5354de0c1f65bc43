import { NexusError } from "#core/contract/errors.ts";
import { type ModuleName, turnReference } from "#core/contract/ids.ts";
import { moment } from "#core/contract/moment.ts";
import type { Action, Reply } from "#core/contract/reply.ts";
import { detailOf, type HealthDetail } from "#core/evolution/installer/health/health-detail.ts";
import type { HealthDecision } from "#core/store/store.ts";
import { type Composer, say } from "#core/orchestrator/compose.ts";
import { whenOf } from "#core/orchestrator/context.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { mayChangeHere } from "./undo-right.ts";

/**
 * A module did worse than the version before it and was taken back, or people are asked to: said where approvals are
 * decided, or else to whom it was installed for.
 */
export async function onReverted(deps: OrchestratorDeps, scene: Scene, activation: string): Promise<Outcome> {
  const org = deps.store.forOrg(scene.turn.org);
  const decision = await org.moduleHealth.decision(activation);
  const detail = detailOf(decision);
  if (decision === undefined || detail === undefined) return { replies: [] };
  const channel = await org.gates.channel();
  if (channel === undefined || channel.key === scene.conversation.key) {
    return { replies: [cardOf(scene.composer, decision, detail)] };
  }
  const reply = cardOf(scene.composer.at(channel), decision, detail);
  return { replies: [], elsewhere: [{ conversation: channel, actor: scene.actor, reply }] };
}

/** How the calls of what was taken back ended, for whoever may take modules back. */
export async function revertedLogs(
  deps: OrchestratorDeps,
  scene: Scene,
  module: ModuleName,
  activation: string | undefined,
): Promise<Reply> {
  await mayChangeHere(deps, scene, "module.undo", module);
  const org = deps.store.forOrg(scene.turn.org);
  const decision = activation === undefined ? undefined : await org.moduleHealth.decision(activation);
  const detail = detailOf(decision);
  if (decision === undefined || detail === undefined) throw new NexusError("no_data", `nothing was noted of ${module}`);
  const runs = await org.decisions.runsOf(decision.sha256, MOST_RUNS);
  const rows = runs.map(({ turn, at, outcome }) => [moment(at, "date_time"), inert(outcome), turnReference(turn)]);
  const columns = ["When", "How it ended", "Reference"].map((header) => ({ header }));
  const table = { type: "table", caption: `The last calls of ${detail.version}`, columns, rows } as const;
  const hint = { type: "context", markdown: "The log of the service tells more of each by its reference." } as const;
  const summary = `${module} ${detail.version}: ${badText(detail)}, ${whenOf(decision.at, scene)}.`;
  return { ...say(summary, [], rows.length === 0 ? [hint] : [table, hint]), visibility: "only_actor" };
}

const MOST_RUNS = 20;

/** `deploy-notes 1.4.0: 6 of 9 calls failed (1.3.2: 0 of 212). I went back to 1.3.2 at 16:54.` */
function cardOf(composer: Composer, decision: HealthDecision, detail: HealthDetail): Reply {
  const { former, of } = detail;
  const compared = former === undefined ? "" : ` (${former.version}: ${former[of]} of ${former.calls})`;
  const summary = `${decision.module} ${detail.version}: ${badText(detail)}${compared}. ${doneText(decision, detail)}`;
  return say(summary, actionsOf(composer, decision, detail));
}

function badText({ calls, failures, empties, of }: HealthDetail): string {
  return of === "failures" ? `${failures} of ${calls} calls failed` : `${empties} of ${calls} answers were empty`;
}

function doneText({ verdict, at }: HealthDecision, { to, why }: HealthDetail): string {
  const when = moment(at, "time");
  const because = why === undefined ? "" : `: ${inert(why)}`;
  switch (verdict) {
    case "reverted":
      return `I went back to ${to?.version ?? "the version before"} at ${when}.`;
    case "switched_off":
      return `I switched it off at ${when}${because}.`;
    case "told":
      return `I left it as it is${because}.`;
    default:
      return verdict satisfies never;
  }
}

function actionsOf(
  composer: Composer,
  { module, verdict, activation }: HealthDecision,
  { version, to }: HealthDetail,
): Action[] {
  const logs = composer.button("Logs", { verb: "und", module, do: "logs", change: activation });
  const undo = (label: string, style?: "primary"): Action =>
    composer.button(label, { verb: "und", module, do: "ask" }, style);
  switch (verdict) {
    case "reverted":
      return [
        composer.button(`Keep ${to?.version ?? "It So"}`, { verb: "und", module, do: "keep" }, "primary"),
        // Taking it back was a change like any other: undone, the newer version is there again.
        undo(`Retry ${version}`),
        logs,
      ];
    case "switched_off":
      return [composer.button("Ask to Switch It On", { verb: "mod", module, on: true }), undo("Undo"), logs];
    case "told":
      return [undo("Undo", "primary"), logs];
    default:
      return verdict satisfies never;
  }
}
