import { Worker } from "node:worker_threads";
import { NexusError } from "#core/contract/errors.ts";
import type { ChartPart } from "#core/contract/reply.ts";

export interface ChartRenderer extends AsyncDisposable {
  /**
   * A chart as a PNG of 1800 × 1000 pixels.
   * @throws NexusError internal when it cannot be drawn or takes longer than 5 s
   */
  render(chart: ChartPart, signal: AbortSignal): Promise<Uint8Array>;
  /** Whether text comes out as ink: a renderer without its fonts draws none and reports nothing. */
  checkFonts(signal: AbortSignal): Promise<boolean>;
}

export interface ChartJob {
  readonly id: number;
  /** Absent when only the fonts are to be checked. */
  readonly chart?: ChartPart;
}

export interface ChartJobResult {
  readonly id: number;
  readonly png?: Uint8Array;
  readonly hasInk?: boolean;
  readonly failure?: string;
}

const TIMEOUT_MS = 5_000;
/** The renderer and its fonts take about 30 MB; nobody who draws no charts should pay for them. */
const IDLE_MS = 60_000;

/** Renders charts in a worker thread that starts with the first one and goes when there are none. */
export function createChartRenderer(timeoutMs = TIMEOUT_MS): ChartRenderer {
  const waiting = new Map<number, PromiseWithResolvers<ChartJobResult>>();
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;

  const drop = async (gone: Worker | undefined, reason: string) => {
    if (gone === undefined || gone !== worker) return;
    worker = undefined;
    for (const job of waiting.values()) job.reject(new NexusError("internal", `the chart renderer ${reason}`));
    waiting.clear();
    await gone.terminate();
  };

  const open = (): Worker => {
    const opened = new Worker(new URL("./chart-worker.ts", import.meta.url));
    opened.unref();
    opened.on("message", (result: ChartJobResult) => waiting.get(result.id)?.resolve(result));
    opened.on("error", (error) => void drop(opened, `failed: ${error.message}`));
    opened.on("exit", () => void drop(opened, "stopped"));
    return opened;
  };

  const run = async (chart: ChartPart | undefined, signal: AbortSignal): Promise<ChartJobResult> => {
    signal.throwIfAborted();
    clearTimeout(idle);
    const current = (worker ??= open());
    const id = (lastId += 1);
    const job = Promise.withResolvers<ChartJobResult>();
    waiting.set(id, job);
    const timer = setTimeout(() => void drop(current, `took longer than ${timeoutMs} ms`), timeoutMs);
    const abort = () => job.reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    try {
      current.postMessage(chart === undefined ? { id } : { id, chart });
      return await job.promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      waiting.delete(id);
      if (waiting.size === 0) idle = setTimeout(() => void drop(current, "was idle"), IDLE_MS).unref();
    }
  };

  return {
    async render(chart, signal) {
      const { png, failure } = await run(chart, signal);
      if (png === undefined) throw new NexusError("internal", `the chart could not be drawn: ${failure ?? "no image"}`);
      return png;
    },
    async checkFonts(signal) {
      return (await run(undefined, signal)).hasInk === true;
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(idle);
      await drop(worker, "was closed");
    },
  };
}

/** For `doctor` and the start: whether charts come out with their text. */
export async function checkFonts(signal: AbortSignal): Promise<boolean> {
  await using renderer = createChartRenderer();
  return await renderer.checkFonts(signal);
}
