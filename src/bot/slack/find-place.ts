import { z } from "zod";
import type { FoundPlace } from "#core/contract/door.ts";
import type { Actor } from "#core/contract/message.ts";
import { channelPlace } from "./parse/place.ts";
import type { SlackApi } from "./web/slack-api.ts";

/** https://docs.slack.dev/reference/methods/users.conversations */
const Listed = z.object({
  channels: z.array(
    z.object({
      id: z.string(),
      name: z.string().optional(),
      is_private: z.boolean().optional(),
      is_ext_shared: z.boolean().optional(),
      is_pending_ext_shared: z.boolean().optional(),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
type Listed = z.infer<typeof Listed>["channels"][number];

const TYPES = "public_channel,private_channel";
const PAGE = 200;
const MOST_PAGES = 10;

/**
 * Makes the question for a channel by its name: looked for among those that the asker is in and those that NEXUS is in.
 * Of private channels Slack tells only those that NEXUS is in too.
 */
export function createPlaceFinder(api: SlackApi) {
  async function among(
    tenantId: string,
    wanted: string,
    user: string | undefined,
    signal: AbortSignal,
  ): Promise<Listed | undefined> {
    let cursor = "";
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const args = {
        types: TYPES,
        exclude_archived: true,
        limit: PAGE,
        ...(user !== undefined && { user }),
        ...(cursor !== "" && { cursor }),
      };
      const listed = await api.need({ tenantId, lane: "interactive" }, "users.conversations", args, Listed, signal);
      const found = listed.channels.find(
        ({ id, name }) => id.toLowerCase() === wanted || name?.toLowerCase() === wanted,
      );
      if (found !== undefined) return found;
      cursor = listed.response_metadata?.next_cursor ?? "";
      if (cursor === "") return undefined;
    }
    return undefined;
  }

  return async ({ tenantId, id }: Actor, name: string, signal: AbortSignal): Promise<FoundPlace> => {
    const wanted = name.replaceAll(/^<?#|\|.*$|>$/g, "").toLowerCase();
    const [theirs, ours] = await Promise.all([
      among(tenantId, wanted, id, signal),
      among(tenantId, wanted, undefined, signal),
    ]);
    if (ours === undefined) return { why: theirs === undefined ? "unknown" : "nexus_not_there" };
    // That a private channel exists is for those who are in it.
    if (theirs === undefined) return { why: ours.is_private === false ? "asker_not_there" : "unknown" };
    const isShared = ours.is_ext_shared === true || ours.is_pending_ext_shared === true;
    return { found: channelPlace({ tenantId, channelId: ours.id, isShared, name: ours.name ?? wanted }) };
  };
}
