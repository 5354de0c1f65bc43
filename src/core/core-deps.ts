import type { FrontEnd, Joining, StatusLine } from "#core/contract/door.ts";
import type { Platform } from "#core/contract/message.ts";
import type { Bundle, HostModule } from "#core/contract/module.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Egress, Sandbox } from "#core/contract/sandbox.ts";
import type { KeyWrapper } from "#core/credentials/key-wrapper.ts";
import { type GatePolicies } from "#core/approval/policies.ts";
import { type AuditAnchors } from "#core/audit/audit.ts";
import { type Identity } from "#core/auth/program-access.ts";
import type { HealthSettings } from "#core/evolution/installer/health/health-deps.ts";
import type { HouseModels } from "#core/llm/models.ts";
import { type QuotaDefaults } from "#core/metering/metering.ts";
import type { OpenIndex } from "#core/evolution/module-index/open-index.ts";
import type { Store } from "#core/store/store.ts";
import type { HeavyUpkeep } from "./house-jobs.ts";
import type { BuildingDeps, BuildingSettings } from "./building.ts";

/** What the mind is built from: ports, keys, and what only the composition root knows. */
export interface CoreDeps {
  readonly store: Store;
  /** 32 bytes; every key of the house is derived from it. */
  readonly masterKey: Buffer;
  /** Wraps the data keys of orgs. */
  readonly keyWrapper: KeyWrapper;
  readonly bundles: readonly Bundle[];
  readonly hostModules: readonly HostModule[];
  readonly sandbox: Sandbox;
  readonly egress: Egress;
  readonly doors: () => readonly FrontEnd[];
  readonly defaults: { readonly locale: string; readonly timeZone: string; readonly sampleData: boolean };
  /** What only the composition root knows: which doors are open, where data lives. */
  readonly surroundings: () => readonly StatusLine[];
  /** Who must agree before something is done, by what it does. */
  readonly policies?: GatePolicies;
  /** After how many hours people are reminded of what nobody has decided; left out, after a day and after two. */
  readonly remindAfterHours?: readonly number[];
  /** How modules are built; left out, in four rounds for five units, with no index. */
  readonly building?: BuildingSettings;
  /** The modules that come with this release without being installed. */
  readonly ownIndex?: OpenIndex;
  /** Reads a packed module, believing nothing of it; left out, none is. */
  readonly readPack?: BuildingDeps["readPack"];
  /** What people ask for in vain, and when that is proposed; left out, three in a week at most. */
  readonly curriculum?: { readonly perWeek: number; readonly apis?: string | undefined };
  /** What is watched after a module was installed; left out, an hour, and what fails is taken back. */
  readonly health?: HealthSettings;
  /** Limits on run units where nobody has set others. */
  readonly quotas?: QuotaDefaults;
  /** How long what was said is kept for models; days. */
  readonly memory?: { readonly days: number };
  /** A calendar file (.ics) of holidays; left out, there are none. */
  readonly holidaysFile?: string | undefined;
  /** A file of schedules that the operator sets; left out, there are none of that kind. */
  readonly schedulesFile?: string | undefined;
  /** A file with prices of models, beside those that ship with NEXUS. */
  readonly pricesFile?: string | undefined;
  /** The models that are set up; left out, there are none. */
  readonly models?: HouseModels;
  /** What only concerns the gateway to them. */
  readonly modelSettings?: { readonly recordPrompts: boolean; readonly threads?: number | undefined };
  /** The platforms that can be connected while NEXUS runs, and how to leave one. */
  readonly joinings: () => readonly Joining[];
  readonly leave: (platform: Platform) => Promise<boolean>;
  readonly joinPage: (platform: Platform) => string | undefined;
  readonly oauthRedirect: () => string | undefined;
  /** How secrets may be entered elsewhere than at the terminal; forms of a platform alone unless told. */
  readonly entry?: { readonly publicUrl: () => string | undefined; readonly modal: boolean };
  /** The operator's identity provider; left out, there is none. */
  readonly identity?: Identity;
  /** Reads a file of a watched folder; left out, none is watched. @throws NexusError file_unreadable | file_too_large */
  readonly readDropped?: (path: string, maxBytes: number, signal: AbortSignal) => Promise<Uint8Array>;
  /** Whether mails can be sent, and to which domains besides people's own addresses; left out, none are. */
  readonly mail?: { readonly isSetUp: boolean; readonly domains: readonly string[] };
  /** What is too heavy to be done where answers are made; left out, it is not done. */
  readonly heavy?: HeavyUpkeep;
  readonly newSeed: () => string;
  /** Where the ends of the audit's chains are written down, outside the database. */
  readonly auditAnchors?: AuditAnchors;
  readonly clock: Clock;
  readonly log: Log;
}
