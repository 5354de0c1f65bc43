import { createInterface } from "node:readline";
import { createScheduleClock } from "#core/clock/schedule-clock.ts";
import { createHolidayBook } from "#core/clock/holiday-book.ts";
import { openHolidayCalendar } from "#core/clock/holiday-calendar.ts";
import { openStore } from "#core/store/store.ts";
import { silent } from "./delivery-kit.ts";

/**
 * One of several processes on one database, as in a rolling restart: told a time on a line of standard input, it looks
 * once for what is due by then and answers with the names that it was the first to write into the inbox. Arguments: the
 * database, and how many slots may be under way.
 */
const [path, mostOpen] = process.argv.slice(2);
if (path === undefined || mostOpen === undefined) throw new Error("usage: clock-process.ts <database> <most open>");

let now = new Date(0);
const clock = (): Date => now;
await using store = await openStore(path, { clock });
const accepted: string[] = [];
const schedules = createScheduleClock({
  store,
  receive: async (org, inbound) => {
    const { turnId, duplicate } = await store.queue.put(org, inbound, now);
    if (duplicate) return { accepted: false, duplicateOf: turnId };
    accepted.push(...inbound.dedupeKeys);
    return { accepted: true, turnId };
  },
  holidays: createHolidayBook({
    house: await openHolidayCalendar(undefined, silent),
    calendars: store.dueCalendars,
  }),
  clock,
  log: silent,
  mostOpen: Number(mostOpen),
});
process.stdout.write("ready\n");
for await (const line of createInterface({ input: process.stdin })) {
  now = new Date(line);
  await schedules.look();
  process.stdout.write(`${JSON.stringify(accepted.splice(0))}\n`);
}
