import { type GatePolicy, includesRole } from "#core/contract/gate.ts";
import type { Effect } from "#core/contract/manifest.ts";

/**
 * Who must agree, by what is to be done: each effect outside, switching a module, raising a limit, and installing a
 * module that may do more than what was here, or no more.
 */
export type GatePolicies = Readonly<
  Record<Exclude<Effect, "read"> | "module" | "quota" | "install" | "update", GatePolicy>
>;

/** What holds where nobody has set anything: an operator decides, and nobody alone about money. */
export const DEFAULT_POLICIES: GatePolicies = {
  write: { approvals: 1, role: "operator", notAuthor: false, expiresAfterMinutes: 4_320 },
  money: { approvals: 2, role: "operator", notAuthor: true, expiresAfterMinutes: 4_320 },
  notify: { approvals: 1, role: "operator", notAuthor: false, expiresAfterMinutes: 4_320 },
  module: { approvals: 1, role: "operator", notAuthor: false, expiresAfterMinutes: 4_320 },
  quota: { approvals: 1, role: "admin", notAuthor: false, expiresAfterMinutes: 1_440 },
  install: { approvals: 2, role: "operator", notAuthor: true, expiresAfterMinutes: 4_320 },
  update: { approvals: 1, role: "operator", notAuthor: true, expiresAfterMinutes: 4_320 },
};

/** When people are reminded of what nobody has decided, where nobody has set anything. */
export const REMIND_AFTER_HOURS: readonly number[] = [24, 48];

/** Whether what holds `now` is stricter in any way than what held when somebody asked. */
export function isTightened(asked: GatePolicy, now: GatePolicy): boolean {
  return (
    now.approvals > asked.approvals ||
    !includesRole(asked.role, now.role) ||
    (now.notAuthor && !asked.notAuthor) ||
    now.expiresAfterMinutes < asked.expiresAfterMinutes
  );
}
