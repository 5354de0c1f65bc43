import type { Holidays } from "#core/clock/rule/holidays.ts";
import type { PersonId } from "#core/contract/ids.ts";
import { moment } from "#core/contract/moment.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { Scene } from "#core/orchestrator/scene.ts";

const NO_CALENDAR = "I know none yet, so no day is left out until whoever runs me sets NEXUS_HOLIDAYS";
const DAY_MS = 24 * 60 * 60_000;
/** As far as a calendar is read ahead. */
const LOOKED_AHEAD = 92;

/**
 * Which days a schedule takes for holidays, as far as that needs a word: those of a calendar that it names, or none yet.
 * The names of days are for whoever may read that calendar.
 */
export function holidaysText(
  holidays: Holidays,
  { person, now }: Pick<Scene, "person" | "now">,
  owner: PersonId,
): string | undefined {
  // What cannot be kept is not promised.
  if (holidays.isUnset) return NO_CALENDAR;
  if (holidays.calendar === undefined) return undefined;
  const { address, readAt, failing } = holidays.calendar;
  const isTheirs = person === owner;
  const whose = isTheirs ? `those of ${inert(address)}` : "those of a calendar of its owner's";
  const why = failing === undefined ? "" : failingText(failing, isTheirs);
  if (readAt === undefined) {
    return failing === undefined
      ? `${whose}, which I have not read yet: until then no day is left out`
      : `${whose}, which I cannot read: ${why}. Until I can, no day is left out`;
  }
  const next = isTheirs ? nextText(holidays, now) : "";
  const since = moment(readAt, "date_time");
  return failing === undefined
    ? `${whose}, read ${since}${next}`
    : `${whose}, as they were read ${since}${next}. I cannot read it now: ${why}`;
}

/** Why a calendar could not be read, in words. */
export function failingText(code: string, isTheirs: boolean): string {
  const whose = isTheirs ? "your" : "its owner's";
  switch (code) {
    case "credential_missing":
      return `${whose} Google Calendar is not connected${isTheirs ? ": `connect calendar`" : ""}`;
    case "credential_rejected":
      return `Google does not let me read it with ${whose} account any more${isTheirs ? ": `connect calendar`" : ""}`;
    case "not_found":
    case "slot_invalid":
      return `Google knows no calendar of that address that ${whose} account may read`;
    case "not_allowed":
      return `${isTheirs ? "you" : "its owner"} may not use the calendar there`;
    case "module_off":
      return "the calendar module is switched off";
    default:
      return "Google Calendar does not answer";
  }
}

function nextText(holidays: Holidays, now: Date): string {
  for (let ahead = 0; ahead < LOOKED_AHEAD; ahead += 1) {
    const day = new Date(now.getTime() + ahead * DAY_MS).toISOString().slice(0, 10);
    const name = holidays.name(day);
    if (name !== undefined) return `; next: ${dayText(day)} (${inert(name)})`;
  }
  return `; none in the next ${LOOKED_AHEAD} days`;
}

function dayText(day: string): string {
  const form = { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat("en-GB", form).format(new Date(`${day}T00:00Z`)).replace(",", "");
}
