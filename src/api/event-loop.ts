import { monitorEventLoopDelay } from "node:perf_hooks";

export interface LoopWatch extends Disposable {
  /** The longest delay of the event loop since the last question, ms. */
  lagMs(): number;
}

/** Measures how late the event loop runs. */
export function watchEventLoop(): LoopWatch {
  const histogram = monitorEventLoopDelay({ resolution: 20 });
  histogram.enable();
  return {
    lagMs() {
      const lagMs = Math.round(histogram.max / 1e6);
      histogram.reset();
      return lagMs;
    },
    [Symbol.dispose]() {
      histogram.disable();
    },
  };
}
