import { z } from "zod";
import { blocksArgument, flag, structure } from "#test/platforms/slack/method.ts";

/** https://docs.slack.dev/messaging/message-metadata: readable by other apps, so never more than scalars and plain structures. */
export const metadataArgument = structure(
  z.strictObject({ event_type: z.string().regex(/^\w{1,255}$/), event_payload: z.record(z.string(), z.unknown()) }),
);

/** What a message says. https://docs.slack.dev/reference/methods/chat.postMessage#args */
export const CONTENT = {
  text: z.string().optional(),
  blocks: blocksArgument.optional(),
  markdown_text: z.string().optional(),
  attachments: structure(z.array(z.unknown())).optional(),
};

/** How Slack is asked to treat names and links in it. */
export const TREATMENT = {
  parse: z.enum(["full", "none"]).optional(),
  link_names: flag.optional(),
  mrkdwn: flag.optional(),
};

/** Where it goes. */
export const PLACE = { channel: z.string(), ts: z.string() };
