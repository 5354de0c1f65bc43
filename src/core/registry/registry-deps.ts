import type { ModuleName, OrgId, PersonId, Sha256 } from "#core/contract/ids.ts";
import type { AdapterRunResult } from "#core/contract/invocation.ts";
import type { Bundle, HostModule } from "#core/contract/module.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Egress, Sandbox } from "#core/contract/sandbox.ts";
import type { Vault } from "#core/credentials/vault.ts";
import type { Metering } from "#core/metering/metering.ts";
import type { ModuleCache } from "./answer-cache.ts";
import type { InstalledBundles } from "./org-modules.ts";
import type { ModuleFiles } from "./run-files.ts";

/** What the registry stands on. */
export interface RegistryDeps {
  readonly bundles: readonly Bundle[];
  readonly hostModules: readonly HostModule[];
  /** What orgs have installed; left out, nothing. */
  readonly installed?: InstalledBundles | undefined;
  /** Told of every run when it is over, and who asked for it; it must not throw. */
  readonly onOutcome?: ((run: RunOutcome & { readonly person: PersonId }) => void) | undefined;
  readonly sandbox: Sandbox;
  readonly egress: Egress;
  readonly vault: Pick<Vault, "secretFor" | "distrust">;
  readonly metering: Pick<Metering, "reserve">;
  readonly store: (org: OrgId) => { readonly moduleFiles: ModuleFiles; readonly moduleCache: ModuleCache };
  /** Whether the operator wants generated sample data where a credential is missing. */
  readonly sampleOn: () => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Log;
  readonly newSeed: () => string;
}

/** How a call of exact bytes ended. */
export interface RunOutcome {
  readonly org: OrgId;
  readonly module: ModuleName;
  readonly sha256: Sha256;
  readonly version: string;
  readonly result: AdapterRunResult;
}
