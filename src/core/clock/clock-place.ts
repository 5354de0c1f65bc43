import { createHash } from "node:crypto";
import { ConversationKey } from "#core/contract/ids.ts";
import type { Conversation } from "#core/contract/message.ts";

/** A place, as what the clock brings up works in it: in an order of its own, so that nobody there waits for it. */
export function clockPlace(place: Conversation, id: string): Conversation {
  const key = `${place.key}:clock:${id}`;
  return { ...place, key: ConversationKey.parse(key.length <= LONGEST_KEY ? key : shortened(place, id)) };
}

function shortened({ platform, tenantId, key }: Conversation, id: string): string {
  return `${platform}:${tenantId}:clock:${id}:${createHash("sha256").update(key).digest("base64url")}`;
}

const LONGEST_KEY = 255;
