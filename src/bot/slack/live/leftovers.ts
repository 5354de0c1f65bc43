import { z } from "zod";
import type { Installations } from "#bot/slack/connect/installations.ts";
import { NexusReply } from "#bot/slack/show/metadata.ts";
import type { SlackApi } from "#bot/slack/web/slack-api.ts";
import type { DoorMemory } from "#core/contract/door.ts";

/** Where the live messages of this run are noted, and those of earlier ones. */
export const LIVE = "live:";
const LEFT = "left:";

/** A live message, noted before it is posted, for the case that this process ends before its turn does. */
export const LiveNote = z.object({
  tenantId: z.string(),
  channelId: z.string(),
  threadTs: z.string().nullable(),
  /** Null until Slack has told it. */
  ts: z.string().nullable(),
  isStream: z.boolean(),
});
export type LiveNote = z.infer<typeof LiveNote>;

/** https://docs.slack.dev/reference/methods/conversations.replies */
const Page = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      user: z.string().optional(),
      metadata: z.unknown().optional(),
      files: z.array(z.unknown()).optional(),
    }),
  ),
});
const Nothing = z.looseObject({});
const PAGE = 200;

export interface LeftoverDeps {
  readonly api: SlackApi;
  readonly memory: DoorMemory;
  readonly installations: Installations;
}

/** Takes a live message away: nothing may go on saying that it works. */
export async function takeAwayLive(
  api: SlackApi,
  { tenantId, channelId: channel, isStream }: LiveNote,
  ts: string,
  signal: AbortSignal,
): Promise<void> {
  const line = { tenantId, lane: "interactive" } as const;
  if (isStream) await api.ask(line, "chat.stopStream", { channel, ts }, Nothing, signal);
  await api.ask(line, "chat.delete", { channel, ts }, Nothing, signal);
}

/** Sets apart what earlier runs noted: a turn that runs again notes its message under the same name. */
export async function setLeftoversApart(memory: DoorMemory): Promise<void> {
  for (const key of await memory.keys(LIVE)) {
    const note = LiveNote.safeParse(await memory.get(key)).data;
    if (note !== undefined) await memory.set(`${LEFT}${key.slice(LIVE.length)}`, note);
    await memory.delete(key);
  }
}

/**
 * Takes away what earlier runs left standing. Their turns run again and speak for themselves.
 * @param isOurs whether this run has posted the message
 */
export async function clearLiveLeftovers(
  { api, memory, installations }: LeftoverDeps,
  isOurs: (ts: string) => boolean,
  signal: AbortSignal,
): Promise<void> {
  for (const key of await memory.keys(LEFT)) {
    const note = LiveNote.safeParse(await memory.get(key)).data;
    if (note !== undefined) {
      const { botUserId } = await installations.find(note.tenantId);
      for (const ts of await unanswered(api, note, botUserId, signal)) {
        if (!isOurs(ts)) await takeAwayLive(api, note, ts, signal);
      }
    }
    await memory.delete(key);
  }
}

/**
 * What NEXUS said in the note's place that did not become an answer. The end may have come between posting a message
 * and learning its number, or between making an answer of it and noting that.
 */
async function unanswered(api: SlackApi, note: LiveNote, botUserId: string, signal: AbortSignal): Promise<string[]> {
  const { tenantId, channelId: channel, threadTs, ts } = note;
  if (threadTs === null && ts === null) return [];
  const only = ts === null ? {} : { oldest: ts, latest: ts, inclusive: true };
  const where = threadTs === null ? {} : { ts: threadTs };
  const method = threadTs === null ? "conversations.history" : "conversations.replies";
  const args = { channel, ...where, ...only, include_all_metadata: true, limit: PAGE };
  const { messages } = await api.need({ tenantId, lane: "interactive" }, method, args, Page, signal);
  return messages
    .filter(({ ts: found }) => ts === null || found === ts)
    .filter(({ user, files = [] }) => user === botUserId && files.length === 0)
    .filter(({ metadata }) => !NexusReply.safeParse(metadata).success)
    .map(({ ts: found }) => found);
}
