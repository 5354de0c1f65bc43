import { z } from "zod";
import type { SlackApi } from "#bot/slack/web/slack-api.ts";
import type { DoorMemory } from "#core/contract/door.ts";

/** Where the live messages of this run are noted. */
export const LEFT_LIVE = "live:";

/** A live message, as it is noted for the case that this process ends before its turn does. */
export const LiveMessage = z.object({
  tenantId: z.string(),
  channelId: z.string(),
  ts: z.string(),
  isStream: z.boolean(),
});
export type LiveMessage = z.infer<typeof LiveMessage>;

const Nothing = z.looseObject({});

/** Takes a live message away: nothing may go on saying that it works. */
export async function takeAwayLive(api: SlackApi, message: LiveMessage, signal: AbortSignal): Promise<void> {
  const { tenantId, channelId: channel, ts, isStream } = message;
  const line = { tenantId, lane: "interactive" } as const;
  if (isStream) await api.ask(line, "chat.stopStream", { channel, ts }, Nothing, signal);
  await api.ask(line, "chat.delete", { channel, ts }, Nothing, signal);
}

/** Takes away what an earlier run of this process left standing. Its turns run again and speak for themselves. */
export async function clearLiveLeftovers(
  { api, memory }: { readonly api: SlackApi; readonly memory: DoorMemory },
  signal: AbortSignal,
): Promise<void> {
  for (const key of await memory.keys(LEFT_LIVE)) {
    const message = LiveMessage.safeParse(await memory.get(key)).data;
    if (message !== undefined) await takeAwayLive(api, message, signal);
    await memory.delete(key);
  }
}
