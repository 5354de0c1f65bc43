import { z } from "zod";
import { parseMessage } from "./message.ts";
import { ignored, type Parsed } from "./parsed.ts";
import { directPlace, personOf, threadPlace } from "./place.ts";

/** What stands around every event. https://docs.slack.dev/apis/events-api/#event-structure */
export const Envelope = z.object({
  type: z.literal("event_callback"),
  event_id: z.string(),
  team_id: z.string().optional(),
  enterprise_id: z.string().nullish(),
  /** The workspace the event is about; with an installation for a whole organisation it is not `team_id`. */
  context_team_id: z.string().nullish(),
  is_ext_shared_channel: z.boolean().optional(),
  authorizations: z.array(z.object({ user_id: z.string().nullish(), is_bot: z.boolean().optional() })).optional(),
  event: z.looseObject({ type: z.string() }),
});
export type Envelope = z.infer<typeof Envelope>;

/** https://docs.slack.dev/reference/events/app_home_opened */
const HomeOpened = z.object({ user: z.string(), channel: z.string(), tab: z.string() });
/** https://docs.slack.dev/reference/events/agent_session_stopped */
const SessionStopped = z.object({ channel: z.string(), thread_ts: z.string() });
/** https://docs.slack.dev/reference/events/tokens_revoked */
const TokensRevoked = z.object({ tokens: z.object({ bot: z.array(z.string()).optional() }) });

/** One event of the Events API. `ownUserId` is the bot's, for events that do not name it. */
export function parseEvent(envelope: Envelope, ownUserId: string | undefined): Parsed {
  const tenantId = envelope.context_team_id ?? envelope.team_id;
  // Without its workspace nothing of it can be answered, or kept apart from other workspaces' things.
  if (tenantId === undefined) return ignored("the event names no workspace");
  const { event } = envelope;
  switch (event.type) {
    case "message":
    case "app_mention": {
      const botUserId = envelope.authorizations?.find((one) => one.is_bot === true)?.user_id ?? ownUserId;
      return parseMessage(event, {
        tenantId,
        eventId: envelope.event_id,
        botUserId,
        isShared: envelope.is_ext_shared_channel,
      });
    }
    case "app_home_opened": {
      const opened = HomeOpened.safeParse(event);
      if (!opened.success) return ignored("an opened home that cannot be read");
      const { user, channel, tab } = opened.data;
      return { kind: "home_opened", actor: personOf(tenantId, user), place: directPlace(tenantId, channel), tab };
    }
    case "agent_session_stopped": {
      const stopped = SessionStopped.safeParse(event);
      if (!stopped.success) return ignored("a stop that cannot be read");
      const { channel, thread_ts } = stopped.data;
      return { kind: "stopped", place: threadPlace({ tenantId, channelId: channel, rootTs: thread_ts }) };
    }
    case "tokens_revoked": {
      const revoked = TokensRevoked.safeParse(event);
      const isOurs = revoked.success && (revoked.data.tokens.bot ?? []).length > 0;
      return isOurs ? left(tenantId, envelope) : ignored("tokens of people, which NEXUS does not hold");
    }
    case "app_uninstalled":
      return left(tenantId, envelope);
    default:
      return ignored(`nothing to do for ${event.type}`);
  }
}

function left(tenantId: string, { enterprise_id: enterpriseId }: Envelope): Parsed {
  return { kind: "left", tenantId, ...(typeof enterpriseId === "string" && { enterpriseId }) };
}
