import { z } from "zod";
import { ChannelPolicy, ModuleGrant } from "#core/contract/channel-policy.ts";
import { GatePolicy, Role } from "#core/contract/gate.ts";
import { ActorRef } from "#core/contract/principal.ts";
import { ApprovalResource } from "#core/contract/programs/approval.ts";
import { AuditResource } from "#core/contract/programs/audit.ts";
import { BuildPapersResource, BuildResource } from "#core/contract/programs/build.ts";
import { CredentialResource } from "#core/contract/programs/credential.ts";
import { HealthResource } from "#core/contract/programs/health.ts";
import { ModuleVersionsResource, UndoResource } from "#core/contract/programs/installation.ts";
import { JobResource } from "#core/contract/programs/job.ts";
import { HookDetail, HookResource, HookSet, NewHookSecret } from "#core/contract/programs/hook.ts";
import { ScheduleDetail, ScheduleResource, ScheduleSet } from "#core/contract/programs/schedule.ts";
import { KeyResource } from "#core/contract/programs/key.ts";
import { Me, PermissionName } from "#core/contract/programs/me.ts";
import { ModuleResource, ModuleSource } from "#core/contract/programs/module.ts";
import { PersonResource } from "#core/contract/programs/person.ts";
import { ModuleGrantResource, PolicyResource, RoleMappingResource } from "#core/contract/programs/policy.ts";
import { ProposalResource } from "#core/contract/programs/proposal.ts";
import { ProgramRequest } from "#core/contract/programs/request.ts";
import { RoutingConfig, RoutingVersion } from "#core/contract/programs/routing.ts";
import { LimitResource, UsageResource } from "#core/contract/programs/usage.ts";
import { Problem } from "#api/problem.ts";
import { Waiting } from "./route.ts";

const NAMED = {
  Actor: ActorRef,
  Approval: ApprovalResource,
  ApprovalPolicy: GatePolicy,
  AuditEntry: AuditResource,
  Build: BuildResource,
  BuildPapers: BuildPapersResource,
  ChannelPolicy,
  Credential: CredentialResource,
  Health: HealthResource,
  Job: JobResource,
  Schedule: ScheduleResource,
  ScheduleDetail,
  ScheduleSet,
  Hook: HookResource,
  HookDetail,
  HookSet,
  NewHookSecret,
  Key: KeyResource,
  Limit: LimitResource,
  Me,
  Module: ModuleResource,
  ModuleGrant,
  ModuleGrantOf: ModuleGrantResource,
  ModuleSource,
  ModuleVersions: ModuleVersionsResource,
  Permission: PermissionName,
  Person: PersonResource,
  Policy: PolicyResource,
  Problem,
  Proposal: ProposalResource,
  Request: ProgramRequest,
  Role,
  RoleMapping: RoleMappingResource,
  Routing: RoutingVersion,
  RoutingConfig,
  Undo: UndoResource,
  Usage: UsageResource,
  Waiting,
};

/** The schemas that have a name in the description of the API, instead of standing in it wherever they are used. */
export function nameSchemas() {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(NAMED)) registry.add(schema, { id });
  return registry;
}
