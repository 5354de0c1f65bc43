import { z } from "zod";

/** What a person may do in an org, each including those before it. */
export const ROLES = ["viewer", "operator", "admin", "owner"] as const;
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

/** Whether a role includes another. */
export function includesRole(has: Role, needs: Role): boolean {
  return ROLES.indexOf(has) >= ROLES.indexOf(needs);
}

/** Who must agree before something is done: how many people, of which role at least, and whether its author counts. */
export const GatePolicy = z.strictObject({
  /** 0: nobody has to. */
  approvals: z.number().int().min(0).max(5),
  role: Role,
  /** The one who asked may not be among those who approve. */
  notAuthor: z.boolean(),
  /** After this long without a decision it is not done; minutes. */
  expiresAfterMinutes: z.number().int().min(1).max(10_080),
});
export type GatePolicy = z.infer<typeof GatePolicy>;

/** What an approval is about: an effect outside, a module's state here, more units, or exact bytes to be installed. */
export const GateKind = z.enum(["effect", "module", "quota", "install"]);
export type GateKind = z.infer<typeof GateKind>;

export const GATE_STATES = ["open", "approved", "rejected", "expired", "superseded", "withdrawn"] as const;
export const GateState = z.enum(GATE_STATES);
export type GateState = z.infer<typeof GateState>;
