import type { Inbound } from "#core/contract/message.ts";
import type { StoredSchedule } from "#core/store/store.ts";
import { clockPlace } from "./clock-place.ts";
import type { Notice } from "./decide-slot.ts";

/** A slot that has come, as the inbox takes it: once, however often it is handed on. */
export function slotInbound({ id, plan }: Pick<StoredSchedule, "id" | "plan">, slot: string, now: Date): Inbound {
  return {
    kind: "due",
    what: "schedule",
    id: `${id}@${slot}`,
    dedupeKeys: [`schedule:${id}:${slot}`],
    sentAtMs: now.getTime(),
    actor: plan.actor,
    conversation: clockPlace(plan.place, id),
  };
}

/** Something that whoever owns a schedule is told: `<schedule>@<why>:<slot>`. */
export function noticeInbound(
  { id, plan }: Pick<StoredSchedule, "id" | "plan">,
  { why, slot }: Notice,
  now: Date,
): Inbound {
  return {
    kind: "due",
    what: "schedule_notice",
    id: `${id}@${why}:${slot}`,
    dedupeKeys: [`schedule_notice:${id}:${why}:${slot}`],
    sentAtMs: now.getTime(),
    actor: plan.actor,
    conversation: clockPlace(plan.place, id),
  };
}
