import { NexusError, asNexusError } from "#core/contract/errors.ts";
import type { ConversationKey, TurnId } from "#core/contract/ids.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Claim } from "#core/contract/queue.ts";
import type { Reply } from "#core/contract/reply.ts";
import type { Store } from "#core/store/store.ts";
import { delayedMs, isExpired, EXPIRED_MS } from "./age.ts";
import { retryAt } from "./backoff.ts";
import { createPump } from "./pump.ts";
import { createStep } from "./step.ts";
import type { Turn, TurnResult } from "./turn.ts";

export interface DispatcherDeps {
  readonly store: Store;
  /** Names this start of this process among the holders of claims. */
  readonly holder: string;
  readonly handle: (turn: Turn) => Promise<TurnResult>;
  readonly apologise: (error: NexusError, turnId: TurnId) => Reply;
  /** Called when replies have been written to the outbox. */
  readonly onReplies: () => void;
  /** Called when a turn is over, however it ended. */
  readonly onTurnOver?: () => void;
  readonly clock: Clock;
  readonly log: Log;
  /** How many turns may run at once. */
  readonly concurrency: number;
}

/** The half of delivery that takes turns from the inbox and ends each of them in one transaction. */
export interface Dispatcher {
  wake(): void;
  /** The turn that runs in a conversation. */
  runningIn(conversation: ConversationKey): RunningTurn | undefined;
  /** A turn, while it runs. */
  running(turn: TurnId): RunningTurn | undefined;
  /** Stops a turn; false when it does not run. */
  stop(turn: TurnId): boolean;
  /** Prolongs the leases of all running turns. */
  renew(): Promise<void>;
  /** Claims nothing more and resolves when no turn runs. */
  finish(): Promise<void>;
  /** Aborts all running turns and gives them back, to be run again at the next start. Resolves within `graceMs`. */
  abort(graceMs: number): Promise<void>;
}

/** A turn that is being carried out. */
export type RunningTurn = Pick<Claim, "turnId" | "org" | "inbound">;

interface Running {
  readonly claim: Claim;
  readonly controller: AbortController;
  /** Why the turn was aborted, once it was. Only the person's own wish ends a turn with an answer. */
  aborted?: "stopped" | "shutdown" | "lease_lost";
  ended: Promise<void>;
}

/** Makes the dispatcher. It claims nothing before it is woken. */
export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const { store, clock, log } = deps;
  const running = new Map<TurnId, Running>();
  /** Turns that could be neither ended nor given back (a full disk). Until they are, their leases keep everybody out. */
  const unsettled: (() => Promise<void>)[] = [];
  const pump = createPump(claimMore, log);

  async function claimMore(): Promise<void> {
    for (let release = unsettled[0]; release; release = unsettled[0]) {
      await release();
      unsettled.shift();
    }
    const free = deps.concurrency - running.size;
    if (free <= 0) return;
    for (const claim of await store.queue.claim(deps.holder, free, clock())) {
      const turn: Running = { claim, controller: new AbortController(), ended: Promise.resolve() };
      running.set(claim.turnId, turn);
      turn.ended = run(turn);
    }
  }

  async function run(turn: Running): Promise<void> {
    try {
      await settle(turn);
    } catch (err) {
      if (err instanceof LeaseLost) log.warn({ err }, "a turn was taken over while it ran; its outcome is thrown away");
      else giveBackLater(turn.claim, err);
    }
    running.delete(turn.claim.turnId);
    pump.wake();
    deps.onTurnOver?.();
  }

  function giveBackLater(claim: Claim, err: unknown): void {
    log.error({ err, turn: claim.turnId }, "a turn could not be settled and is tried again when it can be");
    const at = retryAt(claim.attempt, clock());
    unsettled.push(() => store.queue.release(claim, at));
  }

  async function settle(turn: Running): Promise<void> {
    const { claim } = turn;
    try {
      const result = await attempt(turn);
      if (isToBeDropped(turn)) await giveBack(turn);
      else await complete(claim, result);
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      if (isToBeDropped(turn)) await giveBack(turn);
      else await fail(turn, error);
    }
  }

  async function attempt(turn: Running): Promise<TurnResult> {
    const { claim } = turn;
    if (claim.attempt > MOST_ATTEMPTS) throw new NexusError("internal", `${claim.attempt - 1} attempts were cut short`);
    const { sentAtMs } = claim.inbound;
    const now = clock();
    // What has already had an effect is finished however late it is: to decline it would be untrue. And nobody said what
    // has become due: whether it is still wanted is its own affair.
    if (claim.inbound.kind !== "due" && isExpired(sentAtMs, now) && !(await store.steps.any(claim.org, claim.turnId))) {
      throw new NexusError("expired", `the message is older than ${EXPIRED_MS} ms`);
    }
    const delayed = delayedMs(sentAtMs, now);
    const { signal } = turn.controller;
    return deps.handle({
      turnId: claim.turnId,
      org: claim.org,
      inbound: claim.inbound,
      attempt: claim.attempt,
      receivedAt: claim.receivedAt,
      ...(delayed !== undefined && { delayedMs: delayed }),
      signal,
      step: createStep(store.steps, claim, signal),
    });
  }

  async function complete(claim: Claim, result: TurnResult): Promise<void> {
    const { replies, elsewhere = [], commit } = result;
    const now = clock();
    const { conversation, source, sentAtMs } = claim.inbound;
    const { actor = claim.inbound.actor } = result;
    const expiresAt = new Date(now.getTime() + EXPIRED_MS);
    await store.transaction(async (inside) => {
      if (!(await inside.queue.complete(claim, now))) throw new LeaseLost(claim.turnId);
      // Nobody speaks by mail: what is meant for an address goes elsewhere, and what is left is an apology to nobody.
      const answers = conversation.platform === "email" ? [] : replies;
      for (const [index, reply] of answers.entries()) {
        const more = index < answers.length - 1 && ({ hasMore: true } as const);
        const message = { conversation, actor, reply, sentAtMs, ...(source && { source }), ...more };
        await inside.outbox.add(claim.org, claim.turnId, message, now, expiresAt);
      }
      for (const message of elsewhere) {
        // It answers nobody's question, so it is as old as it is made.
        await inside.outbox.add(claim.org, claim.turnId, { ...message, sentAtMs: now.getTime() }, now, expiresAt);
      }
      await commit?.(inside);
    });
    // First: what people are told may be used at once.
    await result.afterwards?.().catch((err: unknown) => {
      log.error({ err, turn: claim.turnId }, "what was to follow a turn failed");
    });
    deps.onReplies();
  }

  async function fail(turn: Running, thrown: unknown): Promise<void> {
    const { claim } = turn;
    const error = turn.aborted === "stopped" ? stoppedByPerson() : asNexusError(thrown);
    if (error.code === "disk_full" || (error.retryable && claim.attempt < FAILING_ATTEMPTS)) {
      log.warn({ err: error, turn: claim.turnId, attempt: claim.attempt }, "a turn failed and is tried again");
      await store.queue.release(claim, retryAt(claim.attempt, clock()));
      return;
    }
    logEnd(claim, error);
    await complete(claim, {
      replies: [deps.apologise(error, claim.turnId)],
      async commit(inside) {
        if (error.code === "stopped") return;
        await inside.deadLetters.add(claim.org, { turnId: claim.turnId, code: error.code, detail: error.message });
      },
    });
  }

  function logEnd({ turnId, attempt }: Claim, error: NexusError): void {
    if (error.code === "internal") log.error({ err: error, turn: turnId, attempt }, "a turn was given up");
    else log.warn({ turn: turnId, code: error.code, detail: error.message }, "a turn was not carried out");
  }

  function isToBeDropped(turn: Running): boolean {
    return turn.aborted === "shutdown" || turn.aborted === "lease_lost";
  }

  async function giveBack(turn: Running): Promise<void> {
    if (turn.aborted === "shutdown") await store.queue.release(turn.claim, clock());
  }

  async function renewOne(turn: Running): Promise<void> {
    if (await store.queue.renew(turn.claim, clock())) return;
    // It may have ended while its lease was asked about.
    if (!running.has(turn.claim.turnId)) return;
    log.warn({ turn: turn.claim.turnId }, "the lease of a running turn was lost");
    turn.aborted = "lease_lost";
    turn.controller.abort();
  }

  return {
    wake: () => pump.wake(),
    runningIn: (conversation) =>
      [...running.values()].find(({ claim }) => claim.conversationKey === conversation)?.claim,
    running: (turn) => running.get(turn)?.claim,
    stop: (turnId) => {
      const turn = running.get(turnId);
      if (!turn || turn.aborted) return false;
      turn.aborted = "stopped";
      turn.controller.abort(stoppedByPerson());
      return true;
    },
    renew: async () => {
      await Promise.all([...running.values()].map(renewOne));
    },
    finish: async () => {
      await pump.stop();
      await Promise.all([...running.values()].map((turn) => turn.ended));
    },
    abort: async (graceMs) => {
      await pump.stop();
      for (const turn of running.values()) {
        // What the person has stopped already is not to be run again.
        turn.aborted ??= "shutdown";
        turn.controller.abort();
      }
      const ended = Promise.all([...running.values()].map((turn) => turn.ended));
      const { promise: grace, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, graceMs);
      await Promise.race([ended, grace]);
      clearTimeout(timer);
      // Whoever does not heed the abort has lost the claim, and with it the power to complete the turn.
      await Promise.all([...running.values()].map(giveBack));
    },
  };
}

function stoppedByPerson(): NexusError {
  return new NexusError("stopped", "the person stopped the turn");
}

/** A failing turn is tried three times … */
const FAILING_ATTEMPTS = 3;
/** … and one that ends the process eight times: restarts that have another cause must not cost an answer. */
const MOST_ATTEMPTS = 8;

/** Rolls a transaction back whose claim is no longer ours. Never leaves this file. */
class LeaseLost extends Error {
  constructor(turnId: TurnId) {
    super(`the claim on turn ${turnId} was lost`);
    this.name = "LeaseLost";
  }
}
