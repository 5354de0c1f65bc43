import type { ModuleName, OrgId, PersonId, TurnId } from "#core/contract/ids.ts";
import type { CredentialNeed, Manifest } from "#core/contract/manifest.ts";
import type { BundleOrigin } from "#core/contract/sandbox.ts";
import { personRef } from "#core/contract/principal.ts";
import type { ActorRef } from "#core/contract/principal.ts";
import { boundTo } from "#core/credentials/bound-to.ts";
import type { CredentialInfo, Vault } from "#core/credentials/vault.ts";
import type { Registry } from "#core/registry/registry.ts";
import { inert } from "#core/orchestrator/inert.ts";

/** A credential that some module can use. */
export interface Source {
  readonly manifest: Manifest;
  readonly need: CredentialNeed;
  readonly origin: BundleOrigin;
}

/** Who brings a value, and whose it becomes. */
export interface Keeping {
  readonly org: OrgId;
  readonly person: PersonId;
  readonly turn: TurnId;
  readonly asker: { readonly locale: string; readonly timeZone: string };
  /** Absent, it becomes the org's own. */
  readonly owner?: PersonId;
  /** Whom the audit names; the person unless told. */
  readonly by?: ActorRef;
}

/** What became of a value. */
export type Kept =
  | { readonly state: "kept"; readonly say: string; readonly tested: boolean }
  | { readonly state: "refused"; readonly say: string };

/**
 * The one place where a new API key is tried and kept, whichever way it came in: one harmless call with it, and unless
 * its source refuses it, into the vault. What was there before stays when the new one is refused.
 * @throws NexusError when the vault does not take the value
 */
export async function keepCredential(
  deps: { readonly registry: Pick<Registry, "invoke">; readonly vault: Pick<Vault, "put" | "list"> },
  keeping: Keeping,
  source: Source,
  value: string,
  signal: AbortSignal,
): Promise<Kept> {
  const { need } = source;
  const { org, owner, person, by = personRef(person) } = keeping;
  const verdict = await tryOut(deps.registry, keeping, source, value, signal);
  if (verdict.outcome === "refused") return { state: "refused", say: verdict.say };
  const target = { org, name: need.name, ...(owner !== undefined && { owner }), ...boundTo(source) };
  await deps.vault.put(target, { value }, by);
  const stored = (await deps.vault.list(org)).find((info) => isKeptAs(info, need.name, owner));
  const tested = verdict.outcome === "works" ? "Tested: it works." : `It is kept, but not tested: ${verdict.say}`;
  const say = `Connected ${need.title}, ${stored?.hint ?? "stored"}. ${tested} ${whoUses(owner !== undefined)}`;
  return { state: "kept", say, tested: verdict.outcome === "works" };
}

/** Whose a credential is, as its person is told. @param also who is answered with it too, by name */
export function whoUses(isOwn: boolean, also: readonly string[] = []): string {
  if (!isOwn) return "Everybody here uses it.";
  return also.length === 0 ? "Only you use it." : `You use it, and so does what ${also.join(" and ")} set up.`;
}

/** Whether this is what is kept under a name for the org, or for one person. */
export function isKeptAs(info: CredentialInfo, name: ModuleName, owner: PersonId | undefined): boolean {
  return info.name === name && info.owner === owner;
}

/** What one harmless call with a new value says of it. A source that is down says nothing. */
type Verdict =
  | { readonly outcome: "works" }
  | { readonly outcome: "refused"; readonly say: string }
  | { readonly outcome: "unknown"; readonly say: string };

async function tryOut(
  registry: Pick<Registry, "invoke">,
  { org, person, turn, asker }: Keeping,
  { manifest, need }: Source,
  value: string,
  signal: AbortSignal,
): Promise<Verdict> {
  if (need.test === undefined) return { outcome: "unknown", say: "the module names no harmless call to test it with." };
  const result = await registry.invoke(
    {
      org,
      person,
      turn,
      module: manifest.name,
      capability: need.test.capability,
      input: need.test.input,
      asker,
      trial: { credential: need.name, value },
      files: [],
    },
    signal,
  );
  if (result.ok || result.code === "not_found" || result.code === "no_data") return { outcome: "works" };
  const words = inert(result.say);
  return result.retryable ? { outcome: "unknown", say: words } : { outcome: "refused", say: words };
}
