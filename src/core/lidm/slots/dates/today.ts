import type { Day } from "./civil.ts";
import type { Zones } from "./zones.ts";

/** Against what relative words are read. */
export interface Today {
  readonly now: Date;
  readonly timeZone: string;
  readonly day: Day;
  /** Minutes since midnight on the asker's wall. */
  readonly minutes: number;
  /** 0 is Sunday, 1 Monday, 6 Saturday. */
  readonly weekStart: number;
  /** 3/4 is the 4th of March. */
  readonly monthFirst: boolean;
  /** Whether a bare “March” or “Friday” is the one gone by or the one to come. */
  readonly prefer: "past" | "future";
}

// Unicode CLDR 48, supplemental weekData: regions whose week does not begin on Monday.
const SUNDAY =
  "AG AS BD BR BS BT BW BZ CA CO DM DO ET GT GU HK HN ID IL IN JM JP KE KH KR LA MH MM MO MT MX MZ NI NP PA PE PH PK PR PT PY SA SG SV TH TT TW UM US VE VI WS YE ZA ZW";
const SATURDAY = "AE AF BH DJ DZ EG IQ IR JO KW LY OM QA SD SY";
// CLDR puts Portugal here too; its calendars and offices begin on Monday (ISO 8601, NP EN 28601).
const sunday = new Set(SUNDAY.split(" ").filter((region) => region !== "PT"));
const saturday = new Set(SATURDAY.split(" "));

/** The day and hour of the asker, and how their region writes dates. A locale without a region has Monday weeks. */
export function readToday(
  zones: Zones,
  asker: { now: Date; timeZone: string; locale: string },
  prefer: Today["prefer"],
): Today {
  const region = /[-_]([A-Za-z]{2})\b/.exec(asker.locale)?.[1]?.toUpperCase() ?? "";
  return {
    now: asker.now,
    timeZone: asker.timeZone,
    ...zones.wallTime(asker.now, asker.timeZone),
    weekStart: sunday.has(region) ? 0 : saturday.has(region) ? 6 : 1,
    monthFirst: region === "US" || region === "PH",
    prefer,
  };
}
