import type { AdapterRunResult, FileChanges } from "#core/contract/invocation.ts";
import type { CapabilityName, ModuleName } from "#core/contract/ids.ts";
import type { Json, JsonObject } from "#core/contract/json.ts";
import type { Capability, Manifest } from "#core/contract/manifest.ts";
import type { Attachment } from "#core/contract/message.ts";
import { NexusError } from "#core/contract/errors.ts";
import { answer } from "./answer.ts";
import { say } from "./compose.ts";
import type { AnswerContext } from "./context.ts";
import { runOnce } from "./run-once.ts";
import type { OrchestratorDeps, Outcome, Scene } from "./scene.ts";
import type { ConversationState } from "./state.ts";
import { type DecisionRecord, recordRun } from "./why.ts";

export interface Use {
  readonly module: ModuleName;
  readonly capability: CapabilityName;
  readonly input: JsonObject;
}

/**
 * Runs one capability for the asker and draws its answer. A missing required slot is asked for first; one the module
 * refuses is asked for again.
 */
export async function runCapability(
  deps: OrchestratorDeps,
  scene: Scene,
  use: Use,
  route: DecisionRecord["route"],
  attachments: readonly Attachment[],
  earlier?: FileChanges,
): Promise<Outcome> {
  const { manifest, capability } = findCapability(deps, use);
  const missing = capability.required.find((slot) => use.input[slot] === undefined);
  if (missing !== undefined) {
    return {
      replies: [say(capability.slots[missing]?.ask ?? `Which ${missing}?`)],
      state: { ...keepLast(scene), answered: scene.turn.turnId, pending: { ...use, slot: missing } },
      record: { at: scene.now.getTime(), ...(route && { route }) },
    };
  }
  const context: AnswerContext = {
    turnId: scene.turn.turnId,
    manifest,
    capability,
    input: use.input,
    attachments,
    conversation: scene.conversation,
    asker: scene.asker,
    now: scene.now,
  };
  const step = { id: capability.name, title: `${manifest.title}: ${capability.title.toLowerCase()}` };
  scene.stream.step({ ...step, status: "running" });
  const invocation = {
    org: scene.turn.org,
    person: scene.person,
    turn: scene.turn.turnId,
    module: use.module,
    capability: use.capability,
    input: use.input,
    asker: scene.asker,
    ...(earlier && { earlier }),
    files: attachments.map((attachment) => ({
      attachment,
      read: (maxBytes: number) =>
        deps.readAttachment(scene.conversation.platform, attachment, maxBytes, scene.turn.signal),
    })),
  };
  const result = await runOnce(scene.turn, use.module, capability, use.input, (beforeEffect) =>
    deps.registry.invoke({ ...invocation, ...(beforeEffect && { beforeEffect }) }, scene.turn.signal),
  );
  scene.stream.step({ ...step, status: result.ok ? "done" : "failed" });
  const record = { at: scene.now.getTime(), ...(route && { route }), run: recordRun(result, use.input) };
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

/** @throws NexusError module_unknown when an old button names what is no longer installed */
export function findCapability(deps: OrchestratorDeps, use: Use): { manifest: Manifest; capability: Capability } {
  const manifest = deps.registry.modules().find((module) => module.manifest.name === use.module)?.manifest;
  const capability = manifest?.capabilities.find(({ name }) => name === use.capability);
  if (manifest === undefined || capability === undefined) {
    throw new NexusError("module_unknown", `${use.module}.${use.capability} is not installed`);
  }
  return { manifest, capability };
}

function nextState(scene: Scene, use: Use, capability: Capability, result: AdapterRunResult): ConversationState {
  const answered = scene.turn.turnId;
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

/** Slots marked `remember` keep the value that worked; a module may name others, of its own slots only. */
function remembered(
  capability: Capability,
  input: JsonObject,
  result: Extract<AdapterRunResult, { ok: true }>,
): Record<string, Json> {
  const values: Record<string, Json> = {};
  for (const [slot, { remember }] of Object.entries(capability.slots)) {
    const value = result.remember[slot] ?? (remember === true ? input[slot] : undefined);
    if (value !== undefined) values[slot] = value;
  }
  return values;
}
