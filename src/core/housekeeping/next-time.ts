import { NO_HOLIDAYS } from "#core/clock/rule/holidays.ts";
import { nextTimes } from "#core/clock/rule/next-times.ts";
import type { Job } from "./job.ts";

/** When a job is due next: so long after `now`, or at its time of the day by the clock of `timeZone`. */
export function nextTime({ every }: Pick<Job, "every">, now: Date, timeZone: string): Date {
  if ("ms" in every) return new Date(now.getTime() + every.ms);
  const [hour, minute] = every.at.split(":").map(Number);
  const rule = { cron: `${minute} ${hour} * * *`, timeZone, skipHolidays: false };
  const [next] = nextTimes(rule, now, 1, NO_HOLIDAYS);
  return next ?? new Date(now.getTime() + DAY_MS);
}

const DAY_MS = 24 * 60 * 60_000;
