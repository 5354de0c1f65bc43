import { z } from "zod";
import { canonicalJson } from "#core/contract/canonical-json.ts";
import { ChannelPolicy, ModuleGrant } from "#core/contract/channel-policy.ts";
import { ChannelKey, HookId, ModuleName, PersonId, ReminderId, ScheduleId, WatchId } from "#core/contract/ids.ts";
import { Json } from "#core/contract/json.ts";
import { Actor, Conversation } from "#core/contract/message.ts";
import type { Permission } from "#core/contract/permission.ts";
import { RoutingConfig } from "#core/contract/programs/routing.ts";
import { QuotaKey } from "#core/contract/quota.ts";
import { HookPlan } from "#core/contract/hook.ts";
import { WatchPlan } from "#core/contract/watch.ts";
import { SchedulePlan } from "#core/contract/schedule.ts";

/** A reminder as a plan makes it, or takes it away. */
export const PlannedReminder = z.object({
  id: ReminderId,
  text: z.string(),
  dueAt: z.number().int(),
  isPrivate: z.boolean(),
  actor: Actor,
  conversation: Conversation,
});
export type PlannedReminder = z.infer<typeof PlannedReminder>;

/** Whose a schedule is, and how it runs for them; one that is orphaned waits for somebody else. */
const OwnedSchedule = z.object({ person: PersonId, plan: SchedulePlan, isOrphaned: z.literal(true).exactOptional() });

/** A limit in run units; `default` where only the settings of this NEXUS say one. */
const LimitValue = z.union([z.number(), z.enum(["off", "default"])]);

/**
 * One thing set from what it was to what it is to be; null is as nobody had set it. Both sides are whole, so that taking
 * it back is exact.
 */
export const Change = z.discriminatedUnion("set", [
  both("policy", ChannelPolicy.nullable(), { channel: ChannelKey }),
  both("grant", ModuleGrant.nullable(), { module: ModuleName }),
  both("limit", LimitValue, { key: QuotaKey }),
  both("routing", RoutingConfig, {}),
  both("zone", z.string().nullable(), {}),
  both("locale", z.string().nullable(), {}),
  both("reminders", z.array(PlannedReminder), {}),
  both("watch", WatchPlan.nullable(), { id: WatchId, code: z.string() }),
  both("hook", HookPlan.nullable(), { id: HookId, owner: PersonId, code: z.string() }),
  /** Null: there is none, or it has ended. `owner` is whose it is, whoever changes it. */
  both("schedule", SchedulePlan.nullable(), { id: ScheduleId, owner: PersonId, code: z.string() }),
  both("schedule_owner", OwnedSchedule, { id: ScheduleId, code: z.string() }),
]);
export type Change = z.infer<typeof Change>;

function both<Set extends string, Value extends z.ZodType, More extends z.ZodRawShape>(
  set: Set,
  value: Value,
  more: More,
) {
  return z.object({ set: z.literal(set), ...more, before: value, after: value });
}

const NEEDED = {
  policy: "policy.manage",
  grant: "module.grant",
  limit: "quota.manage",
  routing: "routing.manage",
  zone: "self.read",
  locale: "self.read",
  reminders: "chat.ask",
  watch: "schedule.own",
  hook: "hook.manage",
  schedule: "schedule.own",
  schedule_owner: "schedule.own",
} as const satisfies Record<Change["set"], Permission>;

/** What somebody needs to be allowed to make a change. */
export function permissionFor({ set }: Change): Permission {
  return NEEDED[set];
}

/** Whether a change concerns nobody but whoever makes it. */
export function isPersonal(change: Change): boolean {
  const { set } = change;
  if (set === "schedule") return (change.after ?? change.before)?.place.audience === "just_me";
  return set === "zone" || set === "locale" || set === "reminders" || set === "watch";
}

/** The change that takes this one back. */
export function inverse(change: Change): Change {
  return Change.parse({ ...change, before: change.after, after: change.before });
}

/**
 * A change as it is to be made on top of what is set now; undefined where that has been set otherwise meanwhile. How
 * requests are routed is many settings in one: what others changed beside stays as they left it.
 */
export function onTopOf(change: Change, held: unknown): Change | undefined {
  if (isSame(held, change.before)) return change;
  if (change.set !== "routing") return undefined;
  const after = RoutingConfig.safeParse(merged(change.before, change.after, held));
  return after.success ? { ...change, before: RoutingConfig.parse(held), after: after.data } : undefined;
}

/** What was changed from `before` to `after`, changed in `held` instead; `CLASH` where both changed the same. */
function merged(before: unknown, after: unknown, held: unknown): unknown {
  if (isSame(before, after)) return held;
  if (isSame(before, held)) return after;
  const [was, is, now] = [Parts.safeParse(before), Parts.safeParse(after), Parts.safeParse(held)];
  if (!was.success || !is.success || !now.success) return CLASH;
  const names = new Set([was, is, now].flatMap(({ data }) => Object.keys(data)));
  const parts = [...names].map((name) => [name, merged(was.data[name], is.data[name], now.data[name])] as const);
  if (parts.some(([, part]) => part === CLASH)) return CLASH;
  return Object.fromEntries(parts.filter(([, part]) => part !== undefined));
}

const Parts = z.record(z.string(), z.unknown());
const CLASH = Symbol("clash");

/** Whether two values of a setting say the same. */
export function isSame(one: unknown, other: unknown): boolean {
  return textOf(one) === textOf(other);
}

function textOf(value: unknown): string {
  if (value === undefined) return "";
  const plain: unknown = JSON.parse(JSON.stringify(value));
  return canonicalJson(Json.parse(plain));
}
