import type { Gate } from "#core/approval/approval.ts";
import { subjectHash } from "#core/approval/subject-hash.ts";
import { asNexusError, NexusError } from "#core/contract/errors.ts";
import type { AdapterRunResult } from "#core/contract/invocation.ts";
import type { GatePolicy } from "#core/contract/gate.ts";
import type { Json } from "#core/contract/json.ts";
import type { Capability, Effect, Manifest } from "#core/contract/manifest.ts";
import { type Attachment, channelOf } from "#core/contract/message.ts";
import { answer } from "#core/orchestrator/answer.ts";
import { errorReply } from "#core/orchestrator/failure.ts";
import { askApproval } from "./gate-ask.ts";
import type { Facts } from "./gate-card.ts";
import type { Done } from "./gate-done.ts";
import { type EffectSubject, subjectJson } from "./gate-subject.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { invokeCapability } from "#core/orchestrator/runs/invoke-capability.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { mayUseHere } from "#core/orchestrator/runs/use-right.ts";
import { findCapability, remembered, type Use } from "#core/orchestrator/runs/use.ts";
import { recordRun } from "#core/orchestrator/why.ts";

interface What {
  readonly manifest: Manifest;
  readonly capability: Capability;
}

/** Asks people before something is changed outside. */
export async function askToRun(
  deps: OrchestratorDeps,
  scene: Scene,
  use: Use,
  what: What,
  policy: GatePolicy,
  attachments: readonly Attachment[],
): Promise<Outcome> {
  const { manifest, capability } = what;
  const verdict = await mayUseHere(deps, scene, what);
  const sha256 = deps.registry.modules(scene.turn.org).find((module) => module.manifest.name === use.module)?.sha256;
  if (sha256 === undefined) throw new NexusError("module_unknown", `${use.module} is not installed`);
  const subject: EffectSubject = {
    kind: "effect",
    module: use.module,
    version: manifest.version,
    sha256,
    capability: use.capability,
    effect: capability.effect,
    input: use.input,
    attachments: [...attachments],
    person: scene.person,
    asker: scene.asker,
  };
  return askApproval(deps, scene, {
    kind: "effect",
    // Asked for once more with the same values it is the same wish, whatever the module's version is by then.
    topic: `effect:${use.module}.${use.capability}:${scene.person}:${subjectHash(use.input)}`,
    title: titleOf(what),
    subject: subjectJson(subject),
    facts: factsOf(what, subject),
    policy,
    ...(verdict.allowed && { right: verdict.right }),
  });
}

/** Runs what was approved, once, as its author, in the turn of whoever decided. Its failure is a result too. */
export async function runApproved(
  deps: OrchestratorDeps,
  scene: Scene,
  gate: Gate,
  subject: EffectSubject,
): Promise<Done> {
  try {
    return await run(deps, scene, gate, subject);
  } catch (thrown) {
    const error = asNexusError(thrown);
    // The delivery room tries again what a retry may mend; what somebody stopped is not to be begun again.
    const isForRetry = error.code === "internal" || error.code === "disk_full";
    if (isForRetry && !isStopped(scene)) throw thrown;
    const { code, say, hint } = isStopped(scene) ? new NexusError("stopped", "stopped while it ran") : error;
    deps.log.warn({ err: thrown, turn: scene.turn.turnId, gate: gate.id }, "what was approved could not be run");
    return { reply: errorReply(code, say, hint, scene.turn.turnId), brief: `${gate.title}: ${say}`, outcome: {} };
  }
}

async function run(deps: OrchestratorDeps, scene: Scene, gate: Gate, subject: EffectSubject): Promise<Done> {
  const { input, person, asker, attachments } = subject;
  const what = findCapability(deps, scene.turn.org, subject);
  const { platform } = gate.conversation;
  const result = await invokeCapability(deps, scene, subject, what, {
    person,
    asker,
    platform,
    channel: channelOf(gate.conversation),
    attachments,
    gate: gate.id,
  });
  const context = {
    ...what,
    turnId: scene.turn.turnId,
    person: gate.author,
    input,
    attachments,
    conversation: gate.conversation,
    asker,
    now: scene.now,
  };
  return {
    reply: answer(result, context, scene.composer.at(gate.conversation)),
    brief: `${gate.title}: ${briefOf(result, what.manifest)}`,
    outcome: {
      person,
      record: { at: scene.now.getTime(), run: recordRun(result, input) },
      ...(result.ok && {
        remember: remembered(what.capability, input, result),
        files: { module: subject.module, changes: result.files },
      }),
    },
  };
}

/** Why something private failed is private too; and how much somebody has used is theirs to know. */
function briefOf(result: AdapterRunResult, { dataClass }: Manifest): string {
  if (result.ok) return "done.";
  if (result.code === "quota_reached") return "not done, because a limit on usage is reached.";
  return dataClass === "private" ? "failed." : inert(result.say);
}

function isStopped({ turn }: Scene): boolean {
  const reason: unknown = turn.signal.reason;
  return turn.signal.aborted && reason instanceof NexusError && reason.code === "stopped";
}

const DOES: Readonly<Record<Effect, string>> = {
  read: "reads from",
  write: "changes something at",
  money: "moves money at",
  notify: "tells somebody through",
};

/** Action and scope by name: `Run Act 1.0.0, “Act once”: changes something at effects.example.com`. */
function titleOf({ manifest, capability }: What): string {
  const hosts = manifest.hosts.map(({ host }) => host).join(", ");
  const scope = hosts === "" ? "no network" : `${DOES[capability.effect]} ${hosts}`;
  return inert(`Run ${manifest.title} ${manifest.version}, “${capability.title}”: ${scope}`);
}

function factsOf({ manifest, capability }: What, { input }: EffectSubject): Facts {
  const isPrivate = manifest.dataClass === "private";
  const values = Object.entries(input).map(([slot, value]) => `${slot} = ${show(value)}`);
  const shown = values.length === 0 ? "no values" : inert(values.join(", "));
  const hosts = manifest.hosts.map(({ host, methods }) => `${methods.join("/")} ${host}`).join(", ");
  return {
    items: [
      { label: "Does", value: inert(capability.description) },
      { label: "With", value: isPrivate ? "private values; Details shows them to whoever may decide" : shown },
      { label: "Effect", value: capability.effect },
      { label: "Network", value: hosts === "" ? "none" : hosts },
    ],
    approve: "Run It",
    ...(capability.effect === "money" && {
      confirm: { title: "Move money?", text: "This cannot be taken back from here.", ok: "Run It" },
    }),
    isPrivate,
  };
}

function show(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
