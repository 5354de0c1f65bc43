import { z } from "zod";
import { wrong, type SlackRefusal } from "./answer.ts";
import type { HttpAnswer, HttpRequest } from "./http-server.ts";
import { checkContent } from "./message-rules.ts";
import type { Place } from "./place.ts";
import type { Message } from "./workspace.ts";

/** What a response URL takes. https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
const Answer = z.strictObject({
  text: z.string().optional(),
  blocks: z.array(z.unknown()).optional(),
  response_type: z.enum(["ephemeral", "in_channel"]).optional(),
  replace_original: z.boolean().optional(),
  delete_original: z.boolean().optional(),
  thread_ts: z.string().optional(),
  metadata: z.unknown().optional(),
  unfurl_links: z.boolean().optional(),
  unfurl_media: z.boolean().optional(),
});

/** Where a person acted, and what answers to it replace. */
export interface Origin {
  readonly teamId: string;
  readonly channel: string;
  readonly user: string;
  readonly message: Message | undefined;
}

/** The addresses that come with commands and presses: 5 uses, 30 minutes. */
export interface ResponseUrls {
  mint(origin: Origin): string;
  /** Says what an app said, in its acknowledgement or at a response URL. */
  say(origin: Origin, answer: unknown): SlackRefusal | undefined;
  handle(id: string, request: HttpRequest): HttpAnswer;
}

const USES = 5;
const LIFE_MS = 30 * 60_000;

/** Creates the response URLs. `complain` hears what no correct app sends. */
export function createResponseUrls(place: Place, complain: (refusal: SlackRefusal) => void): ResponseUrls {
  const { workspace } = place;
  const urls = new Map<string, { origin: Origin; uses: number; endsMs: number }>();

  function say(origin: Origin, raw: unknown): SlackRefusal | undefined {
    const read = Answer.safeParse(raw);
    if (!read.success) return wrong("invalid_payload", z.prettifyError(read.error));
    const answer = read.data;
    const { message, channel, user, teamId } = origin;
    if (answer.delete_original === true) {
      if (message !== undefined) workspace.remove(message);
      return undefined;
    }
    const refusal = checkContent(place, answer);
    if (refusal !== undefined) return refusal;
    const { text = "", blocks = [] } = answer;
    if (answer.replace_original === true && message !== undefined) {
      Object.assign(message, { text, blocks, edited: true });
      return undefined;
    }
    const team = workspace.teams.get(teamId);
    const isPrivate = answer.response_type !== "in_channel";
    workspace.post({
      channel,
      user: team?.botUserId ?? "",
      botId: team?.botId,
      threadTs: answer.thread_ts,
      ephemeralTo: isPrivate ? user : undefined,
      text,
      blocks,
    });
    return undefined;
  }

  return {
    say,
    mint(origin) {
      const id = `${origin.teamId}/${workspace.mintId("")}/${workspace.mintId("")}`;
      urls.set(id, { origin, uses: 0, endsMs: workspace.clock().getTime() + LIFE_MS });
      return `${place.origin()}/actions/${id}`;
    },
    handle(id, { body }) {
      const url = urls.get(id);
      if (url === undefined || workspace.clock().getTime() > url.endsMs) return refuse(wrong("expired_url", id));
      if (url.uses >= USES) return refuse(wrong("used_url", `a response URL works ${USES} times`));
      url.uses += 1;
      const refusal = say(url.origin, parse(body.toString("utf8")));
      return refusal === undefined ? { status: 200, headers: {}, body: "ok" } : refuse(refusal);
    },
  };

  function refuse(refusal: SlackRefusal): HttpAnswer {
    complain(refusal);
    const body = JSON.stringify({ ok: false, error: refusal.error });
    return { status: 404, headers: { "content-type": "application/json" }, body };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
