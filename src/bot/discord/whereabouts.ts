import type { Actor, Conversation } from "#core/contract/message.ts";
import type { Directory } from "./directory.ts";
import type { Origin } from "./parse/button-id.ts";
import type { InteractionPayload } from "./parse/interaction.ts";
import { actorOf } from "./parse/person.ts";
import { channelKey, conversationIn } from "./parse/place.ts";
import type { People } from "./people.ts";

/** Who did something, and the conversation it belongs to. */
export type Whereabouts = (
  payload: InteractionPayload,
  origin: Origin | undefined,
  signal: AbortSignal,
) => Promise<{ actor: Actor; conversation: Conversation } | undefined>;

/** Makes the lookup. It asks Discord only about direct messages, whose sender may be a member of the server or not. */
export function createWhereabouts(directory: Directory, people: People): Whereabouts {
  return async (payload, origin, signal) => {
    const user = payload.member?.user ?? payload.user;
    const channelId = payload.channel_id ?? payload.channel?.id;
    if (user === undefined || channelId === undefined) return undefined;
    if (payload.locale !== undefined) people.learnLocale(user.id, payload.locale);
    const place = await directory.place(channelId, payload.channel, signal);
    if (place === undefined) return undefined;
    const guildId = payload.guild_id;
    if (guildId !== undefined) {
      const actor = actorOf(user, payload.member, guildId, payload.locale);
      const conversation = conversationIn(place, guildId, user.id);
      const isThere = origin?.tenantId === guildId && origin.channelId === place.parentId;
      if (!isThere) return { actor, conversation };
      return { actor, conversation: { ...shownElsewhere(origin, channelId, user.id), audience: "members" } };
    }
    // A button of a server's conversation, sent to one person: it is still that server's, if they are still its member.
    const member = origin && (await people.memberOf(origin.tenantId, user.id, signal));
    if (origin !== undefined && member !== undefined) {
      const actor = actorOf(user, member, origin.tenantId, payload.locale);
      return { actor, conversation: { ...shownElsewhere(origin, channelId, user.id), audience: "just_me" } };
    }
    const home = await people.homeOf(user.id, signal);
    const actor = actorOf(user, home.member, home.tenantId, payload.locale);
    return { actor, conversation: conversationIn(place, home.tenantId, user.id) };
  };
}

/** The conversation of a channel, whose answers go where the button stands. */
function shownElsewhere(
  { tenantId, channelId }: Origin,
  threadId: string,
  userId: string,
): Omit<Conversation, "audience"> {
  const key = channelKey(tenantId, channelId, userId);
  return { platform: "discord", tenantId, key, channelId, threadId, kind: "channel" };
}
