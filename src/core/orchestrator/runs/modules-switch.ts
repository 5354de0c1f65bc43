import type { Gate } from "#core/approval/approval.ts";
import { includesRole } from "#core/contract/gate.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { AuditDraft } from "#core/contract/audit.ts";
import type { ModuleName, OrgId } from "#core/contract/ids.ts";
import type { Manifest } from "#core/contract/manifest.ts";
import { whoMay } from "#core/contract/permission.ts";
import { channelOf } from "#core/contract/message.ts";
import { personRef } from "#core/contract/principal.ts";
import type { ModuleState } from "#core/registry/registry.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import { say } from "#core/orchestrator/compose.ts";
import { errorReply } from "#core/orchestrator/failure.ts";
import { askApproval } from "#core/orchestrator/approvals/gate-ask.ts";
import type { Facts } from "#core/orchestrator/approvals/gate-card.ts";
import type { Done } from "#core/orchestrator/approvals/gate-done.ts";
import { type ModuleSubject, subjectJson } from "#core/orchestrator/approvals/gate-subject.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { plainName } from "#core/orchestrator/plain-name.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";

/** The module of an org that is meant by a name or title. */
export function findModule(
  deps: Pick<OrchestratorDeps, "registry">,
  org: OrgId,
  name: string,
): ModuleState | undefined {
  const wanted = plainName(name);
  return deps.registry
    .modules(org)
    .find(({ manifest }) => plainName(manifest.name) === wanted || plainName(manifest.title) === wanted);
}

/** Says that a module is off, with the way to have it on. */
export function moduleOff(scene: Scene, manifest: Manifest): Outcome {
  const { name, title } = manifest;
  const ask = scene.composer.button(
    `Ask to Switch On ${inert(title)}`,
    { verb: "mod", module: name, on: true },
    "primary",
  );
  const cause = `${inert(title)} is switched off here, so I did not run it.`;
  const hint = `Say \`enable ${name}\`: ${whoMay("operator")} can agree to that.`;
  return { replies: [errorReply("module_off", cause, hint, scene.turn.turnId, [ask])] };
}

/** Asks for a module to be switched on or off for this org. Anybody may ask. */
export async function askToSwitch(
  deps: OrchestratorDeps,
  scene: Scene,
  module: ModuleName,
  on: boolean,
): Promise<Outcome> {
  const state = deps.registry.modules(scene.turn.org).find(({ manifest }) => manifest.name === module);
  if (state === undefined) throw new NexusError("module_unknown", `${module} is not installed`);
  await mayInstallHere(deps, scene, module);
  const { manifest, sha256 } = state;
  const isOn = !(await deps.store.forOrg(scene.turn.org).moduleStates.off()).has(module);
  if (isOn === on) return { replies: [say(`${inert(manifest.title)} is ${on ? "on" : "off"} already.`)] };
  const subject: ModuleSubject = { kind: "module", module, version: manifest.version, sha256, on };
  const policy = deps.policies.module;
  if (policy.approvals === 0) return switchNow(deps, scene, subject);
  return askApproval(deps, scene, {
    kind: "module",
    topic: `module:${module}`,
    title: titleOf(manifest, on),
    subject: subjectJson(subject),
    facts: factsOf(manifest, on),
    policy,
  });
}

/** Switches what was approved, with the commit of the turn that decided. */
export function switchApproved(deps: OrchestratorDeps, scene: Scene, gate: Gate, subject: ModuleSubject): Done {
  const { module, on } = subject;
  const title =
    deps.registry.modules(scene.turn.org).find(({ manifest }) => manifest.name === module)?.manifest.title ?? module;
  const done = `${inert(title)} is ${on ? "on" : "off"} here now.`;
  const undo = scene.composer.at(gate.conversation).button("Undo", { verb: "mod", module, on: !on });
  return {
    reply: say(done, [undo]),
    brief: done,
    outcome: {
      audit: [{ ...switchedEntry(scene, subject, "approved"), gate: gate.id }],
      commit: (inside) => inside.forOrg(scene.turn.org).moduleStates.set(module, on),
    },
  };
}

/**
 * Holds a wish for another module, or none, to the channel it comes from.
 * @throws NexusError not_allowed | channel_closed
 */
async function mayInstallHere(deps: OrchestratorDeps, scene: Scene, module: ModuleName): Promise<void> {
  await requirePermission(deps, scene, "module.switch");
  const { org, turnId } = scene.turn;
  const channel = channelOf(scene.conversation);
  if ((await deps.rights.channelPolicyOf(org, channel)).installs) return;
  await deps.audit.record(org, {
    act: "right.refused",
    outcome: "refused",
    actor: personRef(scene.person),
    right: "module.switch",
    subject: { kind: "module", id: module },
    turn: turnId,
    detail: { because: "channel", channel },
  });
  throw new NexusError("channel_closed", `modules are not switched from ${channel}`, {
    say: "Modules are not switched from this channel.",
  });
}

/** Where nobody has to agree, it is still not for everybody to do. */
async function switchNow(deps: OrchestratorDeps, scene: Scene, subject: ModuleSubject): Promise<Outcome> {
  const { module, on } = subject;
  const { role } = deps.policies.module;
  if (!includesRole(await deps.roles.roleOf(scene.turn.org, scene.person), role)) {
    throw new NexusError("not_allowed", `switching ${module} is for ${role}s`, {
      say: `Only ${whoMay(role)} can switch modules here.`,
      right: `${role}: module.switch`,
    });
  }
  return {
    replies: [
      say(`It is ${on ? "on" : "off"} now.`, [scene.composer.button("Undo", { verb: "mod", module, on: !on })]),
    ],
    audit: [switchedEntry(scene, subject, `${role}: module.switch`)],
    commit: (inside) => inside.forOrg(scene.turn.org).moduleStates.set(module, on),
  };
}

function switchedEntry(scene: Scene, { module, sha256, version, on }: ModuleSubject, right: string): AuditDraft {
  const subject = { kind: "module", id: module, sha256 };
  return { act: "module.switched", outcome: "done", actor: actorOf(scene), right, subject, detail: { on, version } };
}

/** `Switch on Weather 1.0.0: network api.openweathermap.org, 1 credential`. */
function titleOf(manifest: Manifest, on: boolean): string {
  const hosts = manifest.hosts.map(({ host }) => host);
  const count = manifest.credentials.length;
  const scope = [
    hosts.length === 0 ? "no network" : `network ${hosts.join(", ")}`,
    ...(count === 0 ? [] : [`${count} ${count === 1 ? "credential" : "credentials"}`]),
  ].join(", ");
  return inert(`Switch ${on ? "on" : "off"} ${manifest.title} ${manifest.version}: ${scope}`);
}

function factsOf(manifest: Manifest, on: boolean): Facts {
  const title = inert(manifest.title);
  const label = `Switch ${on ? "On" : "Off"} ${title}`;
  return {
    items: [
      { label: "Does", value: inert(manifest.description) },
      { label: "Network", value: manifest.hosts.map(({ host }) => host).join(", ") || "none" },
      { label: "Can", value: inert(manifest.capabilities.map((one) => `${one.title} (${one.effect})`).join(", ")) },
    ],
    approve: label,
    ...(!on && {
      confirm: {
        title: `Switch off ${title}?`,
        text: "Nobody here can use it until it is switched on again.",
        ok: "Switch Off",
      },
    }),
    isPrivate: false,
  };
}
