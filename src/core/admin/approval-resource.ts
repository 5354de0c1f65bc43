import { z } from "zod";
import { type Gate } from "#core/approval/approval.ts";
import { policyUnder } from "#core/approval/judge.ts";
import { includesRole } from "#core/contract/gate.ts";
import { JsonObject } from "#core/contract/json.ts";
import type { Principal } from "#core/contract/principal.ts";
import type { ApprovalResource } from "#core/contract/programs/approval.ts";

/**
 * A gate as a principal may see it: private values are for its author and for who may decide.
 * @param solo whether the org lets whoever asks for a module approve it alone
 */
export function toApproval(gate: Gate, principal: Principal, solo = false): ApprovalResource {
  const isSolo = solo && gate.kind === "install";
  const subject = JsonObject.safeParse(gate.subject);
  const maySee = !isPrivate(gate) || principal.person === gate.author || includesRole(principal.role, gate.policy.role);
  return {
    id: gate.id,
    code: gate.code,
    kind: gate.kind,
    title: gate.title,
    state: gate.state,
    subjectSha256: gate.subjectSha256,
    ...(maySee && subject.success && { subject: subject.data }),
    policy: policyUnder(gate.policy, { solo: isSolo }),
    ...(isSolo && { solo: true }),
    ...(gate.kind === "install" && { isReadable: gate.attachedAt !== undefined }),
    askedBy: { person: gate.author, displayName: gate.authorActor.displayName },
    createdAt: gate.createdAt.toISOString(),
    expiresAt: gate.expiresAt.toISOString(),
    ...(gate.decided && { decidedAt: gate.decided.at.toISOString() }),
    votes: gate.votes.map(({ person, displayName, role, verdict, reason, at }) => ({
      person,
      displayName,
      role,
      verdict,
      ...(reason !== undefined && { reason }),
      at: at.toISOString(),
    })),
  };
}

const Facts = z.object({ isPrivate: z.boolean() });

/** What does not say whether it is private is. */
function isPrivate({ facts }: Gate): boolean {
  return Facts.safeParse(facts).data?.isPrivate !== false;
}
