import type { StatusLine } from "#core/contract/door.ts";
import type { OrgId } from "#core/contract/ids.ts";
import type { Clock } from "#core/contract/ports.ts";
import { type ExpiryStage, expiryStage } from "#core/credentials/expiry-stage.ts";
import type { Registry } from "#core/registry/registry.ts";
import type { Store } from "#core/store/store.ts";
import { isSame } from "./expiry-check.ts";
import { sources } from "#core/orchestrator/secrets/connect.ts";

/**
 * What `status` says of an org's credentials: how many were refused, and how many end soon; nothing while there is nothing
 * to say. Whose they are is for `credentials`.
 */
export async function credentialStatus(
  deps: { readonly store: Store; readonly registry: Pick<Registry, "modules">; readonly clock: Clock },
  org: OrgId,
): Promise<StatusLine | undefined> {
  const { credentials, credentialChecks } = deps.store.forOrg(org);
  const checks = await credentialChecks.list();
  const needed = new Set<string>(sources(deps, org).map(({ need }) => need.name));
  const stages = (await credentials.list())
    .filter(({ name }) => needed.has(name))
    .map((record) => ({
      isShared: record.owner === undefined,
      stage: expiryStage(
        record,
        checks.find((one) => isSame(one, record)),
        deps.clock(),
      ),
    }))
    .filter((one): one is { isShared: boolean; stage: ExpiryStage } => one.stage !== undefined);
  if (stages.length === 0) return undefined;
  const refused = stages.filter(({ stage }) => stage === "ended");
  const ending = stages.length - refused.length;
  const words = [
    ...(refused.length === 0 ? [] : [`${refused.length} refused by their source`]),
    ...(ending === 0 ? [] : [`${ending} end within two weeks`]),
  ];
  // Somebody's own that ended is theirs to mend; what everybody uses is a part that does not work.
  const state = refused.some(({ isShared }) => isShared) ? "failing" : "on";
  return { state, name: "credentials", detail: `${words.join(", ")}; \`credentials\` shows them` };
}
