import { type ModuleGrant, OPEN_MODULE } from "#core/contract/channel-policy.ts";
import type { Role } from "#core/contract/gate.ts";
import type { Effect } from "#core/contract/manifest.ts";
import { whoMay } from "#core/contract/permission.ts";
import { personRef } from "#core/contract/principal.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { findModule } from "#core/orchestrator/runs/modules-switch.ts";
import type { Change } from "#core/orchestrator/wishes/plan-change.ts";
import { withUndo } from "#core/orchestrator/wishes/plan-done.ts";
import { requirePermission } from "./rights.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";

/** One thing to change about who may use a module. */
export type GrantChange =
  | { readonly set: "least"; readonly least: Role }
  | { readonly set: "effects"; readonly effects: Effect[] }
  | { readonly set: "reset" };

/** Who may use which module, and for what. */
export async function showGrants(deps: OrchestratorDeps, scene: Scene): Promise<Outcome> {
  await requirePermission(deps, scene, "module.read");
  const grants = await deps.store.forOrg(scene.turn.org).moduleGrants.all();
  const modules = deps.registry.modules(scene.turn.org).map(({ manifest }) => manifest);
  const rows = modules.map(({ name }) => {
    const { least, effects } = grants.get(name) ?? OPEN_MODULE;
    return [name, whoMay(least), effects.join(", ") || "nothing"];
  });
  const summary =
    grants.size === 0
      ? "Every module is for everybody here."
      : `${grants.size} of ${modules.length} modules ${grants.size === 1 ? "is" : "are"} not for everybody, or not for everything.`;
  const columns = [{ header: "Module" }, { header: "For" }, { header: "May" }];
  return { replies: [say(summary, [], [{ type: "table", caption: "Who may use which module", columns, rows }])] };
}

/** Changes who may use a module, or for which of its effects. */
export async function changeGrant(
  deps: OrchestratorDeps,
  scene: Scene,
  name: string,
  wanted: GrantChange,
): Promise<Outcome> {
  await requirePermission(deps, scene, "module.grant");
  const module = findModule(deps, scene.turn.org, name);
  if (module === undefined) return { replies: [say(`I know no module called “${inert(name)}”. Say \`modules\`.`)] };
  const { manifest } = module;
  const by = { actor: personRef(scene.person), turn: scene.turn.turnId };
  const change = changeOf(wanted);
  const { moduleGrants } = deps.store.forOrg(scene.turn.org);
  const setBefore = (await moduleGrants.get(manifest.name)) ?? null;
  const { before, after } = await deps.rightsChanges.grant(scene.turn.org, by, manifest.name, change);
  const setAfter = (await moduleGrants.get(manifest.name)) ?? null;
  const title = inert(manifest.title);
  const was = wordsOf(before);
  const is = wordsOf(after);
  const reply = say(was === is ? `${title} is ${is} already.` : `${title} is ${is} now. Before: ${was}.`);
  const undoable: Change = { set: "grant", module: manifest.name, before: setBefore, after: setAfter };
  return withUndo(scene, reply, { title: `change who may use ${title}`, changes: [undoable] });
}

function changeOf(wanted: GrantChange): Partial<ModuleGrant> | undefined {
  switch (wanted.set) {
    case "least":
      return { least: wanted.least };
    case "effects":
      return { effects: wanted.effects };
    case "reset":
      return undefined;
    default:
      return wanted satisfies never;
  }
}

/** `for operators, admins and owners, to read and write`. */
export function wordsOf({ least, effects }: ModuleGrant): string {
  const isAll = OPEN_MODULE.effects.every((effect) => effects.includes(effect));
  return `for ${whoMay(least)}${isAll ? "" : `, for ${effects.join(", ") || "nothing"} only`}`;
}
