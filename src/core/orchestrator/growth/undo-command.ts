import { NexusError } from "#core/contract/errors.ts";
import type { ModuleName } from "#core/contract/ids.ts";
import { moment } from "#core/contract/moment.ts";
import type { Reply } from "#core/contract/reply.ts";
import type { ModuleVersion } from "#core/evolution/installer/installer.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import { personName } from "#core/orchestrator/record/audit-names.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { onSoloCommand } from "./solo-switch.ts";
import { askToUndo } from "./undo-press.ts";
import { uninstallPreview } from "./undo-preview.ts";
import { mayChangeHere, meantModule } from "./undo-right.ts";

/** What can be typed about modules that were installed, and about who may approve them. */
export type UndoCommand =
  | { readonly name: "undo_module" | "versions" | "pin" | "unpin" | "uninstall"; readonly module: string }
  | { readonly name: "revoke"; readonly module: string; readonly version: string; readonly why: string }
  | { readonly name: "solo"; readonly set?: boolean };

const NAMED = /^(undo|versions(?: of)?|pin|unpin|uninstall)\s+(?:the )?([a-z0-9][\w .-]{1,39}?)(?: module)?$/i;
const REVOKE = /^revoke\s+(?:the )?([a-z0-9][\w .-]{1,39}?)\s+v?(\d+\.\d+\.\d+)(?:[\s,:]+(?:because\s+)?(.+))?$/i;
const SOLO = /^solo(?: mode)?(?: (on|off))?$/i;

/**
 * @param words a text without its closing marks, its letters as they were typed
 * @param isModule whether a name is that of a module here: “undo the last change” is another wish
 */
export function readUndoCommand(words: string, isModule: (name: string) => boolean): UndoCommand | undefined {
  const solo = SOLO.exec(words);
  if (solo !== null) {
    const set = solo[1]?.toLowerCase();
    return { name: "solo", ...(set !== undefined && { set: set === "on" }) };
  }
  const [, revoked, version, why = ""] = REVOKE.exec(words) ?? [];
  if (revoked !== undefined && version !== undefined) return { name: "revoke", module: revoked, version, why };
  const [, verb = "", module] = NAMED.exec(words) ?? [];
  if (module === undefined || !(isModule(module) || isNameAlone(module))) return undefined;
  switch (verb.toLowerCase()) {
    case "undo":
      return { name: "undo_module", module };
    case "pin":
      return { name: "pin", module };
    case "unpin":
      return { name: "unpin", module };
    case "uninstall":
      return { name: "uninstall", module };
    default:
      return { name: "versions", module };
  }
}

/** What was taken away is no module here any more, and can come back by its name: one word of small letters with a dash. */
function isNameAlone(name: string): boolean {
  return /^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/.test(name);
}

/** Does what was typed. What takes something away only says what it would do. */
export async function onUndoCommand(deps: OrchestratorDeps, scene: Scene, command: UndoCommand): Promise<Outcome> {
  if (command.name === "solo") return onSoloCommand(deps, scene, command.set);
  const module = meantModule(deps, scene, command.module);
  switch (command.name) {
    case "undo_module":
      return askToUndo(deps, scene, module);
    case "versions":
      return { replies: [await versionsReply(deps, scene, module)] };
    case "pin":
    case "unpin":
      return pin(deps, scene, module, command.name === "pin");
    case "uninstall":
      await mayChangeHere(deps, scene, "module.undo", module);
      return { replies: [uninstallPreview(scene, await deps.installer.uninstallPlan(scene.turn.org, module))] };
    case "revoke":
      return askToRevoke(deps, scene, module, command);
    default:
      return command satisfies never;
  }
}

async function pin(deps: OrchestratorDeps, scene: Scene, module: ModuleName, isPinned: boolean): Promise<Outcome> {
  await mayChangeHere(deps, scene, "module.pin", module);
  const change = await deps.installer.pin(scene.turn.org, module, isPinned, scene.person);
  const said = isPinned
    ? `${module} stays at its version until somebody says \`unpin ${module}\`.`
    : `${module} may be updated again.`;
  return { replies: [say(said)], commit: change.commit, afterwards: change.afterwards };
}

async function askToRevoke(
  deps: OrchestratorDeps,
  scene: Scene,
  module: ModuleName,
  { version, why }: Extract<UndoCommand, { name: "revoke" }>,
): Promise<Outcome> {
  await mayChangeHere(deps, scene, "module.revoke", module);
  const found = (await deps.installer.versions(scene.turn.org, module)).find((one) => one.version === version);
  if (found === undefined) {
    throw new NexusError("module_unknown", `${module} ${version} was never here`, {
      say: `${module} ${version} was never installed here.`,
      hint: `\`versions ${module}\` lists those that were.`,
    });
  }
  const { sha256, isLive } = found;
  const meaning = { verb: "und", module, do: "revoke", sha256, why } as const;
  const summary = `${module} ${version}, sha256 ${sha256.slice(0, 12)}, would never run here again.`;
  const now = isLive ? " It runs here now: the version before takes its place, or none." : "";
  const forever = "This cannot be undone.";
  return {
    replies: [alone(say(`${summary}${now} ${forever}`, [scene.composer.button("Revoke", meaning, "danger")]))],
  };
}

/** The versions of a module that were ever live here, the newest first. */
async function versionsReply(deps: OrchestratorDeps, scene: Scene, module: ModuleName): Promise<Reply> {
  await requirePermission(deps, scene, "module.read");
  const { org } = scene.turn;
  const versions = await deps.installer.versions(org, module);
  if (versions.length === 0) return say(`No version of ${module} was ever installed here from outside.`);
  const rows = await Promise.all(
    versions.map(async (one) => [
      one.version,
      stateOf(one),
      moment(one.installedAt, "date_time"),
      (await Promise.all(one.approvedBy.map((person) => personName(deps, org, person)))).join(", ") || "nobody",
      one.sha256.slice(0, 12),
    ]),
  );
  const live = versions.find(({ isLive }) => isLive);
  const summary = live === undefined ? `${module} is not here now.` : `${module} is on ${live.version}.`;
  const undo = scene.composer.button("Undo", { verb: "und", module, do: "ask" });
  const columns = ["Version", "State", "Installed", "Approved by", "sha256"].map((header) => ({ header }));
  return say(summary, [undo], [{ type: "table", caption: `Versions of ${module}`, columns, rows }]);
}

function stateOf({ isLive, revoked }: ModuleVersion): string {
  if (revoked !== undefined) return `revoked${revoked === "" ? "" : `: ${inert(revoked)}`}`;
  return isLive ? "live" : "kept";
}

function alone(reply: Reply): Reply {
  return { ...reply, visibility: "only_actor" };
}
