import { v7 } from "uuid";
import type { FrontEnd, Received } from "#core/contract/door.ts";
import type { NexusError } from "#core/contract/errors.ts";
import type { ConversationKey, OrgId, TurnId } from "#core/contract/ids.ts";
import type { Inbound } from "#core/contract/message.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Reply } from "#core/contract/reply.ts";
import type { Store } from "#core/store/store.ts";
import { apologyFor } from "./apology.ts";
import { createDispatcher, type RunningTurn } from "./dispatcher.ts";
import { createSender } from "./sender.ts";
import type { Turn, TurnResult } from "./turn.ts";

export type { RunningTurn } from "./dispatcher.ts";
export type { Elsewhere, Turn, TurnResult } from "./turn.ts";

export interface DeliveryDeps {
  readonly store: Store;
  /** The doors that are open now. A reply for a platform without one waits for it. */
  readonly doors: () => readonly FrontEnd[];
  /** Carries one turn out. What it throws is retried where that can help, and ends in an apology. */
  readonly handle: (turn: Turn) => Promise<TurnResult>;
  /** What a person is told when a turn could not be carried out. */
  readonly apologise?: (error: NexusError, turnId: TurnId) => Reply;
  readonly clock: Clock;
  readonly log: Log;
  /** Called when a turn is over, however it ended. */
  readonly onTurnOver?: () => void;
  /** How many turns may run at once, and how many replies may be on their way to one platform. */
  readonly concurrency: number;
  /** How often to look for work that nothing hinted at: retries that are due, leases that ran out; ms. */
  readonly tickMs?: number;
}

/** Takes every inbound exactly once, in order per conversation, to replies that are shown effectively once. */
export interface Delivery extends AsyncDisposable {
  /** Stores an inbound; resolves when it is on disk and the platform may be acknowledged. */
  receive(org: OrgId, inbound: Inbound): Promise<Received>;
  /** Stops what runs in a conversation; false when nothing does. */
  stop(conversation: ConversationKey): boolean;
  /** The turn that runs in a conversation, and a turn while it runs. */
  runningIn(conversation: ConversationKey): RunningTurn | undefined;
  running(turn: TurnId): RunningTurn | undefined;
  /** Stops a turn; false when it does not run. */
  stopTurn(turn: TurnId): boolean;
  /** Looks for work now: a door can show what it could not before. */
  wake(): Promise<void>;
  /** Takes up what the last process left, then whatever comes. */
  start(): Promise<void>;
  /**
   * Ends the work of this process: starts no more turns, lets running turns and sendings end, and at the deadline aborts
   * those that have not, to be taken up by the next process. Resolves at most a second after the deadline.
   */
  drain(deadlineMs: number): Promise<void>;
}

/** Makes the delivery room. Nothing runs before `start`. */
export function createDelivery(deps: DeliveryDeps): Delivery {
  const { store, clock, log } = deps;
  const holder = v7();
  const sender = createSender({ ...deps, onDue: () => dispatcher.wake() });
  const dispatcher = createDispatcher({
    ...deps,
    holder,
    apologise: deps.apologise ?? apologyFor,
    onReplies: () => sender.wake(),
  });
  const timers: NodeJS.Timeout[] = [];
  let drained: Promise<void> | undefined;

  function every(ms: number, work: () => Promise<void>): void {
    const timer = setInterval(() => {
      work().catch((err: unknown) => log.error({ err }, "the upkeep of delivery failed"));
    }, ms);
    timers.push(timer);
  }

  async function tick(): Promise<void> {
    await sender.expire();
    dispatcher.wake();
    sender.wake();
  }

  async function forget(): Promise<void> {
    const before = new Date(clock().getTime() - KEPT_MS);
    while ((await store.queue.prune(before, PRUNED_AT_ONCE)) === PRUNED_AT_ONCE) continue;
    while ((await store.outbox.prune(before, PRUNED_AT_ONCE)) === PRUNED_AT_ONCE) continue;
  }

  async function drain(deadlineMs: number): Promise<void> {
    const { promise: deadline, resolve } = Promise.withResolvers<"late">();
    const timer = setTimeout(() => resolve("late"), deadlineMs);
    const finished = dispatcher.finish().then(() => sender.finish());
    if ((await Promise.race([finished, deadline])) === "late") {
      log.warn({}, "not all work ended before the deadline; the rest is left for the next start");
      await Promise.all([dispatcher.abort(GRACE_MS), sender.abort(GRACE_MS)]);
    }
    clearTimeout(timer);
    for (const each of timers) clearInterval(each);
  }

  return {
    receive: async (org, inbound) => {
      const { turnId, duplicate } = await store.queue.put(org, inbound, clock());
      if (duplicate) return { accepted: false, duplicateOf: turnId };
      if (timers.length > 0) dispatcher.wake();
      return { accepted: true, turnId };
    },
    stop(conversation) {
      const turn = dispatcher.runningIn(conversation);
      return turn !== undefined && dispatcher.stop(turn.turnId);
    },
    runningIn: (conversation) => dispatcher.runningIn(conversation),
    running: (turn) => dispatcher.running(turn),
    stopTurn: (turn) => dispatcher.stop(turn),
    wake: async () => {
      if (timers.length === 0) return;
      await store.outbox.hurry(clock());
      dispatcher.wake();
      sender.wake();
    },
    start: async () => {
      const turns = await store.queue.releaseOthers(holder);
      const replies = await store.outbox.releaseInterrupted();
      if (turns + replies > 0) log.info({ turns, replies }, "taking up what the last process left");
      every(deps.tickMs ?? TICK_MS, tick);
      every(RENEWAL_MS, () => dispatcher.renew());
      every(FORGETTING_MS, forget);
      await tick();
    },
    drain: (deadlineMs) => (drained ??= drain(deadlineMs)),
    [Symbol.asyncDispose]: () => (drained ??= drain(0)),
  };
}

const TICK_MS = 500;
/** A third of a lease, so that one failed renewal does not lose it. */
const RENEWAL_MS = 10_000;
const FORGETTING_MS = 60 * 60_000;
/** How long handled messages and their dedupe keys are kept: longer than any platform repeats an event. */
const KEPT_MS = 7 * 24 * 60 * 60_000;
const PRUNED_AT_ONCE = 500;
const GRACE_MS = 1_000;
