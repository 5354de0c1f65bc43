import type { ErasePerson } from "#core/auth/erase-person.ts";
import type { Keys } from "#core/auth/keys.ts";
import type { Refusals } from "#core/auth/refusals.ts";
import type { RightsChanges } from "#core/auth/rights-changes.ts";
import type { OrgId } from "#core/contract/ids.ts";
import type { HealthResource } from "#core/contract/programs/health.ts";
import type { Models } from "#core/contract/model.ts";
import type { Programs } from "#core/contract/programs.ts";
import type { Builds } from "#core/evolution/builds/builds.ts";
import type { Curriculum } from "#core/evolution/curriculum/curriculum.ts";
import type { Installer } from "#core/evolution/installer/installer.ts";
import type { Hooks } from "#core/hooks/hooks.ts";
import type { Housekeeper } from "#core/housekeeping/housekeeper.ts";
import type { Metering } from "#core/metering/metering.ts";
import type { AdminDeps } from "./admin-deps.ts";
import { createApprovalPrograms } from "./approval-programs.ts";
import { createAuditPrograms } from "./audit-programs.ts";
import { createAuthorise } from "./authorise.ts";
import { createBuildPrograms } from "./build-programs.ts";
import { createCredentialPrograms } from "./credential-programs.ts";
import { createHookPrograms } from "./hook-programs.ts";
import { createInstallationPrograms } from "./installation-programs.ts";
import { createJobPrograms } from "./job-programs.ts";
import { createKeyPrograms } from "./key-programs.ts";
import { createModulePrograms } from "./module-programs.ts";
import { createPersonPrograms } from "./person-programs.ts";
import { createPolicyPrograms } from "./policy-programs.ts";
import { createProposalPrograms } from "./proposal-programs.ts";
import { createSchedulePrograms } from "./schedule-programs.ts";
import { createRoutingPrograms } from "./routing-programs.ts";
import { createUsagePrograms } from "./usage-programs.ts";

export interface ProgramsDeps extends Omit<AdminDeps, "authorise"> {
  readonly rightsChanges: RightsChanges;
  readonly keys: Keys;
  readonly refusals: Refusals;
  readonly metering: Metering;
  readonly builds: Builds;
  readonly installer: Installer;
  readonly housekeeper: Pick<Housekeeper, "list" | "run">;
  readonly hooks: Hooks;
  readonly curriculum: Pick<Curriculum, "all" | "get">;
  readonly health: (
    signal: AbortSignal,
    org: OrgId,
  ) => Promise<{
    readonly ready: boolean;
    readonly checks: readonly HealthResource["checks"][number][];
    readonly degraded: readonly string[];
  }>;
  readonly erasePerson: Pick<ErasePerson, "erase">;
  readonly models: Pick<Models, "find">;
  readonly defaults: { readonly locale: string; readonly timeZone: string };
}

/** Makes everything programs can do. */
export function createPrograms(deps: ProgramsDeps): Programs {
  const admin = { ...deps, authorise: createAuthorise(deps) };
  return {
    ...createApprovalPrograms(admin),
    ...createAuditPrograms(admin),
    ...createBuildPrograms(admin),
    ...createCredentialPrograms(admin),
    ...createInstallationPrograms(admin),
    ...createJobPrograms(admin),
    ...createSchedulePrograms(admin),
    ...createHookPrograms(admin),
    ...createKeyPrograms(admin),
    ...createModulePrograms(admin),
    ...createPersonPrograms(admin),
    ...createPolicyPrograms(admin),
    ...createProposalPrograms(admin),
    ...createRoutingPrograms(admin, deps.models),
    ...createUsagePrograms(admin),
    async health(principal, _, signal) {
      await admin.authorise(principal, "health.read");
      const { ready, checks, degraded } = await deps.health(signal, principal.org);
      return { ready, checks: checks.map(({ name, ok, detail }) => ({ name, ok, detail })), degraded: [...degraded] };
    },
  };
}
