import { ScheduleId } from "#core/contract/ids.ts";

/** A schedule and a slot of it, as the clock names them. */
export function readSlotName(id: string): { readonly schedule: ScheduleId; readonly slot: string } {
  const at = id.indexOf("@");
  return { schedule: ScheduleId.parse(id.slice(0, at)), slot: id.slice(at + 1) };
}
