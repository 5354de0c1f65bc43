import { z } from "zod";
import type { Gate } from "#core/approval/approval.ts";
import { isTightened } from "#core/approval/policies.ts";
import { subjectHash } from "#core/approval/subject-hash.ts";
import { type GatePolicy, includesRole } from "#core/contract/gate.ts";
import { CapabilityName, ModuleName, PersonId, Sha256, type OrgId } from "#core/contract/ids.ts";
import { type Json, JsonObject } from "#core/contract/json.ts";
import { Effect } from "#core/contract/manifest.ts";
import { Attachment } from "#core/contract/message.ts";
import { QuotaKey } from "#core/contract/quota.ts";
import type { OrchestratorDeps } from "#core/orchestrator/scene.ts";
import { installNow, installPolicy, InstallSubject, plain } from "./install-subject.ts";

/** A capability that changes something outside, with everything it would be run with. */
export const EffectSubject = z.object({
  kind: z.literal("effect"),
  module: ModuleName,
  version: z.string(),
  sha256: Sha256,
  capability: CapabilityName,
  effect: Effect,
  input: JsonObject,
  attachments: z.array(Attachment),
  /** As whom it runs: their files, their language, their time zone. */
  person: PersonId,
  asker: z.object({ locale: z.string(), timeZone: z.string() }),
});
export type EffectSubject = z.infer<typeof EffectSubject>;

/** Switching a module on or off. */
export const ModuleSubject = z.object({
  kind: z.literal("module"),
  module: ModuleName,
  version: z.string(),
  sha256: Sha256,
  on: z.boolean(),
});
export type ModuleSubject = z.infer<typeof ModuleSubject>;

/** Raising a limit on usage for a while. */
export const QuotaSubject = z.object({
  kind: z.literal("quota"),
  ...QuotaKey.shape,
  units: z.number().positive(),
  until: z.iso.datetime(),
});
export type QuotaSubject = z.infer<typeof QuotaSubject>;

/** What a gate of ours is about. */
export const Subject = z.discriminatedUnion("kind", [EffectSubject, ModuleSubject, QuotaSubject, InstallSubject]);
export type Subject = z.infer<typeof Subject>;

/** The subject as it is hashed and kept. */
export function subjectJson(subject: Subject): Json {
  const plain: Json = JSON.parse(JSON.stringify(subject));
  return plain;
}

/**
 * What a gate would lead to with the modules as they are now; undefined when it could not be done at all, or when more
 * is asked for by now than the people were told whose word counts.
 */
export async function subjectNow(
  deps: Pick<OrchestratorDeps, "registry" | "store" | "policies" | "clock" | "installer" | "builds">,
  org: OrgId,
  gate: Gate,
): Promise<Json | undefined> {
  // A bit that changed where it lies: nobody knows any more what people were shown.
  if (subjectHash(gate.subject) !== gate.subjectSha256) return undefined;
  const subject = Subject.parse(gate.subject);
  if (subject.kind === "install") {
    const now = await installNow(deps, org, subject);
    if (now.state === "gone" || isTightened(gate.policy, installPolicy(deps.policies, now.plan))) return undefined;
    return plain(now.subject);
  }
  const policy = await policyNow(deps, org, subject);
  if (policy !== undefined && isTightened(gate.policy, policy)) return undefined;
  // Asked for today, it is not for tomorrow.
  if (subject.kind === "quota") return new Date(subject.until) > deps.clock() ? subjectJson(subject) : undefined;
  const module = deps.registry.modules(org).find(({ manifest }) => manifest.name === subject.module);
  if (module === undefined) return undefined;
  const current = { version: module.manifest.version, sha256: module.sha256 };
  if (subject.kind === "module") return subjectJson({ ...subject, ...current });
  const capability = module.manifest.capabilities.find(({ name }) => name === subject.capability);
  const isOff = (await deps.store.forOrg(org).moduleStates.off()).has(subject.module);
  if (capability === undefined || isOff) return undefined;
  return subjectJson({ ...subject, ...current, effect: capability.effect });
}

/**
 * Who must agree to an effect of a module: whom the setting for the effect names, but nobody for whom the module itself
 * is not. What one may not do, one does not let others do.
 */
export async function gatePolicyOf(
  { policies, store }: Pick<OrchestratorDeps, "policies" | "store">,
  org: OrgId,
  module: ModuleName,
  effect: Exclude<Effect, "read">,
): Promise<GatePolicy> {
  const policy = policies[effect];
  const least = (await store.forOrg(org).moduleGrants.get(module))?.least ?? policy.role;
  return includesRole(policy.role, least) ? policy : { ...policy, role: least };
}

async function policyNow(
  deps: Pick<OrchestratorDeps, "policies" | "store">,
  org: OrgId,
  subject: Exclude<Subject, InstallSubject>,
): Promise<GatePolicy | undefined> {
  if (subject.kind === "module") return deps.policies.module;
  if (subject.kind === "quota") return deps.policies.quota;
  return subject.effect === "read" ? undefined : gatePolicyOf(deps, org, subject.module, subject.effect);
}
