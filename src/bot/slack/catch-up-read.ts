import { z } from "zod";
import type { MissedPlace } from "./catch-up-places.ts";
import { msOfTs } from "./parse/place.ts";
import type { SlackApi } from "./web/slack-api.ts";

/** https://docs.slack.dev/reference/methods/conversations.history */
const Page = z.object({
  messages: z.array(
    z.looseObject({ ts: z.string(), thread_ts: z.string().optional(), latest_reply: z.string().optional() }),
  ),
  has_more: z.boolean().optional(),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
type Message = z.infer<typeof Page>["messages"][number];

/** The messages of a span of time, the oldest first. */
export interface Missed {
  readonly messages: readonly Message[];
  /** Threads in which something was said in that time. */
  readonly threads: readonly string[];
  /** Threads begun lately in which nothing was. */
  readonly quietThreads: readonly string[];
  /** There was more than is read. */
  readonly isCut: boolean;
}

export interface Span {
  readonly fromMs: number;
  /** How far back to look for threads that go on; Unix ms. */
  readonly threadsFromMs: number;
  readonly untilMs: number;
}

const PAGE = 100;
const MOST_PAGES = 10;
/** Slack's clock may be ahead of ours. */
const AHEAD_MS = 5 * 60_000;

/** What was said in a channel, threads aside. @throws NexusError */
export async function readChannel(
  api: SlackApi,
  { tenantId, channelId }: MissedPlace,
  { fromMs, threadsFromMs, untilMs }: Span,
  signal: AbortSignal,
): Promise<Missed> {
  const args = { channel: channelId, oldest: tsOf(threadsFromMs), latest: tsOf(untilMs + AHEAD_MS), limit: PAGE };
  // Between two bounds Slack begins with the newest.
  const { messages, isCut } = await readPages(api, tenantId, "conversations.history", args, fromMs, signal);
  const isAfter = (ts: string): boolean => msOfTs(ts) > fromMs;
  const roots = messages.filter(({ latest_reply: last }) => last !== undefined);
  const [threads, quiet] = [true, false].map((goesOn) =>
    roots.filter(({ latest_reply: last }) => (last !== undefined && isAfter(last)) === goesOn).map(({ ts }) => ts),
  );
  return {
    messages: messages.filter(({ ts }) => isAfter(ts)),
    threads: threads ?? [],
    quietThreads: quiet ?? [],
    isCut,
  };
}

/** What was said in a thread. @throws NexusError */
export async function readThread(
  api: SlackApi,
  { tenantId, channelId }: MissedPlace,
  threadTs: string,
  { fromMs, untilMs }: Span,
  signal: AbortSignal,
): Promise<Pick<Missed, "messages" | "isCut">> {
  const span = { oldest: tsOf(fromMs), latest: tsOf(untilMs + AHEAD_MS), limit: PAGE };
  const args = { channel: channelId, ts: threadTs, ...span };
  const { messages, isCut } = await readPages(api, tenantId, "conversations.replies", args, 0, signal);
  // The message that began the thread comes with it, however old it is.
  return { messages: messages.filter(({ ts }) => ts !== threadTs && msOfTs(ts) > fromMs), isCut };
}

/** Pages until one reaches back to `enoughMs`; the oldest message first. */
async function readPages(
  api: SlackApi,
  tenantId: string,
  method: "conversations.history" | "conversations.replies",
  args: Readonly<Record<string, unknown>>,
  enoughMs: number,
  signal: AbortSignal,
): Promise<{ messages: Message[]; isCut: boolean }> {
  const messages: Message[] = [];
  let cursor = "";
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const paged = { ...args, ...(cursor !== "" && { cursor }) };
    const found = await api.need({ tenantId, lane: "background" }, method, paged, Page, signal);
    messages.push(...found.messages);
    cursor = found.response_metadata?.next_cursor ?? "";
    const reachesBack = messages.some(({ ts }) => msOfTs(ts) <= enoughMs);
    if (cursor === "" || reachesBack) return { messages: messages.toSorted(byTs), isCut: false };
  }
  return { messages: messages.toSorted(byTs), isCut: true };
}

/** All timestamps have as many digits, so that they compare as text. */
function byTs(one: Message, other: Message): number {
  return one.ts < other.ts ? -1 : 1;
}

function tsOf(ms: number): string {
  return (ms / 1000).toFixed(6);
}
