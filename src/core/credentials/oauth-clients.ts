import { z } from "zod";
import { ModuleName, type OrgId, type PersonId, type TurnId } from "#core/contract/ids.ts";
import type { CredentialNeed } from "#core/contract/manifest.ts";
import type { ActorRef } from "#core/contract/principal.ts";
import type { OAuthClient } from "./oauth-connect.ts";
import type { Vault } from "./vault.ts";

/** For whom a client is read. */
export interface ClientReader {
  readonly org: OrgId;
  readonly person: PersonId;
  readonly turn: TurnId;
  readonly module: ModuleName;
  /** As `boundTo` has it. */
  readonly bound?: string;
}

/** The OAuth clients that an admin registered with providers: one for an org, by which each connects their own account. */
export interface OAuthClients {
  has(org: OrgId, need: CredentialNeed): Promise<boolean>;
  get(reader: ClientReader, need: CredentialNeed, signal: AbortSignal): Promise<OAuthClient | undefined>;
  /** @param target the org, and what the client is bound to, as `boundTo` has it */
  set(
    target: { readonly org: OrgId; readonly bound?: string },
    need: CredentialNeed,
    client: OAuthClient,
    by: ActorRef,
  ): Promise<void>;
  remove(org: OrgId, need: CredentialNeed, by: ActorRef): Promise<void>;
}

/** A public client has no secret. */
const Client = z.object({ clientId: z.string().min(1), clientSecret: z.string() });

/** Makes them over the vault, which keeps each as one value beside the accounts that were connected by it. */
export function createOAuthClients(vault: Pick<Vault, "list" | "put" | "remove" | "secretFor">): OAuthClients {
  return {
    has: async (org, need) =>
      (await vault.list(org)).some(({ name, owner }) => owner === undefined && name === clientName(need)),
    async get(reader, need, signal) {
      const kept: CredentialNeed = { ...need, name: clientName(need), kind: "api_key" };
      const state = await vault.secretFor({ ...reader, need: kept }, signal);
      return state.state === "ready" ? Client.parse(JSON.parse(state.value)) : undefined;
    },
    set: (target, need, { clientId, clientSecret }, by) =>
      vault.put({ ...target, name: clientName(need) }, { value: JSON.stringify({ clientId, clientSecret }) }, by),
    remove: (org, need, by) => vault.remove({ org, name: clientName(need) }, by),
  };
}

/** The name under which the client for a credential is kept. */
function clientName({ name }: Pick<CredentialNeed, "name">): ModuleName {
  return ModuleName.parse(`${name.slice(0, 33).replace(/-$/, "")}-client`);
}

/** Whether something kept under this name is a client, of one of these credentials. */
export function isClientOf(needs: readonly CredentialNeed[], name: string): CredentialNeed | undefined {
  return needs.find((need) => need.kind === "oauth2" && clientName(need) === name);
}
