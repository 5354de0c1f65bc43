import { ConversationKey } from "./ids.ts";
import { channelOf, type Conversation } from "./message.ts";

/** A place without the thread that happens to be open in it, where its threads are not places of their own. */
export function wholePlace(conversation: Conversation): Conversation {
  const { threadId, memoryKey: _, ...whole } = conversation;
  const isOfItsOwn = threadId === conversation.channelId;
  if (threadId === undefined || isOfItsOwn) return conversation;
  const key = ConversationKey.parse(channelOf(conversation));
  return { ...whole, key, kind: whole.kind === "thread" ? "channel" : whole.kind };
}
