import { expect, test } from "vitest";
import { OPEN_CHANNEL } from "#core/contract/channel-policy.ts";
import { ROLES } from "#core/contract/gate.ts";
import { readCommand } from "./command.ts";
import { beginningsFor, commandsFor } from "./commands-for.ts";

/** What has to follow before the words are a command. */
const GOES_ON: Readonly<Record<string, string>> = {
  "time zone": "Lisbon",
  sample: "on",
  make: "ada operator",
  reconnect: "google calendar",
  schedule: "7F3K",
  preview: "7F3K",
  pause: "7F3K",
  end: "7F3K",
  adopt: "7F3K",
  "run job": "backup",
  watch: "7F3K",
  hook: "7F3K",
};

test.each(beginningsFor("owner", OPEN_CHANNEL))("“%s” is offered, and begins a command that there is", (words) => {
  const whole = `${words} ${GOES_ON[words] ?? ""}`.trim();
  expect(readCommand(whole, () => false)).toBeDefined();
});

test("each role is offered what the one before it is, and more", () => {
  const counts = ROLES.map((role) => commandsFor(role, OPEN_CHANNEL).flatMap(({ commands }) => commands).length);
  expect(counts).toEqual([...new Set(counts)].toSorted((one, other) => one - other));
});
