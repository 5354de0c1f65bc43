import { asNexusError } from "#core/contract/errors.ts";
import type { Log } from "#core/contract/ports.ts";
import type { CatchUpMemory } from "./catch-up-memory.ts";
import { type MissedPlace, placesToRead } from "./catch-up-places.ts";
import { type Missed, readChannel, readThread, type Span } from "./catch-up-read.ts";
import type { Installations } from "./connect/installations.ts";
import type { SlackApi } from "./web/slack-api.ts";
import { pause } from "./web/waiting.ts";

export interface MissedDeps {
  readonly api: SlackApi;
  readonly installations: Installations;
  readonly kept: Pick<CatchUpMemory, "channels" | "threads">;
  /** Takes in a payload as if Slack had just sent it; what was taken in before is let pass. */
  readonly hear: (body: unknown) => Promise<unknown>;
  readonly log: Log;
}

/** One channel, or one of its threads. */
type Job = MissedPlace & { readonly threadTs?: string };

/** Requests to one workspace, of the fifty a minute that Slack allows of each kind. */
const AT_ONCE = 2;
const MOST_THREADS = 500;
const MOST_ROUNDS = 20;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** Reads what a workspace said in a span of time, and hears it. @throws NexusError when it cannot be read at all */
export async function hearMissed(deps: MissedDeps, tenantId: string, span: Span, signal: AbortSignal): Promise<void> {
  const { api, installations, kept, log } = deps;
  const { botUserId } = await installations.find(tenantId);
  let jobs: Job[] = [];
  let threadsLeft = MOST_THREADS;

  async function work(todo: Job[], failed: Job[]): Promise<void> {
    for (let job = todo.shift(); job !== undefined; job = todo.shift()) {
      try {
        const threads = await readJob(deps, job, span, botUserId, signal);
        todo.unshift(...threads.slice(0, threadsLeft));
        threadsLeft -= Math.min(threads.length, threadsLeft);
      } catch (thrown) {
        signal.throwIfAborted();
        const error = asNexusError(thrown);
        if (error.retryable) failed.push(job);
        else log.debug({ err: error, channel: job.channelId }, "a place was not read after an absence");
      }
    }
  }

  const hasPlaces = await insist(async () => {
    jobs = await placesToRead({ api, log }, tenantId, kept.channels(tenantId), signal);
    return true;
  }, signal);
  const hasAll = await insist(async () => {
    const todo = jobs;
    jobs = [];
    await Promise.all(Array.from({ length: AT_ONCE }, () => work(todo, jobs)));
    return jobs.length === 0;
  }, signal);
  if (!hasPlaces || !hasAll) log.warn({ team: tenantId }, "not everything that was said in an absence could be read");
}

/** Reads one place, and says which of its threads to read too. */
async function readJob(deps: MissedDeps, job: Job, span: Span, botUserId: string, signal: AbortSignal): Promise<Job[]> {
  const { api, kept } = deps;
  const { threadTs, ...place } = job;
  if (threadTs !== undefined) {
    await hearAll(deps, place, await readThread(api, place, threadTs, span, signal), botUserId, signal);
    return [];
  }
  const missed = await readChannel(api, place, span, signal);
  await hearAll(deps, place, missed, botUserId, signal);
  const followed = kept.threads(place.tenantId, place.channelId).filter((ts) => !missed.quietThreads.includes(ts));
  return [...new Set([...missed.threads, ...followed])].map((ts) => ({ ...place, threadTs: ts }));
}

async function hearAll(
  { hear, log }: MissedDeps,
  { tenantId, channelId, channelType, isShared }: MissedPlace,
  { messages, isCut }: Pick<Missed, "messages" | "isCut">,
  botUserId: string,
  signal: AbortSignal,
): Promise<void> {
  if (isCut) log.warn({ channel: channelId }, "more was said in an absence than is read");
  for (const message of messages) {
    signal.throwIfAborted();
    await hear({
      type: "event_callback",
      // The event it came in, if it came in one, is not told: the message is known by its own name.
      event_id: `missed:${channelId}:${message.ts}`,
      team_id: tenantId,
      is_ext_shared_channel: isShared,
      authorizations: [{ user_id: botUserId, is_bot: true }],
      event: {
        ...message,
        type: "message",
        channel: channelId,
        ...(channelType !== undefined && { channel_type: channelType }),
      },
    });
  }
}

/** Tries until `round` has done all, each time later: Slack may have asked to wait. False when it never did. */
async function insist(round: () => Promise<boolean>, signal: AbortSignal): Promise<boolean> {
  for (let tries = 0; tries < MOST_ROUNDS; tries += 1) {
    signal.throwIfAborted();
    try {
      if (await round()) return true;
    } catch (thrown) {
      const error = asNexusError(thrown);
      if (!error.retryable) throw error;
    }
    await pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries), signal);
  }
  return false;
}
