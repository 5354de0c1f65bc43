import { expect, test } from "vitest";
import { ON_TIME_MS, decideMisfire, type Misfire } from "./misfire.ts";

const due = new Date("2026-11-24T08:30:00Z");
const minutes = (count: number) => new Date(due.getTime() + count * 60_000);

test.each<["late" | "skip" | "ask", number, number, Misfire]>([
  ["late", 120, 0, "run"],
  ["late", 120, 70, "late"],
  ["late", 120, 120, "late"],
  ["late", 120, 121, "skip"],
  ["late", 0, 6, "skip"],
  ["skip", 120, 4, "run"],
  ["skip", 120, 6, "skip"],
  ["ask", 120, 6, "ask"],
  ["ask", 120, 1_440, "ask"],
  ["ask", 120, 1_441, "skip"],
])("with “%s” (at most %i min), what is %i min late leads to: %s", (misfire, lateMinutes, late, expected) => {
  expect(decideMisfire({ misfire, lateMinutes }, due, minutes(late))).toBe(expected);
});

test("a busy minute or a clock a little behind is on time, whatever the policy", () => {
  const plan = { misfire: "skip", lateMinutes: 0 } as const;
  expect(decideMisfire(plan, due, new Date(due.getTime() + ON_TIME_MS))).toBe("run");
  expect(decideMisfire(plan, due, minutes(-60))).toBe("run");
});
