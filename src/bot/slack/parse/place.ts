import { ConversationKey } from "#core/contract/ids.ts";
import type { Actor, Conversation, MessageRef } from "#core/contract/message.ts";

/** A message's place. `rootTs` is the thread's first message, or the message itself: every answer begins a thread. */
export interface Spot {
  readonly tenantId: string;
  readonly channelId: string;
  readonly rootTs: string;
  /** `im`, `mpim`, `channel` or `group`, where the event tells. */
  readonly channelType?: string | undefined;
  /** Shared with another company through Slack Connect. */
  readonly isShared?: boolean | undefined;
}

/**
 * The conversation of a thread. A direct message has many: each top-level message begins one, and what was said before
 * is remembered for the direct message as a whole.
 */
export function threadPlace({ tenantId, channelId, rootTs, channelType, isShared }: Spot): Conversation {
  const base = {
    platform: "slack",
    tenantId,
    channelId,
    threadId: rootTs,
    key: key(tenantId, channelId, rootTs),
  } as const;
  if (channelType === "im" || isDirect(channelId)) {
    return { ...base, memoryKey: key(tenantId, channelId), kind: "dm", audience: "just_me" };
  }
  const kind = channelType === "mpim" ? "group_dm" : "thread";
  return { ...base, kind, audience: isShared === true ? "external" : "members" };
}

/** The direct message with a person as a whole, for what belongs to no thread of it. */
export function directPlace(tenantId: string, channelId: string): Conversation {
  return {
    platform: "slack",
    tenantId,
    channelId,
    key: key(tenantId, channelId),
    kind: "dm",
    audience: "just_me",
  };
}

/** A channel as a whole, for what is posted there by itself. */
export function channelPlace({
  tenantId,
  channelId,
  isShared,
  name,
}: Pick<Spot, "tenantId" | "channelId" | "isShared"> & { readonly name: string }): Conversation {
  return {
    platform: "slack",
    tenantId,
    channelId,
    key: key(tenantId, channelId),
    kind: "channel",
    audience: isShared === true ? "external" : "members",
    name: `#${name}`,
  };
}

/**
 * Where a command is given: it has no thread, and nobody else has seen it. In a channel that is a dialogue of its own
 * for each person, and the answers are for that person.
 */
export function commandPlace(tenantId: string, channelId: string, userId: string): Conversation {
  if (isDirect(channelId)) return directPlace(tenantId, channelId);
  return {
    platform: "slack",
    tenantId,
    channelId,
    key: key(tenantId, channelId, `u${userId}`),
    kind: "channel",
    audience: "members",
  };
}

/** Whether what is said in a conversation was said to NEXUS alone, in a channel that others read. */
export function isWhispered({ kind, threadId }: Conversation): boolean {
  return kind === "channel" && threadId === undefined;
}

/** A person as an event names them; `homeTeam` is their own workspace, when the event tells. */
export function personOf(tenantId: string, id: string, homeTeam?: string, name?: string): Actor {
  return {
    platform: "slack",
    tenantId,
    id,
    displayName: name ?? id,
    // Until Slack has been asked, whoever is of another workspace is taken for a stranger.
    affiliation: homeTeam !== undefined && homeTeam !== tenantId ? "external" : "unknown",
    platformRoleIds: [],
  };
}

/** A message as a reference. */
export function messageRef(tenantId: string, channelId: string, ts: string, ephemeral = false): MessageRef {
  return { platform: "slack", tenantId, channelId, messageId: ts, ephemeral };
}

/** Slack's timestamps are seconds with six digits of order. */
export function msOfTs(ts: string): number {
  return Math.round(Number(ts) * 1000);
}

/** Direct messages with the bot; group ones have ids like channels. */
export function isDirect(channelId: string): boolean {
  return channelId.startsWith("D");
}

function key(...parts: readonly string[]): ConversationKey {
  return ConversationKey.parse(["slack", ...parts].join(":"));
}
