import { describe, expect, test } from "vitest";
import type { Json } from "#core/contract/json.ts";
import { ReminderId } from "#core/contract/ids.ts";
import type { WatchPlan } from "#core/contract/watch.ts";
import { judge } from "./judge.ts";

const NOW = new Date("2026-11-20T15:00:00Z");
type Judged = Pick<WatchPlan, "path" | "test" | "isSoAlready">;

/** What each of some looks would tell, one after the other. */
function told(plan: Judged, looks: readonly (Json | undefined)[], now = NOW): (string[] | boolean)[] {
  let seen: unknown;
  return looks.map((data) => {
    const judged = judge(plan, data, seen, now);
    seen = JSON.parse(JSON.stringify(judged.seen));
    return judged.news.length > 0 ? judged.news.map(({ what, name }) => `${what} ${name}`) : judged.fires;
  });
}

describe("a number", () => {
  const above: Judged = { path: ["rate"], test: { is: "above", than: 0.75, orEqual: false, margin: 0.015 } };
  const rates = (...numbers: number[]) => numbers.map((rate) => ({ rate }));

  test("that wobbles around its limit is told once, and again only after it was back by the margin", () => {
    const wobble = rates(0.72, 0.751, 0.749, 0.752, 0.74, 0.76, 0.7, 0.8);
    expect(told(above, wobble)).toEqual([false, true, false, false, false, false, false, true]);
  });

  test("that is at its limit is above it only where that was wished for", () => {
    expect(told(above, rates(0.75))).toEqual([false]);
    expect(told({ ...above, test: { is: "above", than: 0.75, orEqual: true, margin: 0 } }, rates(0.75))).toEqual([
      true,
    ]);
  });

  test("that fell below its limit counts the other way round", () => {
    const below: Judged = { path: ["rate"], test: { is: "below", than: 0, orEqual: false, margin: 0.5 } };
    expect(told(below, rates(3, -0.1, 0.2, -0.3, 0.5, -1))).toEqual([false, true, false, false, false, true]);
  });

  test("that was beyond its limit when it was wished for is told after it has been otherwise", () => {
    expect(told({ ...above, isSoAlready: true }, rates(0.8, 0.9, 0.7, 0.8))).toEqual([false, false, false, true]);
  });

  test("that is not told for once is neither so nor back", () => {
    expect(told(above, [{ rate: 0.8 }, {}, { rate: null }, { rate: 0.8 }])).toEqual([true, false, false, false]);
  });
});

describe("a state", () => {
  test("in words is so when the words are in it", () => {
    const rain: Judged = { path: ["condition"], test: { is: "says", text: "rain" } };
    const looks = ["clear sky", "light rain", "heavy rain", "mist", "rain"].map((condition) => ({ condition }));
    expect(told(rain, looks)).toEqual([false, true, false, false, true]);
  });

  test("that a source has nothing to tell of comes to be once it has", () => {
    expect(told({ path: [], test: { is: "there" } }, [undefined, undefined, { place: 3 }, { place: 2 }])).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });

  test("yes or no, and not any more", () => {
    const down: Judged = { path: ["isWell"], test: { is: "equal", to: false } };
    expect(told(down, [{ isWell: true }, { isWell: false }, { isWell: true }, { isWell: false }])).toEqual([
      false,
      true,
      false,
      true,
    ]);
    const other: Judged = { path: ["status"], test: { is: "not", to: "open" } };
    expect(told(other, [{ status: "open" }, { status: "Done" }])).toEqual([false, true]);
  });
});

describe("a value that changes", () => {
  const tag: Judged = { path: ["tag"], test: { is: "changed" } };

  test("is told at each change, and never at the first look", () => {
    const looks = ["v1", "v1", "v2", "v3", "v3"].map((one) => ({ repository: "a/b", tag: one }));
    expect(told(tag, looks)).toEqual([false, false, true, true, false]);
  });

  test("is no change where it is of something else by now", () => {
    expect(
      told(tag, [
        { repository: "a/b", tag: "v1" },
        { repository: "c/d", tag: "v9" },
      ]),
    ).toEqual([false, false]);
  });

  test("is compared whole, however long it is", () => {
    const path = ["text"];
    const long = (end: string) => ({ text: `${"x".repeat(5_000)}${end}` });
    expect(told({ path, test: { is: "changed" } }, [long("a"), long("a"), long("b")])).toEqual([false, false, true]);
  });
});

describe("a list", () => {
  const posts = (...titles: string[]) => ({ posts: titles.map((title) => ({ title, day: "2026-11-20" })) });

  test("tells what is new in it, and not again what was gone for a while", () => {
    const looks = [posts("a", "b"), posts("a", "b", "c"), posts("c"), posts("a", "c")];
    expect(told({ path: ["posts"], test: { is: "appears" } }, looks)).toEqual([false, ["new c"], false, false]);
  });

  test("tells of nothing new but what has the words", () => {
    const plan: Judged = { path: ["posts"], test: { is: "appears", text: "release" } };
    expect(told(plan, [posts("a"), posts("a", "b"), posts("a", "b", "Release 2")])).toEqual([
      false,
      false,
      ["new Release 2"],
    ]);
  });

  test("tells when an entry is gone, but not while it shows only the first few", () => {
    const gone: Judged = { path: ["numbers"], test: { is: "gone", entry: 42 } };
    const pulls = (open: number, ...numbers: number[]) => ({ repository: "a/b", open, numbers });
    expect(told(gone, [pulls(2, 41, 42), pulls(30, 1, 2), pulls(1, 41)])).toEqual([false, false, true]);
    // The last of them is merged, and the source leaves the empty list out.
    expect(told(gone, [pulls(1, 42), { repository: "a/b", open: 0 }])).toEqual([false, true]);
    expect(told(gone, [pulls(1, 42), undefined])).toEqual([false, false]);
  });

  const day = (date: string, ...meetings: [title: string, start: string][]) => ({
    date,
    meetings: meetings.map(([title, start]) => ({ title, kind: "meeting", start })),
  });

  test("of meetings tells what is moved and what is off, and not what is over or another day's", () => {
    const moved: Judged = { path: ["meetings"], test: { is: "moved" } };
    const looks = [
      day("2026-11-20", ["Past", "2026-11-20T14:00:00Z"], ["A", "2026-11-20T16:00:00Z"], ["B", "2026-11-20T17:00:00Z"]),
      day("2026-11-20", ["A", "2026-11-20T16:30:00Z"], ["B", "2026-11-20T17:00:00Z"], ["C", "2026-11-20T18:00:00Z"]),
      day("2026-11-20", ["A", "2026-11-20T16:30:00Z"], ["C", "2026-11-20T18:00:00Z"]),
      day("2026-11-21", ["D", "2026-11-21T16:00:00Z"]),
    ];
    expect(told(moved, looks)).toEqual([false, ["moved A"], ["gone B"], false]);
  });
});

test("the meetings of reminders are looked after elsewhere", () => {
  const reminder = ReminderId.parse("019a9f00-0000-7000-8000-000000000000");
  const test = { is: "meetings", leadMinutes: 10, reminders: [{ reminder, title: "A", startMs: 1 }] } as const;
  expect(judge({ path: [], test: { ...test, reminders: [...test.reminders] } }, {}, undefined, NOW).fires).toBe(false);
});
