import type { Log } from "#core/contract/ports.ts";

/** Work that is looked for whenever something hints at it, one look at a time. */
export interface Pump {
  /** Looks for work, now or, while a look is under way, once more after it. */
  wake(): void;
  /** Resolves when no look is under way. */
  idle(): Promise<void>;
  /** Lets the look that is under way end, and allows no further one. */
  stop(): Promise<void>;
}

/**
 * Makes a pump around `look`. A look that fails is logged and not repeated until the next wake, which whoever made the
 * pump must see to from time to time.
 */
export function createPump(look: () => Promise<void>, log: Log): Pump {
  let isStopped = false;
  let isWanted = false;
  let running: Promise<void> | undefined;

  async function lookAll(): Promise<void> {
    while (isWanted) {
      isWanted = false;
      try {
        await look();
      } catch (err) {
        log.error({ err }, "delivery could not look for work");
        break;
      }
    }
    running = undefined;
  }

  return {
    wake: () => {
      if (isStopped) return;
      isWanted = true;
      running ??= lookAll();
    },
    idle: async () => {
      await running;
    },
    stop: async () => {
      isStopped = true;
      isWanted = false;
      await running;
    },
  };
}
