import type { DoorMemory } from "#core/contract/door.ts";
import { asNexusError } from "#core/contract/errors.ts";
import type { Conversation } from "#core/contract/message.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import { createCatchUpMemory, FOLLOWED_MS } from "./catch-up-memory.ts";
import { hearMissed, type MissedDeps } from "./catch-up-workspace.ts";
import type { SlackLink } from "./connect/link.ts";
import type { SlackApi } from "./web/slack-api.ts";

export interface CatchUpDeps {
  readonly api: SlackApi;
  readonly memory: DoorMemory;
  readonly link: Pick<SlackLink, "installations" | "teamIds">;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * What was said to NEXUS while it did not listen. Slack sends an event again for six minutes and then no more, and what
 * no connection was open for is not sent at all; so it is read from the channels themselves and heard like an event.
 */
export interface CatchUp extends AsyncDisposable {
  /** Reads what the last run remembered. `hear` takes in what is found; what was taken in before it lets pass. */
  begin(hear: MissedDeps["hear"]): Promise<void>;
  /** Events arrive from now on. After an absence, what was missed is read beside them. */
  connected(): void;
  /** No events arrive any more. */
  lost(): void;
  /** NEXUS speaks in a conversation: what follows there may be for it without naming it. */
  tookPart(conversation: Conversation): void;
}

/** What is older is not read: it is not acted on after an hour, and told so for five minutes more. */
const OLDEST_MS = 65 * 60_000;
/** For so long Slack itself repeats an event that was not acknowledged: after 0, 1 and 5 minutes. */
const REPEATED_MS = 6 * 60_000;
/** After a shorter absence Slack's own repeating is enough. */
const SHORT_MS = 20_000;
const WRITE_MS = 30_000;

/** Creates it. Nothing is read before `connected`. */
export function createCatchUp({ api, memory, link, clock, log }: CatchUpDeps): CatchUp {
  const { installations } = link;
  const kept = createCatchUpMemory(memory, clock);
  const closing = new AbortController();
  const { signal } = closing;
  let hear: MissedDeps["hear"] = () => Promise.resolve();
  let isConnected = false;
  let lostMs: number | undefined;
  let reading: Promise<void> | undefined;
  let isAsked = false;
  const timer = setInterval(() => void keep(), WRITE_MS).unref();

  /** Moves the mark to now, unless something behind it has still to be heard, and writes what has changed. */
  async function keep(): Promise<void> {
    if (isConnected && reading === undefined) kept.heardUntil(clock().getTime());
    await kept.write().catch((thrown: unknown) => {
      log.warn({ err: asNexusError(thrown) }, "up to when Slack was heard is not kept");
    });
  }

  async function read(): Promise<void> {
    while (isAsked && !signal.aborted) {
      isAsked = false;
      const untilMs = clock().getTime();
      const sinceMs = kept.heardUntilMs();
      if (sinceMs === undefined) return;
      const fromMs = Math.max(sinceMs - REPEATED_MS, untilMs - OLDEST_MS);
      const span = { fromMs, threadsFromMs: untilMs - FOLLOWED_MS, untilMs };
      const teamIds = await link.teamIds();
      await Promise.all(teamIds.map((teamId) => readWorkspace(teamId, span)));
    }
  }

  /** A workspace that cannot be read must not keep the others from being read. */
  async function readWorkspace(teamId: string, span: Parameters<typeof hearMissed>[2]): Promise<void> {
    try {
      await hearMissed({ api, installations, kept, hear, log }, teamId, span, signal);
    } catch (thrown) {
      if (signal.aborted) return;
      log.error({ err: asNexusError(thrown), team: teamId }, "what was said in an absence could not be read");
    }
  }

  return {
    async begin(takeIn) {
      hear = takeIn;
      await kept.load();
    },
    connected() {
      const now = clock().getTime();
      const isShort = lostMs !== undefined && now - lostMs <= SHORT_MS;
      lostMs = undefined;
      isConnected = true;
      if (isShort) return;
      isAsked = true;
      reading ??= read()
        .catch((thrown: unknown) => log.error({ err: asNexusError(thrown) }, "what was missed could not be read"))
        .then(() => {
          reading = undefined;
          return signal.aborted ? undefined : keep();
        });
    },
    lost() {
      if (!isConnected) return;
      void keep();
      isConnected = false;
      lostMs = clock().getTime();
    },
    tookPart: (conversation) => kept.tookPart(conversation),
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      if (signal.aborted) return;
      if (reading !== undefined) isConnected = false;
      closing.abort();
      await reading;
      await keep();
    },
  };
}
