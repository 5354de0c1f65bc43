import { expect, test } from "vitest";
import { moment } from "#core/contract/moment.ts";
import type { Reply } from "#core/contract/reply.ts";
import { ActionToken } from "#core/contract/message.ts";
import { drawReplyMoments, momentsFor } from "./reader-moments.ts";

const AT = new Date("2026-11-20T20:05:00Z");
const WHEN = moment(AT, "time");

const EVERYWHERE: Reply = {
  summary: `at ${WHEN}`,
  parts: [
    { type: "text", markdown: WHEN },
    { type: "context", markdown: WHEN },
    { type: "heading", text: WHEN },
    { type: "notice", tone: "info", text: WHEN },
    { type: "code", text: WHEN },
    { type: "file", name: "a.txt", mimeType: "text/plain", text: WHEN, description: WHEN },
    { type: "fields", items: [{ label: WHEN, value: WHEN }] },
    { type: "table", caption: WHEN, columns: [{ header: WHEN }], rows: [[WHEN, 3]] },
    {
      type: "chart",
      kind: "bar",
      title: WHEN,
      takeaway: WHEN,
      categories: [WHEN],
      series: [{ name: WHEN, values: [1] }],
      format: { type: "number" },
    },
    { type: "sources", items: [{ title: WHEN, url: "https://example.com" }] },
    { type: "actions", items: [{ type: "button", label: WHEN, token: ActionToken.parse("token") }] },
    { type: "divider" },
  ],
  visibility: "everyone",
};

test("no moment is left undrawn in any part of a reply", () => {
  const drawn = JSON.stringify(drawReplyMoments(EVERYWHERE, () => "20:05"));
  expect(drawn).not.toMatch(/[\uE000\uE001]/);
  expect(drawn.match(/20:05/g)).toHaveLength(19);
});

test("one moment is written in each reader's own zone and language", () => {
  const toronto = momentsFor({ locale: "en-CA", timeZone: "America/Toronto" });
  expect(toronto(AT, "time")).toMatch(/3:05\sp\.m\./);
  expect(momentsFor({ locale: "pt-PT", timeZone: "Europe/Lisbon" })(AT, "time")).toBe("20:05");
  expect(momentsFor({ locale: "de-DE", timeZone: "Asia/Tokyo" })(AT, "date_time")).toBe("21. Nov., 5:05");
  expect(momentsFor({ locale: "en-GB", timeZone: "Asia/Tokyo" })(AT, "date")).toBe("21 Nov 2026");
});

test("a zone or a language that nobody knows is no reason to show nothing", () => {
  expect(momentsFor({ locale: "xx_invalid", timeZone: "Mars/Olympus" })(AT, "time")).toMatch(/\d/);
  expect(momentsFor({})(AT, "date_time")).toMatch(/\d/);
});
