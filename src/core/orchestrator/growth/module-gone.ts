import type { ModuleName, OrgId } from "#core/contract/ids.ts";
import { moment } from "#core/contract/moment.ts";
import type { Reply } from "#core/contract/reply.ts";
import type { Activation } from "#core/store/store.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { personName } from "#core/orchestrator/record/audit-names.ts";
import type { OrchestratorDeps } from "#core/orchestrator/scene.ts";

/** Who took a module away, how and when, in words; undefined for one that was never installed here. */
export async function whatBecameOf(
  deps: OrchestratorDeps,
  org: OrgId,
  module: ModuleName,
): Promise<string | undefined> {
  const [last] = await deps.store.forOrg(org).moduleInstalls.history(module);
  if (last === undefined) return undefined;
  const by = last.doneBy === undefined ? undefined : await personName(deps, org, last.doneBy);
  const version = last.was === undefined ? "" : ` ${last.was.version}`;
  return `${wayOf(last.reason, version, by)} on ${moment(last.at, "date_time")}`;
}

/** @param by who did it; undefined for what happens by itself */
function wayOf(reason: Activation["reason"], version: string, by: string | undefined): string {
  switch (reason) {
    case "uninstall":
      return `${by ?? "somebody"} uninstalled${version}`;
    case "undo":
      return `${by ?? "somebody"} undid the installation of${version}`;
    case "revoked":
      return by === undefined ? `its publisher took${version} back` : `${by} revoked${version}`;
    case "health":
      return `I took${version} back because it failed`;
    case "approved":
      return `it was last installed${version === "" ? "" : ` over${version}`}`;
    default:
      return reason satisfies never;
  }
}

/**
 * Says of a module that is gone, and cannot be put back by undoing, what became of it and what one can do.
 * @param became as `whatBecameOf` says
 * @param why it cannot, in somebody's words
 */
export function cannotComeBack(module: ModuleName, became: string | undefined, why: string | undefined): Reply {
  const [said, hint] =
    became === undefined
      ? [
          `No module called ${module} was ever installed here.`,
          "`modules` lists those that are here, `find modules` those that could be.",
        ]
      : [
          `${module} is not here any more: ${became}. I cannot put it back.${why === undefined ? "" : ` ${inert(why)}`}`,
          `\`versions ${module}\` lists what there was. \`install ${module}\` takes a newer version where an index has one; \`builds\` lists what can be built again.`,
        ];
  return { ...say(said, [], [{ type: "context", markdown: hint }]), visibility: "only_actor" };
}
