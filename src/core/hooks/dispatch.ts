import { hookPlace } from "./hook-place.ts";
import type { Received } from "#core/contract/door.ts";
import type { OrgId } from "#core/contract/ids.ts";
import type { Inbound } from "#core/contract/message.ts";
import type { Clock } from "#core/contract/ports.ts";
import type { DueDelivery, Store } from "#core/store/store.ts";
import { afterFailure } from "./retries.ts";

export interface DispatchDeps {
  readonly store: Store;
  readonly receive: (org: OrgId, inbound: Inbound) => Promise<Received>;
  readonly clock: Clock;
}

/** Puts what came to hooks into the inbox: each try once, however many processes find it. */
export interface Dispatch {
  look(): Promise<void>;
  /** Calls `look` when something was left for want of room. */
  wake(look: () => void): void;
  finish(): Promise<void>;
}

/** So that live answers never wait behind what programs send. */
const MOST_OPEN = 8;
/** A try takes seconds. One handed longer ago than this is not to be waited for; ms. */
const LOST_MS = 10 * 60_000;

/** Makes it. */
export function createDispatch({ store, receive, clock }: DispatchDeps): Dispatch {
  let looking: Promise<void> | undefined;
  let isAsked = false;
  let isLeft = false;

  async function hand(delivery: DueDelivery): Promise<void> {
    const { org, id, hook: of, attempts } = delivery;
    const { hooks } = store.forOrg(org);
    const hook = await hooks.get(of);
    if (hook === undefined || hook.state !== "on") {
      await hooks.settle(id, attempts, { as: "dropped" });
      return;
    }
    const received = await receive(org, {
      kind: "due",
      what: "hook",
      id: `${id}@${attempts}`,
      dedupeKeys: [`hook:${id}:${attempts}`],
      sentAtMs: clock().getTime(),
      actor: hook.plan.actor,
      conversation: hookPlace(hook.plan.place, of),
    });
    // Not accepted, another process was first: its turn is as good.
    if (received.accepted || !delivery.isLost) await store.dueDeliveries.handed(id, attempts);
    else await hooks.settle(id, attempts, afterFailure(attempts, "Nothing came of it.", clock()));
  }

  async function lookOnce(): Promise<void> {
    const now = clock();
    const lostBefore = new Date(now.getTime() - LOST_MS);
    const room = MOST_OPEN - (await store.dueDeliveries.open(lostBefore));
    if (room <= 0) {
      isLeft = true;
      return;
    }
    const due = await store.dueDeliveries.find(now, lostBefore, room);
    // Of each hook one after another: the next waits until this one's turn is over.
    isLeft = due.length > 0;
    for (const delivery of due) await hand(delivery);
  }

  async function lookUntilQuiet(): Promise<void> {
    while (isAsked) {
      isAsked = false;
      await lookOnce();
    }
  }

  return {
    look() {
      isAsked = true;
      return (looking ??= lookUntilQuiet().finally(() => {
        looking = undefined;
      }));
    },
    wake(look) {
      if (isLeft) look();
    },
    finish: () => (looking ?? Promise.resolve()).catch(() => undefined),
  };
}
