import { asNexusError, NexusError } from "#core/contract/errors.ts";
import type { ModuleName, OrgId } from "#core/contract/ids.ts";
import type { Reply } from "#core/contract/reply.ts";
import type { Change } from "#core/evolution/installer/installer.ts";
import { say } from "#core/orchestrator/compose.ts";
import type { Meaning } from "#core/orchestrator/meaning.ts";
import { namesIn } from "#core/orchestrator/record/audit-names.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { cannotComeBack, whatBecameOf } from "./module-gone.ts";
import { revertedLogs } from "./reverted-card.ts";
import { openly } from "#core/orchestrator/openly.ts";
import { doneText, undoPreview } from "./undo-preview.ts";
import { mayChangeHere } from "./undo-right.ts";

type UndoMeaning = Extract<Meaning, { verb: "und" }>;

/** A pressed button that takes a module back, or away: the right to it is asked again, and so is what it would do. */
export async function onUndoPress(deps: OrchestratorDeps, scene: Scene, meaning: UndoMeaning): Promise<Outcome> {
  const { module } = meaning;
  switch (meaning.do) {
    case "ask":
      return askToUndo(deps, scene, module);
    case "undo":
      return undoNow(deps, scene, meaning);
    case "uninstall":
      return uninstallNow(deps, scene, meaning);
    case "revoke":
      return revokeNow(deps, scene, meaning);
    case "keep":
      await mayChangeHere(deps, scene, "module.undo", module);
      return { replies: [alone(say(`${module} stays as it is.`))] };
    case "logs":
      return { replies: [await revertedLogs(deps, scene, module, meaning.change)] };
    default:
      return meaning.do satisfies never;
  }
}

/** Says what undoing the last change of a module would do, with the button that does it. */
export async function askToUndo(deps: OrchestratorDeps, scene: Scene, module: ModuleName): Promise<Outcome> {
  await mayChangeHere(deps, scene, "module.undo", module);
  const { org } = scene.turn;
  const became = await whatBecameOf(deps, org, module);
  try {
    return { replies: [undoPreview(scene, await deps.installer.undoPlan(org, module), became)] };
  } catch (thrown) {
    const { code, say: why } = asNexusError(thrown);
    if (code !== "bundle_revoked" && code !== "nothing_to_undo") throw thrown;
    if (await isHere(deps, org, module)) throw thrown;
    return { replies: [cannotComeBack(module, became, code === "bundle_revoked" ? why : undefined)] };
  }
}

async function isHere({ registry, store }: OrchestratorDeps, org: OrgId, module: ModuleName): Promise<boolean> {
  const isOurs = registry.houseModules().some(({ manifest }) => manifest.name === module);
  return isOurs || (await store.forOrg(org).moduleInstalls.get(module)) !== undefined;
}

async function undoNow(deps: OrchestratorDeps, scene: Scene, { module, change: meant }: UndoMeaning): Promise<Outcome> {
  await mayChangeHere(deps, scene, "module.undo", module);
  const { org } = scene.turn;
  const plan = await deps.installer.undoPlan(org, module).catch((thrown: unknown) => {
    if (asNexusError(thrown).code === "nothing_to_undo") return undefined;
    throw thrown;
  });
  if (plan === undefined || plan.change !== meant) return { replies: [await alreadyDone(deps, scene, module)] };
  const change = await deps.installer.undo(org, plan, "undo", scene.person);
  const back = scene.composer.button("Undo This", { verb: "und", module, do: "ask" });
  const left = plan.cannotUndo.length === 0 ? "" : " What it did outside stays done.";
  return { replies: [toAll(scene, say(`${doneText(module, plan)}${left}`, [back]))], ...looked(change) };
}

async function uninstallNow(deps: OrchestratorDeps, scene: Scene, { module, sha256 }: UndoMeaning): Promise<Outcome> {
  await mayChangeHere(deps, scene, "module.undo", module);
  const { org } = scene.turn;
  const live = (await deps.installer.versions(org, module)).find(({ isLive }) => isLive);
  if (live === undefined || live.sha256 !== sha256) return { replies: [await alreadyDone(deps, scene, module)] };
  const change = await deps.installer.uninstall(org, module, scene.person);
  const back = scene.composer.button("Undo", { verb: "und", module, do: "ask" });
  return { replies: [toAll(scene, say(`Done. ${module} is gone.`, [back]))], ...looked(change) };
}

/** Whoever used it hears of it, though the question was shown to one alone. */
function toAll({ conversation }: Scene, reply: Reply): Reply {
  return openly(reply, conversation);
}

async function revokeNow(
  deps: OrchestratorDeps,
  scene: Scene,
  { module, sha256, why = "" }: UndoMeaning,
): Promise<Outcome> {
  await mayChangeHere(deps, scene, "module.revoke", module);
  const { org } = scene.turn;
  const version = (await deps.installer.versions(org, module)).find((one) => one.sha256 === sha256);
  if (version === undefined) throw new NexusError("module_unknown", `no such version of ${module} was here`);
  const { version: name } = version;
  if (version.revoked !== undefined) return { replies: [alone(say(`${module} ${name} is revoked already.`))] };
  const change = await deps.installer.revoke(org, version.sha256, why, scene.person);
  const gone = version.isLive ? " It ran here until now, and does no more." : "";
  const done = say(`${module} ${name}, sha256 ${version.sha256.slice(0, 12)}, never runs here again.${gone}`);
  return { replies: [toAll(scene, done)], ...looked(change) };
}

/** Somebody was faster: who, and how long ago. */
async function alreadyDone(deps: OrchestratorDeps, scene: Scene, module: ModuleName): Promise<Reply> {
  const { org } = scene.turn;
  const changes = await Promise.all(
    CHANGES.map((act) => deps.audit.read(org, { act, newestFirst: true, limit: LOOKED_AT })),
  );
  const [last] = changes
    .flat()
    .filter(({ subject }) => subject.id === module)
    .toSorted((a, b) => b.seq - a.seq);
  if (last === undefined) return alone(say(`There is nothing of ${module} to take back any more.`));
  const nameOf = await namesIn(deps, org, [last]);
  const seconds = Math.max(0, Math.round((scene.now.getTime() - last.at.getTime()) / 1_000));
  const ago = seconds < 120 ? `${seconds} s ago` : `${Math.round(seconds / 60)} minutes ago`;
  return alone(say(`Already done by ${nameOf(last.actor)} ${ago}. Say \`versions ${module}\` for how it is now.`));
}

const CHANGES = ["module.reverted", "module.uninstalled", "module.installed", "module.revoked"] as const;
const LOOKED_AT = 20;

/** Another change that came in between ends this one; the turn that is tried again says whose it was. */
function looked(change: Change): Pick<Outcome, "commit" | "afterwards"> {
  return {
    async commit(inside) {
      try {
        await change.commit(inside);
      } catch (thrown) {
        const { code, message } = asNexusError(thrown);
        if (code === "internal" || code === "disk_full") throw thrown;
        throw new NexusError("internal", `a module changed in the last moment: ${message}`, { cause: thrown });
      }
    },
    afterwards: change.afterwards,
  };
}

function alone(reply: Reply): Reply {
  return { ...reply, visibility: "only_actor" };
}
