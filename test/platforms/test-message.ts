import { ConversationKey } from "#core/contract/ids.ts";
import type { Actor, Conversation, Inbound } from "#core/contract/message.ts";

/** What is worth varying in a message of the test platform. */
export interface TestMessage {
  readonly channel?: string;
  /** The platform's id of the message: its dedupe key. */
  readonly id: string;
  readonly text?: string;
  readonly sentAtMs?: number;
  readonly tenant?: string;
  readonly person?: string;
}

/** A message as the test platform's door would parse it. */
export function testMessage(message: TestMessage): Inbound {
  const tenant = message.tenant ?? "acme";
  return {
    kind: "message",
    dedupeKeys: [`test:${message.id}`],
    sentAtMs: message.sentAtMs ?? 0,
    actor: testActor(tenant, message.person ?? "ada"),
    conversation: testConversation(tenant, message.channel ?? "general"),
    text: message.text ?? message.id,
    addressedBy: "dm",
    attachments: [],
  };
}

/** A person of the test platform. */
export function testActor(tenantId: string, id: string): Actor {
  return { platform: "test", tenantId, id, displayName: id, affiliation: "member", platformRoleIds: [] };
}

/** A conversation of the test platform. */
export function testConversation(tenantId: string, channelId: string): Conversation {
  return {
    key: ConversationKey.parse(`test:${tenantId}:${channelId}`),
    platform: "test",
    tenantId,
    channelId,
    kind: "dm",
    audience: "just_me",
  };
}
