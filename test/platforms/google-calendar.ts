import { refuse, reply, type GoogleAnswer } from "./google-answer.ts";
import { selectFields } from "./google-fields.ts";
import { expand, isBusy, spanOf, zoned, type GoogleEvent } from "./google-events.ts";

export type { GoogleEvent } from "./google-events.ts";

/** https://developers.google.com/workspace/calendar/api/v3/reference/events/list and the standard query parameters. */
const LIST_PARAMETERS = new Set([
  "eventTypes",
  "iCalUID",
  "maxAttendees",
  "maxResults",
  "orderBy",
  "pageToken",
  "privateExtendedProperty",
  "q",
  "sharedExtendedProperty",
  "showDeleted",
  "showHiddenInvitations",
  "singleEvents",
  "syncToken",
  "timeMax",
  "timeMin",
  "timeZone",
  "updatedMin",
  "alt",
  "fields",
  "key",
  "prettyPrint",
  "quotaUser",
]);
const EVENT_TYPES = ["birthday", "default", "focusTime", "fromGmail", "outOfOffice", "workingLocation"];
/** “Must be an RFC3339 timestamp with mandatory time zone offset.” */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** events.list. */
export function answerEventsList(
  query: URLSearchParams,
  events: readonly GoogleEvent[],
  calendarZone: string,
): GoogleAnswer {
  const problem = listProblem(query);
  if (problem !== undefined) return refuse(400, "badRequest", problem);
  const zone = query.get("timeZone") ?? calendarZone;
  const from = instant(query.get("timeMin")) ?? Number.NEGATIVE_INFINITY;
  const to = instant(query.get("timeMax")) ?? Number.POSITIVE_INFINITY;
  const types = query.getAll("eventTypes");
  const found = (query.get("singleEvents") === "true" ? expand(events, calendarZone, from, to) : [...events])
    .filter((event) => event.status !== "cancelled" || query.get("showDeleted") === "true")
    .filter((event) => types.length === 0 || types.includes(event.eventType ?? "default"))
    .map((event) => ({ event, ...spanOf(event, calendarZone) }))
    .filter(({ start, end }) => end > from && start < to);
  if (query.get("orderBy") === "startTime") found.sort((a, b) => a.start - b.start);

  const size = Math.min(Number(query.get("maxResults") ?? 250), 2500);
  const offset = Number(query.get("pageToken")?.replace("page-", "") ?? 0);
  const more = offset + size < found.length;
  const body = {
    kind: "calendar#events",
    etag: '"p33g9ntqqo3h8g0o"',
    summary: "kim@example.com",
    updated: "2026-11-20T08:00:00.000Z",
    timeZone: zone,
    accessRole: "owner",
    defaultReminders: [{ method: "popup", minutes: 10 }],
    ...(more ? { nextPageToken: `page-${offset + size}` } : {}),
    items: found.slice(offset, offset + size).map(({ event }) => zoned(event, zone)),
  };
  const fields = query.get("fields");
  return reply(200, fields === null ? body : selectFields(body, fields));
}

function listProblem(query: URLSearchParams): string | undefined {
  for (const name of query.keys()) if (!LIST_PARAMETERS.has(name)) return `Unknown name "${name}"`;
  for (const name of ["timeMin", "timeMax"]) {
    const value = query.get(name);
    if (value !== null && !TIMESTAMP.test(value)) return `Bad Request: ${name}`;
  }
  const from = instant(query.get("timeMin"));
  const to = instant(query.get("timeMax"));
  if (from !== undefined && to !== undefined && from >= to) return "The specified time range is empty.";
  if (query.getAll("eventTypes").some((type) => !EVENT_TYPES.includes(type))) return "Invalid value for: eventTypes";
  const size = query.get("maxResults");
  if (size !== null && !(/^\d+$/.test(size) && Number(size) > 0)) return "Invalid value for: maxResults";
  const order = query.get("orderBy");
  if (order !== null && order !== "startTime" && order !== "updated") return "Invalid value for: orderBy";
  if (order === "startTime" && query.get("singleEvents") !== "true") {
    return "The requested ordering is not available for the particular query.";
  }
  if (!isZone(query.get("timeZone") ?? "UTC")) return "Invalid time zone definition.";
  const page = query.get("pageToken");
  return page !== null && !/^page-\d+$/.test(page) ? "Invalid page token value." : undefined;
}

/** freebusy.query. https://developers.google.com/workspace/calendar/api/v3/reference/freebusy/query */
export function answerFreeBusy(
  query: URLSearchParams,
  text: string,
  events: readonly GoogleEvent[],
  calendarZone: string,
): GoogleAnswer {
  const request: unknown = JSON.parse(text);
  if (typeof request !== "object" || request === null) return refuse(400, "parseError", "Parse Error");
  const known = ["timeMin", "timeMax", "timeZone", "items", "groupExpansionMax", "calendarExpansionMax"];
  const stray = Object.keys(request).find((name) => !known.includes(name));
  if (stray !== undefined) return refuse(400, "badRequest", `Unknown name "${stray}"`);
  const field = (name: string): unknown => Object.entries(request).find(([key]) => key === name)?.[1];
  const [timeMin, timeMax, zone] = [field("timeMin"), field("timeMax"), field("timeZone") ?? "UTC"];
  const items = field("items");
  if (typeof timeMin !== "string" || !TIMESTAMP.test(timeMin))
    return refuse(400, "required", "Missing timeMin parameter.");
  if (typeof timeMax !== "string" || !TIMESTAMP.test(timeMax))
    return refuse(400, "required", "Missing timeMax parameter.");
  if (typeof zone !== "string" || !isZone(zone)) return refuse(400, "invalid", "Invalid time zone definition.");
  const [from, to] = [Date.parse(timeMin), Date.parse(timeMax)];
  if (from >= to) return refuse(400, "timeRangeEmpty", "The specified time range is empty.", "calendar");
  // “The requested time range is too long”: about three months.
  if (to - from > 93 * 86_400_000)
    return refuse(400, "timeRangeTooLong", "The requested time range is too long.", "calendar");
  if (!Array.isArray(items)) return refuse(400, "required", "Missing items parameter.");

  const busy: { start: number; end: number }[] = [];
  const spans = expand(events, calendarZone, from, to)
    .filter(isBusy)
    .map((event) => spanOf(event, calendarZone))
    .filter(({ start, end }) => end > from && start < to)
    .sort((a, b) => a.start - b.start);
  for (const span of spans) {
    const [start, end] = [Math.max(span.start, from), Math.min(span.end, to)];
    const last = busy.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else busy.push({ start, end });
  }
  const stamp = (ms: number): string => new Date(ms).toISOString().replace(".000Z", "Z");
  const calendars = items.map((item: unknown): [string, unknown] => {
    const id = typeof item === "object" && item !== null && "id" in item ? String(item.id) : "";
    return id === "primary"
      ? [id, { busy: busy.map(({ start, end }) => ({ start: stamp(start), end: stamp(end) })) }]
      : [id, { errors: [{ domain: "global", reason: "notFound" }], busy: [] }];
  });
  const body = { kind: "calendar#freeBusy", timeMin, timeMax, calendars: Object.fromEntries(calendars) };
  const fields = query.get("fields");
  return reply(200, fields === null ? body : selectFields(body, fields));
}

function instant(text: string | null): number | undefined {
  return text === null ? undefined : Date.parse(text);
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
