import type { Audit } from "#core/audit/audit.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Registry } from "#core/registry/registry.ts";
import type { Store } from "#core/store/store.ts";

/** What the installer stands on. */
export interface InstallerDeps {
  readonly store: Store;
  readonly audit: Pick<Audit, "recordIn">;
  /** Which modules run now, and the word that this has changed. */
  readonly registry: Pick<Registry, "modules" | "houseModules" | "refresh" | "running">;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long the data of a module is kept after a change, so that the change can be undone with it. */
export const SNAPSHOT_DAYS = 30;
