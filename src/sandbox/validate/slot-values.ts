import type { Json } from "#core/contract/json.ts";
import type { Slot } from "#core/contract/manifest.ts";

/** A value that a slot may hold and that few expect. */
export interface OddValue {
  /** In words, for a report: “a very long text”. */
  readonly what: string;
  readonly value: Json;
}

/** Of an enum; a module's own tests know its words best. */
const MAX_WORDS = 3;
const LONGEST_PLACE = 100;
const LONGEST_TEXT = 2_000;

/** An everyday value for a slot. An identifier may not fit its pattern: a stranger's pattern is not run here. */
export function fittingValue(slot: Slot): Json {
  switch (slot.type) {
    case "place":
      return "Lisbon";
    case "date":
      return "2026-01-16";
    case "dateRange":
      return { from: "2026-01-01", to: "2026-01-31" };
    case "dateTime":
      return "2026-01-16T09:30:00+01:00";
    case "number":
      return Math.min(Math.max(1, slot.minimum ?? 1), slot.maximum ?? Infinity);
    case "enum":
      return slot.values[0] ?? "";
    case "id":
      return "A1B2C3";
    case "text":
      return "something".slice(0, slot.maxLength ?? LONGEST_TEXT);
    case "file":
      return `input/probe${slot.extensions[0] ?? ""}`;
    default:
      return slot satisfies never;
  }
}

/** Values at the edge of what a slot may hold. What does not fit a slot never reaches a module, so there is none here. */
export function oddValues(slot: Slot): OddValue[] {
  switch (slot.type) {
    case "place":
      return oddTexts(LONGEST_PLACE);
    case "text":
      return oddTexts(slot.maxLength ?? LONGEST_TEXT);
    case "date":
      return [
        { what: "the first of all days", value: "0001-01-01" },
        { what: "the last of all days", value: "9999-12-31" },
        { what: "a leap day", value: "2024-02-29" },
      ];
    case "dateRange":
      return [
        { what: "all of time", value: { from: "0001-01-01", to: "9999-12-31" } },
        { what: "a single day", value: { from: "2024-02-29", to: "2024-02-29" } },
      ];
    case "dateTime":
      return [
        { what: "the first of all moments", value: "0001-01-01T00:00:00+14:00" },
        { what: "the last of all moments", value: "9999-12-31T23:59:59-12:00" },
      ];
    case "number":
      return oddNumbers(slot);
    case "enum":
      return slot.values.slice(0, MAX_WORDS).map((value) => ({ what: `one of its words (${value})`, value }));
    case "id":
      return [];
    case "file":
      return [{ what: "a file that is not there", value: `input/missing${slot.extensions[0] ?? ""}` }];
    default:
      return slot satisfies never;
  }
}

function oddTexts(longest: number): OddValue[] {
  return [
    {
      what: "as long as can be",
      value: "Llanfair "
        .repeat(Math.ceil(longest / 9))
        .slice(0, longest)
        .trim(),
    },
    { what: "emoji and right-to-left marks", value: "👩‍👩‍👧 \u202Eegrahc\u202C <!channel>".slice(0, longest) },
    { what: "a path and a query", value: "../../admin/x?key=1&y=%2e#z".slice(0, longest) },
    { what: "a name that objects have of themselves", value: "__proto__".slice(0, longest) },
  ];
}

function oddNumbers(slot: Extract<Slot, { type: "number" }>): OddValue[] {
  const least = slot.minimum ?? (slot.integer === true ? Number.MIN_SAFE_INTEGER : -1e300);
  const most = slot.maximum ?? (slot.integer === true ? Number.MAX_SAFE_INTEGER : 1e300);
  const odd: OddValue[] = [
    { what: "the least it may be", value: least },
    { what: "the most it may be", value: most },
  ];
  if (least < 0 && most > 0) odd.push({ what: "zero", value: 0 });
  if (slot.integer !== true && least < 0.1 && most > 0.1) odd.push({ what: "a fraction", value: 0.1 });
  return odd;
}
