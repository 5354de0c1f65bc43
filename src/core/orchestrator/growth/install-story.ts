import { ModuleName, type OrgId } from "#core/contract/ids.ts";
import { personName } from "#core/orchestrator/record/audit-names.ts";
import { whenOf } from "#core/orchestrator/context.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import type { DecisionRecord } from "#core/orchestrator/why.ts";

/** How the module that answered came here, where it was installed: which bytes, who agreed to them, and when. */
export async function installedItems(
  deps: Pick<OrchestratorDeps, "store" | "approval">,
  scene: Pick<Scene, "turn" | "asker" | "now">,
  run: DecisionRecord["run"],
): Promise<{ label: string; value: string }[]> {
  if (run === undefined) return [];
  const { org } = scene.turn;
  const known = await installation(deps, org, run);
  if (known === undefined) return [];
  const names = await Promise.all(known.approvedBy.map((person) => personName(deps, org, person)));
  const gate = known.gate && (await deps.approval.get(org, known.gate));
  const request = gate === undefined ? "" : `, request ${gate.code}`;
  const bytes = `${run.module} ${run.version}, sha256 ${run.sha256.slice(0, 12)}`;
  return [
    { label: "Installed", value: `${bytes}, ${whenOf(known.at, scene)}${request}` },
    { label: "Installing approved by", value: names.length === 0 ? "nobody had to" : names.join(" and ") },
  ];
}

/** The change by which people agreed to these bytes. */
async function installation(
  { store }: Pick<OrchestratorDeps, "store">,
  org: OrgId,
  { module, sha256 }: NonNullable<DecisionRecord["run"]>,
) {
  const history = await store.forOrg(org).moduleInstalls.history(ModuleName.parse(module));
  return history.find(({ to, reason }) => to?.sha256 === sha256 && reason === "approved");
}
