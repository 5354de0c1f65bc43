import type { Bundle } from "#core/contract/module.ts";
import type { RunnerProcess } from "./runner-process.ts";

/** What a runner is wanted for. A runner never crosses from one org to another. */
export interface RunnerWish {
  readonly org: string;
  readonly bundle: Pick<Bundle, "sha256" | "code" | "wasm">;
  readonly memoryMib: number;
  /** A process that has run nothing before, and runs nothing after. */
  readonly once?: boolean;
}

/** A runner in the books of a pool. */
export interface Slot {
  readonly runner: RunnerProcess;
  state: "starting" | "spare" | "busy" | "settling" | "idle";
  /** What it was last used for. */
  wish: RunnerWish | undefined;
  calls: number;
  busySince: number;
  busyMs: number;
  /** Order of last use: the smallest is let go first. */
  usedAt: number;
  retire: NodeJS.Timeout | undefined;
  /** It has bytes in it that nobody has installed any more: it goes when its call is over. */
  isRetired: boolean;
}

/** The books of a pool. */
export interface Slots {
  /** Spares that only an org without a runner may take, so that none fills the whole pool. */
  readonly reserve: number;
  add(runner: RunnerProcess): Slot;
  /** Whether it was still in the books. */
  remove(slot: Slot): boolean;
  of(runner: RunnerProcess): Slot | undefined;
  /** How many runners each org has. */
  byOrg(): ReadonlyMap<string, number>;
  /** Least recently used first. */
  inState(state: Slot["state"]): Slot[];
  count(state: Slot["state"]): number;
  /** Processes that are nobody's yet. */
  coming(): number;
  all(): Slot[];
  size(): number;
}

/** With fewer runners than this, keeping one back costs more than it gives. */
const ENOUGH_FOR_A_RESERVE = 4;

/** Empty books. */
export function createSlots(options: { readonly runners: number; readonly spares: number }): Slots {
  const slots = new Map<RunnerProcess, Slot>();
  const all = (): Slot[] => [...slots.values()];
  const count = (state: Slot["state"]): number => all().filter((slot) => slot.state === state).length;
  return {
    reserve: options.runners >= ENOUGH_FOR_A_RESERVE ? Math.min(1, options.spares) : 0,
    add(runner) {
      const slot: Slot = {
        runner,
        state: "starting",
        wish: undefined,
        calls: 0,
        busySince: 0,
        busyMs: 0,
        usedAt: 0,
        retire: undefined,
        isRetired: false,
      };
      slots.set(runner, slot);
      return slot;
    },
    remove(slot) {
      clearTimeout(slot.retire);
      return slots.delete(slot.runner);
    },
    of: (runner) => slots.get(runner),
    byOrg() {
      const counts = new Map<string, number>();
      for (const { wish } of all()) if (wish !== undefined) counts.set(wish.org, (counts.get(wish.org) ?? 0) + 1);
      return counts;
    },
    inState: (state) =>
      all()
        .filter((slot) => slot.state === state)
        .sort((a, b) => a.usedAt - b.usedAt),
    count,
    coming: () => count("starting") + count("spare"),
    all,
    size: () => slots.size,
  };
}

/**
 * The best free runner for a wish: one that knows the bundle, then a spare, then another of the same org.
 * @param starved how many orgs wait and have no runner: spares are theirs first
 */
export function chooseSlot(slots: Slots, wish: RunnerWish, starved: number): Slot | undefined {
  const spares = slots.inState("spare");
  const isOwn = (slot: Slot): boolean => slot.wish?.org === wish.org;
  const mayTakeSpare = !slots.all().some(isOwn) || spares.length > Math.max(slots.reserve, starved);
  const spare = mayTakeSpare ? spares[0] : undefined;
  if (wish.once === true) return spare;
  const knows = (slot: Slot): boolean => isOwn(slot) && slot.wish?.bundle.sha256 === wish.bundle.sha256;
  const idle = slots.inState("idle").filter(isOwn);
  const warm = idle.find(knows);
  if (warm !== undefined) return warm;
  // It will be free before another could be made ready.
  if (slots.inState("settling").some(knows)) return undefined;
  return spare ?? idle[0];
}
