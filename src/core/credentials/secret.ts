import type { ModuleName, OrgId, PersonId, TurnId } from "#core/contract/ids.ts";
import type { CredentialNeed } from "#core/contract/manifest.ts";
import { type ActorRef, personRef } from "#core/contract/principal.ts";

/** What a module's need for a credential comes to. Only the egress broker is ever given the value. */
export type SecretState =
  /** `owner` is whose account it is; absent, the org's. */
  | { readonly state: "ready"; readonly value: string; readonly owner?: PersonId }
  | { readonly state: "missing" }
  /** It is there, and not for this person. */
  | { readonly state: "not_granted" }
  | { readonly state: "rejected"; readonly say: string };

/** For whom, and for what, a value is wanted. */
export interface SecretRequest {
  readonly org: OrgId;
  readonly person: PersonId;
  readonly turn: TurnId;
  readonly module: ModuleName;
  readonly need: CredentialNeed;
  /** Nobody uses it: NEXUS looks whether its source still takes it. */
  readonly isCheck?: true;
  /** What the secret must have been entered for, as `boundTo` has it; absent for the modules of a release. */
  readonly bound?: string;
}

/** Who reads a credential, as the audit names them: the person it is read for, or NEXUS, which only looks after it. */
export function whoReads({ person, isCheck }: Pick<SecretRequest, "person" | "isCheck">): ActorRef {
  return isCheck === true ? { kind: "job", id: "credential check" } : personRef(person);
}
