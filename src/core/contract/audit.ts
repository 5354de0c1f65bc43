import { z } from "zod";
import { GateId, type OrgId, Sha256, TurnId } from "./ids.ts";
import { JsonObject } from "./json.ts";
import { ActorRef } from "./principal.ts";

/** Everything the audit records, as noun and past participle. */
export const AUDIT_ACTS = [
  "gate.opened",
  "gate.voted",
  "gate.decided",
  "gate.expired",
  "effect.begun",
  "effect.run",
  "module.switched",
  "module.granted",
  "module.installed",
  "module.reverted",
  "module.uninstalled",
  "module.pinned",
  "module.revoked",
  "module.exported",
  "build.started",
  "build.ended",
  "draft.edited",
  "proposal.decided",
  "solo.switched",
  "schedule.changed",
  "schedule.adopted",
  "watch.changed",
  "hook.changed",
  "hook.refused",
  "job.run",
  "role.granted",
  "role.mapped",
  "policy.changed",
  "credential.stored",
  "credential.removed",
  "credential.granted",
  "credential.read",
  "credential.imported",
  "credential.exported",
  "vault.rotated",
  "connect_link.made",
  "connect_link.used",
  "secret.refused",
  "key.created",
  "key.revoked",
  "key.rotated",
  "session.opened",
  "session.closed",
  "sign_in.refused",
  "quota.changed",
  "quota.reached",
  "routing.changed",
  "sample.switched",
  "platform.joined",
  "platform.left",
  "identity.linked",
  "identity.unlinked",
  "org.linked",
  "org.exported",
  "org.imported",
  "person.erased",
  "private.shared",
  "backup.made",
  "backup.restored",
  "audit.exported",
  "right.refused",
] as const;
export const AuditAct = z.enum(AUDIT_ACTS);
export type AuditAct = z.infer<typeof AuditAct>;

/** What one entry of the audit says. Never a secret, never a person's name or words: ids, digests and numbers. */
export const AuditDraft = z.object({
  act: AuditAct,
  outcome: z.enum(["done", "refused", "failed"]),
  actor: ActorRef,
  /** The right that was used or missing: `operator: gate.decide`. */
  right: z.string().max(200).exactOptional(),
  /** What it was done to: `{kind: "module", id: "weather", sha256}`. */
  subject: z.object({ kind: z.string().max(40), id: z.string().max(300), sha256: Sha256.exactOptional() }),
  turn: TurnId.exactOptional(),
  gate: GateId.exactOptional(),
  detail: JsonObject.exactOptional(),
});
export type AuditDraft = z.infer<typeof AuditDraft>;

/** An entry as it stands in the chain of its org. */
export interface AuditEntry extends AuditDraft {
  readonly org: OrgId;
  /** 1 for the first of an org, and no gap. */
  readonly seq: number;
  readonly at: Date;
  /** The hash of the entry before; 64 zeros before the first. */
  readonly prev: Sha256;
  /** HMAC-SHA-256 over `prev` and the entry as canonical JSON. */
  readonly hash: Sha256;
}
