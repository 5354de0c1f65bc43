import { createHash } from "node:crypto";
import { OPEN_MODULE } from "#core/contract/channel-policy.ts";
import { type ModuleName, type OrgId, Sha256 } from "#core/contract/ids.ts";
import { actorRef } from "#core/contract/principal.ts";
import { pageOf } from "#core/contract/programs/page.ts";
import type { ModuleGrantResource } from "#core/contract/programs/policy.ts";
import type { ModuleResource } from "#core/contract/programs/module.ts";
import type { Programs } from "#core/contract/programs.ts";
import type { RightsChanges } from "#core/auth/rights-changes.ts";
import type { ModuleState } from "#core/registry/registry.ts";
import type { AdminDeps } from "./admin-deps.ts";
import { toApproval } from "./approval-resource.ts";
import { askTurn } from "./ask-turn.ts";
import { noSuchModule } from "./not-here.ts";

type ModulePrograms = Pick<
  Programs,
  | "listModules"
  | "getModule"
  | "moduleSource"
  | "switchModule"
  | "getModuleGrant"
  | "putModuleGrant"
  | "deleteModuleGrant"
>;

/** What programs do with modules: see them, have them switched, and say who may use them. */
export function createModulePrograms(deps: AdminDeps & { readonly rightsChanges: RightsChanges }): ModulePrograms {
  const { store, registry, approval, authorise, rightsChanges } = deps;
  const find = (org: OrgId, name: ModuleName): ModuleState => {
    const found = registry.modules(org).find(({ manifest }) => manifest.name === name);
    if (found === undefined) throw noSuchModule(name);
    return found;
  };
  const read = async (org: OrgId, name: ModuleName): Promise<ModuleResource> =>
    toResource(find(org, name), await store.forOrg(org).moduleStates.off());
  const readGrant = async (org: OrgId, name: ModuleName): Promise<ModuleGrantResource> => {
    const { manifest } = find(org, name);
    const grant = await store.forOrg(org).moduleGrants.get(manifest.name);
    return { module: name, grant: grant ?? OPEN_MODULE, isUsual: grant === undefined };
  };

  return {
    async listModules(principal, query) {
      await authorise(principal, "module.read");
      const off = await store.forOrg(principal.org).moduleStates.off();
      const all = registry.modules(principal.org).map((module) => toResource(module, off));
      return pageOf(all, ({ name }) => name, query);
    },
    async getModule(principal, { name }) {
      await authorise(principal, "module.read", { kind: "module", id: name });
      return read(principal.org, name);
    },
    async moduleSource(principal, { name }) {
      await authorise(principal, "module.read", { kind: "module", id: name });
      const { manifest, sha256 } = find(principal.org, name);
      const files = [...registry.source(principal.org, name)].map(([path, text]) => ({
        path,
        bytes: Buffer.byteLength(text),
        sha256: Sha256.parse(createHash("sha256").update(text).digest("hex")),
      }));
      return { name, version: manifest.version, sha256, files };
    },
    async switchModule(principal, { name, on, once }, signal) {
      await authorise(principal, "module.switch", { kind: "module", id: name });
      const { manifest } = find(principal.org, name);
      const request = await askTurn(deps, principal, { do: "switch", module: manifest.name, on }, once, signal);
      if (request.state === "pending") return { state: "pending", request };
      const gate = request.approval && (await approval.get(principal.org, request.approval));
      return gate?.state === "open"
        ? { state: "waiting", approval: toApproval(gate, principal) }
        : { state: "done", result: await read(principal.org, name) };
    },
    async getModuleGrant(principal, { name }) {
      await authorise(principal, "policy.read", { kind: "module", id: name });
      return readGrant(principal.org, name);
    },
    async putModuleGrant(principal, { name, grant }) {
      await authorise(principal, "module.grant", { kind: "module", id: name });
      await rightsChanges.grant(
        principal.org,
        { actor: actorRef(principal) },
        find(principal.org, name).manifest.name,
        grant,
      );
      return readGrant(principal.org, name);
    },
    async deleteModuleGrant(principal, { name }) {
      await authorise(principal, "module.grant", { kind: "module", id: name });
      await rightsChanges.grant(
        principal.org,
        { actor: actorRef(principal) },
        find(principal.org, name).manifest.name,
        undefined,
      );
    },
  };
}

function toResource({ manifest, sha256, breaker, downSince }: ModuleState, off: ReadonlySet<string>): ModuleResource {
  return {
    name: manifest.name,
    title: manifest.title,
    version: manifest.version,
    description: manifest.description,
    sha256,
    enabled: !off.has(manifest.name),
    source: breaker,
    ...(downSince && { downSince: downSince.toISOString() }),
    dataClass: manifest.dataClass,
    hosts: manifest.hosts.map(({ host }) => host),
    credentials: manifest.credentials.map(({ name, title, kind }) => ({ name, title, kind })),
    capabilities: manifest.capabilities.map(({ name, title, effect }) => ({ name, title, effect })),
  };
}
