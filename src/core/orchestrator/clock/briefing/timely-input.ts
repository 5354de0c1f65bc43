import type { JsonObject } from "#core/contract/json.ts";
import type { Capability, Slot } from "#core/contract/manifest.ts";
import { readSentence } from "#core/lidm/sentence.ts";
import { readDates } from "#core/lidm/slots/dates/read-dates.ts";
import { readToday } from "#core/lidm/slots/dates/today.ts";
import { createZones } from "#core/lidm/slots/dates/zones.ts";
import { fitsSlot } from "#core/lidm/slots/fits-slot.ts";

/**
 * A schedule's input as it is to be asked for now: where a slot for a time holds words (`tomorrow`, `this week`), they mean
 * what they mean on the day of the run.
 */
export function timelyInput(
  capability: Capability,
  input: JsonObject,
  when: { readonly now: Date; readonly locale: string; readonly timeZone: string },
): JsonObject {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      const slot = capability.slots[name];
      if (slot === undefined || !isTime(slot) || typeof value !== "string" || fitsSlot(slot, value))
        return [name, value];
      const zones = createZones();
      const dates = readDates(readSentence(value), readToday(zones, when, slot.prefer ?? usual(slot)), zones);
      return [name, dates[slot.type] ?? value];
    }),
  );
}

type TimeSlot = Extract<Slot, { type: "date" | "dateRange" | "dateTime" }>;

function isTime(slot: Slot): slot is TimeSlot {
  return slot.type === "date" || slot.type === "dateRange" || slot.type === "dateTime";
}

/** Which way a bare “March” is read where the module does not say. */
function usual({ type }: TimeSlot): "past" | "future" {
  return type === "dateRange" ? "past" : "future";
}
