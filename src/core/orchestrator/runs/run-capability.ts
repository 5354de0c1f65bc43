import type { AdapterRunResult, FileChanges } from "#core/contract/invocation.ts";
import type { Capability } from "#core/contract/manifest.ts";
import type { Attachment } from "#core/contract/message.ts";
import { answer } from "#core/orchestrator/answer.ts";
import { say } from "#core/orchestrator/compose.ts";
import type { AnswerContext } from "#core/orchestrator/context.ts";
import { askToRun } from "#core/orchestrator/approvals/gate-effect.ts";
import { gatePolicyOf } from "#core/orchestrator/approvals/gate-subject.ts";
import { invokeCapability } from "./invoke-capability.ts";
import { modelReceipt } from "#core/orchestrator/models/model-receipt.ts";
import { moduleOff } from "./modules-switch.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { ConversationState } from "#core/orchestrator/state.ts";
import { mayUseHere, refusedWith } from "./use-right.ts";
import { findCapability, remembered, type Use } from "./use.ts";
import { type DecisionRecord, recordRun } from "#core/orchestrator/why.ts";

/**
 * Runs one capability for the asker and draws its answer. A missing required slot is asked for first; one the module
 * refuses is asked for again. What changes something outside is not run but asked for, where people must agree to it.
 */
export async function runCapability(
  deps: OrchestratorDeps,
  scene: Scene,
  use: Use,
  route: DecisionRecord["route"],
  attachments: readonly Attachment[],
  earlier?: FileChanges,
): Promise<Outcome> {
  const { manifest, capability } = findCapability(deps, scene.turn.org, use);
  const off = await deps.store.forOrg(scene.turn.org).moduleStates.off();
  if (off.has(use.module)) return moduleOff(scene, manifest);
  const verdict = await mayUseHere(deps, scene, { manifest, capability });
  if (!verdict.allowed) {
    const refused = refusedWith(scene, { manifest, capability }, verdict);
    return { ...refused, state: { ...keepLast(scene), answered: scene.turn.turnId } };
  }
  const missing = capability.required.find((slot) => use.input[slot] === undefined);
  if (missing !== undefined) {
    return {
      replies: [say(capability.slots[missing]?.ask ?? `Which ${missing}?`)],
      state: { ...keepLast(scene), answered: scene.turn.turnId, pending: { ...use, slot: missing } },
      record: { at: scene.now.getTime(), ...(route && { route }), ...(scene.models && { tiers: scene.models }) },
    };
  }
  if (capability.effect !== "read" && deps.policies[capability.effect].approvals > 0) {
    const policy = await gatePolicyOf(deps, scene.turn.org, use.module, capability.effect);
    const asked = await askToRun(deps, scene, use, { manifest, capability }, policy, attachments);
    const tiers = scene.models && { tiers: scene.models };
    return { ...asked, record: { at: scene.now.getTime(), ...(route && { route }), ...tiers } };
  }
  const models = scene.models && modelReceipt(scene.models);
  const context: AnswerContext = {
    turnId: scene.turn.turnId,
    person: scene.person,
    manifest,
    capability,
    input: use.input,
    attachments,
    conversation: scene.conversation,
    asker: scene.asker,
    now: scene.now,
    ...(models && { models }),
  };
  const result = await invokeCapability(deps, scene, use, context, {
    person: scene.person,
    asker: scene.asker,
    platform: scene.conversation.platform,
    attachments,
    ...(earlier && { earlier }),
  });
  const record = {
    at: scene.now.getTime(),
    ...(route && { route }),
    run: recordRun(result, use.input),
    right: verdict.right,
    ...(scene.models && { tiers: scene.models }),
  };
  return {
    replies: [answer(result, context, scene.composer)],
    record,
    state: nextState(scene, use, capability, result),
    ...(result.ok && {
      remember: remembered(capability, use.input, result),
      files: { module: use.module, changes: result.files },
    }),
  };
}

function nextState(scene: Scene, use: Use, capability: Capability, result: AdapterRunResult): ConversationState {
  const answered = scene.turn.turnId;
  if (result.ok && result.choices !== undefined && capability.effect !== "read") {
    return { ...keepLast(scene), answered, pending: { ...use, slot: result.choices.slot } };
  }
  if (result.ok) return { last: use, answered };
  if (result.slot !== undefined && result.slot in capability.slots) {
    const { [result.slot]: _, ...input } = use.input;
    return { ...keepLast(scene), answered, pending: { ...use, input, slot: result.slot } };
  }
  return { ...keepLast(scene), answered };
}

function keepLast({ state }: Scene): Pick<Scene["state"], "last"> {
  return state.last === undefined ? {} : { last: state.last };
}
