import { z } from "zod";
import { parseCommand, SlashCommand } from "./command.ts";
import { Envelope, parseEvent } from "./event.ts";
import { ignored, type Parsed } from "./parsed.ts";
import { parsePress, Press } from "./press.ts";
import { MessageShortcut, parseShortcut } from "./shortcut.ts";
import { parseSubmission, Submission } from "./submission.ts";

const Payload = z.union([Envelope, Press, Submission, MessageShortcut, SlashCommand]);
export type Payload = z.infer<typeof Payload>;

/** The payload, when it is one of those NEXUS knows. */
export function readPayload(body: unknown): Payload | undefined {
  return Payload.safeParse(body).data;
}

/** What a payload means, whichever way it came. */
export function parsePayload(payload: Payload | undefined, ownUserId: string | undefined, now: Date): Parsed {
  if (payload === undefined) return ignored("a payload NEXUS has no use for");
  if ("command" in payload) return parseCommand(payload, now);
  switch (payload.type) {
    case "event_callback":
      return parseEvent(payload, ownUserId);
    case "block_actions":
      return parsePress(payload);
    case "view_submission":
      return parseSubmission(payload, now);
    case "message_action":
      return parseShortcut(payload);
    default:
      return payload satisfies never;
  }
}
