import { z } from "zod";
import { asNexusError } from "#core/contract/errors.ts";
import type { Log } from "#core/contract/ports.ts";
import { isDirect } from "./parse/place.ts";
import type { SlackApi } from "./web/slack-api.ts";

/** A channel in which something may have been said to NEXUS. */
export interface MissedPlace {
  readonly tenantId: string;
  readonly channelId: string;
  /** As events call it; undefined where it was not told. */
  readonly channelType: "im" | "mpim" | undefined;
  readonly isShared: boolean;
}

/** https://docs.slack.dev/reference/methods/users.conversations */
const Listed = z.object({
  channels: z.array(
    z.object({
      id: z.string(),
      is_im: z.boolean().optional(),
      is_mpim: z.boolean().optional(),
      is_ext_shared: z.boolean().optional(),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

/** Group direct messages would need a permission more; those that NEXUS took part in are known without. */
const TYPES = "im,public_channel,private_channel";
const PAGE = 200;
const MOST_PAGES = 5;
/** At about fifty requests a minute, more would take longer than what was said stays of use. */
const MOST_PLACES = 200;

/**
 * Where a workspace may have spoken to NEXUS: first where it took part lately, then wherever else it is a member.
 * @param known channels in which NEXUS took part, the latest first
 * @throws NexusError retryable when Slack cannot be asked now
 */
export async function placesToRead(
  { api, log }: { readonly api: SlackApi; readonly log: Log },
  tenantId: string,
  known: readonly string[],
  signal: AbortSignal,
): Promise<MissedPlace[]> {
  const places = new Map<string, MissedPlace>(known.map((channelId) => [channelId, unlisted(tenantId, channelId)]));
  let cursor = "";
  try {
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const args = { types: TYPES, exclude_archived: true, limit: PAGE, ...(cursor !== "" && { cursor }) };
      const found = await api.need({ tenantId, lane: "background" }, "users.conversations", args, Listed, signal);
      for (const { id, is_im: isIm, is_mpim: isMpim, is_ext_shared: isShared = false } of found.channels) {
        const channelType = isIm === true ? "im" : isMpim === true ? "mpim" : undefined;
        places.set(id, { tenantId, channelId: id, channelType, isShared });
      }
      cursor = found.response_metadata?.next_cursor ?? "";
      if (cursor === "") break;
    }
  } catch (thrown) {
    const error = asNexusError(thrown);
    if (error.retryable) throw error;
    log.warn({ err: error }, "Slack does not tell where NEXUS is a member; only known places are read");
  }
  if (places.size > MOST_PLACES) log.warn({ places: places.size }, "more places than are read after an absence");
  return [...places.values()].slice(0, MOST_PLACES);
}

function unlisted(tenantId: string, channelId: string): MissedPlace {
  return { tenantId, channelId, channelType: isDirect(channelId) ? "im" : undefined, isShared: false };
}
