import type { Gate } from "#core/approval/approval.ts";
import { approversOf } from "#core/approval/judge.ts";
import { asNexusError, NexusError } from "#core/contract/errors.ts";
import { moment } from "#core/contract/moment.ts";
import { MATRIX, whoMay } from "#core/contract/permission.ts";
import type { Action, Reply } from "#core/contract/reply.ts";
import type { InstallPlan } from "#core/evolution/installer/installer.ts";
import type { Repositories } from "#core/store/store.ts";
import { namesOf } from "#core/orchestrator/approvals/gate-card.ts";
import type { Done } from "#core/orchestrator/approvals/gate-done.ts";
import { installNow, type InstallSubject } from "#core/orchestrator/approvals/install-subject.ts";
import { type Composer, say } from "#core/orchestrator/compose.ts";
import { errorReply } from "#core/orchestrator/failure.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { titleCase } from "#core/orchestrator/title-case.ts";
import { howToAsk, missingCredentials } from "./install-how.ts";
import { toFirstAsker } from "./install-telling.ts";

/**
 * Installs what was approved, with the commit of the turn that decided: the bytes are read and their digests found once
 * more, and when anything is not as it was approved, nothing is installed.
 */
export async function installApproved(
  deps: OrchestratorDeps,
  scene: Scene,
  gate: Gate,
  subject: InstallSubject,
): Promise<Done> {
  const { org } = scene.turn;
  const now = await installNow(deps, org, subject);
  if (now.state === "gone" || now.sha256 !== gate.subjectSha256) {
    return notInstalled(scene, gate, now.state === "gone" ? now.why : "it changed after it was approved.");
  }
  const { plan } = now;
  const change = deps.installer.install(plan, {
    gate: gate.id,
    approvedBy: [...approversOf(gate)],
    turn: scene.turn.turnId,
  });
  const { proposal } = (await deps.builds.get(org, subject.build)) ?? {};
  const telling = await toFirstAsker(deps, scene, gate, subject);
  const commit = async (inside: Repositories): Promise<void> => {
    await lastLook(change.commit, inside);
    await deps.builds.settle(inside, org, subject.build, "installed");
    if (proposal !== undefined) await deps.curriculum.decideIn(inside, { org, id: proposal }, "done", undefined);
    if (telling !== undefined) await inside.queue.put(org, telling, scene.now);
  };
  const { title, version, name } = plan.manifest;
  const outcome = `Installed by ${namesOf(gate, "approve")} · ${moment(scene.now, "time")}`;
  const undo = (composer: Composer): Action => composer.button("Undo", { verb: "und", module: name, do: "ask" });
  const missing = await missingCredentials(deps, org, plan.manifest);
  return {
    reply: say(
      `${inert(title)} ${version} is installed, approved by ${namesOf(gate, "approve")}.`,
      [undo(scene.composer.at(gate.conversation))],
      [howToAsk(plan.manifest, missing)],
    ),
    brief: `${inert(title)} ${version} is installed.`,
    card: { outcome, actions: (place) => [undo(scene.composer.at(place))] },
    ...(missing.length > 0 && { alone: await addCredentials(deps, scene, plan) }),
    outcome: { commit, afterwards: change.afterwards },
  };
}

function notInstalled(scene: Scene, gate: Gate, why: string): Done {
  const cause = `I didn't install it: ${why}`;
  const hint = "`builds` shows what it came from; build it again to ask anew.";
  return {
    reply: errorReply("bundle_changed", cause, hint, scene.turn.turnId),
    brief: `${gate.title}: ${cause}`,
    card: { outcome: `Approved by ${namesOf(gate, "approve")}, and not installed: ${why}`, actions: () => [] },
    outcome: {},
  };
}

/** Changed in the last moment, it is looked at anew by the turn that is tried again, which then says so. */
async function lastLook(commit: (inside: Repositories) => Promise<void>, inside: Repositories): Promise<void> {
  try {
    await commit(inside);
  } catch (thrown) {
    const { code, message } = asNexusError(thrown);
    if (code === "internal" || code === "disk_full") throw thrown;
    throw new NexusError("internal", `what was to be installed changed in the last moment: ${message}`, {
      cause: thrown,
    });
  }
}

/** What the one who decided can do next, said to them alone: a key is nobody else's to see asked for. */
async function addCredentials(deps: OrchestratorDeps, scene: Scene, { manifest }: InstallPlan): Promise<Reply> {
  const role = await deps.roles.roleOf(scene.turn.org, scene.person);
  const mayShare = MATRIX[role].has("credential.share");
  const buttons = manifest.credentials.map(({ name, title, personal }) =>
    scene.composer.button(titleCase(`Add the ${inert(title)}`), {
      verb: "con",
      module: manifest.name,
      credential: name,
      ...(mayShare && personal !== true && { for: "everyone" as const }),
    }),
  );
  const who = mayShare ? "" : ` For everybody here, ${whoMay("admin")} can add it.`;
  return {
    ...say(`${inert(manifest.title)} needs a credential before it can be asked.${who}`, buttons),
    visibility: "only_actor",
  };
}
