import type { AuditDraft } from "#core/contract/audit.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { BuildId, ModuleName, Sha256 } from "#core/contract/ids.ts";
import type { ProgramWish } from "#core/contract/message.ts";
import type { Build } from "#core/evolution/builds/build.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import { say } from "#core/orchestrator/compose.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { openBuild } from "./build-open.ts";
import { editDraft } from "./draft-edit.ts";
import { askToInstall } from "./install-ask.ts";
import { installFrom } from "./install-from.ts";
import { requireBuilding } from "./may-build.ts";
import { decideOn } from "./proposal-press.ts";
import { onUndoCommand } from "./undo-command.ts";
import { onUndoPress } from "./undo-press.ts";

/** What programs may ask for about modules that are built and installed. */
export type GrowthWish = Exclude<ProgramWish, { do: "switch" | "vote" | "set_schedule" | "set_hook" | "on_schedule" }>;

/** Whether a wish is one of these. */
export function isGrowthWish(wish: ProgramWish): wish is GrowthWish {
  return !ELSEWHERE.has(wish.do);
}

const ELSEWHERE: ReadonlySet<ProgramWish["do"]> = new Set([
  "switch",
  "vote",
  "set_schedule",
  "set_hook",
  "on_schedule",
] as const);

/** What the audit says such a wish is about. */
export function subjectOfWish(wish: GrowthWish): AuditDraft["subject"] {
  if ("build" in wish) return { kind: "build", id: wish.build };
  if ("module" in wish) return { kind: "module", id: wish.module };
  if ("proposal" in wish) return { kind: "proposal", id: wish.proposal };
  return { kind: "permission", id: "module.build" };
}

type Done = Outcome & { readonly build?: Pick<Build, "id"> };

/** Does what a program asks for, by the same ways as a word or a press of its person. */
export async function doGrowthWish(deps: OrchestratorDeps, scene: Scene, wish: GrowthWish): Promise<Done> {
  const { org } = scene.turn;
  switch (wish.do) {
    case "build":
      return openBuild(deps, scene, { need: wish.need, source: wish.source });
    case "stop_build":
      return stopBuild(deps, scene, wish.build);
    case "build_again": {
      await requireBuilding(deps, scene);
      const { build, commit } = await deps.builds.feedback(org, wish.build, wish.words, scene.person);
      return { build, replies: [say(`Build ${build.code} begins anew.`)], commit, afterwards: woken(deps) };
    }
    case "edit_draft": {
      const build = await buildOf(deps, scene, wish.build);
      return { build, ...(await editDraft(deps, scene, build.code, wish)) };
    }
    case "ask_install": {
      await requireBuilding(deps, scene);
      const build = await buildOf(deps, scene, wish.build);
      if (build.state !== "ready") throw new NexusError("conflict", `build ${build.code} is ${build.state}`, NOT_READY);
      return { build, ...(await askToInstall(deps, scene, build)) };
    }
    case "install":
      return installFrom(deps, scene, { module: wish.module, version: wish.version, index: wish.index });
    case "undo_module":
      return undo(deps, scene, wish.module);
    case "uninstall":
      return uninstall(deps, scene, wish.module);
    case "pin":
      return pin(deps, scene, wish.module, wish.pinned);
    case "revoke":
      return revoke(deps, scene, wish);
    case "decide_proposal":
      return decide(deps, scene, wish);
    default:
      return wish satisfies never;
  }
}

const NOT_READY = {
  say: "That build has nothing to be installed now.",
  hint: "GET /v1/builds/{id} says how it stands; only one that is ready can be asked about.",
};

function woken(deps: OrchestratorDeps): () => Promise<void> {
  return async () => deps.builds.wake();
}

async function buildOf(deps: OrchestratorDeps, scene: Scene, id: BuildId): Promise<Build> {
  const build = await deps.builds.get(scene.turn.org, id);
  if (build === undefined) throw new NexusError("build_unknown", `no build ${id} in this org`);
  return build;
}

async function stopBuild(deps: OrchestratorDeps, scene: Scene, id: BuildId): Promise<Done> {
  await requireBuilding(deps, scene);
  const build = await buildOf(deps, scene, id);
  const isStopped = await deps.builds.stop(scene.turn.org, id, actorOf(scene));
  return { build, replies: [say(isStopped ? `Build ${build.code} is stopped.` : "There was nothing to stop.")] };
}

/** The preview was another request: what is undone now is the last change there is. */
async function undo(deps: OrchestratorDeps, scene: Scene, module: ModuleName): Promise<Outcome> {
  const plan = await deps.installer.undoPlan(scene.turn.org, module);
  return onUndoPress(deps, scene, { verb: "und", module, do: "undo", change: plan.change });
}

async function uninstall(deps: OrchestratorDeps, scene: Scene, module: ModuleName): Promise<Outcome> {
  const live = (await deps.installer.versions(scene.turn.org, module)).find(({ isLive }) => isLive);
  if (live === undefined) throw new NexusError("module_unknown", `${module} was not installed here`);
  return onUndoPress(deps, scene, { verb: "und", module, do: "uninstall", sha256: live.sha256 });
}

async function pin(deps: OrchestratorDeps, scene: Scene, module: ModuleName, pinned: boolean): Promise<Outcome> {
  return onUndoCommand(deps, scene, { name: pinned ? "pin" : "unpin", module });
}

function revoke(
  deps: OrchestratorDeps,
  scene: Scene,
  { module, sha256, why }: { readonly module: ModuleName; readonly sha256: Sha256; readonly why: string },
): Promise<Outcome> {
  return onUndoPress(deps, scene, { verb: "und", module, do: "revoke", sha256, why });
}

async function decide(
  deps: OrchestratorDeps,
  scene: Scene,
  { proposal: id, as, from }: Extract<GrowthWish, { do: "decide_proposal" }>,
): Promise<Done> {
  const proposal = await deps.curriculum.get(scene.turn.org, id);
  if (proposal === undefined) throw new NexusError("proposal_unknown", `no proposal ${id} in this org`);
  return decideOn(deps, scene, proposal, as, from === undefined ? undefined : { kind: "url", url: from });
}
