import type { OrgId } from "#core/contract/ids.ts";
import type { Access } from "./access.ts";
import { createActions, type Actions } from "./actions.ts";
import { createApiKeys, type ApiKeys } from "./api-keys.ts";
import { type AuditedOrgs, createAuditedOrgs, createAuditTrail, type AuditTrail } from "./audit-trail.ts";
import { createBlobs, type Blobs } from "./blobs.ts";
import { type BuildPapers, createBuildPapers } from "./build-papers.ts";
import { type BuildQueue, createBuildQueue } from "./build-queue.ts";
import { type BuildRows, createBuildRows } from "./builds.ts";
import { createChannelPolicies, type ChannelPolicies } from "./channel-policies.ts";
import { createConnectLinks, type ConnectLinks } from "./connect-links.ts";
import { createConversations, type Conversations } from "./conversations.ts";
import { type CredentialChecks, createCredentialChecks, createDueChecks, type DueChecks } from "./credential-checks.ts";
import { createCredentialGrants, type CredentialGrants } from "./credential-grants.ts";
import { createCredentialLifetimes, type CredentialLifetimes } from "./credential-lifetimes.ts";
import { createCredentialNotices, type CredentialNotices } from "./credential-notices.ts";
import { createCredentials, type Credentials } from "./credentials.ts";
import { createDeadLetters, type DeadLetters } from "./dead-letters.ts";
import { createDecisions, type Decisions } from "./decisions.ts";
import { createDirectory, type Directory } from "./directory.ts";
import { createDoorMemories, type DoorMemories } from "./door-memory.ts";
import { createErasure, type Erasure } from "./erasure.ts";
import { createFeedback, type Feedback } from "./feedback.ts";
import { createGates, createOverdueGates, type Gates, type OverdueGates } from "./gates.ts";
import { createUnremindedGates, type UnremindedGates } from "./unreminded-gates.ts";
import { createHousekeeping, type Housekeeping } from "./housekeeping.ts";
import { createIdempotency, type Idempotency } from "./idempotency.ts";
import { createInbox, type Inbox } from "./inbox.ts";
import { createOrgJoins, type OrgJoins } from "./join-orgs.ts";
import { createJobs, type Jobs } from "./jobs.ts";
import { createLinkCodes, type LinkCodes } from "./link-codes.ts";
import { createMailAddresses, type MailAddresses } from "./mail-addresses.ts";
import { createMemberships, type Memberships } from "./memberships.ts";
import { createMeter, type Meter } from "./meter.ts";
import { createMeteringUpkeep, type MeteringUpkeep } from "./metering-upkeep.ts";
import { createModelCalls, type ModelCalls } from "./model-calls.ts";
import { createModuleBundles, type ModuleBundles } from "./module-bundles.ts";
import { createModuleCache, type ModuleCache } from "./module-cache.ts";
import { createModuleFiles, type ModuleFiles } from "./module-files.ts";
import { createModuleGrants, type ModuleGrants } from "./module-grants.ts";
import { createModuleHealth, createUntoldHealth, type ModuleHealth, type UntoldHealth } from "./module-health.ts";
import {
  createInstalledEverywhere,
  createModuleInstalls,
  type InstalledEverywhere,
  type ModuleInstalls,
} from "./module-installs.ts";
import {
  createModuleImports,
  createWaitingImports,
  type ModuleImports,
  type WaitingImports,
} from "./module-imports.ts";
import { createModuleRevocations, type ModuleRevocations } from "./module-revocations.ts";
import { createModuleStates, type ModuleStates } from "./module-states.ts";
import { createOAuthStates, type OAuthStates } from "./oauth-states.ts";
import { createOrgConfigs, type OrgConfigs } from "./org-configs.ts";
import { createOrgKeys, createVaultKeys, type OrgKeys, type VaultKeys } from "./org-keys.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import { createPeople, type People } from "./people.ts";
import { createPlans, type Plans } from "./plans.ts";
import { createPreferences, type Preferences } from "./preferences.ts";
import { createProgramAnswers, type ProgramAnswers } from "./program-answers.ts";
import { createDueProposals, createProposals, type DueProposals, type Proposals } from "./proposals.ts";
import { createQuotas, type Quotas } from "./quotas.ts";
import { type AllReflexLabels, createAllReflexLabels, createReflexLabels, type ReflexLabels } from "./reflex-labels.ts";
import { createDueReminders, createReminders, type DueReminders, type Reminders } from "./reminders.ts";
import { createRoleMappings, type RoleMappings } from "./role-mappings.ts";
import { createRoleGrants, type RoleGrants } from "./roles.ts";
import { createRoutingTrials, type RoutingTrials } from "./routing-trials.ts";
import { createSaidTurns, type SaidTurns } from "./said.ts";
import { createSaidSummaries, type SaidSummaries } from "./said-summaries.ts";
import { createDueDeliveries, type DueDeliveries } from "./hook-deliveries.ts";
import {
  createDueCalendars,
  createHolidayCalendars,
  type DueCalendars,
  type HolidayCalendars,
} from "./holiday-calendars.ts";
import { createHooks, type Hooks } from "./hooks.ts";
import { createDueSchedules, type DueSchedules } from "./due-schedules.ts";
import { createSchedules, type Schedules } from "./schedules.ts";
import { createSessions, type Sessions } from "./sessions.ts";
import { createSettings, type Settings } from "./settings.ts";
import { createSteps, type Steps } from "./steps.ts";
import { type AllTierLabels, createAllTierLabels, createTierLabels, type TierLabels } from "./tier-labels.ts";
import { createUnmetIntents, createUnmetOrgs, type UnmetIntents, type UnmetOrgs } from "./unmet-intents.ts";
import { createDueWatches, createWatches, type DueWatches, type Watches } from "./watches.ts";

/** What belongs to one org. Every query of these adds the org. */
export interface OrgStore {
  readonly conversations: Conversations;
  readonly preferences: Preferences;
  readonly decisions: Decisions;
  readonly unmet: UnmetIntents;
  readonly proposals: Proposals;
  readonly actions: Actions;
  readonly credentials: Credentials;
  readonly moduleFiles: ModuleFiles;
  readonly moduleCache: ModuleCache;
  readonly moduleStates: ModuleStates;
  readonly moduleBundles: ModuleBundles;
  readonly moduleInstalls: ModuleInstalls;
  readonly moduleRevocations: ModuleRevocations;
  readonly moduleHealth: ModuleHealth;
  readonly moduleImports: ModuleImports;
  readonly roles: RoleGrants;
  readonly gates: Gates;
  readonly feedback: Feedback;
  readonly auditTrail: AuditTrail;
  readonly channelPolicies: ChannelPolicies;
  readonly moduleGrants: ModuleGrants;
  readonly roleMappings: RoleMappings;
  readonly memberships: Memberships;
  readonly credentialGrants: CredentialGrants;
  readonly credentialChecks: CredentialChecks;
  readonly credentialNotices: CredentialNotices;
  readonly credentialLifetimes: CredentialLifetimes;
  readonly orgKeys: OrgKeys;
  readonly meter: Meter;
  readonly quotas: Quotas;
  readonly idempotency: Idempotency;
  readonly orgConfigs: OrgConfigs;
  readonly plans: Plans;
  readonly reminders: Reminders;
  readonly mailAddresses: MailAddresses;
  readonly schedules: Schedules;
  readonly holidayCalendars: HolidayCalendars;
  readonly watches: Watches;
  readonly hooks: Hooks;
  readonly builds: BuildRows;
  readonly buildPapers: BuildPapers;
  readonly programAnswers: ProgramAnswers;
  readonly directory: Directory;
  readonly said: SaidTurns;
  readonly saidSummaries: SaidSummaries;
  readonly modelCalls: ModelCalls;
  readonly tierLabels: TierLabels;
  readonly reflexLabels: ReflexLabels;
  readonly routingTrials: RoutingTrials;
}

/** Everything that is kept, one repository for each noun. */
export interface Repositories {
  readonly queue: Inbox;
  readonly outbox: Outbox;
  readonly steps: Steps;
  readonly deadLetters: DeadLetters;
  readonly people: People;
  readonly jobs: Jobs;
  readonly linkCodes: LinkCodes;
  readonly overdueGates: OverdueGates;
  readonly unremindedGates: UnremindedGates;
  readonly doorMemories: DoorMemories;
  readonly dueReminders: DueReminders;
  readonly dueChecks: DueChecks;
  readonly dueSchedules: DueSchedules;
  readonly dueCalendars: DueCalendars;
  readonly dueWatches: DueWatches;
  readonly dueDeliveries: DueDeliveries;
  readonly installedEverywhere: InstalledEverywhere;
  readonly untoldHealth: UntoldHealth;
  readonly waitingImports: WaitingImports;
  readonly dueProposals: DueProposals;
  readonly unmetOrgs: UnmetOrgs;
  readonly buildQueue: BuildQueue;
  readonly blobs: Blobs;
  readonly settings: Settings;
  readonly housekeeping: Housekeeping;
  readonly apiKeys: ApiKeys;
  readonly sessions: Sessions;
  readonly erasure: Erasure;
  readonly orgJoins: OrgJoins;
  readonly connectLinks: ConnectLinks;
  readonly meteringUpkeep: MeteringUpkeep;
  readonly auditedOrgs: AuditedOrgs;
  readonly vaultKeys: VaultKeys;
  readonly oauthStates: OAuthStates;
  readonly allTierLabels: AllTierLabels;
  readonly allReflexLabels: AllReflexLabels;
  forOrg(org: OrgId): OrgStore;
}

/** Makes all repositories on one access, so that they take part in the same transactions. */
export function createRepositories(access: Access): Repositories {
  return {
    queue: createInbox(access),
    outbox: createOutbox(access),
    steps: createSteps(access),
    deadLetters: createDeadLetters(access),
    people: createPeople(access),
    jobs: createJobs(access),
    linkCodes: createLinkCodes(access),
    overdueGates: createOverdueGates(access),
    unremindedGates: createUnremindedGates(access),
    doorMemories: createDoorMemories(access),
    dueReminders: createDueReminders(access),
    dueChecks: createDueChecks(access),
    dueSchedules: createDueSchedules(access),
    dueCalendars: createDueCalendars(access),
    dueWatches: createDueWatches(access),
    dueDeliveries: createDueDeliveries(access),
    installedEverywhere: createInstalledEverywhere(access),
    untoldHealth: createUntoldHealth(access),
    waitingImports: createWaitingImports(access),
    dueProposals: createDueProposals(access),
    unmetOrgs: createUnmetOrgs(access),
    buildQueue: createBuildQueue(access),
    blobs: createBlobs(access),
    settings: createSettings(access),
    housekeeping: createHousekeeping(access),
    apiKeys: createApiKeys(access),
    sessions: createSessions(access),
    erasure: createErasure(access),
    orgJoins: createOrgJoins(access),
    connectLinks: createConnectLinks(access),
    meteringUpkeep: createMeteringUpkeep(access),
    auditedOrgs: createAuditedOrgs(access),
    vaultKeys: createVaultKeys(access),
    oauthStates: createOAuthStates(access),
    allTierLabels: createAllTierLabels(access),
    allReflexLabels: createAllReflexLabels(access),
    forOrg: (org) => ({
      conversations: createConversations(access, org),
      preferences: createPreferences(access, org),
      decisions: createDecisions(access, org),
      unmet: createUnmetIntents(access, org),
      proposals: createProposals(access, org),
      actions: createActions(access, org),
      credentials: createCredentials(access, org),
      moduleFiles: createModuleFiles(access, org),
      moduleCache: createModuleCache(access, org),
      moduleStates: createModuleStates(access, org),
      moduleBundles: createModuleBundles(access, org),
      moduleInstalls: createModuleInstalls(access, org),
      moduleRevocations: createModuleRevocations(access, org),
      moduleHealth: createModuleHealth(access, org),
      moduleImports: createModuleImports(access, org),
      roles: createRoleGrants(access, org),
      gates: createGates(access, org),
      feedback: createFeedback(access, org),
      auditTrail: createAuditTrail(access, org),
      channelPolicies: createChannelPolicies(access, org),
      moduleGrants: createModuleGrants(access, org),
      roleMappings: createRoleMappings(access, org),
      memberships: createMemberships(access, org),
      credentialGrants: createCredentialGrants(access, org),
      credentialChecks: createCredentialChecks(access, org),
      credentialNotices: createCredentialNotices(access, org),
      credentialLifetimes: createCredentialLifetimes(access, org),
      orgKeys: createOrgKeys(access, org),
      meter: createMeter(access, org),
      quotas: createQuotas(access, org),
      idempotency: createIdempotency(access, org),
      orgConfigs: createOrgConfigs(access, org),
      plans: createPlans(access, org),
      reminders: createReminders(access, org),
      mailAddresses: createMailAddresses(access, org),
      schedules: createSchedules(access, org),
      holidayCalendars: createHolidayCalendars(access, org),
      watches: createWatches(access, org),
      hooks: createHooks(access, org),
      builds: createBuildRows(access, org),
      buildPapers: createBuildPapers(access, org),
      programAnswers: createProgramAnswers(access, org),
      directory: createDirectory(access, org),
      said: createSaidTurns(access, org),
      saidSummaries: createSaidSummaries(access, org),
      modelCalls: createModelCalls(access, org),
      tierLabels: createTierLabels(access, org),
      reflexLabels: createReflexLabels(access, org),
      routingTrials: createRoutingTrials(access, org),
    }),
  };
}
