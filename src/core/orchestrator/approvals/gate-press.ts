import type { Gate } from "#core/approval/approval.ts";
import { NexusError } from "#core/contract/errors.ts";
import { type GateKind, includesRole } from "#core/contract/gate.ts";
import type { ActionId } from "#core/contract/ids.ts";
import type { FormValue } from "#core/contract/message.ts";
import type { Reply } from "#core/contract/reply.ts";
import type { Verb } from "#core/contract/verbs.ts";
import { gateDetails } from "./gate-details.ts";
import { vote } from "./gate-vote.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { actionToGateId, gateToActionId } from "#core/orchestrator/token.ts";

type GateVerb = Extract<Verb, "apv" | "rej" | "gdt" | "rjf">;

/** Whether a button is one of an approval's: its token names the approval itself, and has no row. */
export function isGateVerb(verb: Verb): verb is GateVerb {
  return verb === "apv" || verb === "rej" || verb === "gdt" || verb === "rjf";
}

/** A pressed button of an approval. */
export async function onGatePress(
  deps: OrchestratorDeps,
  scene: Scene,
  { verb, id }: { readonly verb: GateVerb; readonly id: ActionId },
): Promise<Outcome> {
  const gate = await gateOf(deps, scene, id);
  switch (verb) {
    case "apv":
      return vote(deps, scene, gate.id, "approve");
    case "rej":
      return { replies: [await askForReason(deps, scene, gate)] };
    case "gdt":
      return { replies: [await gateDetails(deps, scene, gate)] };
    case "rjf":
      throw new NexusError("action_expired", "a form's token came back as a press");
    default:
      return verb satisfies never;
  }
}

/** The answers to the form for a reason. */
export async function onGateForm(
  deps: OrchestratorDeps,
  scene: Scene,
  id: ActionId,
  values: Readonly<Record<string, FormValue>>,
): Promise<Outcome> {
  const gate = await gateOf(deps, scene, id);
  const { reason } = values;
  return vote(deps, scene, gate.id, "reject", typeof reason === "string" ? reason : "");
}

/** The form for a reason. Whoever may not decide is told so before they have written one. */
async function askForReason(deps: OrchestratorDeps, scene: Scene, gate: Gate): Promise<Reply> {
  const role = await deps.roles.roleOf(scene.turn.org, scene.person);
  if (gate.author !== scene.person && !includesRole(role, gate.policy.role)) {
    throw new NexusError("not_allowed", "a rejection", {
      say: "Your role here does not let you decide this.",
      right: "gate.decide",
    });
  }
  if (gate.state !== "open") throw new NexusError("gate_closed", `approval ${gate.code} is ${gate.state}`);
  const token = (verb: "rej" | "rjf") => deps.tokens.mint(verb, gateToActionId(gate.id), scene.conversation);
  return {
    summary: `Reject ${gate.title}? A reason is welcome.`,
    parts: [{ type: "text", markdown: gate.title }],
    visibility: "only_actor",
    form: {
      token: token("rjf"),
      opener: token("rej"),
      title: `Reject Request ${gate.code}`,
      submit: "Reject",
      fields: [{ id: "reason", label: REASONS[gate.kind], type: "text", multiline: true, optional: true }],
    },
  };
}

const REASONS = {
  effect: "Reason",
  module: "Reason",
  quota: "Reason",
  install: "What should it do differently?",
} as const satisfies Record<GateKind, string>;

async function gateOf(deps: OrchestratorDeps, scene: Scene, id: ActionId): Promise<Gate> {
  const gateId = actionToGateId(id);
  const gate = gateId && (await deps.approval.get(scene.turn.org, gateId));
  if (gate === undefined) throw new NexusError("action_expired", "no such approval in this org");
  return gate;
}
