import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

export interface LinePrompt {
  /** Already drawn for the terminal. */
  readonly text: string;
  /** Never shown while typed, never remembered. */
  readonly isSecret: boolean;
  /** Whether the line goes into the history. */
  readonly isRemembered: boolean;
}

export type LineRead =
  | { kind: "line"; text: string }
  /** The person gave up on this prompt. */
  | { kind: "cancelled" }
  /** There will be no more lines. */
  | { kind: "ended" };

/** Where lines come from: a keyboard or a pipe. */
export interface LineSource extends Disposable {
  next(prompt: LinePrompt): Promise<LineRead>;
  /** Forgets what was typed ahead, so that it cannot become the answer to a question nobody had seen. */
  discardTypeAhead(): void;
  /** Runs `write` with the prompt out of the way, then puts it back. */
  around(write: () => void): void;
}

/** Lines from a pipe, one after the other. Prompts are not shown. */
export function readPipedLines(input: Readable): LineSource {
  const reader = createInterface({ input, crlfDelay: Infinity });
  const lines = reader[Symbol.asyncIterator]();
  return {
    async next() {
      const { done, value } = await lines.next();
      return done === true ? { kind: "ended" } : { kind: "line", text: value };
    },
    discardTypeAhead() {},
    around: (write) => write(),
    [Symbol.dispose]: () => reader.close(),
  };
}

/** No lines at all: for a single question that came on the command line. */
export function noLines(): LineSource {
  return {
    next: async () => ({ kind: "ended" }),
    discardTypeAhead() {},
    around: (write) => write(),
    [Symbol.dispose]() {},
  };
}
