import { describe, expect, test } from "vitest";
import { connectCalendar } from "#test/platforms/google-calendar-kit.ts";

describe("a calendar that cannot be read", () => {
  test.each([
    ["authError", "credential_rejected", /withdrawn or has expired/],
    ["insufficientPermissions", "credential_rejected", /permissions/],
    ["accessNotConfigured", "credential_rejected", /not turned on/],
    ["rateLimitExceeded", "rate_limited", /fewer requests/],
    ["userRateLimitExceeded", "rate_limited", /fewer requests/],
    ["quotaExceeded", "rate_limited", /fewer requests/],
    ["dailyLimitExceeded", "rate_limited", /fewer requests/],
    ["tooManyRequests", "rate_limited", /fewer requests/],
    ["notFound", "not_found", /finds no calendar/],
    ["gone", "upstream_invalid", /changed while/],
    ["backendError", "upstream_unavailable", /problem of its own/],
    ["unavailable", "upstream_unavailable", /problem of its own/],
    ["badRequest", "upstream_invalid", /cannot read/],
    ["garbage", "upstream_invalid", /cannot read/],
    ["html", "upstream_unavailable", /not answering/],
    ["wrong-shape", "upstream_invalid", /cannot read/],
    ["hang-up", "upstream_unavailable", /not answering/],
  ] as const)("because of %s is explained as %s", async (mode, code, say) => {
    const { run, google } = await connectCalendar();
    google.mode = mode;
    for (const capability of ["today", "freeBusy"]) {
      expect(await run(capability)).toMatchObject({ error: { code, say: expect.stringMatching(say) } });
    }
  });

  test("in time is given up", async () => {
    const { run, google } = await connectCalendar({ timeoutMs: 150 });
    await run("today");
    google.mode = "slow";
    expect(await run("today")).toMatchObject({ error: { code: "upstream_unavailable" } });
  });

  test("for too many requests says when to come back", async () => {
    const { run, google } = await connectCalendar();
    google.mode = "tooManyRequests";
    expect(await run("next")).toMatchObject({ error: { retryAfterS: 17 } });
  });

  test("is not asked again and again: one failure is one request", async () => {
    const { run, google } = await connectCalendar();
    google.mode = "backendError";
    await run("today");
    expect(google.requests.filter(({ path }) => path.endsWith("/events"))).toHaveLength(1);
  });

  test("is left alone as soon as the person presses Stop", async () => {
    const stop = new AbortController();
    const { run, google } = await connectCalendar({ signal: stop.signal });
    google.mode = "slow";
    const running = run("today");
    await expect.poll(() => google.requests.some(({ path }) => path.endsWith("/events"))).toBe(true);
    stop.abort();
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
  });

  test("repeats nothing of what Google wrote", async () => {
    const { run, google } = await connectCalendar();
    google.mode = "unavailable";
    expect(JSON.stringify(await run("today"))).not.toMatch(/html|service is currently/);
  });
});
