import type { OrgId } from "#core/contract/ids.ts";
import type { Inbound } from "#core/contract/message.ts";
import type { InstallerDeps } from "#core/evolution/installer/installer-deps.ts";
import type { Metering } from "#core/metering/metering.ts";

/** What is watched after an installation, and what is done about it. */
export interface HealthSettings {
  /** Whether a version that fails is taken back without asking. */
  readonly revert: boolean;
  /** For how long after it became live; minutes. */
  readonly watchMinutes: number;
}

export interface HealthWatchDeps extends InstallerDeps {
  readonly settings: HealthSettings;
  readonly receive: (org: OrgId, inbound: Inbound) => Promise<unknown>;
  /** Where the admins of an org can be told something. */
  readonly adminPlaces: Metering["adminPlaces"];
}
