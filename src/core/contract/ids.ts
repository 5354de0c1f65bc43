import { v7 } from "uuid";
import { z } from "zod";

/**
 * Ids are UUIDv7 text: unique without coordination and ordered by time of minting, so that `ORDER BY id` is
 * the order of arrival on SQLite and PostgreSQL alike.
 */
const uuidv7 = z.uuidv7();

export const OrgId = uuidv7.brand<"OrgId">();
export type OrgId = z.infer<typeof OrgId>;

export const PersonId = uuidv7.brand<"PersonId">();
export type PersonId = z.infer<typeof PersonId>;

/** For whom NEXUS does what nobody asked for: it counts for nobody's limits, and belongs to nobody. */
export const NOBODY = PersonId.parse("00000000-0000-7000-8000-000000000000");

/** One inbound thing handled to its reply. The same id names its inbox row, its steps, its decision and its outbox rows. */
export const TurnId = uuidv7.brand<"TurnId">();
export type TurnId = z.infer<typeof TurnId>;

export const OutboxId = uuidv7.brand<"OutboxId">();
export type OutboxId = z.infer<typeof OutboxId>;

/** One approval request. */
export const GateId = uuidv7.brand<"GateId">();
export type GateId = z.infer<typeof GateId>;

/** One change of settings that somebody is asked about before it is made, and that can be undone after. */
export const PlanId = uuidv7.brand<"PlanId">();
export type PlanId = z.infer<typeof PlanId>;

export const ReminderId = uuidv7.brand<"ReminderId">();
export type ReminderId = z.infer<typeof ReminderId>;

/** Something that is done again and again at its times. */
export const ScheduleId = uuidv7.brand<"ScheduleId">();
export type ScheduleId = z.infer<typeof ScheduleId>;

/** A wish to be told when something is so. */
export const WatchId = uuidv7.brand<"WatchId">();
export type WatchId = z.infer<typeof WatchId>;

/** An address to which a program outside posts what happened. */
export const HookId = uuidv7.brand<"HookId">();
export type HookId = z.infer<typeof HookId>;

/** One wish for a module, from its request to what became of it. */
export const BuildId = uuidv7.brand<"BuildId">();
export type BuildId = z.infer<typeof BuildId>;

/** One suggestion of a module that people seem to need. */
export const ProposalId = uuidv7.brand<"ProposalId">();
export type ProposalId = z.infer<typeof ProposalId>;

export const ActionId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{22}$/)
  .brand<"ActionId">();
export type ActionId = z.infer<typeof ActionId>;

/** `platform:tenant:channel[:thread]`: the key of memory, of order and of the lock. */
export const ConversationKey = z.string().min(1).max(255).brand<"ConversationKey">();
export type ConversationKey = z.infer<typeof ConversationKey>;

/** `platform:tenant:channel`: what channel policies and quotas hang on, whatever the thread. */
export const ChannelKey = z.string().min(1).max(255).brand<"ChannelKey">();
export type ChannelKey = z.infer<typeof ChannelKey>;

/** An API key, by the part of it that is no secret. */
export const KeyId = z
  .string()
  .regex(/^[0-9A-Za-z]{10}$/)
  .brand<"KeyId">();
export type KeyId = z.infer<typeof KeyId>;

export const ModuleName = z
  .string()
  .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, "small letters, digits and single dashes, as in exchange-rates")
  .max(40)
  .brand<"ModuleName">();
export type ModuleName = z.infer<typeof ModuleName>;

export const CapabilityName = z
  .string()
  .regex(/^[a-z][A-Za-z0-9]*$/, "letters and digits, the first a small letter")
  .max(40)
  .brand<"CapabilityName">();
export type CapabilityName = z.infer<typeof CapabilityName>;

/** Lower-case hexadecimal SHA-256. A bundle's digest is its identity. */
export const Sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand<"Sha256">();
export type Sha256 = z.infer<typeof Sha256>;

/** The short name of a turn: enough to find it in the log, short enough to read out. */
export function turnReference(turnId: TurnId): string {
  return turnId.slice(-8);
}

/**
 * Mints a time-ordered id of the wanted kind: `newId(TurnId)`.
 * @param after an id that must stay before it, even when the clock has gone back since that was minted
 */
export function newId<Id>(schema: { parse(value: unknown): Id }, after?: string): Id {
  const id = v7();
  if (after === undefined || id > after) return schema.parse(id);
  const afterMs = Number.parseInt(after.slice(0, 8) + after.slice(9, 13), 16);
  return schema.parse(v7({ msecs: afterMs + 1 }));
}
