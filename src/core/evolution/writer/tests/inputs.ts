import type { Json, JsonObject } from "#core/contract/json.ts";
import { cursorSlot } from "#core/evolution/writer/code/needs.ts";
import { spelled } from "#core/evolution/writer/spelled.ts";
import type { CapabilityPlan, SlotPlan } from "#core/evolution/writer/plan.ts";

/** Every value given. */
export function fullInput(capability: CapabilityPlan): JsonObject {
  return inputOf(capability.slots, ({ sample }) => sample);
}

/** Only what has to be given. */
export function leastInput({ slots }: CapabilityPlan): JsonObject {
  return inputOf(
    slots.filter(({ required }) => required),
    ({ sample }) => sample,
  );
}

/** Every value given, others than usual: the last word of a choice, no for yes, lists as people write them. */
export function otherInput(capability: CapabilityPlan): JsonObject {
  const cursor = cursorSlot(capability);
  return inputOf(
    capability.slots.filter(({ name }) => name !== cursor),
    otherValue,
  );
}

function inputOf(slots: readonly SlotPlan[], valueOf: (slot: SlotPlan) => Json): JsonObject {
  return Object.fromEntries(slots.map((slot) => [slot.name, valueOf(slot)]));
}

function otherValue({ form, slot, sample, input }: SlotPlan): Json {
  if (form === "texts" || form === "numbers") return ` ${spelled(sample).split(",").join(" , ,")},`;
  if (slot.type === "enum") return slot.values.at(-1) ?? sample;
  if (slot.type === "number") return otherNumber(slot, sample);
  if (slot.type === "text" && form === "plain") return otherText(spelled(sample), slot.maxLength ?? 100, input.in);
  return sample;
}

function otherNumber(
  {
    minimum,
    maximum,
    integer,
  }: { minimum?: number | undefined; maximum?: number | undefined; integer?: boolean | undefined },
  sample: Json,
): number {
  const step = integer === true ? 1 : 0.5;
  const other = Number(sample) + step;
  if (other <= (maximum ?? Infinity)) return other;
  const less = Number(sample) - step;
  return less >= (minimum ?? -Infinity) ? less : Number(sample);
}

/** With what has to be escaped wherever it goes. */
function otherText(sample: string, most: number, place: SlotPlan["input"]["in"]): string {
  const odd = place === "header" ? `${sample} (2)` : place === "path" ? `${sample} é?#&=+` : `${sample} "é"?#&=+`;
  return odd.length <= most ? odd : sample;
}
