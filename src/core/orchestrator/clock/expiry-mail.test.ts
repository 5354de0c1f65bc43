import { expect, test } from "vitest";
import { expiryMail } from "./expiry-mail.ts";

const WORDS = {
  summary: "Your Google Calendar access ends.",
  parts: [{ type: "context" as const, markdown: "`reconnect Google Calendar`" }],
};

test("a warning by mail has the words of the card, no button, and where the words can be said", () => {
  expect(expiryMail(WORDS, "ada@example.org", "slack")).toEqual({
    summary: WORDS.summary,
    parts: [
      { type: "text", markdown: WORDS.summary },
      ...WORDS.parts,
      {
        type: "context",
        markdown:
          "A mail cannot be answered: say one of these to NEXUS on Slack. There, `email off ada@example.org` ends mail to this address.",
      },
    ],
    visibility: "everyone",
  });
});

test("who speaks with NEXUS at the terminal is sent there", () => {
  expect(JSON.stringify(expiryMail(WORDS, "ada@example.org", "console"))).toContain("to NEXUS at the terminal.");
});
