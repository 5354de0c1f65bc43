import { NexusError } from "#core/contract/errors.ts";
import { type ModuleName, newId, type OrgId, TurnId } from "#core/contract/ids.ts";
import { actorRef, permits, type Principal } from "#core/contract/principal.ts";
import type { CredentialResource } from "#core/contract/programs/credential.ts";
import { pageOf } from "#core/contract/programs/page.ts";
import type { Programs } from "#core/contract/programs.ts";
import type { CredentialInfo, CredentialTarget } from "#core/credentials/vault.ts";
import { keepCredential, type Source } from "#core/orchestrator/secrets/keep-credential.ts";
import type { AdminDeps } from "./admin-deps.ts";
import { noSuchCredential, noSuchPerson } from "./not-here.ts";

type CredentialPrograms = Pick<
  Programs,
  "listCredentials" | "putCredential" | "deleteCredential" | "grantCredential" | "revokeCredential"
>;

interface CredentialDeps extends AdminDeps {
  readonly defaults: { readonly locale: string; readonly timeZone: string };
}

/** What programs do with credentials. A value goes in, and never out. */
export function createCredentialPrograms(deps: CredentialDeps): CredentialPrograms {
  const { store, vault, registry, authorise } = deps;

  /** Whose it is, once it is sure that the principal may change it: their own, or with a further right everybody's. */
  const targetFor = async (
    principal: Principal,
    { name, owner }: { readonly name: ModuleName; readonly owner: "me" | "org" },
  ): Promise<CredentialTarget> => {
    await authorise(principal, owner === "me" ? "credential.own" : "credential.share", {
      kind: "credential",
      id: name,
    });
    return { org: principal.org, name, ...(owner === "me" && { owner: principal.person }) };
  };
  const find = async ({ org, owner }: CredentialTarget, name: ModuleName): Promise<CredentialResource> => {
    const found = (await vault.list(org)).find((info) => info.name === name && info.owner === owner);
    if (found === undefined) throw noSuchCredential(name);
    return toResource(found, name);
  };
  const requireGrantee = async (org: OrgId, to: Parameters<Programs["grantCredential"]>[1]["to"]): Promise<void> => {
    if (to !== "everyone" && (await store.forOrg(org).directory.get(to)) === undefined) throw noSuchPerson(to);
  };

  return {
    async listCredentials(principal, query) {
      await authorise(principal, "credential.own");
      const known = new Map(sourcesOf(deps, principal.org).map(({ need }) => [String(need.name), need.name]));
      const mayAll = permits(principal, "credential.share");
      const visible = (await vault.list(principal.org)).flatMap((info) => {
        const name = known.get(info.name);
        return name !== undefined && (mayAll || concerns(info, principal)) ? [toResource(info, name)] : [];
      });
      return pageOf(visible, ({ name, owner = "" }) => `${name}:${owner}`, query);
    },
    async putCredential(principal, { value, ...wanted }, signal) {
      const target = await targetFor(principal, wanted);
      const source = sourcesOf({ registry }, principal.org).find(({ need }) => need.name === wanted.name);
      if (source === undefined) throw noSuchCredential(wanted.name);
      if (source.need.kind !== "api_key") {
        throw new NexusError("request_invalid", `${wanted.name} is no API key`, {
          say: `${source.need.title} is connected by consent in a browser, not by a value.`,
          hint: `Say \`connect ${source.manifest.name}\` in chat.`,
        });
      }
      const keeping = {
        org: principal.org,
        person: principal.person,
        turn: newId(TurnId),
        asker: deps.defaults,
        by: actorRef(principal),
        ...(target.owner && { owner: target.owner }),
      };
      const kept = await keepCredential({ registry, vault }, keeping, source, value, signal);
      if (kept.state === "refused") {
        throw new NexusError("credential_rejected", `${wanted.name} was refused by its source`, {
          say: kept.say,
          hint: "It was not kept. What was connected before, if anything, still is.",
        });
      }
      const credential = await find(target, wanted.name);
      return { credential, tested: kept.tested ? "works" : "unknown", ...(!kept.tested && { say: kept.say }) };
    },
    async deleteCredential(principal, wanted) {
      const target = await targetFor(principal, wanted);
      await find(target, wanted.name);
      await vault.remove(target, actorRef(principal));
    },
    async grantCredential(principal, { to, ...wanted }) {
      const target = await targetFor(principal, wanted);
      await find(target, wanted.name);
      await requireGrantee(principal.org, to);
      await vault.grant(target, to, actorRef(principal));
      return find(target, wanted.name);
    },
    async revokeCredential(principal, { to, ...wanted }) {
      const target = await targetFor(principal, wanted);
      await find(target, wanted.name);
      await vault.revoke(target, to, actorRef(principal));
      return find(target, wanted.name);
    },
  };
}

function sourcesOf({ registry }: Pick<AdminDeps, "registry">, org: OrgId): Source[] {
  return registry
    .modules(org)
    .flatMap(({ manifest, origin }) => manifest.credentials.map((need) => ({ manifest, need, origin })));
}

/** Whether a credential is somebody's own, or one they may use. */
function concerns({ owner, grantedTo }: CredentialInfo, { person }: Principal): boolean {
  return owner === person || grantedTo === "everyone" || grantedTo.includes(person);
}

function toResource(
  { owner, hint, updatedAt, expiresAt, expiryIs, refusedAt, grantedTo }: CredentialInfo,
  name: ModuleName,
): CredentialResource {
  return {
    name,
    ...(owner && { owner }),
    hint,
    updatedAt: updatedAt.toISOString(),
    ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
    ...(expiryIs && { expiryIs }),
    ...(refusedAt && { refusedAt: refusedAt.toISOString() }),
    grantedTo: grantedTo === "everyone" ? grantedTo : [...grantedTo],
  };
}
