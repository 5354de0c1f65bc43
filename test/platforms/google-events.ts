/** One event as the API writes it, reduced to what the tests use. https://developers.google.com/workspace/calendar/api/v3/reference/events */
export interface GoogleEvent {
  readonly id: string;
  readonly status?: string;
  readonly start?: GoogleTime;
  readonly end?: GoogleTime;
  readonly recurrence?: readonly string[];
  readonly recurringEventId?: string;
  readonly originalStartTime?: GoogleTime;
  readonly transparency?: string;
  readonly eventType?: string;
  readonly attendees?: readonly { readonly self?: boolean; readonly responseStatus?: string }[];
  readonly [other: string]: unknown;
}

interface GoogleTime {
  readonly date?: string;
  readonly dateTime?: string;
  readonly timeZone?: string;
}

const DAYS = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
const DAY_MS = 86_400_000;

/** Every single event, with recurring ones in their instances up to `to`, as `singleEvents=true` gives them. */
export function expand(events: readonly GoogleEvent[], calendarZone: string, from: number, to: number): GoogleEvent[] {
  return events.flatMap((event) => {
    if (event.recurrence === undefined) return [event];
    const exceptions = new Set(
      events
        .filter((other) => other.recurringEventId === event.id)
        .map(({ originalStartTime }) => originalStartTime && timeOf(originalStartTime, calendarZone)),
    );
    return instances(event, event.recurrence, calendarZone, Math.min(to, from + 400 * DAY_MS)).filter(
      ({ originalStartTime }) => !exceptions.has(originalStartTime && timeOf(originalStartTime, calendarZone)),
    );
  });
}

/** RFC 5545 as far as the fixtures go: FREQ daily or weekly, INTERVAL, BYDAY, COUNT, UNTIL, EXDATE. The wall-clock time stays across a change of the clocks. */
function instances(
  master: GoogleEvent,
  recurrence: readonly string[],
  calendarZone: string,
  to: number,
): GoogleEvent[] {
  const rule = new Map(
    (recurrence.find((line) => line.startsWith("RRULE:")) ?? "RRULE:FREQ=DAILY;COUNT=1")
      .slice("RRULE:".length)
      .split(";")
      .map((part): [string, string] => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)]),
  );
  const zone = master.start?.timeZone ?? calendarZone;
  const first = spanOf(master, calendarZone);
  const [day = "", time] = (master.start?.date ?? wall(first.start, zone)).split("T");
  const excluded = new Set(
    recurrence
      .filter((line) => line.startsWith("EXDATE"))
      .flatMap((line) => line.slice(line.indexOf(":") + 1).split(",")),
  );
  const byDay = rule.get("BYDAY")?.split(",") ?? [DAYS[new Date(`${day}T00:00Z`).getUTCDay()]];
  const weekly = rule.get("FREQ") === "WEEKLY";
  const step = Number(rule.get("INTERVAL") ?? 1);
  const until = rule.get("UNTIL")?.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  const found: GoogleEvent[] = [];
  let count = Number(rule.get("COUNT") ?? Number.POSITIVE_INFINITY);
  for (let index = 0; count > 0; index += 1) {
    const date = new Date(Date.parse(`${day}T00:00Z`) + index * DAY_MS);
    const local = date.toISOString().slice(0, 10);
    const start = time === undefined ? Date.parse(`${local}T00:00Z`) : instantOf(`${local}T${time}`, zone);
    if (start >= to || (until !== undefined && start > Date.parse(until))) break;
    const fits = weekly
      ? byDay.includes(DAYS[date.getUTCDay()]) && Math.floor(index / 7) % step === 0
      : index % step === 0;
    if (!fits) continue;
    count -= 1;
    const compact = `${local}${time === undefined ? "" : `T${time}`}`.replace(/[-:]/g, "");
    if (excluded.has(compact)) continue;
    const at = (ms: number): GoogleTime =>
      time === undefined
        ? { date: new Date(ms).toISOString().slice(0, 10) }
        : { dateTime: new Date(ms).toISOString(), timeZone: zone };
    const { recurrence: _, ...rest } = master;
    const stamp = new Date(start).toISOString().replace(/[-:]|\.000/g, "");
    found.push({
      ...rest,
      id: `${master.id}_${time === undefined ? compact : stamp}`,
      recurringEventId: master.id,
      originalStartTime: at(start),
      start: at(start),
      end: at(start + (first.end - first.start)),
    });
  }
  return found;
}

/** When an event starts and ends, Unix ms. A day without a time starts at midnight in the calendar's zone. */
export function spanOf(event: GoogleEvent, calendarZone: string): { start: number; end: number } {
  return { start: timeOf(event.start ?? {}, calendarZone), end: timeOf(event.end ?? {}, calendarZone) };
}

function timeOf(time: GoogleTime, calendarZone: string): number {
  return time.dateTime === undefined ? instantOf(`${time.date}T00:00:00`, calendarZone) : Date.parse(time.dateTime);
}

/** Whether it blocks time. An invitation that was declined does not. */
export function isBusy(event: GoogleEvent): boolean {
  const own = event.attendees?.find(({ self }) => self === true);
  return (
    event.status !== "cancelled" &&
    event.transparency !== "transparent" &&
    event.eventType !== "workingLocation" &&
    own?.responseStatus !== "declined"
  );
}

/** The event with its times written in `zone`. */
export function zoned(event: GoogleEvent, zone: string): GoogleEvent {
  const inZone = (time: GoogleTime | undefined): GoogleTime | undefined => {
    if (time?.dateTime === undefined) return time;
    const ms = Date.parse(time.dateTime);
    return { ...time, dateTime: `${wall(ms, zone)}${offsetOf(ms, zone)}` };
  };
  const { start, end } = event;
  return { ...event, ...(start && { start: inZone(start) ?? start }), ...(end && { end: inZone(end) ?? end }) };
}

function wall(ms: number, zone: string): string {
  const text = formatter("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" }).format(ms);
  return text.replace(" ", "T");
}

function offsetOf(ms: number, zone: string): string {
  const parts = formatter("en-US", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(ms);
  const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
  return name === "GMT" ? "Z" : name.slice("GMT".length);
}

/** The instant of a wall-clock time; one that does not exist is moved on by the gap. */
function instantOf(local: string, zone: string): number {
  const before = Date.parse(`${local}${offsetOf(Date.parse(`${local}Z`) - DAY_MS, zone)}`);
  const after = Date.parse(`${local}${offsetOf(before, zone)}`);
  return wall(after, zone) === local ? after : before;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  const made = formatters.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formatters.set(key, made);
  return made;
}
