import { z } from "zod";
import { CapabilityName, ModuleName } from "./ids.ts";
import { JsonObject } from "./json.ts";
import { Actor, Conversation } from "./message.ts";

/** How a calendar of a calendar service is named: like a mail address, with a `#` in those of public holidays. */
export const CALENDAR_ADDRESS = /^[\w.+#-]+@[\w-]+(?:\.[\w-]+)+$/;

/**
 * When a schedule runs: a cron pattern of five fields read by the wall clock of its zone. A time that the clocks skip is
 * its first minute that there is; one that comes twice is the first of the two.
 */
export const ScheduleRule = z.strictObject({
  /** Minute, hour, day of the month, month, day of the week. */
  cron: z.string().min(9).max(100),
  /** IANA zone. */
  timeZone: z.string().min(1).max(64),
  /** Left out on the days that the calendar of holidays has. */
  skipHolidays: z.boolean(),
  /** The address of the calendar that has them, read with the account of whose schedule it is; absent: the house's file. */
  calendar: z.string().regex(CALENDAR_ADDRESS, "the address of a calendar").max(200).exactOptional(),
  /** Wall clock, `HH:MM` each, over midnight where `from` is later: a slot within them is left out. */
  quiet: z.strictObject({ from: clock(), to: clock() }).exactOptional(),
});
export type ScheduleRule = z.infer<typeof ScheduleRule>;

function clock() {
  return z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "a time of day, as in 08:30");
}

/** What to do about a slot that NEXUS was not running for: late within bounds, never, or ask whose it is. */
export const MisfirePolicy = z.enum(["late", "skip", "ask"]);
export type MisfirePolicy = z.infer<typeof MisfirePolicy>;

/** What NEXUS itself can report in a briefing. */
export const HOUSE_SECTIONS = ["approvals", "modules", "usage", "credentials", "proposals", "jobs"] as const;

export const BriefingSection = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("capability"),
    module: ModuleName,
    capability: CapabilityName,
    /** As it would be asked for at the time of the run: “today” is the day of the run. */
    input: JsonObject,
    title: z.string().min(1).max(60),
  }),
  z.strictObject({ kind: z.literal("house"), what: z.enum(HOUSE_SECTIONS) }),
]);
export type BriefingSection = z.infer<typeof BriefingSection>;

/** What a schedule does in each of its slots. */
export const ScheduleTask = z.discriminatedUnion("do", [
  z.strictObject({
    do: z.literal("briefing"),
    sections: z.array(BriefingSection).min(1).max(8),
    /** Where there is nothing new: no post, or one line that says so. */
    whenNothing: z.enum(["silent", "line"]),
  }),
  /** Says it again and again: a reminder that recurs. */
  z.strictObject({ do: z.literal("say"), text: z.string().min(1).max(500), isPrivate: z.boolean() }),
  /** Runs a capability and posts what it answers; one that changes something asks for approval each time. */
  z.strictObject({ do: z.literal("run"), module: ModuleName, capability: CapabilityName, input: JsonObject }),
]);
export type ScheduleTask = z.infer<typeof ScheduleTask>;

/** A schedule as somebody sets it: whole, so that taking a change back is exact. */
export const SchedulePlan = z.strictObject({
  title: z.string().min(1).max(80),
  rule: ScheduleRule,
  misfire: MisfirePolicy,
  /** How late a slot may still run; minutes. */
  lateMinutes: z.number().int().min(0).max(1_440),
  task: ScheduleTask,
  /** Whose rights it runs with, as their platform names them; looked up anew for each run. */
  actor: Actor,
  /** Where it posts. */
  place: Conversation,
  /** Where the same goes besides: mail addresses, a private conversation. */
  also: z.array(Conversation).max(5),
  /** Paused by somebody; absent: it runs. */
  paused: z.literal(true).exactOptional(),
});
export type SchedulePlan = z.infer<typeof SchedulePlan>;

export const ScheduleState = z.enum(["on", "paused", "orphaned", "ended"]);
/** `orphaned`: its owner or its place is gone; it waits to be adopted. */
export type ScheduleState = z.infer<typeof ScheduleState>;

/** What became of a slot. `handed`: its turn is in the inbox. `asked`: its owner was asked whether it is still wanted. */
export const SlotState = z.enum(["handed", "asked", "done", "empty", "skipped", "failed"]);
export type SlotState = z.infer<typeof SlotState>;
