import { MATRIX, whoMay } from "#core/contract/permission.ts";
import type { GatePolicy } from "#core/contract/gate.ts";
import type { Part, Reply } from "#core/contract/reply.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";

/** Who has to agree to what, and who those people are. */
export async function approversReply(deps: OrchestratorDeps, scene: Scene): Promise<Reply> {
  await requirePermission(deps, scene, "role.read");
  const { write, money, notify, module, quota, install, update } = deps.policies;
  const items = [
    { label: "To change something outside", value: wordsOf(write) },
    { label: "To spend money", value: wordsOf(money) },
    { label: "To notify others", value: wordsOf(notify) },
    { label: "To switch a module", value: wordsOf(module) },
    { label: "To install a module that may do more", value: wordsOf(install) },
    { label: "To update one that may do no more", value: wordsOf(update) },
    { label: "For more units", value: wordsOf(quota) },
  ];
  const deciding = (await deps.roles.list(scene.turn.org)).filter(({ role }) => MATRIX[role].has("gate.decide"));
  const names = deciding.map(({ displayName, role }) => [inert(displayName), role]);
  const people: Part[] =
    names.length === 0
      ? [{ type: "text", markdown: "Nobody here has been given such a role yet." }]
      : [{ type: "table", caption: "They may decide", columns: [{ header: "Who" }, { header: "Role" }], rows: names }];
  return say("Who has to agree depends on what is asked for.", [], [{ type: "fields", items }, ...people]);
}

/** `1 of operators, admins and owners`. */
function wordsOf({ approvals, role, notAuthor }: GatePolicy): string {
  if (approvals === 0) return "nobody has to agree";
  return `${approvals} of ${whoMay(role)}${notAuthor ? ", but never whoever asked" : ""}`;
}
