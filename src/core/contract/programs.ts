import type { z } from "zod";
import type { ChannelPolicy, ModuleGrant } from "./channel-policy.ts";
import type { Role } from "./gate.ts";
import type {
  BuildId,
  ChannelKey,
  GateId,
  HookId,
  KeyId,
  ModuleName,
  PersonId,
  ProposalId,
  ScheduleId,
  Sha256,
  TurnId,
} from "./ids.ts";
import type { Permission } from "./permission.ts";
import type { Principal } from "./principal.ts";
import type { ApprovalQuery, ApprovalResource } from "./programs/approval.ts";
import type { AuditExportQuery, AuditListQuery, AuditResource, AuditVerdictResource } from "./programs/audit.ts";
import type { BuildBody, BuildPapersResource, BuildResource } from "./programs/build.ts";
import type { CredentialKept, CredentialOwner, CredentialResource } from "./programs/credential.ts";
import type { HealthResource } from "./programs/health.ts";
import type { InstallBody, ModuleVersionsResource, UndoResource } from "./programs/installation.ts";
import type { JobResource } from "./programs/job.ts";
import type { HookDetail, HookResource, HookSet, NewHookSecret } from "./programs/hook.ts";
import type { ScheduleDetail, ScheduleResource, ScheduleSet } from "./programs/schedule.ts";
import type { KeyBody, KeyResource, NewKey } from "./programs/key.ts";
import type { Me } from "./programs/me.ts";
import type { ModuleResource, ModuleSource } from "./programs/module.ts";
import type { Page, PageQuery } from "./programs/page.ts";
import type { LinkResource, PersonResource } from "./programs/person.ts";
import type {
  ModuleGrantResource,
  PolicyResource,
  RoleMappingBody,
  RoleMappingParams,
  RoleMappingResource,
} from "./programs/policy.ts";
import type { ProposalResource } from "./programs/proposal.ts";
import type { ProgramRequest } from "./programs/request.ts";
import type { RoutingConfig, RoutingVersion } from "./programs/routing.ts";
import type { LimitBody, LimitParams, LimitResource, UsageQuery, UsageResource } from "./programs/usage.ts";

/** What came of something that takes a turn: done, waiting for people to agree, or still on its way. */
export type Asked<T> =
  | { readonly state: "done"; readonly result: T }
  | { readonly state: "waiting"; readonly approval: ApprovalResource }
  | { readonly state: "pending"; readonly request: ProgramRequest };

/** A request as it was made, so that made again it is the same: its name among those of whoever makes it. */
export interface Once {
  readonly once?: string | undefined;
}

type CredentialInput = { readonly name: ModuleName; readonly owner: z.infer<typeof CredentialOwner> };

/**
 * Everything programs can do, each for a principal and in its org only. Every one of them asks anew whether that
 * principal may, and has the audit say so when not.
 */
export interface Programs {
  me(principal: Principal, input: object): Promise<Me>;
  getRequest(principal: Principal, input: { id: TurnId }): Promise<ProgramRequest>;
  health(principal: Principal, input: object, signal: AbortSignal): Promise<HealthResource>;

  listModules(principal: Principal, query: PageQuery): Promise<Page<ModuleResource>>;
  getModule(principal: Principal, input: { name: ModuleName }): Promise<ModuleResource>;
  moduleSource(principal: Principal, input: { name: ModuleName }): Promise<ModuleSource>;
  switchModule(
    principal: Principal,
    input: Once & { name: ModuleName; on: boolean },
    signal: AbortSignal,
  ): Promise<Asked<ModuleResource>>;
  getModuleGrant(principal: Principal, input: { name: ModuleName }): Promise<ModuleGrantResource>;
  putModuleGrant(principal: Principal, input: { name: ModuleName; grant: ModuleGrant }): Promise<ModuleGrantResource>;
  deleteModuleGrant(principal: Principal, input: { name: ModuleName }): Promise<void>;

  moduleVersions(principal: Principal, input: { name: ModuleName }): Promise<ModuleVersionsResource>;
  previewUndo(principal: Principal, input: { name: ModuleName }): Promise<UndoResource>;
  undoModule(
    principal: Principal,
    input: Once & { name: ModuleName },
    signal: AbortSignal,
  ): Promise<Asked<ModuleVersionsResource>>;
  uninstallModule(
    principal: Principal,
    input: Once & { name: ModuleName },
    signal: AbortSignal,
  ): Promise<Asked<ModuleVersionsResource>>;
  pinModule(
    principal: Principal,
    input: Once & { name: ModuleName; pinned: boolean },
    signal: AbortSignal,
  ): Promise<Asked<ModuleVersionsResource>>;
  revokeModule(
    principal: Principal,
    input: Once & { name: ModuleName; sha256: Sha256; why?: string },
    signal: AbortSignal,
  ): Promise<Asked<ModuleVersionsResource>>;
  installModule(principal: Principal, input: Once & InstallBody, signal: AbortSignal): Promise<Asked<BuildResource>>;

  listBuilds(principal: Principal, query: PageQuery): Promise<Page<BuildResource>>;
  getBuild(principal: Principal, input: { id: BuildId }): Promise<BuildResource>;
  buildPapers(principal: Principal, input: { id: BuildId }): Promise<BuildPapersResource>;
  openBuild(principal: Principal, input: Once & BuildBody, signal: AbortSignal): Promise<Asked<BuildResource>>;
  stopBuild(principal: Principal, input: Once & { id: BuildId }, signal: AbortSignal): Promise<Asked<BuildResource>>;
  buildAgain(
    principal: Principal,
    input: Once & { id: BuildId; words?: string },
    signal: AbortSignal,
  ): Promise<Asked<BuildResource>>;
  putDraftFile(
    principal: Principal,
    input: Once & { id: BuildId; path: string; text: string },
    signal: AbortSignal,
  ): Promise<Asked<BuildResource>>;
  promoteBuild(principal: Principal, input: Once & { id: BuildId }, signal: AbortSignal): Promise<Asked<BuildResource>>;

  listSchedules(principal: Principal, query: PageQuery): Promise<Page<ScheduleResource>>;
  getSchedule(principal: Principal, input: { id: ScheduleId }): Promise<ScheduleDetail>;
  createSchedule(
    principal: Principal,
    input: Once & { words: string },
    signal: AbortSignal,
  ): Promise<Asked<ScheduleSet>>;
  doWithSchedule(
    principal: Principal,
    input: Once & { id: ScheduleId; deed: "pause" | "resume" | "end" | "run" },
    signal: AbortSignal,
  ): Promise<Asked<ScheduleSet>>;

  listHooks(principal: Principal, query: PageQuery): Promise<Page<HookResource>>;
  getHook(principal: Principal, input: { id: HookId }): Promise<HookDetail>;
  createHook(principal: Principal, input: Once & { words: string }, signal: AbortSignal): Promise<Asked<HookSet>>;
  doWithHook(
    principal: Principal,
    input: { id: HookId; deed: "pause" | "resume" | "end" | "retry" },
  ): Promise<HookResource>;
  renewHookSecret(
    principal: Principal,
    input: { id: HookId; secret?: string; overlapHours: number },
  ): Promise<NewHookSecret>;

  listJobs(principal: Principal, query: PageQuery): Promise<Page<JobResource>>;
  runJob(principal: Principal, input: { name: string }): Promise<JobResource>;

  listProposals(principal: Principal, query: PageQuery): Promise<Page<ProposalResource>>;
  getProposal(principal: Principal, input: { id: ProposalId }): Promise<ProposalResource>;
  decideProposal(
    principal: Principal,
    input: Once & { id: ProposalId; as: "build" | "not_now" | "never"; from?: string },
    signal: AbortSignal,
  ): Promise<Asked<ProposalResource>>;

  listCredentials(principal: Principal, query: PageQuery): Promise<Page<CredentialResource>>;
  putCredential(
    principal: Principal,
    input: CredentialInput & { value: string },
    signal: AbortSignal,
  ): Promise<CredentialKept>;
  deleteCredential(principal: Principal, input: CredentialInput): Promise<void>;
  grantCredential(
    principal: Principal,
    input: CredentialInput & { to: "everyone" | PersonId },
  ): Promise<CredentialResource>;
  revokeCredential(
    principal: Principal,
    input: CredentialInput & { to: "everyone" | PersonId },
  ): Promise<CredentialResource>;

  listKeys(principal: Principal, query: PageQuery): Promise<Page<KeyResource>>;
  createKey(principal: Principal, input: KeyBody): Promise<NewKey>;
  revokeKey(principal: Principal, input: { id: KeyId }): Promise<void>;
  rotateKey(principal: Principal, input: { id: KeyId; overlapHours: number }): Promise<NewKey>;

  listPeople(principal: Principal, query: PageQuery): Promise<Page<PersonResource>>;
  getPerson(principal: Principal, input: { id: PersonId }): Promise<PersonResource>;
  listLinks(principal: Principal, input: { id: PersonId }): Promise<readonly LinkResource[]>;
  setRole(principal: Principal, input: { id: PersonId; role: Role }): Promise<PersonResource>;
  deletePerson(principal: Principal, input: { id: PersonId }): Promise<void>;
  listRoleMappings(principal: Principal, query: PageQuery): Promise<Page<RoleMappingResource>>;
  putRoleMapping(
    principal: Principal,
    input: z.infer<typeof RoleMappingParams> & z.infer<typeof RoleMappingBody>,
  ): Promise<RoleMappingResource>;
  deleteRoleMapping(principal: Principal, input: z.infer<typeof RoleMappingParams>): Promise<void>;

  listPolicies(principal: Principal, query: PageQuery): Promise<Page<PolicyResource>>;
  getPolicy(principal: Principal, input: { channel: ChannelKey }): Promise<PolicyResource>;
  putPolicy(principal: Principal, input: { channel: ChannelKey; policy: ChannelPolicy }): Promise<PolicyResource>;
  deletePolicy(principal: Principal, input: { channel: ChannelKey }): Promise<void>;

  getRouting(principal: Principal, input: object): Promise<RoutingVersion>;
  routingHistory(principal: Principal, query: PageQuery): Promise<Page<RoutingVersion>>;
  putRouting(principal: Principal, input: { known: number; config: RoutingConfig }): Promise<RoutingVersion>;
  revertRouting(principal: Principal, input: { known: number; version?: number }): Promise<RoutingVersion>;

  usage(principal: Principal, query: UsageQuery): Promise<UsageResource>;
  listLimits(principal: Principal, query: PageQuery): Promise<Page<LimitResource>>;
  putLimit(principal: Principal, input: LimitParams & LimitBody): Promise<LimitResource>;

  listApprovals(principal: Principal, query: ApprovalQuery): Promise<Page<ApprovalResource>>;
  getApproval(principal: Principal, input: { id: GateId }): Promise<ApprovalResource>;
  decideApproval(
    principal: Principal,
    input: Once & { id: GateId; verdict: "approve" | "reject"; reason?: string },
    signal: AbortSignal,
  ): Promise<Asked<ApprovalResource>>;

  listAudit(principal: Principal, query: AuditListQuery): Promise<Page<AuditResource>>;
  verifyAudit(principal: Principal, input: object, signal: AbortSignal): Promise<AuditVerdictResource>;
  /** One line for each entry, as they are read. */
  exportAudit(principal: Principal, query: AuditExportQuery, signal: AbortSignal): Promise<AsyncIterable<string>>;
}

/** What each needs at least. What concerns others than the caller may need more, which it asks for itself. */
export const OPERATIONS = {
  me: "self.read",
  getRequest: "gate.read",
  health: "health.read",
  listModules: "module.read",
  getModule: "module.read",
  moduleSource: "module.read",
  switchModule: "module.switch",
  getModuleGrant: "policy.read",
  putModuleGrant: "module.grant",
  deleteModuleGrant: "module.grant",
  moduleVersions: "module.read",
  previewUndo: "module.undo",
  undoModule: "module.undo",
  uninstallModule: "module.undo",
  pinModule: "module.pin",
  revokeModule: "module.revoke",
  installModule: "module.build",
  listBuilds: "module.build",
  getBuild: "module.build",
  buildPapers: "module.build",
  openBuild: "module.build",
  stopBuild: "module.build",
  buildAgain: "module.build",
  putDraftFile: "module.build",
  promoteBuild: "module.build",
  listProposals: "proposal.read",
  getProposal: "proposal.read",
  decideProposal: "proposal.decide",
  listCredentials: "credential.own",
  putCredential: "credential.own",
  deleteCredential: "credential.own",
  grantCredential: "credential.own",
  revokeCredential: "credential.own",
  listSchedules: "schedule.own",
  getSchedule: "schedule.own",
  createSchedule: "schedule.own",
  doWithSchedule: "schedule.own",
  listHooks: "hook.manage",
  getHook: "hook.manage",
  createHook: "hook.manage",
  doWithHook: "hook.manage",
  renewHookSecret: "hook.manage",
  listJobs: "job.read",
  runJob: "job.run",
  listKeys: "key.own",
  createKey: "key.own",
  revokeKey: "key.own",
  rotateKey: "key.own",
  listPeople: "people.read",
  getPerson: "people.read",
  listLinks: "people.read",
  setRole: "role.grant",
  deletePerson: "person.erase_own",
  listRoleMappings: "role.read",
  putRoleMapping: "role.map",
  deleteRoleMapping: "role.map",
  listPolicies: "policy.read",
  getPolicy: "policy.read",
  putPolicy: "policy.manage",
  deletePolicy: "policy.manage",
  getRouting: "routing.read",
  routingHistory: "routing.read",
  putRouting: "routing.manage",
  revertRouting: "routing.manage",
  usage: "usage.own",
  listLimits: "usage.read",
  putLimit: "quota.manage",
  listApprovals: "gate.read",
  getApproval: "gate.read",
  decideApproval: "gate.decide",
  listAudit: "audit.read",
  verifyAudit: "audit.read",
  exportAudit: "audit.read",
} as const satisfies Record<keyof Programs, Permission>;

export type Operation = keyof typeof OPERATIONS;
