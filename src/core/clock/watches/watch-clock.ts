import type { OrgId } from "#core/contract/ids.ts";
import type { Received } from "#core/contract/door.ts";
import type { Inbound } from "#core/contract/message.ts";
import type { Clock } from "#core/contract/ports.ts";
import type { Store, StoredWatch } from "#core/store/store.ts";
import { clockPlace } from "#core/clock/clock-place.ts";
import { nextLook } from "./pace.ts";

export interface WatchClockDeps {
  readonly store: Pick<Store, "dueWatches">;
  readonly receive: (org: OrgId, inbound: Inbound) => Promise<Received>;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Hands on what is to be looked at: each look once, however many processes find it, and only a few at a time. */
export interface WatchClock {
  look(): Promise<void>;
}

/** Makes the clock of watches. */
export function createWatchClock({ store, receive, clock, random }: WatchClockDeps): WatchClock {
  return {
    async look() {
      const now = clock();
      const lostBefore = new Date(now.getTime() - LOST_MS);
      const room = MOST_OPEN - (await store.dueWatches.open(lostBefore));
      if (room <= 0) return;
      for (const watch of await store.dueWatches.find(now, lostBefore, room)) {
        const received = await receive(watch.org, dueOf(watch, now));
        // Not accepted, another process was first: its turn is as good.
        if (received.accepted || !watch.isLost) await store.dueWatches.handed(watch.id, watch.nextAt);
        // Its turn came to nothing: the next look is another one.
        else await store.dueWatches.putOff(watch.id, watch.nextAt, nextLook(now, watch.plan.everyMinutes, 0, random()));
      }
    },
  };
}

function dueOf(watch: StoredWatch, now: Date): Inbound {
  const { id, nextAt, plan } = watch;
  return {
    kind: "due",
    what: "watch",
    id: `${id}@${nextAt.getTime()}`,
    dedupeKeys: [`watch:${id}:${nextAt.getTime()}`],
    sentAtMs: now.getTime(),
    actor: plan.actor,
    conversation: clockPlace(plan.place, id),
  };
}

/** So that live answers never wait behind looks. */
const MOST_OPEN = 4;
/** A look takes seconds. One handed longer ago than this is not to be waited for. */
const LOST_MS = 10 * 60_000;
