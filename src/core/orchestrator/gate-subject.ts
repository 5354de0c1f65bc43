import { z } from "zod";
import type { Gate } from "#core/approval/approval.ts";
import { isTightened } from "#core/approval/policies.ts";
import type { GatePolicy } from "#core/contract/gate.ts";
import { CapabilityName, ModuleName, PersonId, Sha256, type OrgId } from "#core/contract/ids.ts";
import { type Json, JsonObject } from "#core/contract/json.ts";
import { Effect } from "#core/contract/manifest.ts";
import { Attachment } from "#core/contract/message.ts";
import type { OrchestratorDeps } from "./scene.ts";

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

/** What a gate of ours is about. */
export const Subject = z.discriminatedUnion("kind", [EffectSubject, ModuleSubject]);
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
  deps: Pick<OrchestratorDeps, "registry" | "store" | "policies">,
  org: OrgId,
  gate: Gate,
): Promise<Json | undefined> {
  const subject = Subject.parse(gate.subject);
  const policy = policyNow(deps, subject);
  if (policy !== undefined && isTightened(gate.policy, policy)) return undefined;
  const module = deps.registry.modules().find(({ manifest }) => manifest.name === subject.module);
  if (module === undefined) return undefined;
  const current = { version: module.manifest.version, sha256: module.sha256 };
  if (subject.kind === "module") return subjectJson({ ...subject, ...current });
  const capability = module.manifest.capabilities.find(({ name }) => name === subject.capability);
  const isOff = (await deps.store.forOrg(org).moduleStates.off()).has(subject.module);
  if (capability === undefined || isOff) return undefined;
  return subjectJson({ ...subject, ...current, effect: capability.effect });
}

function policyNow({ policies }: Pick<OrchestratorDeps, "policies">, subject: Subject): GatePolicy | undefined {
  if (subject.kind === "module") return policies.module;
  return subject.effect === "read" ? undefined : policies[subject.effect];
}
