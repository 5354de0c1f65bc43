import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { slotOf } from "#core/clock/rule/next-times.ts";
import { addSchedule, sayingPlan } from "#test/clock-kit.ts";
import { changesIn, cronOf, type SimplePattern, stretchOf, timesIn } from "#test/zone-reference.ts";
import { openDrillHouse } from "./clock-house.ts";

/** What playing the edges came to. */
export interface EdgesPlayed {
  readonly zones: number;
  readonly edges: number;
  readonly timelines: number;
  readonly restarts: number;
  readonly jumps: number;
  /** Slots that were to run, and those that were to be left out because NEXUS did not run for too long. */
  readonly expected: number;
  readonly leftOut: number;
  readonly ran: number;
  readonly doubled: number;
  readonly missing: number;
  readonly outside: number;
  /** Owners that were not told, or told twice, of what was left out. */
  readonly wronglyTold: number;
  /** The first of what went wrong, in words. */
  readonly wrong: readonly string[];
}

/** Zones whose clocks change at the same moment, with that moment. */
interface Edge {
  readonly at: number;
  readonly zones: readonly string[];
}

/**
 * Plays every change of the clocks that these zones have in a year, and an ordinary day of those that have none, in each
 * of several troubled timelines: who is to run when is found by asking the zone's clocks for every minute.
 */
export async function playEdges(zones: readonly string[], year: number): Promise<EdgesPlayed> {
  const edges = edgesOf(zones, year);
  const sum = { timelines: 0, restarts: 0, jumps: 0, expected: 0, leftOut: 0, ran: 0 };
  const bad = { doubled: 0, missing: 0, outside: 0, wronglyTold: 0 };
  const wrong: string[] = [];
  const games = edges.flatMap(({ at, zones: there }) => {
    const wanted = there.flatMap((zone) => wantedIn(zone, at));
    const times = wanted.flatMap((each) => each.times);
    return Object.entries(TIMELINES).map(([name, draw]) => ({ name, at, wanted, timeline: draw(times) }));
  });
  // Some wait for the disk while others count.
  const tables = Array.from({ length: AT_ONCE }, async () => {
    for (let game = games.pop(); game !== undefined; game = games.pop()) {
      const { name, at, wanted, timeline } = game;
      const played = await play(wanted, at, timeline);
      sum.timelines += 1;
      for (const key of ["restarts", "jumps", "expected", "leftOut", "ran"] as const) sum[key] += played[key];
      for (const key of ["doubled", "missing", "outside", "wronglyTold"] as const) bad[key] += played[key].length;
      for (const key of ["doubled", "missing", "outside", "wronglyTold"] as const) {
        if (wrong.length < 20) wrong.push(...played[key].map((what) => `${name}: ${what} ${key}`));
      }
    }
  });
  await Promise.all(tables);
  const changes = edges
    .filter(({ at }) => at !== ordinary(year))
    .reduce((total, { zones: there }) => total + there.length, 0);
  return { zones: zones.length, edges: changes, ...sum, ...bad, wrong: wrong.slice(0, 20) };
}

function edgesOf(zones: readonly string[], year: number): Edge[] {
  const byMoment = new Map<number, string[]>();
  const add = (at: number, zone: string): void => void byMoment.set(at, [...(byMoment.get(at) ?? []), zone]);
  for (const zone of zones) {
    const found = changesOf(zone, year);
    for (const at of found) add(at, zone);
    if (found.length === 0) add(ordinary(year), zone);
  }
  return [...byMoment].map(([at, there]) => ({ at, zones: there }));
}

/** Changes are looked for in steps of six hours, and then to the minute. */
function changesOf(timeZone: string, year: number): number[] {
  const offset = new Intl.DateTimeFormat("en-GB", { timeZone, timeZoneName: "longOffset", hour: "2-digit" });
  const found: number[] = [];
  const step = 6 * HOUR_MS;
  let was = offset
    .format(Date.UTC(year, 0, 1))
    .split(" ")
    .at(-1);
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += step) {
    const is = offset
      .format(at + step)
      .split(" ")
      .at(-1);
    if (is !== was) found.push(...changesIn(stretchOf(timeZone, at, 6 * 60 + 1)));
    was = is;
  }
  return found;
}

function ordinary(year: number): number {
  return Date.UTC(year, 5, 15, 12);
}

/** A schedule, and when it is to run by the clocks of its zone. */
interface Wanted {
  readonly zone: string;
  readonly cron: string;
  readonly times: readonly number[];
}

/** Daily schedules about a change: when what is skipped or repeated begins, in its middle, and after it. */
function wantedIn(zone: string, at: number): Wanted[] {
  const stretch = stretchOf(zone, at - BEFORE_MS, (BEFORE_MS + AFTER_MS) / MINUTE_MS);
  const index = BEFORE_MS / MINUTE_MS;
  const [before = 0, after = 0] = [stretch.walls[index - 1], stretch.walls[index]];
  const [low, high] = [Math.min(before + MINUTE_MS, after), Math.max(before + MINUTE_MS, after)];
  const walls = [low, (low + high) / 2, high + HOUR_MS];
  return [...new Set(walls)].map((wall) => {
    const date = new Date(wall);
    const pattern: SimplePattern = {
      minutes: [date.getUTCMinutes()],
      hours: [date.getUTCHours()],
      weekdays: [0, 1, 2, 3, 4, 5, 6],
    };
    return { zone, cron: cronOf(pattern), times: timesIn(stretch, pattern).map(Number) };
  });
}

/** One step of a timeline: the clock stands at `to`, in the process there is or in a new one. */
interface Step {
  readonly to: number;
  readonly isRestart?: boolean;
  readonly isJump?: boolean;
}
interface Timeline {
  readonly steps: readonly Step[];
  /** What is due from here on until then is left out: nobody was there, and it is too late after. */
  readonly gone?: { readonly from: number; readonly until: number };
}

/** What befalls NEXUS, given every time that something is due. The clock is moved from one step to the next. */
const TIMELINES: Readonly<Record<string, (times: readonly number[]) => Timeline>> = {
  "nothing happens": (times) => ({ steps: each(times, (at) => [{ to: at - 1_000 }, { to: at }, { to: at + 1_000 }]) }),
  "a start one second before": (times) => ({
    steps: each(times, (at) => [{ to: at - 1_000, isRestart: true }, { to: at }, { to: at + 1_000 }]),
  }),
  "a start in its second": (times) => ({
    steps: each(times, (at) => [{ to: at - 1_000 }, { to: at, isRestart: true }, { to: at + 1_000 }]),
  }),
  "a start one second after": (times) => ({
    steps: each(times, (at) => [{ to: at - 1_000 }, { to: at + 1_000, isRestart: true }, { to: at + 2_000 }]),
  }),
  "two hours forward": (times) => ({
    steps: [{ to: first(times) - 1_000 }, { to: first(times) - 1_000 + JUMP_MS, isJump: true }],
  }),
  "two hours back": (times) => ({
    steps: [
      ...calm(times),
      { to: first(times) + 1_000 },
      { to: first(times) + 1_000 - JUMP_MS, isJump: true },
      ...calm(times),
    ],
  }),
  "two hours forward and back again": (times) => ({
    steps: [
      { to: first(times) - 2_000 },
      { to: first(times) - 1_000 + JUMP_MS, isJump: true },
      { to: first(times) - 1_000, isJump: true },
      ...calm(times),
    ],
  }),
  "back and forward with a start in each": (times) => ({
    steps: [
      ...calm(times).slice(0, 2),
      { to: first(times) - JUMP_MS, isJump: true, isRestart: true },
      { to: first(times) + 1_000, isJump: true, isRestart: true },
      ...calm(times),
    ],
  }),
  "a pause of 70 minutes": (times) => ({
    steps: [{ to: first(times) - 1_000 }, { to: first(times) + 70 * MINUTE_MS }],
  }),
  "not running for 70 minutes": (times) => ({
    steps: [{ to: first(times) - 1_000 }, { to: first(times) + 70 * MINUTE_MS, isRestart: true }],
  }),
  "not running for too long": (times) => ({
    steps: [{ to: first(times) - 1_000 }, { to: first(times) + LATE_MS + MINUTE_MS, isRestart: true }],
    gone: { from: first(times), until: first(times) + MINUTE_MS },
  }),
};

function first(times: readonly number[]): number {
  return Math.min(...times);
}

function calm(times: readonly number[]): Step[] {
  return each(times, (at) => [{ to: at }]);
}

function each(times: readonly number[], steps: (at: number) => Step[]): Step[] {
  return [...new Set(times)].sort((a, b) => a - b).flatMap(steps);
}

async function play(wanted: readonly Wanted[], edge: number, { steps, gone }: Timeline) {
  const dir = mkdtempSync(join(isMemoryDisk ? MEMORY_DISK : tmpdir(), "nexus-clock-"));
  const begin = edge - BEFORE_MS;
  const end = edge + AFTER_MS - MINUTE_MS;
  try {
    await using house = await openDrillHouse(dir, begin);
    const expected = new Set<string>();
    const leftOut = new Set<string>();
    for (const { zone, cron, times } of wanted) {
      const plan = sayingPlan(cron, zone, { lateMinutes: LATE_MS / MINUTE_MS });
      const id = await addSchedule(house.store, house.owner, plan, new Date(begin));
      for (const at of times) {
        const isGone = gone !== undefined && at >= gone.from && at < gone.until;
        (isGone ? leftOut : expected).add(`${id}@${slotOf({ timeZone: zone }, new Date(at))}`);
      }
    }
    for (const { to, isRestart } of steps) await (isRestart ? house.restart(to) : house.at(to));
    // And the rest of the day, by the hour: what is to come comes, and nothing comes again.
    for (let at = Math.max(...steps.map(({ to }) => to)); at <= end; at += HOUR_MS / 2) await house.at(at);
    await house.at(end);
    const counts = new Map<string, number>();
    for (const name of house.shown) counts.set(name, (counts.get(name) ?? 0) + 1);
    const told = house.told.map((name) => name.replace("@skipped:", "@"));
    return {
      restarts: steps.filter(({ isRestart }) => isRestart).length,
      jumps: steps.filter(({ isJump }) => isJump).length,
      expected: expected.size,
      leftOut: leftOut.size,
      ran: counts.size,
      doubled: [...counts].filter(([, count]) => count > 1).map(([name]) => name),
      missing: [...expected].filter((name) => !counts.has(name)),
      outside: [...counts.keys()].filter((name) => !expected.has(name)),
      wronglyTold: [
        ...told.filter((name, index) => !leftOut.has(name) || told.indexOf(name) !== index),
        ...[...leftOut].filter((name) => !told.includes(name)),
      ],
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** No power is cut here, so a disk of memory shows the same in a fraction of the time, where there is one. */
const MEMORY_DISK = "/dev/shm";
const isMemoryDisk = existsSync(MEMORY_DISK);
const AT_ONCE = 4;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const JUMP_MS = 2 * HOUR_MS;
const LATE_MS = 2 * HOUR_MS;
const BEFORE_MS = 4 * HOUR_MS;
const AFTER_MS = 8 * HOUR_MS;
