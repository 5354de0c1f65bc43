import { readFile, stat } from "node:fs/promises";
import { NexusError } from "#core/contract/errors.ts";
import type { Log } from "#core/contract/ports.ts";
import { type Holidays, NO_HOLIDAYS } from "./rule/holidays.ts";
import { readHolidays } from "./rule/read-holidays.ts";

/** The calendar of holidays that the settings name, as its file is now. */
export interface HolidayCalendar extends Holidays {
  /**
   * Reads the file again when it was changed; one that cannot be read is logged once, and what was read before stays.
   * @returns whether other days are holidays now
   */
  look(): Promise<boolean>;
}

/**
 * Opens the calendar of holidays at `path`; without one there are no holidays.
 * @throws NexusError config_invalid when the file is not there, or is no calendar
 */
export async function openHolidayCalendar(path: string | undefined, log: Log): Promise<HolidayCalendar> {
  if (path === undefined) return { ...NO_HOLIDAYS, look: () => Promise.resolve(false) };
  let mark = await markOf(path);
  let holidays = await read(path);
  return {
    isHoliday: (day) => holidays.isHoliday(day),
    name: (day) => holidays.name(day),
    async look() {
      const found = await markOf(path).catch(() => "");
      if (found === mark) return false;
      mark = found;
      try {
        holidays = await read(path);
        return true;
      } catch (err) {
        log.warn({ err }, "the calendar of holidays cannot be read; the last that could be is used");
        return false;
      }
    },
  };
}

async function markOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs}:${size}:${ino}`;
  } catch (cause) {
    throw notThere(path, cause);
  }
}

async function read(path: string): Promise<Holidays> {
  const bytes = await readFile(path).catch((cause: unknown) => Promise.reject(notThere(path, cause)));
  if (bytes.length > MOST_BYTES) {
    const say = "The calendar of holidays is larger than 4 MiB.";
    throw new NexusError("config_invalid", `${path} has ${bytes.length} bytes`, { say });
  }
  return readHolidays(bytes.toString("utf8"));
}

function notThere(path: string, cause: unknown): NexusError {
  const say = `The calendar of holidays is not at ${path}, or cannot be read.`;
  return new NexusError("config_invalid", `${path} cannot be read`, { say, cause });
}

const MOST_BYTES = 4 * 1024 * 1024;
