import type { Outbound } from "#core/contract/door.ts";
import { isWhispered } from "#bot/slack/parse/place.ts";

/** Whether a reply is for its person's eyes only, in a place where others read. */
export function isPrivate({ reply, conversation }: Pick<Outbound, "reply" | "conversation">): boolean {
  if (conversation.audience === "just_me") return false;
  if (reply.visibility === "only_actor" || reply.form !== undefined) return true;
  // A command is given unseen and answered unseen. Only what others must decide about, or its person wants them to read,
  // is put before them.
  return isWhispered(conversation) && reply.card === undefined && reply.openly !== true;
}

/** Whose turn it is, where: what triggers and response URLs are kept under. */
export function whoWhere({ conversation, actor }: Pick<Outbound, "conversation" | "actor">): string {
  return `${conversation.key} ${actor.id}`;
}
