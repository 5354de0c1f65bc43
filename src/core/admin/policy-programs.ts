import type { RightsChanges } from "#core/auth/rights-changes.ts";
import { actorRef } from "#core/contract/principal.ts";
import { pageOf } from "#core/contract/programs/page.ts";
import type { Programs } from "#core/contract/programs.ts";
import type { AdminDeps } from "./admin-deps.ts";
import { requireInstalled } from "./not-here.ts";

type PolicyPrograms = Pick<Programs, "listPolicies" | "getPolicy" | "putPolicy" | "deletePolicy">;

/** What programs do with what channels allow. */
export function createPolicyPrograms(deps: AdminDeps & { readonly rightsChanges: RightsChanges }): PolicyPrograms {
  const { store, registry, authorise, rightsChanges } = deps;
  return {
    async listPolicies(principal, query) {
      await authorise(principal, "policy.read");
      return pageOf(await store.forOrg(principal.org).channelPolicies.all(), ({ channel }) => channel, query);
    },
    async getPolicy(principal, { channel }) {
      await authorise(principal, "policy.read", { kind: "channel", id: channel });
      return { channel, policy: await store.forOrg(principal.org).channelPolicies.holding(channel) };
    },
    async putPolicy(principal, { channel, policy }) {
      await authorise(principal, "policy.manage", { kind: "channel", id: channel });
      if (policy.modules !== "all") requireInstalled(registry, principal.org, policy.modules);
      const { after } = await rightsChanges.policy(principal.org, { actor: actorRef(principal) }, channel, policy);
      return { channel, policy: after };
    },
    async deletePolicy(principal, { channel }) {
      await authorise(principal, "policy.manage", { kind: "channel", id: channel });
      await rightsChanges.policy(principal.org, { actor: actorRef(principal) }, channel, undefined);
    },
  };
}
