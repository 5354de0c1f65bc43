import { ON_TIME_MS } from "#core/clock/misfire.ts";
import { moment } from "#core/contract/moment.ts";

/** How late something comes, when it is late: `70 min late: it was for 08:30`. */
export function lateWords(dueAt: Date, now: Date): string | undefined {
  const lateMs = now.getTime() - dueAt.getTime();
  if (lateMs <= ON_TIME_MS) return undefined;
  return `${Math.round(lateMs / 60_000)} min late: it was for ${moment(dueAt, "time")}`;
}
