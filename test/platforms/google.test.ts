import { describe, expect, onTestFinished, test } from "vitest";
import { event } from "./google-calendar-kit.ts";
import { startGoogle, type LoopbackGoogle } from "./google.ts";

const CLIENT = { clientId: "client", clientSecret: "secret" };
const RANGE = { timeMin: "2026-10-26T00:00:00Z", timeMax: "2026-11-09T00:00:00Z", singleEvents: "true" };

async function setUp() {
  const google = await startGoogle({
    ...CLIENT,
    clock: () => new Date("2026-11-20T15:00:00Z"),
    timeZone: "America/Toronto",
  });
  onTestFinished(() => google[Symbol.asyncDispose]());
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    client_id: CLIENT.clientId,
    client_secret: CLIENT.clientSecret,
    refresh_token: google.oauth.grant(),
  });
  const granted = await fetch(`${google.origin}/token`, { method: "POST", body: form.toString(), headers: FORM });
  const { access_token: token }: { access_token: string } = JSON.parse(await granted.text());
  const list = (query: Record<string, string>) => get(google, token, "/calendar/v3/calendars/primary/events", query);
  return { google, token, list };
}
const FORM = { "content-type": "application/x-www-form-urlencoded" };

async function get(google: LoopbackGoogle, token: string, path: string, query: Record<string, string>) {
  const url = `${google.origin}${path}?${new URLSearchParams(query).toString()}`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

describe("the loopback Google", () => {
  test.each([
    [{ timeMin: "2026-11-20" }],
    [{ timeMin: "2026-11-20T00:00:00" }],
    [{ orderBy: "startTime" }],
    [{ orderBy: "title" }],
    [{ maxResults: "0" }],
    [{ timeZone: "Mars/Olympus" }],
    [{ eventTypes: "party" }],
    [{ pageToken: "made-up" }],
    [{ timemin: "2026-11-20T00:00:00Z" }],
    [{ timeMin: "2026-11-21T00:00:00Z", timeMax: "2026-11-20T00:00:00Z" }],
  ])("refuses %j, as the real one does", async (query) => {
    const { list } = await setUp();
    expect((await list(query)).status).toBe(400);
  });

  test("lets nobody in without a token, with a made-up one, or with one that has ended", async () => {
    const { google, token } = await setUp();
    const url = `${google.origin}/calendar/v3/calendars/primary/events`;
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, { headers: { authorization: "Bearer made-up" } })).status).toBe(401);
    google.oauth.revoke();
    expect((await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status).toBe(401);
  });

  test("repeats a series by the clock on the wall, across the end of summer time", async () => {
    const { google, list } = await setUp();
    const start = { dateTime: "2026-10-26T09:30:00-04:00", timeZone: "America/Toronto" };
    const end = { dateTime: "2026-10-26T10:00:00-04:00", timeZone: "America/Toronto" };
    google.events = [{ id: "weekly", start, end, recurrence: ["RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3"] }];
    const { body } = await list({ ...RANGE, orderBy: "startTime" });
    expect(body.items.map((item: { start: { dateTime: string } }) => item.start.dateTime)).toEqual([
      "2026-10-26T09:30:00-04:00",
      "2026-11-02T09:30:00-05:00",
    ]);
  });

  test("gives only the fields that were asked for", async () => {
    const { google, list } = await setUp();
    const attendees = [{ self: true, email: "kim@example.com", responseStatus: "accepted" }];
    google.events = [event("one", "2026-11-02T09:30:00-05:00", "2026-11-02T10:00:00-05:00", { attendees })];
    const { body } = await list({ ...RANGE, fields: "items(summary,start/dateTime,attendees(self,responseStatus))" });
    expect(body).toEqual({
      items: [
        {
          summary: "one",
          start: { dateTime: "2026-11-02T09:30:00-05:00" },
          attendees: [{ self: true, responseStatus: "accepted" }],
        },
      ],
    });
  });

  test("gives what overlaps the time asked for, ends excluded, page by page", async () => {
    const { google, list } = await setUp();
    google.events = [
      event("before", "2026-11-20T08:00:00Z", "2026-11-20T09:00:00Z"),
      event("into", "2026-11-20T08:30:00Z", "2026-11-20T09:30:00Z"),
      event("within", "2026-11-20T09:10:00Z", "2026-11-20T09:20:00Z"),
      event("after", "2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z"),
    ];
    const query = { timeMin: "2026-11-20T09:00:00Z", timeMax: "2026-11-20T10:00:00Z", maxResults: "1" };
    const first = (await list(query)).body;
    expect(first.items).toMatchObject([{ id: "into" }]);
    const second = (await list({ ...query, pageToken: first.nextPageToken })).body;
    expect(second.items).toMatchObject([{ id: "within" }]);
    expect(second.nextPageToken).toBeUndefined();
  });
});
