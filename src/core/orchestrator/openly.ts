import type { Conversation } from "#core/contract/message.ts";
import type { Reply } from "#core/contract/reply.ts";

/** What is for everybody is put before everybody, though nobody has said anything there. */
export function openly(reply: Reply, { audience }: Conversation): Reply {
  return reply.visibility === "everyone" && audience !== "just_me" ? { ...reply, openly: true } : reply;
}
