import type { Json } from "#core/contract/json.ts";
import type { Slot } from "#core/contract/manifest.ts";
import { z } from "zod";
import { fitsPattern } from "./ids.ts";

const LONGEST_TEXT = 2_000;
const Day = z.iso.date();
const Moment = z.iso.datetime({ offset: true });
const Range = z.strictObject({ from: Day, to: Day }).refine(({ from, to }) => from <= to);

/** Whether a value is one a slot may hold. */
export function fitsSlot(slot: Slot, value: Json): boolean {
  switch (slot.type) {
    case "place":
      return typeof value === "string" && value.trim() !== "" && value.length <= 100;
    case "date":
      return Day.safeParse(value).success;
    case "dateTime":
      return Moment.safeParse(value).success;
    case "dateRange":
      return Range.safeParse(value).success;
    case "number":
      return (
        typeof value === "number" &&
        Number.isFinite(value) &&
        (slot.integer !== true || Number.isInteger(value)) &&
        value >= (slot.minimum ?? -Infinity) &&
        value <= (slot.maximum ?? Infinity)
      );
    case "enum":
      return typeof value === "string" && slot.values.includes(value);
    case "id":
      return typeof value === "string" && fitsPattern(slot.pattern, value);
    case "text":
      return typeof value === "string" && value.trim() !== "" && value.length <= (slot.maxLength ?? LONGEST_TEXT);
    case "file":
      return typeof value === "string" && value.startsWith("input/") && hasExtension(value, slot.extensions);
    default:
      slot satisfies never;
      return false;
  }
}

/** Whether a file name ends in one of the extensions, ignoring case. */
export function hasExtension(name: string, extensions: readonly string[]): boolean {
  return extensions.some((extension) => name.toLowerCase().endsWith(extension));
}
