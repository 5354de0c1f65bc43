import type { FromRunner } from "#sandbox/wire.ts";

/** What the parent allows a call. */
export interface AskLimits {
  readonly fetches: number;
  readonly calls: number;
  readonly logLines: number;
  readonly argumentChars: number;
  /** All that one call hands over, together. */
  readonly allArgumentChars: number;
}

/** What one call asks of the host, counted. */
export interface Asking {
  /** The answer as JSON; undefined when the call is over, and the parent knows. */
  ask(verb: string, args: string): Promise<string | undefined>;
  answer(ask: number, text: string): void;
}

/** The host counts too and does not believe this process; counting here lets a module know what it is refused. */
export function openAsking(call: number, limits: AskLimits, tell: (message: FromRunner) => void): Asking {
  const waiting = new Map<number, (text: string) => void>();
  let asks = 0;
  let calls = 0;
  let fetches = 0;
  let lines = 0;
  let chars = 0;

  const overrun = (what: "calls" | "output"): undefined => {
    tell({ type: "overrun", call, what });
    return undefined;
  };

  return {
    async ask(verb, args) {
      if (verb === "log") {
        lines += 1;
        if (lines <= limits.logLines) tell({ type: "log", call, text: firstText(args).slice(0, 2_000) });
        return "{}";
      }
      calls += 1;
      if (calls > limits.calls) return overrun("calls");
      if (verb === "fetch" && (fetches += 1) > limits.fetches) {
        return JSON.stringify({
          ok: false,
          code: "too_many_calls",
          detail: `at most ${limits.fetches} requests a call`,
        });
      }
      chars += args.length;
      if (args.length > limits.argumentChars || chars > limits.allArgumentChars) return overrun("output");
      asks += 1;
      const ask = asks;
      tell({ type: "ask", call, ask, verb, args });
      return new Promise((resolve) => waiting.set(ask, resolve));
    },
    answer(ask, text) {
      waiting.get(ask)?.(text);
      waiting.delete(ask);
    },
  };
}

function firstText(args: string): string {
  const [first]: unknown[] = JSON.parse(args);
  return typeof first === "string" ? first : JSON.stringify(first ?? null);
}
