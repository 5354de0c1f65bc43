import type { OrgId } from "#core/contract/ids.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import { personRef } from "#core/contract/principal.ts";
import type { Roles } from "#core/auth/roles.ts";
import type { Vault } from "#core/credentials/vault.ts";
import type { Store } from "#core/store/store.ts";
import { isAdmin } from "./expiry-people.ts";

export interface ExpiryHandoverDeps {
  readonly store: Store;
  readonly vault: Pick<Vault, "grant" | "remove">;
  readonly roles: Pick<Roles, "withRole" | "standing">;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Ends the handing over of connections whose keeper has connected theirs: whose it was uses the keeper's from then on,
 * and their own is removed. Done twice, it comes to the same.
 */
export async function finishHandovers(deps: ExpiryHandoverDeps, org: OrgId): Promise<void> {
  const { store, vault, clock, log } = deps;
  const { credentials, credentialChecks } = store.forOrg(org);
  for (const check of await credentialChecks.list()) {
    const { name, owner, keeper } = check;
    if (keeper?.takingAt === undefined || owner === undefined) continue;
    if (!(await isAdmin(deps, org, keeper.person))) {
      await credentialChecks.give(check, undefined, clock());
      continue;
    }
    const theirs = await credentials.get({ name, owner: keeper.person });
    if (theirs === undefined || theirs.refusedAt !== undefined) continue;
    const by = personRef(keeper.person);
    await vault.grant({ org, name, owner: keeper.person }, owner, by);
    await vault.remove({ org, name, owner }, by);
    await credentialChecks.remove(check);
    log.info({ org, credential: name }, "a connection was handed over");
  }
}
