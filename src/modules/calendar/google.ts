import type { calendar_v3 } from "@googleapis/calendar";
import { z } from "zod";
import type { HostNexus } from "#core/contract/module.ts";
import { EVENT_FIELDS, EVENT_TYPES, EventPage, OTHERS_FIELDS, toMeeting } from "./google-event.ts";
import { explain, UNREADABLE } from "./google-error.ts";
import type { Busy, Meeting } from "./meeting.ts";
import type { Answer, CalendarSource, Listing } from "./source.ts";

const PAGE_SIZE = 250;
/** When the first few will do. */
const SHORT_PAGE_SIZE = 25;
/** One below the manifest's limit on fetches. */
const MAX_PAGES = 7;

/** https://developers.google.com/workspace/calendar/api/v3/reference/freebusy/query */
const FreeBusy = z.object({
  calendars: z.record(
    z.string(),
    z.object({
      errors: z.array(z.object({ reason: z.string() })).optional(),
      busy: z
        .array(z.object({ start: z.iso.datetime({ offset: true }), end: z.iso.datetime({ offset: true }) }))
        .default([]),
    }),
  ),
});

/** The asker's primary Google calendar. Every request goes through the broker, which adds the authorization. */
export async function openGoogle(nexus: HostNexus): Promise<CalendarSource> {
  // Loaded at the first use: it costs 0.3 s and 25 MB, which a NEXUS without a calendar should not pay.
  const { calendar } = await import("@googleapis/calendar");
  const client = calendar({
    version: "v3",
    fetchImplementation: nexus.fetchImplementation,
    // Whether to try again is for whoever called: the library's own retries would outlast the time limit.
    retry: false,
    responseType: "json",
    signal: nexus.signal,
  });

  /** Nothing but a read answer or an explained failure comes out; an abort is thrown on. */
  async function ask<T>(schema: z.ZodType<T>, request: () => Promise<{ data: unknown }>): Promise<Answer<T>> {
    try {
      const { data } = await request();
      const read = schema.safeParse(data);
      return read.success ? { ok: true, value: read.data } : { ok: false, error: UNREADABLE };
    } catch (error) {
      nexus.signal.throwIfAborted();
      return { ok: false, error: explain(error) };
    }
  }

  async function meetings(
    from: Date,
    to: Date,
    enough?: (found: readonly Meeting[]) => boolean,
    calendarId = "primary",
  ): Promise<Answer<Listing>> {
    const found: Meeting[] = [];
    let pageToken: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const parameters: calendar_v3.Params$Resource$Events$List = {
        calendarId,
        timeMin: from.toISOString(),
        timeMax: to.toISOString(),
        timeZone: nexus.asker.timeZone,
        singleEvents: true,
        orderBy: "startTime",
        eventTypes: [...EVENT_TYPES],
        maxResults: enough === undefined ? PAGE_SIZE : SHORT_PAGE_SIZE,
        fields: calendarId === "primary" ? EVENT_FIELDS : OTHERS_FIELDS,
        ...(pageToken === undefined ? {} : { pageToken }),
      };
      const answer = await ask(EventPage, () => client.events.list(parameters));
      if (!answer.ok) return answer;
      for (const event of answer.value.items) {
        const meeting = event && toMeeting(event);
        if (meeting !== undefined) found.push(meeting);
      }
      pageToken = answer.value.nextPageToken;
      const done = pageToken === undefined || enough?.(found) === true;
      if (done) return { ok: true, value: { meetings: found, complete: true } };
    }
    return { ok: true, value: { meetings: found, complete: false } };
  }

  async function busy(from: Date, to: Date): Promise<Answer<readonly Busy[]>> {
    const requestBody = { timeMin: from.toISOString(), timeMax: to.toISOString(), items: [{ id: "primary" }] };
    const answer = await ask(FreeBusy, () => client.freebusy.query({ requestBody }));
    if (!answer.ok) return answer;
    const [own] = Object.values(answer.value.calendars);
    if (own === undefined || (own.errors ?? []).length > 0) return { ok: false, error: UNREADABLE };
    return { ok: true, value: own.busy.map(({ start, end }) => ({ start: new Date(start), end: new Date(end) })) };
  }

  return { meetings, busy };
}
