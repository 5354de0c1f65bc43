import { ConversationKey, type HookId } from "#core/contract/ids.ts";
import type { Conversation } from "#core/contract/message.ts";

/** A place, as what comes to a hook works in it: in an order of its own, so that nobody there waits for it. */
export function hookPlace({ platform, tenantId, ...place }: Conversation, hook: HookId): Conversation {
  return { ...place, platform, tenantId, key: ConversationKey.parse(`${platform}:${tenantId}:hook:${hook}`) };
}
