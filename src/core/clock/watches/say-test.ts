import type { ValuePath, WatchTest } from "#core/contract/watch.ts";
import { nameAt, unitAt } from "./fields.ts";
import { sayAmount } from "./units.ts";

/** What must be so, as it follows “I tell you when”. */
export function sayTest(path: ValuePath, test: WatchTest, locale: string): string {
  const name = nameAt(path);
  switch (test.is) {
    case "above":
      return `${name} is ${test.orEqual ? "at least" : "above"} ${sayAmount(unitAt(path), test.than, locale)}`;
    case "below":
      return `${name} is ${test.orEqual ? "at most" : "below"} ${sayAmount(unitAt(path), test.than, locale)}`;
    case "equal":
      return typeof test.to === "boolean" ? `${name}: ${test.to ? "yes" : "no"}` : `${name} is ${quoted(test.to)}`;
    case "not":
      return `${name} is not ${quoted(test.to)} any more`;
    case "says":
      return `${name} says “${test.text}”`;
    case "changed":
      return path.length === 0 ? "anything in the answer changes" : `${name} changes`;
    case "appears":
      return test.text === undefined ? `there is something new among ${name}` : `“${test.text}” is among ${name}`;
    case "gone":
      return test.entry === undefined
        ? `something is gone from ${name}`
        : `${quoted(test.entry)} is no longer among ${name}`;
    case "moved":
      return `one of ${name} is moved or taken off`;
    case "there":
      return "there is something to tell";
    case "meetings":
      return "a meeting that you are reminded of is moved or taken off";
    default:
      return test satisfies never;
  }
}

function quoted(value: string | number | boolean): string {
  return typeof value === "string" ? `“${value}”` : String(value);
}
