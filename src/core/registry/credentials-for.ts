import { NexusError } from "#core/contract/errors.ts";
import type { PersonId } from "#core/contract/ids.ts";
import type { Invocation } from "#core/contract/invocation.ts";
import type { Capability } from "#core/contract/manifest.ts";
import type { Nexus } from "#core/contract/module.ts";
import type { InjectedSecret } from "#core/contract/sandbox.ts";
import { boundTo } from "#core/credentials/bound-to.ts";
import type { Vault } from "#core/credentials/vault.ts";
import type { Installed } from "./installed.ts";

/** What a capability runs with: its secrets, or sample data in their place, or not at all. */
export type Readiness =
  | {
      readonly ready: true;
      readonly secrets: readonly InjectedSecret[];
      readonly sample: Nexus["sample"];
      /** Hosts not to be asked, since their credential is missing. */
      readonly closedHosts: ReadonlySet<string>;
      /** Whose accounts answer, where they are not the org's: what they say is nobody else's to be shown again. */
      readonly owners: readonly PersonId[];
    }
  | { readonly ready: false; readonly error: NexusError; readonly credential: string };

/** Fetches a capability's credentials. @throws NexusError when one that is stored cannot be read or refreshed now */
export async function credentialsFor(
  deps: { readonly vault: Pick<Vault, "secretFor">; readonly sampleOn: () => Promise<boolean> },
  { org, person, turn, trial }: Pick<Invocation, "org" | "person" | "turn" | "trial">,
  { manifest, origin }: Pick<Installed, "manifest" | "origin">,
  capability: Capability,
  signal: AbortSignal,
): Promise<Readiness> {
  const mayShowSample = capability.sample && (await deps.sampleOn());
  const secrets: InjectedSecret[] = [];
  const closedHosts = new Set<string>();
  const owners: PersonId[] = [];
  for (const need of manifest.credentials) {
    if (!capability.credentials.includes(need.name)) continue;
    const isTried = trial?.credential === need.name;
    const secret = isTried
      ? ({ state: "ready", value: trial.value } as const)
      : await deps.vault.secretFor(
          { org, person, turn, module: manifest.name, need, ...boundTo({ manifest, need, origin }) },
          signal,
        );
    switch (secret.state) {
      case "ready":
        secrets.push({ need, value: secret.value });
        if ("owner" in secret && secret.owner !== undefined) owners.push(secret.owner);
        break;
      case "rejected": {
        const error = new NexusError("credential_rejected", `${need.name} was refused`, { say: secret.say });
        return { ready: false, error, credential: need.name };
      }
      case "not_granted": {
        const error = new NexusError("not_allowed", `${need.name} is not for this person`, {
          say: `${need.title} is connected here, but not for you.`,
          hint: `Connect your own account with \`connect ${manifest.name}\`, or ask an admin to share it with you.`,
        });
        return { ready: false, error, credential: need.name };
      }
      case "missing": {
        closedHosts.add(need.host);
        if (mayShowSample) break;
        const error = new NexusError("credential_missing", `${manifest.name} needs ${need.name}`, {
          say:
            need.personal === true
              ? `This needs your ${need.title}, which you have not connected yet.`
              : `This needs ${need.title}, which nobody has added yet.`,
          hint: `Add it with \`connect ${manifest.name}\`.`,
        });
        return { ready: false, error, credential: need.name };
      }
      default:
        return secret satisfies never;
    }
  }
  const sample = closedHosts.size > 0 ? "required" : mayShowSample ? "allowed" : "off";
  return { ready: true, secrets, sample, closedHosts, owners };
}
