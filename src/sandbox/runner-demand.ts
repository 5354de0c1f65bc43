import type { Slot, Slots } from "./runner-slots.ts";

/** What the calls that wait ask for, beyond the runners there are. */
export interface Demand {
  /** Orgs that wait and have no runner: the next that is free is theirs. */
  readonly starved: number;
  /** New processes that calls are worth starting, if there is room. */
  readonly wanted: number;
  /** Those of them for which others' idle runners make room: an org gets no more than its share that way. */
  readonly due: number;
  /** Orgs that press for another process. If they have idle runners, those are of no use to what presses. */
  readonly pressing: ReadonlySet<string>;
  /** Runners each org would have if all who have or want one had as many. */
  readonly share: number;
}

/**
 * Weighs what waits against who has what.
 * @param waiting the orgs that wait
 * @param pressing the orgs of calls that have waited too long, or that need a process of their own; once for each call
 */
export function readDemand(
  slots: Slots,
  runners: number,
  waiting: readonly string[],
  pressing: Iterable<string>,
): Demand {
  const has = slots.byOrg();
  const starved = waiting.filter((org) => !has.has(org)).length;
  const share = Math.max(1, Math.floor(runners / Math.max(1, has.size + starved)));
  const granted = new Map(has);
  let wanted = starved;
  const orgs = new Set<string>();
  let due = starved;
  for (const org of pressing) {
    const count = granted.get(org);
    // A call of an org without any is counted already.
    if (count === undefined) continue;
    wanted += 1;
    orgs.add(org);
    if (count >= share) continue;
    granted.set(org, count + 1);
    due += 1;
  }
  return { starved, wanted, due, pressing: orgs, share };
}

/**
 * The idle runner that goes to make room for another process. For an org that has none it is whichever was used longest
 * ago; to restore what is kept back for such an org, or an org's share, it is one of an org that has more than its own;
 * and an org gives up one of its own for what cannot run in it.
 */
export function chooseVictim(slots: Slots, demand: Demand): Slot | undefined {
  const idle = slots.inState("idle");
  const coming = slots.coming();
  if (coming < demand.starved) return idle[0];
  const isOver = coming < demand.due + slots.reserve;
  return idle.find(
    (slot) =>
      (isOver && isBeyondShare(slots, slot, demand)) || (slot.wish !== undefined && demand.pressing.has(slot.wish.org)),
  );
}

/** Whether a runner that has just finished a call goes, so that another org gets a process. Only when there is no room. */
export function mustYield(slots: Slots, slot: Slot, demand: Demand): boolean {
  const coming = slots.coming();
  return coming < demand.starved || (coming < demand.due + slots.reserve && isBeyondShare(slots, slot, demand));
}

function isBeyondShare(slots: Slots, slot: Slot, demand: Demand): boolean {
  return slot.wish !== undefined && (slots.byOrg().get(slot.wish.org) ?? 0) > demand.share;
}
