import { z } from "zod";
import type { Meeting } from "./meeting.ts";
import { addDays } from "./zone.ts";

const Time = z.union([
  z.object({ dateTime: z.iso.datetime({ offset: true }).transform((text) => new Date(text)) }),
  z.object({ date: z.iso.date() }),
]);

/** https://developers.google.com/workspace/calendar/api/v3/reference/events#resource */
const Event = z.object({
  status: z.string().optional(),
  summary: z.string().optional(),
  description: z.string().optional(),
  visibility: z.string().optional(),
  eventType: z.string().optional(),
  start: Time,
  end: Time,
  location: z.string().optional(),
  hangoutLink: z.string().optional(),
  conferenceData: z.object({ conferenceSolution: z.object({ name: z.string() }).optional() }).optional(),
  attendees: z
    .array(
      z.object({
        self: z.boolean().optional(),
        resource: z.boolean().optional(),
        responseStatus: z.string().optional(),
      }),
    )
    .optional(),
});

/** One page of events.list. A cancelled event may come without its times, so each is read on its own. */
export const EventPage = z.object({
  items: z.array(z.union([z.object({ status: z.literal("cancelled") }).transform(() => undefined), Event])).default([]),
  nextPageToken: z.string().optional(),
});

/** The fields read above, and nothing else: addresses and names of the people invited never leave Google. */
export const EVENT_FIELDS =
  "nextPageToken,items(status,summary,visibility,eventType,start,end,location,hangoutLink," +
  "conferenceData/conferenceSolution/name,attendees(self,resource,responseStatus))";

/** Of a calendar that is not the asker's own also the description: of a holiday it says whether people work all the same. */
export const OTHERS_FIELDS = EVENT_FIELDS.replace("summary,", "summary,description,");

/** What counts as an appointment; working locations and birthdays do not. */
export const EVENT_TYPES: readonly string[] = ["default", "focusTime", "fromGmail", "outOfOffice"];

/** The entry an event stands for, or nothing when the asker has declined it or it is no appointment. */
export function toMeeting(event: z.infer<typeof Event>): Meeting | undefined {
  const own = event.attendees?.find(({ self }) => self === true);
  if (own?.responseStatus === "declined" || !EVENT_TYPES.includes(event.eventType ?? "default")) return undefined;
  const when = toWhen(event.start, event.end);
  if (when === undefined) return undefined;
  return {
    title: titleOf(event),
    kind: kindOf(event.eventType),
    when,
    tentative: event.status === "tentative" || own?.responseStatus === "tentative",
    place: placeOf(event),
    people: event.attendees?.filter(({ resource }) => resource !== true).length ?? 0,
    ...(isWorkingDay(event) && { isWorkingDay: true }),
  };
}

type Event = z.infer<typeof Event>;
type Time = z.infer<typeof Time>;

function toWhen(start: Time, end: Time): Meeting["when"] | undefined {
  if ("dateTime" in start && "dateTime" in end) return { type: "timed", start: start.dateTime, end: end.dateTime };
  if ("date" in start && "date" in end) {
    // The end is exclusive; an event of the length zero still is on its first day.
    const lastDay = addDays(end.date, -1);
    return { type: "allDay", firstDay: start.date, lastDay: lastDay < start.date ? start.date : lastDay };
  }
  return undefined;
}

/**
 * Google's calendars of public holidays have observances too, and days that only parts of a country have off; they say so
 * in the description, “Observance …” and “Public holiday in …”, and some in the title.
 */
function isWorkingDay({ summary = "", description = "" }: Event): boolean {
  return /^(?:observance|public holiday in )/i.test(description) || /\(regional holiday\)$/i.test(summary);
}

/** A calendar shared as free/busy only hides titles. */
function titleOf({ summary, visibility }: Event): string {
  const title = summary?.replace(/\s+/g, " ").trim() ?? "";
  if (title !== "") return title;
  return visibility === "private" || visibility === "confidential" ? "Private" : "(no title)";
}

function kindOf(eventType: string | undefined): Meeting["kind"] {
  if (eventType === "focusTime") return "focus";
  return eventType === "outOfOffice" ? "away" : "meeting";
}

function placeOf(event: Event): string {
  const location = event.location?.replace(/\s+/g, " ").trim() ?? "";
  if (location !== "" && !/^https?:/i.test(location)) return location;
  const service = event.conferenceData?.conferenceSolution?.name;
  return service ?? (event.hangoutLink !== undefined || location !== "" ? "Video call" : "");
}
